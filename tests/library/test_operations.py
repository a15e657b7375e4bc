"""Changes that can be undone: each leaves the library as it was once its inverse is applied."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError, LibraryError
from engine.library import removed
from engine.library.database import Database
from engine.library.decisions import SetFavourite, SetHidden
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.marks import Marks
from engine.library.migrations import BUNDLED_SCHEMA
from engine.library.operation import Operation
from engine.library.own_taste import ForgetTaste, SetTaste
from engine.library.picks import AddPick, Pick, RemovePick
from engine.library.removed import RemoveFolder, RemoveTrack, RestoreTrack
from engine.library.scan import FoundFile
from engine.library.shortlists import AddToShortlist
from engine.library.snapshots import Snapshots
from tests.library.stored_vectors import stored_vectors

MakeFile = Callable[..., AnalysedFile]
# What a removal keeps, in twins of these tables.
REMOVABLE = ("folders", "excluded", "tracks", "embeddings")
MUSIC = Path("/music")


def everything(library: Library) -> dict[str, list[tuple[object, ...]]]:
    """All rows but the removed ones, the list of changes, and the times of saving."""
    with library.database.reading() as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        others = ("remov", "sqlite_", "changes")
        tables = [row["name"] for row in names if not row["name"].startswith(others)]
        return {
            table: [
                tuple(value for name, value in dict(row).items() if name != "saved_at")
                for row in connection.execute(f"SELECT * FROM {table}")
            ]
            for table in tables
        }


def apply(library: Library, operation: Operation) -> Operation:
    inverse = library.apply(operation)
    assert inverse is not None
    return inverse


def n_removed(library: Library) -> int:
    with library.database.reading() as connection:
        return sum(
            int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in ("removals", *(f"removed_{name}" for name in REMOVABLE))
        )


@pytest.fixture
def filled(library: Library, make_file: MakeFile) -> Library:
    """A folder of three tracks in two spaces, one of them removed by hand, one offline; another."""
    folder = library.folders.add(MUSIC)
    for number, marks in enumerate((Marks(arousal=0.5), None, None)):
        file = make_file(MUSIC / f"{number}.mp3", marks=marks)
        track_id = library.files.store(folder.id, file)
        for space in ("one", "two"):
            vector = np.full(4, number, np.float32)
            library.embeddings.store(space, [(track_id, vector)])
    library.files.store_failed(FoundFile(MUSIC / "bad.mp3", 1, 1), "it is cut off.")
    library.files.mark([library.tracks.get(2).file], "offline")
    library.folders.remove_track(3)
    other = library.folders.add(Path("/other"))
    library.files.store(other.id, make_file(Path("/other/a.mp3")))
    return library


PICK = Pick("clip", "hash", "Song", (0.25, 0.75), "2026-01-01T00:00:00+00:00")
CHANGES: list[Operation] = [
    RemoveFolder(MUSIC),
    RemoveTrack(1),
    AddPick(PICK),
    SetFavourite(("hash", "b"), True),
    SetHidden(("hash",), True),
    AddToShortlist("clip", ("hash", "b")),
    SetTaste.of({"jazz": 1.0}),
    ForgetTaste(),
]


@pytest.mark.parametrize("operation", CHANGES, ids=lambda operation: operation.name)
@pytest.mark.parametrize("earlier", [(), (AddPick(PICK),)], ids=["empty", "saved"])
def test_undone_the_library_is_as_it_was_and_redone_as_it_became(
    filled: Library, operation: Operation, earlier: tuple[Operation, ...]
) -> None:
    for each in earlier:
        apply(filled, each)
    before = everything(filled)
    undo = apply(filled, operation)
    after = everything(filled)
    redo = apply(filled, undo)
    assert everything(filled) == before
    apply(filled, redo)
    assert everything(filled) == after
    assert operation.name and undo.name and redo.name


def test_operations_change_something(filled: Library) -> None:
    for operation in (RemoveFolder(MUSIC), AddPick(PICK)):
        before = everything(filled)
        apply(filled, operation)
        assert everything(filled) != before


def test_a_removed_pick_comes_back_and_one_that_isnt_there_is_no_step(library: Library) -> None:
    assert library.apply(RemovePick("clip", "hash")) is None
    apply(library, AddPick(PICK))
    undo = apply(library, RemovePick("clip", "hash"))
    assert library.picks.all() == ()
    apply(library, undo)
    assert library.picks.all() == (PICK,)


def test_picking_again_is_undone_to_the_pick_before(library: Library) -> None:
    apply(library, AddPick(PICK))
    again = Pick("clip", "hash", "New title", (1.0,), "2026-02-02T00:00:00+00:00")
    apply(library, apply(library, AddPick(again)))
    assert library.picks.all() == (PICK,)


def test_a_removed_folder_analyses_nothing_when_it_comes_back(filled: Library) -> None:
    before = filled.tracks.all()
    undo = apply(filled, RemoveFolder(MUSIC / ".." / "music"))
    assert [track.path for track in filled.tracks.all()] == [Path("/other/a.mp3")]
    assert undo.name == "Restore folder"
    apply(filled, undo)
    assert filled.tracks.all() == before
    assert filled.embeddings.missing("one", "music-1") == [5]  # the other folder's track
    assert n_removed(filled) == 0


def test_numbers_that_others_took_meanwhile_change_and_nothing_else(
    filled: Library, make_file: MakeFile
) -> None:
    apply(filled, RemoveFolder(Path("/other")))
    before = {track.path: track for track in filled.tracks.all()}
    vectors = stored_vectors(filled, "one")[1].tolist()
    undo = apply(filled, RemoveFolder(MUSIC))
    newer = filled.folders.add(Path("/newer"))
    for name in "abc":
        filled.files.store(newer.id, make_file(Path(f"/newer/{name}.mp3")))
    apply(filled, undo)
    after = {track.path: track for track in filled.tracks.all()}
    for path, track in before.items():
        assert (after[path].tags, after[path].profile, after[path].marks) == (
            track.tags, track.profile, track.marks,
        )  # fmt: skip
        assert after[path].file.state == track.file.state
    assert len({track.file.id for track in after.values()}) == len(after) == 6
    assert stored_vectors(filled, "one")[1].tolist() == vectors
    folder = filled.folders.at(MUSIC)
    assert filled.folders.excluded(folder) == {b"/music/2.mp3"}


@pytest.mark.parametrize("again", [MUSIC, MUSIC / "sub", Path("/")])
def test_a_folder_that_was_added_again_isnt_restored_over_it(filled: Library, again: Path) -> None:
    undo = apply(filled, RemoveFolder(MUSIC))
    apply(filled, RemoveFolder(Path("/other")))
    filled.folders.add(again)
    before = everything(filled), n_removed(filled)
    with pytest.raises(InputError, match="added again"):
        apply(filled, undo)
    assert (everything(filled), n_removed(filled)) == before


def test_a_track_whose_file_or_folder_changed_meanwhile_isnt_restored(
    filled: Library, make_file: MakeFile
) -> None:
    undo = apply(filled, RemoveTrack(1))
    assert undo == RestoreTrack(1, "0")
    folder = filled.folders.at(MUSIC)
    assert b"/music/0.mp3" in filled.folders.excluded(folder)
    filled.folders.add(MUSIC)
    again = filled.files.store(folder.id, make_file(MUSIC / "0.mp3"))
    with pytest.raises(InputError, match="added again"):
        apply(filled, undo)
    filled.folders.remove_track(again)
    apply(filled, undo)
    assert filled.tracks.at(MUSIC / "0.mp3") is not None
    undo = apply(filled, RemoveTrack(1))
    apply(filled, RemoveFolder(MUSIC))
    with pytest.raises(InputError, match="no longer in the library"):
        apply(filled, undo)


def test_a_removal_is_undone_once(filled: Library) -> None:
    undo = apply(filled, RemoveFolder(MUSIC))
    apply(filled, undo)
    with pytest.raises(InputError, match="can't be undone any more"):
        apply(filled, undo)
    # Its number isn't given to another removal.
    apply(filled, RemoveFolder(Path("/other")))
    with pytest.raises(InputError, match="can't be undone any more"):
        apply(filled, undo)


def test_what_was_removed_is_kept_for_a_day(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(filled, RemoveFolder(MUSIC))
    apply(filled, RemoveTrack(5))
    assert timedelta(hours=23) < removed.KEPT < timedelta(days=7)
    filled.removed.purge_old()
    assert filled.removed.folders() == {1: MUSIC}
    monkeypatch.setattr(removed, "KEPT", timedelta(seconds=-2))
    filled.removed.purge_old()
    assert (filled.removed.folders(), n_removed(filled)) == ({}, 0)


def test_a_failing_operation_changes_nothing(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(filled)

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr("engine.library.folders.Folders.remove", fail)
    with pytest.raises(LibraryError):
        apply(filled, RemoveFolder(MUSIC))
    assert everything(filled) == before and n_removed(filled) == 0
    with pytest.raises(InputError, match="number 99"):
        apply(filled, RemoveTrack(99))
    assert n_removed(filled) == 0


def test_the_tables_of_removed_rows_have_the_columns_of_their_twins(library: Library) -> None:
    with library.database.reading() as connection:
        for table in REMOVABLE:
            columns, kept = (
                [row["name"] for row in connection.execute(f"PRAGMA table_info({name})")]
                for name in (table, f"removed_{table}")
            )
            assert kept == ["removal_id", *columns]


def test_a_library_of_the_last_schema_opens_with_all_its_rows_and_a_snapshot(
    tmp_path: Path, make_file: MakeFile
) -> None:
    path = tmp_path / "library.sqlite"
    old = Library(Database(path, schema=2), "own")
    track_id = old.files.store(old.folders.add(MUSIC).id, make_file(MUSIC / "a.mp3"))
    old.embeddings.store("one", [(track_id, np.ones(4, np.float32))])
    with old.database.writing() as connection:
        connection.execute(
            "INSERT INTO picks VALUES ('clip', 'hash', 'Song', '[0.25, 0.75]', ?)",
            (PICK.picked_at,),
        )
    before = everything(old)
    before.pop("picks")  # has more columns since
    migrated = Library.open(path)
    after = everything(migrated)
    assert {table: after[table] for table in before} == before
    assert migrated.picks.all() == (PICK,)
    apply(migrated, apply(migrated, RemoveFolder(MUSIC)))
    after = everything(migrated)
    assert {table: after[table] for table in before} == before
    (kept,) = Snapshots(path).all()
    assert kept.kind == "update"
    with closing(sqlite3.connect(kept.path)) as snapshot:
        assert snapshot.execute("PRAGMA user_version").fetchone() == (2,)
        assert snapshot.execute("SELECT count(*) FROM tracks").fetchone() == (1,)


def test_a_bundled_library_of_its_own_schema_is_read_as_it_is(
    tmp_path: Path, make_file: MakeFile
) -> None:
    path = tmp_path / "library.sqlite"
    made = Library(Database(path, schema=BUNDLED_SCHEMA), "bundled")
    made.files.store(None, make_file(Path("tracks/a.opus")))
    before = path.read_bytes()
    (track,) = Library.open_bundled(tmp_path).tracks.all()
    assert track.path == tmp_path / "tracks" / "a.opus"
    assert path.read_bytes() == before
