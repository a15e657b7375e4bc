"""A scan that was stopped or killed is continued; one that was completed or cancelled isn't."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.engine_session import EngineSession
from engine.errors import Cancelled
from engine.library.library import Library
from engine.library.removed import RemoveFolder
from engine.progress import silent
from engine.stories.index import index_folder, rescan, resume_scans
from tests.import_graph import ROOT
from tests.stories.test_index import FakePool, fakes, library, music, states

__all__ = ["fakes", "library", "music"]

KILLED = """
import os, signal, sys
from pathlib import Path
from engine.library.library import Library
from engine.progress import Progress
from engine.stories import index
from tests.stories.test_index import FakePool
import engine.media.worker
engine.media.worker.WorkerPool = FakePool
index.embed_with_active_pack = lambda *_: None

def step(step):
    if step.stage == "Analysing music" and step.done == 2:
        os.kill(os.getpid(), signal.SIGKILL)

index.index_folder(Path(sys.argv[2]), Library.open(Path(sys.argv[1])), Progress(step))
"""


def unfinished(library: Library) -> list[Path]:
    return [folder.path for folder in library.unfinished_scans.all()]


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_scan_is_continued_without_analysing_anything_twice(
    library: Library, music: Path
) -> None:
    command = [sys.executable, "-c", KILLED, str(library.database.path), str(music)]
    killed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (len(library.tracks.all()), unfinished(library)) == (2, [music])
    report = resume_scans(library, silent())
    assert report is not None
    assert (report.added, report.unchanged) == (1, 2)
    assert FakePool.analysed == ["c.ogg"]
    assert set(states(library).values()) == {"ready"}
    assert unfinished(library) == []
    assert resume_scans(library, silent()) is None


def test_a_completed_scan_is_not_continued(library: Library, music: Path) -> None:
    index_folder(music, library, silent())
    assert unfinished(library) == []
    rescan(library, silent())
    assert unfinished(library) == []
    assert resume_scans(library, silent()) is None


def test_a_stopped_rescan_continues_with_the_folders_that_are_left(
    library: Library, music: Path, tmp_path: Path
) -> None:
    index_folder(music, library, silent())
    shutil.copytree(music, tmp_path / "other")
    index_folder(tmp_path / "other", library, silent())
    (music / "new.mp3").write_bytes(b"new")
    FakePool.stop_after = 0
    with pytest.raises(Cancelled):
        rescan(library, silent())
    assert music in unfinished(library)
    FakePool.stop_after = None
    report = resume_scans(library, silent())
    assert report is not None and report.added == 1
    assert unfinished(library) == []


def test_a_folder_that_is_away_is_continued_when_it_is_back(
    library: Library, music: Path, tmp_path: Path
) -> None:
    FakePool.stop_after = 1
    with pytest.raises(Cancelled):
        index_folder(music, library, silent())
    FakePool.stop_after = None
    music.rename(tmp_path / "unplugged")
    assert resume_scans(library, silent()) is None
    # A rescan finds its tracks missing, but isn't the end of it.
    assert rescan(library, silent()).offline == 1
    assert unfinished(library) == [music]
    (tmp_path / "unplugged").rename(music)
    report = resume_scans(library, silent())
    assert report is not None and report.added == 2


def test_what_was_cancelled_or_removed_is_not_continued(
    library: Library, music: Path, tmp_path: Path
) -> None:
    FakePool.stop_after = 1
    for folder in (music, tmp_path / "other"):
        if folder != music:
            shutil.copytree(music, folder)
            (folder / "z.mp3").write_bytes(b"another")
        with pytest.raises(Cancelled):
            index_folder(folder, library, silent())
    library.unfinished_scans.forget(music)
    assert unfinished(library) == [tmp_path / "other"]
    library.apply(RemoveFolder(tmp_path / "other"))
    assert unfinished(library) == []


def test_a_part_of_a_folder_does_not_end_the_scan_of_all_of_it(
    library: Library, music: Path
) -> None:
    FakePool.stop_after = 1
    with pytest.raises(Cancelled):
        index_folder(music, library, silent())
    FakePool.stop_after = None
    index_folder(music / "sub", library, silent())
    assert unfinished(library) == [music]


def test_a_folder_completed_by_another_process_meanwhile_is_not_scanned_again(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakePool.stop_after = 1
    with pytest.raises(Cancelled):
        index_folder(music, library, silent())
    FakePool.stop_after = None
    calls = []

    def all_of(scans: object) -> tuple[object, ...]:
        calls.append(scans)
        return (library.folders.at(music),) if len(calls) == 1 else ()

    monkeypatch.setattr("engine.library.unfinished_scans.UnfinishedScans.all", all_of)
    assert resume_scans(library, silent()) is None


def test_scans_of_the_window_leave_the_cores_to_others(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    class Pool(FakePool):
        def __init__(self, n_workers: int, **options: object) -> None:
            super().__init__(n_workers)
            asked.append(options["low_priority"])

    monkeypatch.setattr("engine.media.worker.WorkerPool", Pool)
    index_folder(music, library, silent())
    (music / "a.mp3").write_bytes(b"other")
    index_folder(music, library, silent(), low_priority=True)
    (music / "a.mp3").write_bytes(b"another")
    library.unfinished_scans.begin(library.folders.at(music))
    resume_scans(library, silent())
    assert asked == [False, True, True]
    given: list[object] = []
    monkeypatch.setattr(
        "engine.stories.index.index_folder", lambda *_, low_priority: given.append(low_priority)
    )
    monkeypatch.setattr(
        "engine.stories.index.rescan", lambda *given_to: given.append(given_to[2].low_priority)
    )
    EngineSession().add_folder(music, silent())
    EngineSession().rescan(silent())
    assert given == [True, True]
