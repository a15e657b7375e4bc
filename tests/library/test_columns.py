"""The columns that ranking reads: what the rows say, whatever happens to the file beside them."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.library import columns_file, columns_loading
from engine.library.columns import ColumnRows, TrackColumns, content_key
from engine.library.columns_file import path_of
from engine.library.columns_loading import refresh_columns
from engine.library.library import Library
from engine.library.removed import RemoveTrack
from tests.library.conftest import MakeFile, analysed

SPACE = "space 1"
N = 12


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make files of few tracks, too."""
    monkeypatch.setattr(columns_loading, "_LEAST", 2)
    monkeypatch.setattr(columns_loading, "_MANY", 4)


def vector_of(name: str) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    """Return a vector that belongs to one content alone."""
    values = np.random.default_rng(content_key(name)).normal(size=8).astype(np.float32)
    return np.asarray(values / np.linalg.norm(values), np.float32)


def add(library: Library, name: str) -> int:
    """Add a track with its vector."""
    folder = library.folders.add(Path("/music"))
    track_id = library.files.store(
        folder.id, analysed(Path(f"/music/{name}"), genre=len(name) % 10)
    )
    library.embeddings.store(SPACE, [(track_id, vector_of(name))])
    return track_id


@pytest.fixture
def filled(library: Library) -> Library:
    for number in range(N):
        add(library, f"{number}.mp3")
    library.columns(SPACE)
    assert file_of(library).is_file()
    return library


def file_of(library: Library) -> Path:
    return path_of(library.database.path, SPACE)


def selected(parts: tuple[ColumnRows, ...]) -> dict[int, tuple[int, list[float]]]:
    """Return content and vector of each track by its number."""
    return {
        int(tracks.ids[row]): (int(tracks.contents[row]), tracks.vectors[row].tolist())
        for tracks, rows in parts
        for row in rows
    }


def assert_right(library: Library) -> None:
    """Check that each ready track comes once, with the vector of its own content."""
    found = selected(library.columns(SPACE))
    ready = [track for track in library.tracks.all() if track.file.state == "ready"]
    assert found == {
        track.file.id: (
            content_key(track.file.content_hash),
            vector_of(track.file.content_hash).tolist(),
        )
        for track in ready
    }


def test_the_file_holds_what_the_rows_say(filled: Library) -> None:
    ((stored, rows),) = filled.columns(SPACE)
    assert isinstance(stored.vectors.base, np.ndarray) and not stored.vectors.flags.writeable
    read = TrackColumns.of(filled.tracks.all(), np.stack([vector_of(f"{n}.mp3") for n in range(N)]))
    assert rows.tolist() == list(range(N))
    for name in TrackColumns.__slots__:
        one, other = getattr(stored, name), getattr(read, name)
        np.testing.assert_array_equal(one, other, err_msg=name)


def test_changes_are_read_from_the_rows_until_they_are_many(filled: Library) -> None:
    before = file_of(filled).read_bytes()
    filled.apply(RemoveTrack(N))
    # Its number is used again.
    assert add(filled, "new.mp3") == N
    with filled.database.writing() as connection:
        connection.execute("UPDATE tracks SET state = 'offline' WHERE id = 1")
    assert_right(filled)
    assert len(filled.columns(SPACE)) == 2
    refresh_columns(filled.database, SPACE)
    assert file_of(filled).read_bytes() == before
    for number in range(20, 24):
        add(filled, f"{number}.mp3")
    refresh_columns(filled.database, SPACE)
    assert len(filled.columns(SPACE)) == 1
    assert_right(filled)


def test_an_undone_removal_and_a_change_of_the_profile_are_seen(filled: Library) -> None:
    restore = filled.apply(RemoveTrack(3))
    assert_right(filled)
    assert restore is not None
    filled.apply(restore)
    assert_right(filled)
    filled.embeddings.store(SPACE, [(5, vector_of("other"))])
    assert selected(filled.columns(SPACE))[5][1] == vector_of("other").tolist()


@pytest.mark.parametrize("n_later", [0, 1, 6])
def test_a_snapshot_put_back_is_never_paired_with_later_vectors(
    filled: Library, tmp_path: Path, n_later: int
) -> None:
    path = filled.database.path
    copy_of(path, tmp_path / "snapshot.sqlite")
    for number in range(4):
        filled.apply(RemoveTrack(N - number))
    for number in range(4):
        add(filled, f"later {number}.mp3")
    refresh_columns(filled.database, SPACE)
    assert_right(filled)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(tmp_path / "snapshot.sqlite", path)
    restored = Library.open(path)
    # As many changes again lead to the same numbers, for other tracks.
    for number in range(n_later):
        add(restored, f"again {number}.mp3")
    assert_right(restored)


def copy_of(path: Path, target: Path) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _truncate(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _flip(data: bytes) -> bytes:
    place = len(data) - 70
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _zero_page(data: bytes) -> bytes:
    return data[:-500] + bytes(500)


@pytest.mark.parametrize(
    "harm",
    [
        _truncate,
        _flip,
        _zero_page,
        lambda data: b"",
        lambda data: data + b"more",
        lambda data: b"SBEDCOL1" + bytes(100),
        lambda data: data[:12] + b"\0" * 4 + data[16:],
        lambda data: data.replace(b'"n_tracks":12', b'"n_tracks":99'),
    ],
)
def test_a_damaged_file_is_made_again(filled: Library, harm: Callable[[bytes], bytes]) -> None:
    path = file_of(filled)
    whole = path.read_bytes()
    beside = path.with_suffix(".new")
    beside.write_bytes(harm(whole))
    beside.replace(path)
    assert_right(filled)
    assert path.read_bytes() == whole


def test_a_file_with_columns_of_another_meaning_is_made_again(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(filled)
    before = path.read_bytes()
    monkeypatch.setattr(columns_file, "_MEANING", "other")
    # Opened by this process before, it is known to be right.
    columns_file._opened.clear()
    assert_right(filled)
    assert path.read_bytes() != before


def test_a_reader_keeps_the_file_that_is_replaced(filled: Library) -> None:
    parts = filled.columns(SPACE)
    before = selected(parts)
    for number in range(30, 40):
        add(filled, f"{number}.mp3")
    refresh_columns(filled.database, SPACE)
    assert selected(parts) == before
    assert_right(filled)


def test_a_second_process_sees_the_file_and_replaces_it(filled: Library) -> None:
    program = (
        "import sys; from pathlib import Path; from engine.library.library import Library\n"
        "from engine.library import columns_loading\n"
        "from engine.library.removed import RemoveTrack\n"
        "columns_loading._LEAST = columns_loading._MANY = 1\n"
        "library = Library.open(Path(sys.argv[1]))\n"
        "library.apply(RemoveTrack(2))\n"
        "columns_loading.refresh_columns(library.database, sys.argv[2])\n"
    )
    before = file_of(filled).read_bytes()
    command = [sys.executable, "-c", program, str(filled.database.path), SPACE]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
    assert file_of(filled).read_bytes() != before
    assert 2 not in selected(filled.columns(SPACE))
    assert_right(filled)


def test_without_a_writable_folder_the_rows_are_read(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(columns_loading, "write_columns", refuse)
    for number in range(3):
        add(library, f"{number}.mp3")
    assert_right(library)
    assert not file_of(library).exists()


def test_the_files_of_the_two_last_spaces_are_kept(filled: Library) -> None:
    for place, space in enumerate(("space 2", "space 3")):
        filled.columns(space)
        os.utime(path_of(filled.database.path, space), (place, 1e9 - place))
    filled.columns("space 4")
    # The rows were read for "space 1" last.
    found = set(filled.database.path.parent.glob("*.vectors"))
    assert found == {path_of(filled.database.path, space) for space in (SPACE, "space 4")}
    assert_right(filled)


def test_tracks_without_a_vector_say_so(library: Library, make_file: MakeFile) -> None:
    add(library, "a.mp3")
    library.files.store(None, make_file(Path("/music/b.mp3")))
    for _ in range(2):
        ((tracks, _),) = library.columns(SPACE)
        assert tracks.is_embedded.tolist() == [True, False]
        assert not tracks.vectors[1].any()
