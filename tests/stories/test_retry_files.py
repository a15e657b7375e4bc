"""Files that couldn't be used are tried again, alone."""

from pathlib import Path

import pytest

from engine.library.library import Library
from engine.progress import silent
from engine.stories.index import index_folder
from engine.stories.retry_files import retry_files
from tests.stories.test_index import FakePool, fakes, library, music, states

__all__ = ["fakes", "library", "music"]


@pytest.fixture(autouse=True)
def no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.stories.retry_files.embed_with_active_pack", lambda *_: None)


def number(library: Library, path: Path) -> int:
    track = library.tracks.at(path)
    assert track is not None
    return track.file.id


def test_a_repaired_file_becomes_a_track(library: Library, music: Path) -> None:
    (music / "a.mp3").write_bytes(b"bad")
    (music / "b.flac").write_bytes(b"bad")
    index_folder(music, library, silent())
    FakePool.analysed.clear()
    (music / "a.mp3").write_bytes(b"repaired")
    wanted = [number(library, music / "a.mp3")]
    report = retry_files(library, wanted, silent())
    assert (report.added, report.failed) == (1, ())
    assert FakePool.analysed == ["a.mp3"]
    assert states(library) == {"a.mp3": "ready", "b.flac": "failed", "c.ogg": "ready"}
    assert list(library.checks.all()) == [number(library, music / "b.flac")]


def test_one_that_is_still_damaged_says_so_again(library: Library, music: Path) -> None:
    (music / "a.mp3").write_bytes(b"bad")
    index_folder(music, library, silent())
    report = retry_files(library, [number(library, music / "a.mp3")], silent())
    assert [problem.check.reason for problem in report.failed] == ["unreadable"]


def test_missing_and_removed_files_are_left_alone(library: Library, music: Path) -> None:
    (music / "a.mp3").write_bytes(b"bad")
    index_folder(music, library, silent())
    wanted = [number(library, music / "a.mp3"), 99]
    (music / "a.mp3").unlink()
    report = retry_files(library, wanted, silent())
    assert (report.added, report.failed, report.offline) == (0, (), 1)
    assert states(library)["a.mp3"] == "failed"
    assert retry_files(library, [], silent()).added == 0
