"""A folder of clips, with a made-up analysis and a format that writes a line of text."""

import json
import os
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.arrangement.arrangement import Arrangement, TrackReference
from engine.arrangement.segments import Segment
from engine.errors import Cancelled, ExportError, InputError, MediaUnreadable
from engine.export.export_format import ExportFormat, ExportPlan, ExportTask
from engine.export.formats import FORMATS
from engine.media.frames import Frame
from engine.progress import Progress, ProgressStep, silent
from engine.settings import Settings, save_settings
from engine.sound.clip_sound import ClipSound
from engine.stories import batch, hand_over
from engine.stories.batch import find_clips, has_clips, plan_batch, run_batch
from engine.stories.batch_options import PAGE, BatchOptions, BatchReport
from engine.stories.batch_record import FILE, load_record
from engine.stories.ranking_options import RankingOptions
from tests.arrangements import arranged
from tests.video_infos import video_info

ANALYSED: list[str] = []


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that finds the same track for every clip, and fails for some."""
    ANALYSED.clear()

    def analyse(clip: Path, progress: Progress, _pack: Path | None) -> Any:
        ANALYSED.append(clip.name)
        progress.step("Reading frames", 1, 2)
        progress.step("Reading frames", 2, 2)
        progress.step("Analysing the sound")
        if clip.read_bytes() == b"bad":
            raise MediaUnreadable("it is <damaged>.", path=clip)
        if clip.read_bytes() == b"stop":
            raise Cancelled
        pixels = np.full((36, 64, 3), 90, np.uint8)
        duration_s = 601.0 if clip.read_bytes() == b"long" else 12.0
        info = video_info(duration_s, path=clip)
        return SimpleNamespace(info=info, sound=ClipSound(), filmstrip=(Frame(0.0, pixels),))

    def ranked(clip: Any, _options: RankingOptions, *_: object) -> Any:
        arrangement = arranged(Segment(0.0, 0.0, 12.0), clip=clip.info.path)
        best = SimpleNamespace(
            arrangement=arrangement, reasons=("it is <b>calm</b>",), fit="strong"
        )
        return SimpleNamespace(items=(best,), notes=("a note",))

    def by_scenes(clip: Any, *_: object) -> Arrangement:
        first = arranged(Segment(0.0, 0.0, 6.0), clip=clip.info.path)
        other = replace(first.items[0], track=TrackReference(Path("/music/b.ogg")), start_frame=150)
        return replace(first, items=(*first.items, other))

    def plan(_kind: ExportFormat, _info: Any, out: Path, _sound: object) -> ExportPlan:
        return ExportPlan(out)

    def write(kind: ExportFormat, task: ExportTask, progress: Progress) -> None:
        progress.step("Writing", 1, 2)
        for path in kind.files(task):
            task.path_of(path).write_text("written")

    def candidates(options: RankingOptions, *_: object) -> None:
        if options.filters:
            raise InputError("None of the tracks passes the filter.")

    monkeypatch.setattr(batch, "candidates_for", candidates)
    monkeypatch.setattr(batch, "matching_pack", lambda _: None)
    monkeypatch.setattr(batch, "analyse_clip_isolated", analyse)
    monkeypatch.setattr(batch, "recommend", ranked)
    monkeypatch.setattr(batch, "plan_export", plan)
    monkeypatch.setattr(batch, "level_isolated", lambda arrangement, *_: arrangement)
    monkeypatch.setattr(batch, "arrange_scenes", by_scenes)
    monkeypatch.setattr(hand_over, "_write", write)


def make(folder: Path, **clips: str) -> Path:
    for name, content in clips.items():
        (folder / f"{name}.mp4").write_text(content)
    return folder


def run(folder: Path, **changes: Any) -> BatchReport:
    options = replace(BatchOptions(formats=("wav",)), **changes)
    return run_batch(folder, folder / "out", options, silent())


def test_each_clip_gets_its_files_and_its_place_on_the_page(tmp_path: Path) -> None:
    report = run(make(tmp_path, a="1", b="2"), formats=("wav", "credits"))
    assert [entry.name for entry in report.entries] == ["a.mp4", "b.mp4"]
    assert report.entries[0].files == ("a.mp4/a.wav", "a.mp4/a.txt")
    assert all((tmp_path / "out" / file).is_file() for file in report.entries[1].files)
    page = report.page.read_text()
    assert 'href="b.mp4/b.wav"' in page
    assert "data:image/jpeg;base64," in page


def test_scenes_get_tracks_of_their_own(tmp_path: Path) -> None:
    make(tmp_path, a="1")
    assert run(tmp_path).entries[0].tracks == ("track",)
    assert run(tmp_path, by_scenes=True).entries[0].tracks == ("track", "b")
    make(tmp_path, a="long")
    assert run(tmp_path).entries[0].tracks == ("track", "b")


def test_a_clip_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    report = run(make(tmp_path, a="bad", b="2"))
    assert [entry.problem is None for entry in report.entries] == [False, True]
    assert report.n_failed == 1
    page = report.page.read_text()
    assert "It is &lt;damaged&gt;" in page
    assert str(tmp_path) not in page


def test_what_browsers_play_is_played_on_the_page(tmp_path: Path) -> None:
    page = run(make(tmp_path, a="1"), formats=("video", "wav")).page.read_text()
    assert re.search(r'<video [^>]*poster="data:[^>]* src="a\.mp4/a\.mp4"></video>', page)
    assert "<audio" not in page
    page = run(tmp_path, formats=("wav", "mix", "credits")).page.read_text()
    # The mix tells more than the music alone.
    assert 'src="a.mp4/a%20mix.wav"></audio>' in page
    assert "<video" not in page
    page = run(tmp_path, formats=("credits",)).page.read_text()
    assert "<audio" not in page
    assert "<img" in page


def test_the_summary_leads_to_the_first_clip_that_failed(tmp_path: Path) -> None:
    page = run(make(tmp_path, a="1", b="bad", c="bad")).page.read_text()
    assert '<a class="problem" href="#clip1">2 without music</a>' in page
    assert '<article id="clip1" class="alone"><h2>b.mp4</h2>' in page


def test_reasons_are_those_of_a_track_that_plays(tmp_path: Path) -> None:
    (alone,) = run(make(tmp_path, a="1")).entries
    (several,) = run(tmp_path, by_scenes=True).entries
    assert (alone.reasons, alone.fit) == (("it is <b>calm</b>",), "strong")
    assert (several.reasons, several.fit) == ((), None)


def test_text_from_outside_is_plain_text_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "<i>x.mp4").write_text("1")
    page = run(tmp_path).page.read_text()
    assert "<i>" not in page
    assert "<b>calm" not in page
    assert "&lt;b&gt;calm" in page


def test_finished_clips_are_not_made_again(tmp_path: Path) -> None:
    run(make(tmp_path, a="1", b="2"))
    again = run(make(tmp_path, c="3"))
    assert ANALYSED == ["a.mp4", "b.mp4", "c.mp4"]
    assert (again.n_resumed, len(again.entries)) == (2, 3)


@pytest.mark.parametrize(
    "change", ["clip", "wish", "setting", "surround", "level", "file", "sound", "again", "record"]
)
def test_what_no_longer_holds_is_made_again(tmp_path: Path, change: str) -> None:
    changes: dict[str, Any] = {"formats": ("wav", "fcp7")}
    report = run(make(tmp_path, a="1"), **changes)
    if change == "clip":
        make(tmp_path, a="longer")
    elif change == "wish":
        changes |= {"ranking": RankingOptions(top=1, text="calm piano")}
    elif change == "setting":
        save_settings(Settings(loudness="-23"))
    elif change == "surround":
        save_settings(Settings(surround="stereo"))
    elif change == "level":
        changes |= {"settings": Settings(music_gain_db=-6.0)}
    elif change == "file":
        (tmp_path / "out" / report.entries[0].files[0]).unlink()
    elif change == "sound":
        # That of the timeline, which no link of the page leads to.
        (tmp_path / "out" / report.entries[0].beside[0]).unlink()
    elif change == "again":
        changes |= {"again": True}
    else:
        (tmp_path / "out" / FILE).write_text("{")
    assert run(tmp_path, **changes).n_resumed == 0
    assert ANALYSED == ["a.mp4", "a.mp4"]


def test_the_order_of_the_formats_is_no_change(tmp_path: Path) -> None:
    run(make(tmp_path, a="1"), formats=("wav", "credits"))
    assert run(tmp_path, formats=("credits", "wav")).n_resumed == 1


def test_the_levels_of_the_settings_are_those_of_the_mix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Arrangement] = []

    def write(_kind: ExportFormat, task: ExportTask, _progress: Progress) -> None:
        written.append(task.arrangement)
        task.path_of(task.out).write_text("written")

    monkeypatch.setattr(hand_over, "_write", write)
    run(make(tmp_path, a="1"), settings=Settings(music_gain_db=-6.0, clip_gain_db=-3.0))
    assert (written[0].music_gain_db, written[0].clip_gain_db) == (-6.0, -3.0)


def test_a_plan_says_what_is_finished_and_writes_nothing(tmp_path: Path) -> None:
    make(tmp_path, a="1", b="2")
    out, options = tmp_path / "out", BatchOptions(formats=("wav",))
    assert not plan_batch(tmp_path, out, options).finished
    assert not out.exists()
    run(tmp_path)
    make(tmp_path, c="3")
    plan = plan_batch(tmp_path, out, options)
    assert plan.names == ("a.mp4", "b.mp4", "c.mp4")
    assert plan.finished == {"a.mp4", "b.mp4"}
    assert not plan_batch(tmp_path, out, replace(options, by_scenes=True)).finished


def test_steps_count_clips_and_name_them(tmp_path: Path) -> None:
    run(make(tmp_path, b="2"))
    make(tmp_path, a="1", c="3")
    seen: list[ProgressStep] = []
    run_batch(tmp_path, tmp_path / "out", BatchOptions(formats=("wav",)), Progress(seen.append))
    named = {(int(step.done), step.total, step.item) for step in seen}
    # The one that is finished counts first.
    assert named == {(1, 3, "a.mp4"), (2, 3, "c.mp4")}
    assert [step.done for step in seen] == sorted(step.done for step in seen)


@pytest.mark.parametrize("blocked", ["file", "nested"])
def test_results_that_cannot_be_written_stop_it_before_the_first_clip(
    tmp_path: Path, blocked: str
) -> None:
    make(tmp_path, a="1")
    file = tmp_path / "out"
    file.write_text("a file where the folder should be")
    with pytest.raises(ExportError, match="can't be written"):
        out = file if blocked == "file" else file / "deeper"
        run_batch(tmp_path, out, BatchOptions(formats=("wav",)), silent())
    assert ANALYSED == []


def test_filters_that_leave_no_track_stop_it_before_the_first_clip(tmp_path: Path) -> None:
    make(tmp_path, a="1")
    with pytest.raises(InputError, match="passes the filter"):
        run(tmp_path, ranking=RankingOptions(top=1, filters={"bpm": (219.0, 220.0)}))
    assert ANALYSED == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("where", ["itself", "around", "dotted"])
def test_results_among_the_clips_are_refused(tmp_path: Path, where: str) -> None:
    clips = tmp_path / "clips"
    clips.mkdir()
    make(clips, a="1")
    outs = {"itself": clips, "around": tmp_path, "dotted": clips / "x" / ".."}
    with pytest.raises(InputError, match="folder of the clips"):
        plan_batch(clips, outs[where], BatchOptions())


def test_folders_with_clips_are_told_from_others(tmp_path: Path) -> None:
    (tmp_path / "song.mp3").write_text("x")
    (tmp_path / ".hidden.mp4").write_text("x")
    assert not has_clips(tmp_path)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.MOV").write_text("x")
    assert has_clips(tmp_path)


def test_a_failed_clip_is_tried_again(tmp_path: Path) -> None:
    run(make(tmp_path, a="bad"))
    assert run(make(tmp_path, a="good")).n_failed == 0


def test_what_is_finished_stays_finished_when_it_is_stopped(tmp_path: Path) -> None:
    make(tmp_path, a="1", b="stop", c="3")
    with pytest.raises(Cancelled):
        run(tmp_path)
    assert set(load_record(tmp_path / "out").entries) == {"a.mp4"}
    assert "a.mp4" in (tmp_path / "out" / PAGE).read_text()
    make(tmp_path, b="2")
    assert run(tmp_path).n_resumed == 1


def test_only_videos_outside_the_results_are_taken(tmp_path: Path) -> None:
    make(tmp_path, a="1")
    (tmp_path / "song.mp3").write_text("x")
    (tmp_path / ".hidden.mp4").write_text("x")
    for name in ("deep", "out"):
        (tmp_path / name).mkdir()
    make(tmp_path / "deep", b="1")
    make(tmp_path / "out", c="1")
    for out in (tmp_path / "out", tmp_path / "deep" / ".." / "out"):
        found = [path.name for path in find_clips(tmp_path, out)]
        assert found == ["a.mp4", "b.mp4"]


def test_the_results_of_another_batch_are_no_clips(tmp_path: Path) -> None:
    run(make(tmp_path, a="1"), formats=("video",))
    make(tmp_path / "out", old="left there")
    assert [path.name for path in find_clips(tmp_path, tmp_path / "other")] == ["a.mp4"]
    # A folder that only has a file with such a name may hold clips.
    (tmp_path / "deep").mkdir()
    (make(tmp_path / "deep", b="1") / FILE).write_text("{}")
    assert [path.name for path in find_clips(tmp_path, tmp_path / "other")] == ["a.mp4", "b.mp4"]


def test_a_record_from_elsewhere_names_no_files_outside(tmp_path: Path) -> None:
    run(make(tmp_path, a="1"))
    file = tmp_path / "out" / FILE
    values = json.loads(file.read_text())
    values["entries"][0]["files"] = ["../a.mp4"]
    file.write_text(json.dumps(values))
    assert load_record(tmp_path / "out").entries == {}


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_names_that_are_not_unicode(tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.mp4").write_text("1")
    report = run(tmp_path)
    assert report.n_failed == 0
    assert "caf%E9.mp4/caf%E9.wav" in report.page.read_text()
    assert run(tmp_path).n_resumed == 1


def test_no_folder_no_clip_and_unknown_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        run(tmp_path / "none")
    with pytest.raises(InputError, match="no video"):
        run(tmp_path)
    with pytest.raises(InputError, match="no format “gif”"):
        BatchOptions(formats=("gif",))
    with pytest.raises(InputError, match="nothing to write"):
        BatchOptions(formats=())
    assert "video" in [kind.name for kind in FORMATS]
