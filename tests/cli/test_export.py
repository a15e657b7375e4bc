from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import opentimelineio as otio
import pytest
import soundfile

from engine.__main__ import main
from engine.arrangement.history import PlanHistory
from engine.cli import choice
from engine.cli.choice import ChosenTrack
from engine.encoders.profile import Profile
from engine.library.library import Library
from engine.library.marks import Marks, Section
from engine.library.scan import content_hash
from engine.library.tracks import Track, TrackFile
from engine.media.tags import Tags

WriteClip = Callable[..., Path]


@pytest.fixture
def clip(write_clip: WriteClip, tmp_path: Path) -> Path:
    return write_clip(tmp_path / "clip.mp4", n_frames=75)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Stand in for looking, listening and ranking; remember what was asked for."""
    path = tmp_path / "track.wav"
    soundfile.write(path, np.full((20 * 48_000, 2), 0.1), 48_000)
    track = Track(
        TrackFile(path, id=7, origin="own", content_hash="track-hash"),
        Tags("Song", artist="Duo", licence="CC0"),
        Profile(genre_probabilities=(1.0,) + (0.0,) * 9),
    )
    features = SimpleNamespace(
        duration_s=20.0,
        beats_s=np.arange(0, 20, 0.5),
        downbeats_s=np.arange(0, 20, 2.0),
        energy_curve=np.ones(20),
        loudness_lufs=-14.0,
        true_peak_dbtp=-6.0,
    )
    calls: list[object] = []

    def choose(_clip: Path, wanted: str | None, start_s: float | None, _: object) -> ChosenTrack:
        calls.append(wanted)
        return ChosenTrack(track, features, 4.0 if start_s is None else start_s)  # type: ignore[arg-type]

    monkeypatch.setattr(choice, "choose_track", choose)
    return calls


def test_all_four_results_and_the_pick(
    clip: Path, asked: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outs = {name: tmp_path / f"out.{name}" for name in ("mp4", "wav", "otio", "txt")}
    arguments = ["--video", outs["mp4"], "--wav", outs["wav"], "--otio", outs["otio"]]
    arguments += ["--credits", outs["txt"], "--music-gain", -6]
    code = main(["export", str(clip), *map(str, arguments)])
    assert code == 0
    assert capsys.readouterr().out.splitlines() == [str(out) for out in outs.values()]
    assert asked == [None]
    with av.open(str(outs["mp4"])) as container:
        assert (container.duration or 0) / av.time_base == pytest.approx(3.0, abs=0.04)
    assert soundfile.info(outs["wav"]).frames == 3 * 48_000
    timeline = otio.adapters.read_from_file(str(outs["otio"]))
    assert timeline.tracks[-1][0].media_reference.target_url == outs["wav"].as_uri()
    assert outs["txt"].read_text() == "Music: “Song” by Duo\nLicence: CC0\n"
    library = Library.open()
    assert [(pick.clip_hash, pick.track_hash) for pick in library.picks.all()] == [
        (content_hash(clip), "track-hash")
    ]
    plan = PlanHistory.from_json(library.clips.load(content_hash(clip)) or "").current
    assert (plan.start_s, plan.music_gain_db) == (4.0, -6.0)


def test_start_and_track_are_passed_on(clip: Path, asked: list[object], tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    assert main(["export", str(clip), "--track", "3", "--start", "6", "--credits", str(out)]) == 0
    assert asked == ["3"]
    plan = PlanHistory.from_json(Library.open().clips.load(content_hash(clip)) or "").current
    assert plan.start_s == 6.0


def test_the_clips_length_decides_what_is_cut_unless_a_start_was_given(
    clip: Path, asked: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = Marks((Section("theme", 0.0, 9, 0.5), Section("end", 18.0, 1, 0.5)))
    chosen = choice.choose_track

    def with_marks(*arguments: object) -> ChosenTrack:
        found = chosen(*arguments)  # type: ignore[arg-type]
        return replace(found, track=replace(found.track, marks=marks))

    monkeypatch.setattr(choice, "choose_track", with_marks)
    out = tmp_path / "a.otio"

    def parts(*arguments: str) -> list[tuple[float, float]]:
        assert main(["export", str(clip), "--otio", str(out), "--force", *arguments]) == 0
        timeline = otio.adapters.read_from_file(str(out))
        items = [item for item in timeline.tracks[-1] if isinstance(item, otio.schema.Clip)]
        ranges = [item.source_range for item in items]
        return [(r.start_time.to_seconds(), r.end_time_exclusive().to_seconds()) for r in ranges]

    # A bar from the best start, 4 s, then the ending, which rings a second less than it could.
    assert parts() == [(4.0, 6.0), (18.0, 19.0)]
    assert parts("--start", "4") == [(4.0, 7.0)]


def test_start_that_leaves_too_little_music_is_moved_and_said(
    clip: Path, asked: list[object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(clip), "--start", "19", "--credits", str(tmp_path / "a.txt")]) == 0
    assert "it starts at 16.00 s" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to write"),
        (["--wav", "x", "--otio", "x"], "one file"),
        (["--video", "clip.mp4"], "the clip or the track itself"),
        (["--video", "clip.mp4", "--force"], "the clip or the track itself"),
        (["--wav", "there.wav"], "already"),
        (["--wav", "a.wav", "--start", "25"], "over before 25 s"),
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
    assert "out.mp4 can't hold ffv1 pictures; it is written as out.mkv" in said.err
