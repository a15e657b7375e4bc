"""What a scan analyses: each content once, and whatever isn't what the library knows."""

import os
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from engine.errors import Cancelled
from engine.library.library import Library
from engine.library.reasons import FileCheck
from engine.library.repaired_tags import RepairTags, undo_all
from engine.library.scan import FoundFile
from engine.media.track_probe import decoder_version
from engine.progress import silent
from engine.stories import index
from engine.stories.index import index_folder, rescan
from engine.stories.scan_comparison import ScanOptions, copy_track
from tests.stories.test_index import FakePool, states


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.media.worker.WorkerPool", FakePool)
    monkeypatch.setattr(FakePool, "analysed", [])
    monkeypatch.setattr(FakePool, "stop_after", None)
    monkeypatch.setattr(index, "embed_with_active_pack", lambda *_: None)
    monkeypatch.setattr(index, "read_genre_tags", lambda *_, **__: 0)


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


def test_a_file_that_was_replaced_by_a_bad_one_is_tried_once(library: Library, music: Path) -> None:
    index_folder(music, library, silent())
    (music / "a.mp3").write_bytes(b"bad")
    assert len(rescan(library, silent()).failed) == 1
    report = rescan(library, silent())
    assert (report.unchanged, report.unusable, report.failed) == (2, 1, ())
    # It may have been made readable, which changes no other time.
    (music / "a.mp3").chmod(0o600)
    assert len(rescan(library, silent()).failed) == 1


@pytest.mark.parametrize("deep", [True, False])
def test_a_file_that_still_cant_be_used_is_no_unchanged_one(
    library: Library, music: Path, deep: bool
) -> None:
    (music / "a.mp3").write_bytes(b"bad")
    index_folder(music, library, silent())
    report = rescan(library, silent(), ScanOptions(deep=deep))
    assert (report.unchanged, report.unusable, report.failed) == (2, 1, ())


def test_a_known_file_that_could_not_be_analysed_again_is_tried_again(
    library: Library, music: Path
) -> None:
    index_folder(music, library, silent())
    path = music / "a.mp3"
    status = path.stat()
    file = FoundFile(path, status.st_size, status.st_mtime_ns)
    check = FileCheck("timed out", decoder=decoder_version())
    library.checks.set(library.files.store_failed(file, "it hung."), check)
    assert rescan(library, silent()).unchanged == 2
    assert index_folder(music, library, silent()).added == 1
    assert (FakePool.analysed.count("a.mp3"), library.checks.all()) == (2, {})
    assert set(states(library).values()) == {"ready"}


@pytest.mark.parametrize("is_moved", [True, False])
def test_a_known_file_that_could_not_be_analysed_again_is_tried_again_at_another_place(
    library: Library, music: Path, is_moved: bool
) -> None:
    index_folder(music, library, silent())
    path = music / "a.mp3"
    status = path.stat()
    file = FoundFile(path, status.st_size, status.st_mtime_ns)
    number = library.files.store_failed(file, "it hung.")
    library.checks.set(number, FileCheck("timed out", decoder=decoder_version()))
    (path.rename if is_moved else partial(shutil.copy, path))(music / "other.mp3")
    rescan(library, silent())
    assert FakePool.analysed[-1] == "other.mp3"
    found = {track.path.name: track.file for track in library.tracks.all()}
    assert (found["other.mp3"].state, found["other.mp3"].message) == ("ready", "")
    assert (found["other.mp3"].id == number, "a.mp3" in found) == (is_moved, not is_moved)
    assert (number in library.checks.all()) is not is_moved


def test_a_renamed_file_is_read_once(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_folder(music, library, silent())
    (music / "a.mp3").rename(music / "renamed.mp3")
    assert rescan(library, silent()).moved == 1
    read: list[Path] = []
    monkeypatch.setattr("engine.stories.scan_comparison.content_hash", read.append)
    assert rescan(library, silent()).unchanged == 3
    assert read == []


def test_a_replaced_file_with_a_copy_of_its_old_content_is_analysed_after_a_stop(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_folder(music, library, silent())
    path = music / "a.mp3"
    status = path.stat()
    path.rename(music / "old.mp3")
    path.write_bytes((music / "old.mp3").read_bytes()[::-1])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    monkeypatch.setattr(FakePool, "stop_after", 0)
    with pytest.raises(Cancelled):
        rescan(library, silent())
    monkeypatch.setattr(FakePool, "stop_after", None)
    rescan(library, silent())
    hashes = {track.path.name: track.file.content_hash for track in library.tracks.all()}
    assert hashes["a.mp3"] != hashes["old.mp3"]


def test_a_copy_of_a_track_with_repaired_tags_is_undone_with_it(
    library: Library, music: Path
) -> None:
    index_folder(music, library, silent())
    (track,) = (each for each in library.tracks.all() if each.path.name == "a.mp3")
    library.apply(RepairTags(((track.file.id, replace(track.tags, title="as meant")),)))
    shutil.copy(music / "a.mp3", music / "again.mp3")
    rescan(library, silent())
    titles = [each.title for each in library.tracks.all()]
    assert titles.count("as meant") == 2
    library.apply(undo_all(library.database))
    assert "as meant" not in [each.title for each in library.tracks.all()]


def test_storing_one_file_reads_nothing_of_the_others(
    library: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_folder(music, library, silent())
    path = music / "a.mp3"
    (track,) = (each for each in library.tracks.all() if each.path == path)
    with library.database.writing() as connection:
        connection.executemany(
            "INSERT INTO tracks (id, path, path_text, size_bytes, modified_ns, state, title) "
            "VALUES (?, ?, '', 1, 1, 'failed', '')",
            ((number, b"%d" % number) for number in range(100, 20_100)),
        )
        rows = ((number,) for number in range(100, 20_100))
        for number in rows:
            connection.execute("INSERT INTO file_changes VALUES (?, 1)", number)
            connection.execute("INSERT INTO tags_as_read VALUES (?, '{}')", number)
            connection.execute(
                "INSERT INTO file_checks VALUES (?, 'silent', NULL, NULL, '')", number
            )
    n_steps = 0

    def count() -> int:
        nonlocal n_steps
        n_steps += 100
        return 0

    with library.database.writing() as connection:
        connection.set_progress_handler(count, 100)
        library.files.note_changes([(track.file.id, 5)])
        library.repaired_tags.of_file(path, track.tags)
        copy_track(library, track.file, FoundFile(music / "copy.mp3", 1, 1, 7))
    assert n_steps < 5_000
