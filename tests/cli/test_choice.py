"""Which track a command means and how it is placed, with a ranked list of one made-up track."""

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.placing import place
from engine.arrangement.segments import Segment
from engine.cli import choice
from engine.cli.choice import MusicWish, choose_music
from engine.errors import InputError
from engine.library.libraries import Libraries
from engine.library.marks import Marks, Section
from engine.progress import silent
from engine.sound.clip_sound import ClipSound
from engine.stories import recommend as story
from engine.stories.ranking_options import RankingOptions
from tests.arrangements import arranged
from tests.tracks import make_track

MUSIC: Any = SimpleNamespace(
    duration_s=20.0,
    beats_s=np.arange(0, 20, 0.5),
    downbeats_s=np.arange(0, 20, 2.0),
    energy_curve=np.ones(20),
    loudness_lufs=-14.0,
    true_peak_dbtp=-6.0,
)
INFO: Any = SimpleNamespace(
    path=Path("/c.mp4"), duration_s=3.0, frame_rate=Fraction(25), start_timecode=None
)
SEEN: Any = SimpleNamespace(motion_curve=np.ones(3, np.float32), cuts_s=np.zeros(0, np.float32))
MARKS = Marks((Section("theme", 0.0, 9, 0.5), Section("end", 18.0, 1, 0.5)))
TRACK = make_track(path=Path("/music/song.wav"), marks=MARKS)


@pytest.fixture(autouse=True)
def ranked(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A ranked list of one track, whose arrangement was computed for the list."""
    listed = place(INFO, SEEN, TRACK, MUSIC).arrangement
    spoken = ClipSound(((1.0, 2.0),), speech_lufs=-20.0, loudness_lufs=-20.0)
    features = SimpleNamespace(descriptors=SEEN)
    analysis = SimpleNamespace(info=INFO, features=features, sound=spoken)
    item = SimpleNamespace(track=TRACK, arrangement=listed)
    monkeypatch.setattr("engine.stories.analyse.analyse_clip_isolated", lambda *_: analysis)
    monkeypatch.setattr("engine.stories.analyse.analyse_sound_isolated", lambda *_: spoken)
    monkeypatch.setattr(story, "recommend", lambda *_: SimpleNamespace(items=(item,), notes=()))
    monkeypatch.setattr(Libraries, "features", lambda *_: MUSIC)
    return item


@pytest.mark.parametrize("wanted", [None, "1"])
def test_a_place_in_the_list_is_its_arrangement(wanted: str | None, ranked: Any) -> None:
    chosen = choose_music(INFO, MusicWish((wanted,) if wanted else ()), silent())
    assert chosen.tracks == (TRACK,)
    assert chosen.arrangement is ranked.arrangement


def test_the_clips_length_decides_what_is_cut_unless_a_start_was_given() -> None:
    def parts(start_s: float | None) -> list[tuple[float, float]]:
        (item,) = choose_music(INFO, MusicWish(("1",), start_s), silent()).arrangement.items
        return [(one.track_start_s + one.fade_in_s, one.track_end_s) for one in item.segments]

    # A bar from the beginning, then the ending, which rings a second less than it could.
    assert parts(None) == [(0.0, 2.0), (18.0, 19.0)]
    assert parts(4.0) == [(4.05, 7.0)]


@pytest.mark.parametrize("start_s", [None, 4.0])
def test_the_sound_of_the_clip_comes_with_it(start_s: float | None) -> None:
    assert choose_music(INFO, MusicWish(("1",), start_s), silent()).sound.speech_s == ((1.0, 2.0),)


@pytest.mark.parametrize("wanted", ["0", "2", "99"])
def test_places_outside_the_list_are_refused(wanted: str) -> None:
    with pytest.raises(InputError, match="ranked list"):
        choose_music(INFO, MusicWish((wanted,)), silent())


def test_a_start_after_the_end_is_refused() -> None:
    with pytest.raises(InputError, match="ends before 25 s"):
        choose_music(INFO, MusicWish(("1",), 25.0), silent())


def lasting(seconds: float) -> Any:
    return SimpleNamespace(
        path=Path("/c.mp4"), duration_s=seconds, frame_rate=Fraction(25), start_timecode=None
    )


def test_several_tracks_start_where_their_names_say(tmp_path: Path) -> None:
    odd = tmp_path / "live@12"
    odd.write_bytes(b"")
    assert choice._at(lasting(60.0), str(odd)) == (str(odd), None)
    chosen = choose_music(lasting(60.0), MusicWish(("1", "1@0:20.5", "1@40")), silent())
    starts = [chosen.arrangement.start_s(item) for item in chosen.arrangement.items]
    assert starts == pytest.approx([0.0, 20.48, 40.0])
    assert chosen.tracks == (TRACK, TRACK, TRACK)
    assert chosen.sound.has_speech
    with pytest.raises(InputError, match="at least a second"):
        choose_music(lasting(60.0), MusicWish(("1", "1@0.5")), silent())
    with pytest.raises(InputError, match="isn't a time"):
        choose_music(lasting(60.0), MusicWish(("1@1:2:3:4:5",)), silent())


def test_a_single_track_with_a_time_starts_there() -> None:
    (item,) = choose_music(lasting(60.0), MusicWish(("1@30",)), silent()).arrangement.items
    assert (item.start_frame, round(item.duration_s)) == (750, 30)


def test_the_part_between_in_and_out_gets_the_music() -> None:
    part = ClipPart(250, 500)
    for wish in (MusicWish(("1",), 4.0, part), MusicWish(("1", "1@15"), None, part)):
        arrangement = choose_music(lasting(60.0), wish, silent()).arrangement
        assert arrangement.part == part
        assert arrangement.items[0].start_frame == 250
        last = arrangement.items[-1]
        assert arrangement.start_s(last) + last.duration_s == pytest.approx(20.0, abs=1.0)


@pytest.mark.parametrize(
    ("clip_s", "wish", "by_scenes"),
    [
        (3.0, MusicWish(), False),
        (3.0, MusicWish(by_scenes=True), True),
        (700.0, MusicWish(), True),
        (700.0, MusicWish(("1",), 0.0), False),
        (700.0, MusicWish(part=ClipPart(0, 2500)), False),
    ],
)
def test_each_scene_gets_its_track_where_asked_or_after_ten_minutes(
    clip_s: float, wish: MusicWish, by_scenes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def arrange(_clip: object, options: RankingOptions, *_: object) -> Arrangement:
        asked.append(options.part)
        return arranged(Segment(0.0, 0.0, 2.0))

    monkeypatch.setattr("engine.stories.arrange_scenes.arrange_scenes", arrange)
    chosen = choose_music(lasting(clip_s), wish, silent())
    assert asked == ([wish.part] if by_scenes else [])
    assert (chosen.arrangement.clip.duration_s == 12.0) is by_scenes


def test_wishes_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InputError, match="by themselves"):
        MusicWish(("1",), by_scenes=True)
    with pytest.raises(InputError, match="single track"):
        MusicWish(("1", "2@20"), 3.0)
