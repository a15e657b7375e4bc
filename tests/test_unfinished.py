"""What a killed process left is deleted at the next start; what a living one writes stays."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine import files
from engine.paths import data_dir
from engine.unfinished import Temporary, delete_unfinished, left_behind, sweep

_PROGRAM = """
import sys, time
from pathlib import Path
from engine import files
{lines}
    print("ready", flush=True)
    time.sleep(60)
"""


@contextmanager
def running(lines: str, *arguments: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that is in a block of `engine.files`; killed at the end."""
    command = [sys.executable, "-c", _PROGRAM.format(lines=lines), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def journals() -> list[str]:
    return names_in(data_dir() / "unfinished")


FILE = """
with files.replacing(Path(sys.argv[1]) / "mix.wav") as beside:
    beside.write_bytes(b"half")"""
STAGE = """
folder = Path(sys.argv[1])
with files.replacing_all([folder / "a.xml", folder / "a media" / "1.wav"]) as staged:
    staged[folder / "a.xml"].write_text("half")"""
INSIDE = """
with files.scratch_folder(Path(sys.argv[1])) as folder, files.replacing(folder / "a" / "b") as file:
    file.write_text("half")"""
FOLDER = """
with files.replacing_folder(Path(sys.argv[1]) / "pack") as beside:
    (beside / "model").write_text("half")"""
SCRATCH = """
with files.scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "picture").write_text("half")"""


@pytest.mark.parametrize("lines", [FILE, STAGE, FOLDER, SCRATCH, INSIDE])
def test_what_a_killed_process_left_is_deleted_and_living_ones_keep_theirs(
    tmp_path: Path, lines: str
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with running(lines, tmp_path) as process:
        before = names_in(tmp_path)
        assert len(before) == 2
        assert sweep() == 0
        assert left_behind() == ()
        assert names_in(tmp_path) == before
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(left_behind()) == 1
    assert sweep() == 1
    assert names_in(tmp_path) == ["mine.txt"]
    assert journals() == []


def test_finished_files_leave_no_journal(tmp_path: Path) -> None:
    files.write_text(tmp_path / "a.txt", "whole")
    with files.replacing(tmp_path / "b.txt"), files.replacing(tmp_path / "c.txt"):
        assert len(journals()) == 1
    assert journals() == []
    assert sweep() == 0
    assert names_in(tmp_path) == ["a.txt", "b.txt", "c.txt"]


def test_a_folder_on_a_drive_that_is_away_is_cleaned_when_it_is_back(tmp_path: Path) -> None:
    drive, away = tmp_path / "drive", tmp_path / "away"
    drive.mkdir()
    with running(FILE, drive):
        pass
    drive.rename(away)
    assert sweep() == 0
    assert len(journals()) == 1
    away.rename(drive)
    assert sweep() == 1
    assert names_in(drive) == []
    assert journals() == []


def kill_in(lines: str, folder: Path, before: str) -> None:
    """Run a replacement that ends its process, unswept, at a call of `Path.<before>`."""
    patch = f"""
import os, sys
from pathlib import Path
from engine import files
calls = []
real = Path.{before}
def dying(self, target):
    calls.append(self)
    if self.name.startswith(".soundbed-") or self.parent.name.startswith(".soundbed-"):
        os._exit(9)
    return real(self, target)
Path.hardlink_to = lambda self, target: (_ for _ in ()).throw(OSError(95, "no links here"))
Path.{before} = dying
folder = Path(sys.argv[1])
{lines}
"""
    ended = subprocess.run([sys.executable, "-c", patch, str(folder)], check=False)
    assert ended.returncode == 9


NOTED = """
from engine.unfinished import Temporary, noted
with noted(Temporary(Path(sys.argv[1]), Path(sys.argv[1]))):"""


@pytest.mark.parametrize("name", ["soundbed-0123456789abcdef", ".installing-0123456789abcdef"])
def test_what_was_in_a_temporary_folder_that_is_gone_is_forgotten(
    name: str, tmp_path: Path
) -> None:
    with running(NOTED, tmp_path / name / "inner" / ".soundbed-fedcba9876543210.wav"):
        assert len(journals()) == 1
    sweep()
    assert journals() == []


def test_a_file_put_aside_comes_back_where_the_process_died_before_the_new_one_was_there(
    tmp_path: Path,
) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text("old")
    kill_in(
        "with files.replacing_all([folder / 'a.xml', folder / 'b.xml']) as staged:\n"
        "    [path.write_text('new') for path in staged.values()]\n",
        tmp_path,
        before="replace",
    )
    assert not (tmp_path / "a.xml").exists()
    sweep()
    assert [(tmp_path / name).read_text() for name in ("a.xml", "b.xml")] == ["old", "old"]
    assert names_in(tmp_path) == ["a.xml", "b.xml"]


def test_a_folder_put_aside_comes_back_where_the_process_died_before_the_new_one_was_there(
    tmp_path: Path,
) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "model").write_text("old")
    kill_in(
        "with files.replacing_folder(folder / 'pack') as beside:\n"
        "    (beside / 'model').write_text('new')\n",
        tmp_path,
        before="rename",
    )
    assert not pack.exists()
    sweep()
    assert (pack / "model").read_text() == "old"
    assert names_in(tmp_path) == ["pack"]


def test_a_journal_names_only_what_is_ours(tmp_path: Path) -> None:
    mine = tmp_path / "holiday.mp4"
    mine.write_text("mine")
    Temporary(mine, mine).delete()
    assert mine.read_text() == "mine"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b'["+", "file"]\n', b'["+", "file", "2f'])
def test_a_damaged_journal_is_deleted(content: bytes) -> None:
    folder = data_dir() / "unfinished"
    folder.mkdir(parents=True)
    (folder / "1-1.jsonl").write_bytes(content)
    assert sweep() == 0
    assert journals() == []


def test_a_process_that_is_told_to_end_deletes_all_kinds(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    with (
        files.replacing(tmp_path / "a.txt") as file,
        files.replacing_folder(pack) as beside,
        files.scratch_folder(tmp_path) as scratch,
    ):
        (scratch / "inner").mkdir()
        delete_unfinished()
        assert names_in(tmp_path) == []
        beside.mkdir()
        file.write_text("")
    assert names_in(tmp_path) == ["a.txt", "pack"]


def test_without_a_data_folder_that_can_be_written_files_are_replaced_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "home"
    blocked.write_text("a file in the way")
    monkeypatch.setenv("SOUNDBED_HOME", str(blocked))
    files.write_text(tmp_path / "a.txt", "whole")
    with files.replacing_folder(tmp_path / "pack"):
        pass
    assert names_in(tmp_path) == ["a.txt", "home", "pack"]
    assert sweep() == 0


def test_names_that_are_not_utf_8_are_swept(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    with running(FILE, folder):
        pass
    assert sweep() == 1
    assert names_in(folder) == []
