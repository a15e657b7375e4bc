import csv
import hashlib
import io
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from engine.arrangement.arrangement import Arrangement, MusicItem, TrackReference
from engine.arrangement.clip_part import ClipPart
from engine.arrangement.segments import Segment
from engine.export.cue_sheet import FORMAT, cue_table, cue_text, cues_of
from engine.export.export_format import ExportTask
from engine.media.tags import Tags
from engine.progress import silent
from engine.stories.hand_over import write_exports
from tests.edits import arranged, info_of

TAGS = Tags("Still Water", "Soundbed", "Lakes", "CC0 1.0", "https://example.org/still-water")
NTSC = Fraction(30_000, 1001)


def task_of(*segments: Segment, tags: Tags = TAGS) -> ExportTask:
    info = info_of(NTSC, 900, start_timecode="01:00:00;00")
    track = TrackReference(Path("/music/still water.ogg"), "", tags)
    arrangement = arranged(info, *segments, start_frame=30, track=track)
    return ExportTask(info, arrangement, Path("/out/cues.csv"))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def with_items(task: ExportTask, *items: MusicItem) -> ExportTask:
    arrangement: Arrangement = replace(task.arrangement, items=items)
    return replace(task, arrangement=arrangement)


def test_the_table_has_each_use_with_its_times_and_licence() -> None:
    task = task_of(Segment(5.0, 0.0, 10.01))
    heads, line = rows(cue_table(task, {Path("/music/still water.ogg"): "ab12"}))
    assert heads[:7] == ["No.", "Title", "Artist", "Album", "In", "Out", "Length"]
    # From frame 30, for 300 frames.
    assert line == [
        "1", "Still Water", "Soundbed", "Lakes", "01:00:01;00", "01:00:11;00", "00:00:10",
        "10.010", "CC0 1.0", "https://example.org/still-water", "still water.ogg", "ab12",
    ]  # fmt: skip


def test_the_text_says_the_same() -> None:
    task = task_of(Segment(5.0, 0.0, 10.01))
    assert cue_text(task, {Path("/music/still water.ogg"): "ab12"}) == (
        "Cue sheet: clip.mov\n"
        "Length: 00:00:30, with music: 00:00:10\n"
        "Timecode: 29.97 frames per second, drop-frame\n"
        "\n"
        "1. “Still Water” by Soundbed\n"
        "In 01:00:01;00, out 01:00:11;00, length 00:00:10\n"
        "Album: Lakes\n"
        "Licence: CC0 1.0\n"
        "https://example.org/still-water\n"
        "File: still water.ogg\n"
        "SHA-256: ab12\n"
    )


def test_what_is_unknown_is_said_or_left_out() -> None:
    text = cue_text(task_of(Segment(5.0, 0.0, 10.0), tags=Tags()), {})
    assert "1. “still water”\n" in text
    assert "Licence: unknown\n" in text
    assert "SHA-256" not in text


def test_segments_that_follow_each_other_are_one_use() -> None:
    spliced = task_of(Segment(5, 0, 4, 0, 0.2), Segment(9, 3.8, 4, 0.2), Segment(20, 10, 2))
    frames = [(cue.first_frame, cue.end_frame) for cue in cues_of(spliced)]
    assert frames == [(30, 264), (330, 390)]


def test_only_what_plays_in_the_part_counts() -> None:
    task = task_of(Segment(5.0, 0.0, 20.0))
    part = replace(task.arrangement, part=ClipPart(100, 200))
    (cue,) = cues_of(replace(task, arrangement=part))
    assert (cue.first_frame, cue.end_frame) == (100, 200)
    (item,) = task.arrangement.items
    assert cues_of(with_items(task, replace(item, muted=True))) == ()
    assert cues_of(replace(task, arrangement=task.arrangement.with_gains(music_gain_db=-60))) == ()
    before = replace(task.arrangement, part=ClipPart(0, 20))
    assert cues_of(replace(task, arrangement=before)) == ()


@pytest.mark.parametrize("start", ["=1+2", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_cells_are_no_formulas(start: str) -> None:
    tags = replace(TAGS, title=start, artist=start, licence=start, url=start, album=start)
    (_, line) = rows(cue_table(task_of(Segment(5.0, 0.0, 10.0), tags=tags), {}))
    assert all(cell[:1] not in "=+-@\t\r" for cell in line if cell)


def test_tags_can_not_add_lines_or_cells() -> None:
    tags = replace(TAGS, title='A","B\r\n9,=x', artist="sea\udcff\x1b[2J")
    task = task_of(Segment(5.0, 0.0, 10.0), tags=tags)
    table = rows(cue_table(task, {}))
    assert [len(line) for line in table] == [12, 12]
    assert table[1][1] == 'A","B  9,\'=x'
    assert table[1][2] == "sea? [2J"
    assert cue_text(task, {}).count("\n") == 10


@pytest.mark.parametrize("name", ["cues.csv", "cues.txt"])
def test_the_suffix_says_which_is_written_with_the_hash_of_the_file(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / "track.ogg"
    path.write_bytes(b"music")
    task = task_of(Segment(5.0, 0.0, 10.0))
    item = replace(task.arrangement.items[0], track=TrackReference(path, "", TAGS))
    task = replace(with_items(task, item), out=tmp_path / name)
    (plan,) = write_exports([(FORMAT, task)], silent())
    assert plan.out == tmp_path / name
    data = (tmp_path / name).read_bytes()
    assert hashlib.sha256(b"music").hexdigest().encode() in data
    # Excel needs the mark to read UTF-8.
    assert data.startswith(b"\xef\xbb\xbf") == name.endswith("csv")


def test_a_track_that_is_gone_has_no_hash(tmp_path: Path) -> None:
    task = replace(task_of(Segment(5.0, 0.0, 10.0)), out=tmp_path / "cues.csv")
    write_exports([(FORMAT, task)], silent())
    (_, line) = rows((tmp_path / "cues.csv").read_text("utf-8-sig"))
    assert line[-1] == ""
