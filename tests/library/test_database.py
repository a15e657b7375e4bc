import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import LibraryError, LibraryFromFuture
from engine.library.clips import SavedClip
from engine.library.database import Database
from engine.library.library import Library
from engine.library.migrations import APPLICATION_ID, MIGRATIONS, migrate
from engine.library.snapshots import Snapshots

CLIP = SavedClip("clip", Path("/clip.mp4"), "{}")


def test_a_new_library_is_ours_in_wal_mode_and_writes_fully(tmp_path: Path) -> None:
    database = Database(tmp_path / "a" / "library.sqlite")
    with database.reading() as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)
        assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert database.integrity() == "ok"


def test_a_library_from_the_future_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    Database(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(LibraryFromFuture, match=r"library\.sqlite.*newer Soundbed.*Update"):
        Library.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database " * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_library_is_named_and_untouched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "library.sqlite"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=r"library\.sqlite"):
        Library.open(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="another program"):
        Library.open(path)
    assert path.read_bytes() == before


def test_a_folder_in_the_place_of_the_library_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").mkdir()
    with pytest.raises(LibraryError, match=r"library\.sqlite"):
        Library.open(tmp_path / "library.sqlite")


def test_a_library_of_an_older_schema_that_cant_be_written_is_refused_in_words(
    tmp_path: Path,
) -> None:
    path = tmp_path / "library.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, MIGRATIONS[:1])
    with pytest.raises(LibraryError, match="older Soundbed"):
        Library.open_bundled(tmp_path)
    assert Library.open(path).tracks.all() == ()


def test_a_migration_keeps_the_rows_and_a_snapshot_of_the_old_library(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    first = (("CREATE TABLE things (name TEXT)",),)
    second = (*first, ("ALTER TABLE things ADD COLUMN size INTEGER DEFAULT 7",))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, first)
        connection.execute("INSERT INTO things VALUES ('drum')")
        migrate(connection, path, second)
        assert connection.execute("SELECT * FROM things").fetchall() == [("drum", 7)]
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 2
    (kept,) = Snapshots(path).all()
    assert kept.kind == "update"
    with closing(sqlite3.connect(kept.path)) as old:
        assert old.execute("SELECT * FROM things").fetchall() == [("drum",)]
        assert old.execute("PRAGMA user_version").fetchone()[0] == 1


def test_a_failing_migration_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    first = (("CREATE TABLE things (name TEXT)",),)
    broken = (*first, ("CREATE TABLE more (x)", "NO SQL AT ALL"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(connection, path, first)
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, path, broken)
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
        assert names == ["things"]
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 1


def test_a_block_that_fails_writes_nothing(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    with pytest.raises(RuntimeError), library.database.writing() as connection:
        connection.execute("INSERT INTO folders (path, path_text, added_at) VALUES (x'61','a','')")
        raise RuntimeError
    assert library.folders.all() == ()


def test_blocks_inside_each_other_are_one_transaction(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    with pytest.raises(RuntimeError), library.database.writing():
        added = library.folders.add(Path("/music"))
        assert library.folders.all() == (added,)  # reads inside it see its changes
        library.clips.save(CLIP)
        raise RuntimeError
    assert library.folders.all() == ()
    assert library.clips.get("clip") is None
    with library.database.writing():
        library.folders.add(Path("/music"))
        library.folders.add(Path("/other"))
    assert len(library.folders.all()) == 2


@pytest.mark.parametrize("name", ["a?b#c %d", "line\nbreak", os.fsdecode(b"caf\xe9")])
def test_odd_folder_names_hold_a_library(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    library = Library.open(folder / "library.sqlite")
    library.clips.save(CLIP)
    assert Library.open(folder / "library.sqlite").clips.get("clip") == CLIP
    assert [path.name for path in folder.iterdir()] == ["library.sqlite"]


def test_many_threads_write_and_read_at_once(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    failures: list[LibraryError] = []

    def work(number: int) -> None:
        try:
            for round_number in range(5):
                library.clips.save(SavedClip(f"{number}-{round_number}", Path("/x"), "{}"))
                library.tracks.all()
        except LibraryError as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(library.clips.get(f"{i}-{j}") for i in range(4) for j in range(5))


def test_a_missing_bundled_library_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="bundled library is missing"):
        Library.open_bundled(tmp_path)


def test_opening_an_older_library_many_times_at_once_migrates_it_once(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    old = Database(path, schema=2)
    with old.writing() as connection:
        connection.execute(
            "INSERT INTO clips VALUES ('clip', x'2f', '/', ?, '')", ("x" * 20_000_000,)
        )
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda _: Database(path), range(8)))
    assert [database.integrity() for database in opened] == ["ok"] * 8
    (snapshot,) = Snapshots(path).all()
    with closing(sqlite3.connect(snapshot.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT length(plan) FROM clips").fetchone() == (20_000_000,)
