"""Which track a command means and how it is placed, with a ranked list of one made-up track."""

from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.arrangement.placing import place
from engine.cli.choice import choose_track
from engine.errors import InputError
from engine.library.libraries import Libraries
from engine.library.marks import Marks, Section
from engine.progress import silent
from engine.sound.clip_sound import ClipSound
from engine.stories import recommend as story
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
    chosen = choose_track(INFO, wanted, None, silent())
    assert chosen.track is TRACK
    assert chosen.arrangement is ranked.arrangement


def test_the_clips_length_decides_what_is_cut_unless_a_start_was_given() -> None:
    def parts(start_s: float | None) -> list[tuple[float, float]]:
        (item,) = choose_track(INFO, "1", start_s, silent()).arrangement.items
        return [(one.track_start_s + one.fade_in_s, one.track_end_s) for one in item.segments]

    # A bar from the beginning, then the ending, which rings a second less than it could.
    assert parts(None) == [(0.0, 2.0), (18.0, 19.0)]
    assert parts(4.0) == [(4.05, 7.0)]


@pytest.mark.parametrize("start_s", [None, 4.0])
def test_the_sound_of_the_clip_comes_with_it(start_s: float | None) -> None:
    assert choose_track(INFO, "1", start_s, silent()).sound.speech_s == ((1.0, 2.0),)


@pytest.mark.parametrize("wanted", ["0", "2", "99"])
def test_places_outside_the_list_are_refused(wanted: str) -> None:
    with pytest.raises(InputError, match="ranked list"):
        choose_track(INFO, wanted, None, silent())


def test_a_start_after_the_end_is_refused() -> None:
    with pytest.raises(InputError, match="ends before 25 s"):
        choose_track(INFO, "1", 25.0, silent())
