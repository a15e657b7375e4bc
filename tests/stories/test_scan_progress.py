"""The files of all folders of a rescan are counted together; a drive that fails is offline."""

import errno
import os
from pathlib import Path

import pytest

from engine.encoders.profile import Profile
from engine.library.files import AnalysedFile
from engine.library.folders import Folder
from engine.library.library import Library
from engine.library.scan import FoundFile
from engine.library.tracks import TrackFile
from engine.media.tags import Tags
from engine.progress import Progress, ProgressStep, silent
from engine.stories import index
from engine.stories.index_report import IndexReport
from engine.stories.scan_progress import folder_progresses


def new_files(folder: Path, *names: str) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(name.encode())


def add_known(library: Library, path: Path) -> None:
    status = path.stat()
    file = TrackFile(path, status.st_size, status.st_mtime_ns, path.name, 60.0, "music-1")
    folder = library.folders.around(path)
    assert folder is not None
    analysed = AnalysedFile(file, Tags(path.stem), Profile(), b"features", "profile 1")
    library.files.store(folder.id, analysed)


def test_the_files_of_all_folders_are_counted_together(library: Library, tmp_path: Path) -> None:
    new_files(tmp_path / "a", "known.mp3", "1.mp3", "2.FLAC", "notes.txt")
    new_files(tmp_path / "b", "3.ogg", "4.ogg")
    folders = [library.folders.add(tmp_path / name) for name in "ab"]
    add_known(library, tmp_path / "a" / "known.mp3")
    seen: list[tuple[float, float | None]] = []

    def note(step: ProgressStep) -> None:
        if step.stage == "Analysing music":
            seen.append((step.done, step.total))

    first, second = folder_progresses(library, folders, Progress(note))
    first.step("Analysing music", 0, 2)
    first.step("Analysing music", 2, 2, "2.FLAC")
    # Of its two files, one turned out to be a copy; and one that is known had changed.
    second.step("Analysing music", 0, 1)
    second.step("Analysing music", 1, 1, "4.ogg")
    second.step("Analysing music", 2, 3, "3.ogg")
    assert seen == [(0, 4), (2, 4), (3, 4), (4, 4), (4, 5)]


@pytest.fixture
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "embed_with_active_pack", lambda *_: None)
    monkeypatch.setattr("engine.stories.reanalyse.usable_pack", lambda: None)


def test_a_rescan_counts_on_from_folder_to_folder(
    library: Library, tmp_path: Path, no_models: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[float, float | None]] = []

    def analyse(
        _library: Library,
        _folder: Folder,
        _root: Path,
        files: list[FoundFile],
        progress: Progress,
        *,
        low_priority: bool,
    ) -> IndexReport:
        assert not low_priority
        progress.step("Analysing music", len(files), len(files), files[-1].path.name)
        return IndexReport()

    monkeypatch.setattr(index, "analyse_files", analyse)
    new_files(tmp_path / "a", "1.mp3", "2.mp3")
    new_files(tmp_path / "b", "3.ogg")
    for name in "ab":
        library.folders.add(tmp_path / name)

    def note(step: ProgressStep) -> None:
        if step.item:
            seen.append((step.done, step.total))

    index.rescan(library, Progress(note))
    assert [total for _, total in seen] == [3, 3]
    assert max(done for done, _ in seen) == 3


def test_a_folder_that_is_not_there_has_nothing_to_analyse(
    library: Library, tmp_path: Path
) -> None:
    new_files(tmp_path / "a", "1.mp3")
    folders = [library.folders.add(tmp_path / "a")]
    (tmp_path / "a").rename(tmp_path / "elsewhere")
    (progress,) = folder_progresses(library, folders, silent())
    progress.step("Analysing music", 0, 0)


def test_a_drive_that_fails_is_offline(
    library: Library, tmp_path: Path, no_models: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = tmp_path / "music"
    new_files(music, "1.mp3")
    library.folders.add(music)
    add_known(library, music / "1.mp3")
    stat = Path.stat

    def fail(path: Path, **options: bool) -> os.stat_result:
        if path == music or music in path.parents:
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected", str(path))
        return stat(path, **options)

    monkeypatch.setattr(Path, "stat", fail)
    assert index.rescan(library, silent()).offline == 1
    assert [track.file.state for track in library.tracks.all()] == ["offline"]
