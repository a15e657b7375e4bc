"""What a scan analyses: each content once, and whatever isn't what the library knows."""

import os
import shutil
from pathlib import Path

import pytest

from engine.library.library import Library
from engine.library.scan import FoundFile
from engine.progress import silent
from engine.stories import index
from engine.stories.index import index_folder, rescan
from engine.stories.scan_comparison import ScanOptions
from tests.stories.test_index import FakePool, states


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.media.worker.WorkerPool", FakePool)
    monkeypatch.setattr(FakePool, "analysed", [])
    monkeypatch.setattr(FakePool, "stop_after", None)
    monkeypatch.setattr(index, "embed_with_active_pack", lambda *_: None)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "library.sqlite")


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for name in ("a.mp3", "b.flac", "c.ogg"):
        (folder / name).write_bytes(b"sound of " + name.encode())
    return folder


def test_copies_and_hard_links_among_new_files_are_analysed_once(
    library: Library, music: Path
) -> None:
    shutil.copy(music / "a.mp3", music / "again.mp3")
    os.link(music / "b.flac", music / "link.flac")
    report = index_folder(music, library, silent())
    assert (report.added, len(FakePool.analysed)) == (5, 3)
    assert set(states(library).values()) == {"ready"}
    hashes = {track.path.name: track.file.content_hash for track in library.tracks.all()}
    assert hashes["a.mp3"] == hashes["again.mp3"] != hashes["b.flac"] == hashes["link.flac"]
    assert rescan(library, silent()).unchanged == 5


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_noticed(
    library: Library, music: Path
) -> None:
    index_folder(music, library, silent())
    path = music / "a.mp3"
    status = path.stat()
    path.with_name("new").write_bytes(path.read_bytes()[::-1])
    path.with_name("new").replace(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert rescan(library, silent()).added == 1
    # Other rights are no other content.
    path.chmod(0o600)
    report = rescan(library, silent())
    assert (report.added, report.unchanged, len(FakePool.analysed)) == (0, 3, 4)


def test_a_deep_scan_finds_content_that_no_time_tells(library: Library, music: Path) -> None:
    index_folder(music, library, silent())
    with library.database.writing() as connection:
        connection.execute("UPDATE tracks SET content_hash = 'other' WHERE title LIKE 'a%'")
    assert rescan(library, silent()).added == 0
    report = rescan(library, silent(), ScanOptions(deep=True))
    assert (report.added, report.unchanged) == (1, 2)


def test_the_folder_that_is_shown_is_scanned_first(
    library: Library, music: Path, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        index_folder(tmp_path / name, library, silent())
    folders = library.folders.all()
    shown = ScanOptions(first=tmp_path / "first" / "inner").in_order(folders)
    assert [folder.path.name for folder in shown] == ["first", "second"]
    options = ScanOptions(first=music / "sub")
    found = [FoundFile(music / name, 1, 1) for name in ("a.mp3", "sub/c.ogg")]
    assert [file.path.name for file in options.files_in_order(found)] == ["c.ogg", "a.mp3"]
