import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import opentimelineio as otio
import pytest
import soundfile

from engine.__main__ import main
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.placing import place_from
from engine.arrangement.storage import VERSION, history_from_json
from engine.cli import choice
from engine.cli.choice import ChosenMusic, MusicWish
from engine.encoders.profile import Profile
from engine.export.formats import FORMATS
from engine.files import write_text
from engine.library.clips import SavedClip
from engine.library.library import Library
from engine.library.scan import content_hash
from engine.library.tracks import Track, TrackFile
from engine.media.loudness import measure_loudness
from engine.media.probe import VideoInfo
from engine.media.tags import Tags
from engine.paths import settings_file
from engine.settings import set_setting
from engine.sound.clip_sound import ClipSound
from tests.media.many_streams import Attachment, Picture, Sound, write_streams

WriteClip = Callable[..., Path]
VERSION_1 = Path(__file__).parents[1] / "arrangement" / "saved_version_1"


@pytest.fixture
def clip(write_clip: WriteClip, tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", n_frames=75)


@pytest.fixture
def sounds() -> list[ClipSound]:
    """The clip's own sound, which a test may replace."""
    return [ClipSound()]


@pytest.fixture
def asked(tmp_path: Path, sounds: list[ClipSound], monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Replace analysis and ranking with fakes; record the calls."""
    path = tmp_path / "track.wav"
    soundfile.write(path, np.full((20 * 48_000, 2), 0.1), 48_000)
    track = Track(
        TrackFile(path, id=7, origin="own", content_hash="track-hash"),
        Tags("Song", artist="Duo", licence="CC0"),
        Profile(genre_probabilities=(1.0,) + (0.0,) * 9),
    )
    features: Any = SimpleNamespace(
        duration_s=20.0,
        beats_s=np.arange(0, 20, 0.5),
        downbeats_s=np.arange(0, 20, 2.0),
        energy_curve=np.ones(20),
        loudness_lufs=-14.0,
        true_peak_dbtp=-6.0,
    )
    calls: list[object] = []

    def choose(info: VideoInfo, wish: MusicWish, _: object) -> ChosenMusic:
        calls.append(wish)
        placed = place_from(info, track, features, wish.start_s or 4.0, wish.part)
        return ChosenMusic((track,), placed, *sounds)

    monkeypatch.setattr(choice, "choose_music", choose)
    return calls


def saved_text(clip: Path) -> str:
    kept = Library.open().clips.get(content_hash(clip))
    assert kept is not None and kept.path == clip
    return kept.text


def saved(clip: Path) -> Arrangement:
    return history_from_json(saved_text(clip)).current


def test_a_pick_is_saved_when_it_is_said(clip: Path, asked: list[object], tmp_path: Path) -> None:
    assert main(["export", str(clip), "--pick", "--credits", str(tmp_path / "a.txt")]) == 0
    assert [(pick.clip_hash, pick.track_hash) for pick in Library.open().picks.all()] == [
        (content_hash(clip), "track-hash")
    ]


def test_music_is_lowered_under_speech_for_the_levels_of_the_export(
    clip: Path, asked: list[object], sounds: list[ClipSound], tmp_path: Path
) -> None:
    sounds[:] = [ClipSound(((0.5, 1.5),), speech_lufs=-30.0, loudness_lufs=-30.0)]
    arguments = ["--music-gain", "-6", "--loudness", "-23", "--credits", str(tmp_path / "a.txt")]
    assert main(["export", str(clip), *arguments]) == 0
    ducking = saved(clip).ducking
    assert ducking is not None
    # Speech at -30 LUFS, 10 LU above music at -29 LUFS that may be 3 LU louder for a while.
    assert ducking.depth_db == pytest.approx(14.0)


def test_all_four_results_and_the_arrangement(
    clip: Path, asked: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = {name: tmp_path / f"out.{name}" for name in ("mp4", "wav", "otio", "txt")}
    arguments = ["--video", outs["mp4"], "--wav", outs["wav"], "--otio", outs["otio"]]
    arguments += ["--credits", outs["txt"], "--music-gain", -6]
    code = main(["export", str(clip), *map(str, arguments)])
    assert code == 0
    assert capsys.readouterr().out.splitlines() == [str(out) for out in outs.values()]
    assert asked == [MusicWish()]
    with av.open(str(outs["mp4"])) as container:
        assert (container.duration or 0) / av.time_base == pytest.approx(3.0, abs=0.04)
    assert soundfile.info(outs["wav"]).frames == 3 * 48_000
    timeline = otio.adapters.read_from_file(str(outs["otio"]))
    assert timeline.duration().to_seconds() == pytest.approx(3.0)
    assert outs["txt"].read_text() == "Music: “Song” by Duo\nLicence: CC0\n"
    library = Library.open()
    assert library.picks.all() == ()
    arrangement = saved(clip)
    assert arrangement.items[0].track_start_s == 4.0
    assert arrangement.items[0].track.tags == Tags("Song", "Duo", licence="CC0")
    assert arrangement.music_gain_db == -6.0


def test_start_and_track_are_passed_on(clip: Path, asked: list[object], tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    assert main(["export", str(clip), "--track", "3", "--start", "6", "--credits", str(out)]) == 0
    assert asked == [MusicWish(("3",), 6.0)]
    assert saved(clip).items[0].track_start_s == 6.0


def test_an_export_adds_a_step_to_a_history_of_version_1(
    clip: Path, asked: list[object], tmp_path: Path
) -> None:
    old = (VERSION_1 / "bundled_track.json").read_text()
    Library.open().clips.save(SavedClip(content_hash(clip), clip, old))
    assert main(["export", str(clip), "--credits", str(tmp_path / "a.txt")]) == 0
    text = saved_text(clip)
    assert json.loads(text)["version"] == VERSION
    history = history_from_json(text)
    # What was undone is gone; the current step of the old history comes before the new one.
    assert history.position == 2
    assert history.current.items[0].track.title == "Song"
    assert history.arrangements[1] == history_from_json(old).moved(clip).current


def test_a_newer_saved_arrangement_stays_and_that_is_said(
    clip: Path, asked: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newer = SavedClip(content_hash(clip), clip, f'{{"version": {VERSION + 1}}}')
    Library.open().clips.save(newer)
    assert main(["export", str(clip), "--credits", str(tmp_path / "a.txt")]) == 0
    assert "written by a newer version of Soundbed" in capsys.readouterr().err
    assert Library.open().clips.get(content_hash(clip)) == newer


def test_start_that_leaves_too_little_music_is_moved_and_said(
    clip: Path, asked: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(clip), "--start", "19", "--credits", str(tmp_path / "a.txt")]) == 0
    assert "it starts at 16.00 s" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to write"),
        (["--wav", "x", "--otio", "x"], "same file name"),
        (["--video", "clip.mp4"], "the clip or the track itself"),
        (["--video", "clip.mp4", "--force"], "the clip or the track itself"),
        (["--wav", "there.wav"], "already"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_line(
    arguments: list[str],
    message: str,
    clip: Path,
    asked: list[object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.wav").write_text("mine")
    before = sorted(tmp_path.iterdir())
    assert main(["export", str(clip), *arguments]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "arguments",
    [["--start", "-1"], ["--start", "nan"], ["--music-gain", "loud"], ["--clip-gain", "99"]],
)
def test_numbers_that_make_no_sense(arguments: list[str], clip: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["export", str(clip), "--wav", "a.wav", *arguments])
    assert stopped.value.code == 2


def test_clip_that_is_not_there(
    asked: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tmp_path / "gone.mp4"), "--wav", str(tmp_path / "a.wav")]) == 2
    assert "gone.mp4" in capsys.readouterr().err


def test_container_that_can_not_hold_the_picture_is_changed_and_said(
    write_clip: WriteClip,
    asked: list[object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clip = write_clip(tmp_path / "a.mkv", codec="ffv1", n_frames=75, sound=None)
    assert main(["export", str(clip), "--video", str(tmp_path / "out.mp4")]) == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(tmp_path / "out.mkv")
    assert "out.mp4 can't contain ffv1 video; it is written as out.mkv" in said.err


def test_what_a_video_leaves_out_is_said(
    asked: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = write_streams(tmp_path / "a.mkv", Picture(n_frames=75), Sound(), Attachment())
    assert main(["export", str(clip), "--video", str(tmp_path / "out.mp4")]) == 0
    said = capsys.readouterr().err
    assert "Left out: the attached file font.ttf. MP4 can't contain it; MKV can." in said
    assert main(["export", str(clip), "--video", str(tmp_path / "out.mkv")]) == 0
    assert "Left out" not in capsys.readouterr().err


def test_a_picture_that_no_container_takes_is_refused_before_the_analysis(
    write_clip: WriteClip,
    asked: list[object],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    clip = write_clip(tmp_path / "a.wmv", codec="wmv2", n_frames=10, sound=None)
    assert main(["export", str(clip), "--video", str(tmp_path / "out.mp4")]) == 2
    said = capsys.readouterr().err
    assert "video in Windows Media Video 8 (wmv2) fits into no file" in said
    assert len(said.strip().splitlines()) == 1
    assert asked == []


@pytest.mark.parametrize(
    ("setting", "sound", "layout"),
    [
        ("surround", [], "5.1"),
        ("surround", ["--sound", "stereo"], "stereo"),
        ("stereo", [], "stereo"),
        ("stereo", ["--sound", "surround"], "5.1"),
    ],
)
def test_surround_sound_is_kept_unless_stereo_is_asked_for(
    setting: str, sound: list[str], layout: str, asked: list[object], tmp_path: Path
) -> None:
    set_setting("surround", setting)
    clip = write_streams(tmp_path / "a.mov", Picture(n_frames=75), Sound(layout="5.1"))
    out = tmp_path / "out.mp4"
    assert main(["export", str(clip), "--video", str(out), *sound]) == 0
    with av.open(str(out)) as container:
        assert container.streams.audio[0].layout.name == layout


def test_help_lists_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["export", "--help"])
    text = capsys.readouterr().out
    assert all(f"--{kind.name} OUT" in text for kind in FORMATS)


@pytest.mark.parametrize(("asked_for", "lufs"), [("-23", -23.0), ("-14", -14.0), (None, -16.0)])
def test_the_part_that_plays_has_the_loudness_that_is_asked_for(
    clip: Path, asked: list[object], tmp_path: Path, asked_for: str | None, lufs: float
) -> None:
    write_text(settings_file(), json.dumps({"loudness": "-16"}))
    rng = np.random.default_rng(1)
    time_s = np.arange(20 * 48_000) / 48_000
    # A track of 20 s whose start, which is what plays, is 12 dB quieter than the rest.
    level = np.where(time_s < 8, 0.02, 0.08)
    noise = rng.normal(0, level)
    soundfile.write(tmp_path / "track.wav", np.stack([noise, noise], 1), 48_000)
    out = tmp_path / "music.wav"
    options = [] if asked_for is None else ["--loudness", asked_for]
    assert main(["export", str(clip), "--wav", str(out), *options]) == 0
    measured = measure_loudness(out)
    assert measured.integrated_lufs == pytest.approx(lufs, abs=0.2)
    assert measured.true_peak_dbtp <= -1.0


def test_loudness_off_leaves_the_track_as_it_is(
    clip: Path, asked: list[object], tmp_path: Path
) -> None:
    out = tmp_path / "music.wav"
    assert main(["export", str(clip), "--wav", str(out), "--loudness", "off"]) == 0
    assert soundfile.read(out)[0][48_000].tolist() == pytest.approx([0.1, 0.1], abs=1e-4)


def test_in_and_out_and_several_tracks_are_passed_on(
    clip: Path, asked: list[object], tmp_path: Path
) -> None:
    out = ["--credits", str(tmp_path / "a.txt")]
    part = ["--in", "00:00:01:00", "--out", "2.5"]
    assert main(["export", str(clip), *part, "--track", "3", "--track", "b.ogg@2", *out]) == 0
    assert asked == [MusicWish(("3", "b.ogg@2"), None, ClipPart(25, 62))]
    assert saved(clip).part == ClipPart(25, 62)


def test_music_by_scenes_is_asked_for(clip: Path, asked: list[object], tmp_path: Path) -> None:
    arguments = ["--by-scenes", "--credits", str(tmp_path / "a.txt")]
    assert main(["export", str(clip), *arguments]) == 0
    assert asked == [MusicWish(by_scenes=True)]
