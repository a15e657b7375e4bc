"""Snapshots of a library: when they are made, how many stay, and what restoring one does."""

import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError, LibraryDamaged, LibraryError
from engine.library import restoring
from engine.library import snapshots as module
from engine.library.clips import SavedClip
from engine.library.database import Database
from engine.library.decisions import SetFavourite
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.operation import Operation
from engine.library.own_taste import SetTaste
from engine.library.picks import Pick
from engine.library.restoring import Change, difference, restore
from engine.library.shortlists import SetShortlist
from engine.library.snapshots import Snapshots
from engine.library.sqlite_errors import explained
from engine.library.track_edits import EditTracks, TrackEdit
from engine.locks import exclusive
from tests import unusable
from tests.library.stored_vectors import stored_vectors
from tests.present import present

MakeFile = Callable[..., AnalysedFile]
MUSIC = Path("/music")


def clip(name: str, text: str = "{}") -> SavedClip:
    return SavedClip(name, Path(f"/clips/{name}.mp4"), text)


def pick(title: str) -> Pick:
    return Pick("clip", title, title, (), "2026-01-01T00:00:00+00:00")


@pytest.fixture
def library(make_file: MakeFile) -> Library:
    own = Library.open()
    folder = own.folders.add(MUSIC)
    own.files.store(folder.id, make_file(MUSIC / "a.mp3"))
    own.clips.save(clip("one"))
    own.picks.add(pick("a"))
    return own


@pytest.fixture
def snapshots(library: Library) -> Snapshots:
    return Snapshots(library.database.path)


def change_all(library: Library, make_file: MakeFile) -> None:
    folder = library.folders.all()[0]
    library.files.store(folder.id, make_file(MUSIC / "b.mp3"))
    library.folders.remove_track(1)
    library.picks.remove("clip", "a")
    library.picks.add(pick("b"))
    library.clips.save(clip("one", '{"changed": 1}'))
    library.clips.save(clip("two"))


def everything(path: Path) -> list[tuple[object, ...]]:
    tables = ("folders", "tracks", "excluded", "embeddings", "picks", "clips")
    with closing(sqlite3.connect(path)) as connection:
        return [row for table in tables for row in connection.execute(f"SELECT * FROM {table}")]


def test_a_snapshot_is_one_whole_file_that_is_found_by_its_name(snapshots: Snapshots) -> None:
    taken = snapshots.take("daily")
    assert [path.name for path in snapshots.folder.iterdir()] == [f"{taken.name}.sqlite"]
    assert everything(taken.path) == everything(snapshots.library)
    with closing(sqlite3.connect(taken.path)) as connection:
        # With a log, whoever opens it would need to write beside it.
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
    assert snapshots.all() == (taken,)
    assert snapshots.find(taken.name) == snapshots.find("latest") == taken
    with pytest.raises(InputError, match="no snapshot “x”"):
        snapshots.find("x")


def test_without_a_snapshot_it_says_when_there_will_be_one(snapshots: Snapshots) -> None:
    with pytest.raises(InputError, match="each day"):
        snapshots.find("latest")


def test_one_a_day_and_only_after_a_change(
    library: Library, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = snapshots.take_daily()
    assert first is not None and first.kind == "daily"
    assert snapshots.take_daily() is None
    library.clips.save(clip("two"))
    assert snapshots.take_daily() is None  # there is one of today
    yesterday = datetime.now(UTC) - timedelta(days=1)
    old = first.path.with_name(yesterday.strftime("%Y-%m-%dT%H%M%SZ-daily.sqlite"))
    first.path.rename(old)
    os.utime(old, (time.time() + 5, time.time() + 5))
    assert snapshots.take_daily() is None  # nothing has changed since
    os.utime(old, (1, 1))
    assert snapshots.take_daily() is not None
    assert len(snapshots.all()) == 2


def test_there_is_no_daily_one_of_an_empty_library(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    snapshots = Snapshots(library.database.path)
    assert snapshots.take_daily() is None
    library.clips.save(clip("one"))
    assert snapshots.take_daily() is not None


@pytest.mark.parametrize(
    "change",
    [
        SetFavourite(("bundled",), True),
        SetShortlist("clip", ("bundled",)),
        SetTaste((("jazz", 1.0),)),
        EditTracks((("bundled", TrackEdit("Mine")),)),
    ],
)
def test_what_was_decided_about_bundled_tracks_is_worth_a_daily_one(
    tmp_path: Path, change: Operation
) -> None:
    library = Library.open(tmp_path / "library.sqlite")
    library.apply(change)
    assert Snapshots(library.database.path).take_daily() is not None


def test_ten_daily_ones_stay_and_others_have_their_own_number(snapshots: Snapshots) -> None:
    update = snapshots.take("update")
    taken = [snapshots.take("daily") for _ in range(12)]
    assert set(snapshots.all()) == {update, *taken[2:]}


def test_large_ones_take_no_more_than_their_space_but_two_stay(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = snapshots.take("daily").size_bytes
    monkeypatch.setattr(module, "_MOST_BYTES", 3 * size)
    for _ in range(5):
        snapshots.take("daily")
    assert len(snapshots.all()) == 3
    monkeypatch.setattr(module, "_MOST_BYTES", 1)
    snapshots.take("daily")
    assert len(snapshots.all()) == 2


def test_a_damaged_library_never_takes_the_place_of_a_good_snapshot(snapshots: Snapshots) -> None:
    good = snapshots.take("daily")
    unusable.broken_inside(snapshots.library)
    with pytest.raises(LibraryDamaged, match="damaged"):
        snapshots.take("daily")
    assert [path.name for path in snapshots.folder.iterdir()] == [good.path.name]


def test_no_snapshot_fills_the_disk(snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SPARE_BYTES", 2**60)
    with pytest.raises(LibraryError, match="too full for a snapshot"):
        snapshots.take("daily")
    assert not snapshots.folder.exists()


def test_what_a_restore_would_change_is_named(
    library: Library, snapshots: Snapshots, make_file: MakeFile
) -> None:
    taken = snapshots.take("daily")
    assert difference(snapshots.library, taken).is_empty
    change_all(library, make_file)
    found = difference(snapshots.library, taken)
    assert not found.is_empty
    assert found.folders == Change()
    assert found.tracks == Change(gained=("a",), lost=("b",))
    assert found.picks == Change(gained=("a",), lost=("b",))
    assert found.arrangements == Change(lost=("/clips/two.mp4",), replaced=("/clips/one.mp4",))


def test_a_restore_is_undone_by_the_snapshot_that_it_makes(
    library: Library, snapshots: Snapshots, make_file: MakeFile
) -> None:
    then = everything(snapshots.library)
    taken = snapshots.take("daily")
    change_all(library, make_file)
    now = everything(snapshots.library)
    before = restore(snapshots.library, taken)
    assert everything(snapshots.library) == then
    assert before is not None and before.kind == "restore"
    restore(snapshots.library, before)
    assert everything(snapshots.library) == now
    assert library.database.integrity() == "ok"
    assert [path.name for path in snapshots.library.parent.glob(".soundbed*")] == []


def test_an_older_cache_is_brought_to_the_present_schema_without_a_snapshot(
    tmp_path: Path,
) -> None:
    path = tmp_path / "cache.sqlite"
    Library(Database(path, schema=2), "own").clips.save(clip("one"))
    assert Library.open_cache(path).clips.get("one") == clip("one")
    assert [each.name for each in tmp_path.iterdir()] == ["cache.sqlite"]


def test_an_older_snapshot_is_brought_to_the_present_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "library.sqlite"
    Library(Database(path, schema=2), "own").clips.save(clip("one"))
    library = Library.open(path)
    (old,) = Snapshots(path).all()
    library.clips.remove("one")
    taken: list[Path] = []
    take = Snapshots.take

    def noted(snapshots: Snapshots, kind: module.Kind) -> module.Snapshot:
        taken.append(snapshots.library)
        return take(snapshots, kind)

    monkeypatch.setattr(Snapshots, "take", noted)
    restore(path, old)
    # None of the copy that becomes the library.
    assert taken == [path]
    assert library.clips.get("one") == clip("one")
    # Of a table of the newest schema.
    assert library.removed.folders() == {}


@pytest.mark.parametrize("damage", unusable.WAYS[:4])
def test_a_library_that_cant_be_used_is_replaced_and_set_aside(
    library: Library, snapshots: Snapshots, damage: Callable[[Path], None]
) -> None:
    then = everything(snapshots.library)
    taken = snapshots.take("daily")
    damage(snapshots.library)
    broken = snapshots.library.read_bytes()
    found = difference(snapshots.library, taken)
    assert str(snapshots.folder) in found.sentences()[0]
    assert not found.is_empty
    restore(snapshots.library, taken)
    assert everything(snapshots.library) == then
    kept = [p for p in snapshots.folder.iterdir() if p != taken.path]
    assert any(path.read_bytes()[100:] == broken[100:] for path in kept)
    assert Library.open().database.integrity() == "ok"


def test_a_missing_library_is_made_from_a_snapshot(snapshots: Snapshots) -> None:
    then = everything(snapshots.library)
    taken = snapshots.take("daily")
    snapshots.library.unlink()
    assert restore(snapshots.library, taken) is None
    assert everything(snapshots.library) == then


def test_a_damaged_snapshot_changes_nothing(
    library: Library, snapshots: Snapshots, make_file: MakeFile
) -> None:
    taken = snapshots.take("daily")
    change_all(library, make_file)
    now = everything(snapshots.library)
    with taken.path.open("rb+") as file:
        file.seek(4096)
        file.write(b"\xa5" * 20_000)
    with pytest.raises(LibraryError):
        restore(snapshots.library, taken)
    assert everything(snapshots.library) == now


def test_a_snapshot_that_cant_be_read_is_named(snapshots: Snapshots) -> None:
    taken = snapshots.take("daily")
    now = everything(snapshots.library)
    taken.path.unlink()
    with pytest.raises(LibraryError, match=f"{taken.path.name}: the snapshot can't be read"):
        restore(snapshots.library, taken)
    assert everything(snapshots.library) == now


def test_a_restore_that_fails_never_names_its_temporary_folder(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = snapshots.take("daily")

    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    def fail(path: Path, **_: object) -> None:
        raise explained(full, path) from full

    monkeypatch.setattr(restoring, "Database", fail)
    with pytest.raises(LibraryError) as caught:
        restore(snapshots.library, taken)
    said = str(caught.value).removeprefix(f"{snapshots.library}: the snapshot can't be restored ")
    assert said == "(database or disk is full). Free some space on its drive."


def test_a_snapshot_that_cant_be_written_says_what_it_was_to_be(
    snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "copy_database", full)
    with pytest.raises(LibraryError, match=r"a snapshot of the library can't be made.*Free some"):
        snapshots.take("daily")


def test_others_read_and_write_while_a_snapshot_is_restored(
    library: Library, snapshots: Snapshots
) -> None:
    library.embeddings.store("space", [(1, np.ones(4, np.float32))])
    for number in range(200):
        library.clips.save(clip(f"filling {number}", "x" * 10_000))
    taken = snapshots.take("daily")
    failures: list[LibraryError] = []
    done = threading.Event()

    def work(name: str) -> None:
        number = 0
        while not done.is_set():
            number += 1
            try:
                other = Library.open()
                other.clips.save(clip(name, str(number)))
                assert other.tracks.get(1).title == "a"
                assert len(stored_vectors(other, "space")[0]) == 1
            except LibraryError as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("x", "y")]
    for thread in threads:
        thread.start()
    for _ in range(3):
        restore(snapshots.library, taken)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert library.database.integrity() == "ok"
    assert library.clips.get("filling 199") is not None


def test_what_is_being_stored_comes_back_when_a_restore_is_undone(
    library: Library, snapshots: Snapshots
) -> None:
    taken = snapshots.take("daily")
    with ThreadPoolExecutor(1) as threads:
        with library.database.writing():
            library.clips.save(clip("stored meanwhile"))
            restored = threads.submit(restore, snapshots.library, taken)
            with pytest.raises(TimeoutError):
                restored.result(0.3)
        undo = restored.result()
    assert library.clips.get("stored meanwhile") is None
    restore(snapshots.library, present(undo))
    assert library.clips.get("stored meanwhile") is not None


def test_a_library_that_stays_in_use_is_left_as_it_is(
    library: Library, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = snapshots.take("daily")
    monkeypatch.setattr(restoring, "_LONGEST_WAIT_S", 0.05)
    with ThreadPoolExecutor(1) as threads, library.database.writing():
        library.clips.save(clip("stored meanwhile"))
        with pytest.raises(LibraryError, match="in use by another program"):
            threads.submit(restore, snapshots.library, taken).result()
    assert library.clips.get("stored meanwhile") is not None
    assert len(snapshots.all()) == 1


def test_snapshots_that_are_taken_at_once_all_stay(snapshots: Snapshots) -> None:
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(snapshots.take, ["restore"] * 4))
    assert {each.name for each in taken} == {each.name for each in snapshots.all()}
    assert len(snapshots.all()) == 4


def test_a_second_restore_waits_for_the_first(snapshots: Snapshots) -> None:
    taken = snapshots.take("daily")
    with ThreadPoolExecutor(1) as threads:
        with exclusive("restore", str(snapshots.library)):
            second = threads.submit(restore, snapshots.library, taken)
            with pytest.raises(TimeoutError):
                second.result(0.3)
        assert second.result() is not None
