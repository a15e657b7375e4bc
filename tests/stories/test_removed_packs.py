"""A removed music pack can be restored for a day, then its copies are deleted."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from engine.errors import InputError
from engine.library.library import Library
from engine.library.removed import RemoveFolder
from engine.library.restoring import restore
from engine.library.snapshots import Snapshots
from engine.music_packs.installed import delete_old, discard_removed, installed_packs, sweep
from engine.paths import music_packs_dir
from tests.music_packs.samples import write_tone
from tests.present import present
from tests.stories.installing import everything, install

pytestmark = pytest.mark.usefixtures("no_processes")


def test_a_removed_pack_comes_back_as_it_was(library: Library, pack: Path) -> None:
    report = install(pack, library)
    before = everything(library)
    assert report.inverse is not None
    restore = library.apply(report.inverse)
    assert library.tracks.all() == () == installed_packs(library)
    sweep(library)
    library.apply(present(restore))
    after = everything(library)
    assert after == before
    assert installed_packs(library) == (report.pack,)


def test_discarding_a_removed_pack_deletes_its_copies_and_nothing_else(
    library: Library, pack: Path, tmp_path: Path
) -> None:
    folder = install(pack, library).pack.folder
    own = tmp_path / "own"
    write_tone(own / "mine.wav", 330)
    library.folders.add(own)
    (folder / "note.txt").write_text("mine")
    restore = library.apply(RemoveFolder(folder))
    discard_removed(library, "another")
    assert (folder / "tracks" / "a.wav").exists()
    discard_removed(library, "night-drive")
    assert [path.name for path in folder.rglob("*")] == ["note.txt"]
    library.apply(RemoveFolder(own))
    sweep(library)
    assert (own / "mine.wav").exists()
    with pytest.raises(InputError, match="can't be undone any more"):
        library.apply(present(restore))


def test_a_day_after_the_removal_the_copies_go(
    library: Library, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = install(pack, library).pack.folder
    restore = library.apply(RemoveFolder(folder))
    monkeypatch.setattr("engine.library.removed.KEPT", timedelta(seconds=-2))
    delete_old(library)
    assert not folder.exists()
    with pytest.raises(InputError, match="can't be undone any more"):
        library.apply(present(restore))


def test_copies_of_a_library_that_was_moved_away_stay(library: Library, pack: Path) -> None:
    folder = install(pack, library).pack.folder
    os.utime(folder, (1, 1))
    path = library.database.path
    path.rename(path.with_name("away.sqlite"))
    delete_old(Library.open())
    assert (folder / "tracks" / "a.wav").exists()


def test_copies_stay_as_long_as_a_restore_before_them_can_be_undone(
    library: Library, pack: Path
) -> None:
    path, snapshots = library.database.path, Snapshots(library.database.path)
    before = snapshots.take("daily")
    folder = install(pack, library).pack.folder
    undo = present(restore(path, before))
    assert library.folders.all() == ()
    os.utime(folder, (1, 1))
    sweep(library)
    restore(path, undo)
    assert [track.path.exists() for track in library.tracks.all()] == [True, True]
    restore(path, before)
    for snapshot in snapshots.all():
        snapshot.path.unlink()
    os.utime(folder, (1, 1))
    sweep(library)
    assert not folder.exists()


def test_a_removed_pack_that_is_installed_again_isnt_restored_too(
    library: Library, pack: Path
) -> None:
    restore = library.apply(RemoveFolder(install(pack, library).pack.folder))
    report = install(pack, library)
    assert report.inverse == RemoveFolder(report.pack.folder)
    with pytest.raises(InputError, match="can't be undone any more"):
        library.apply(present(restore))
    assert [found.folder for found in installed_packs(library)] == [report.pack.folder]
    assert list(music_packs_dir().iterdir()) == [report.pack.folder]


def test_the_copies_of_a_pack_whose_folder_was_added_again_stay(
    library: Library, pack: Path
) -> None:
    folder = install(pack, library).pack.folder
    library.apply(RemoveFolder(folder))
    library.folders.add(folder)
    discard_removed(library, "night-drive")
    assert (folder / "tracks" / "a.wav").exists()
    assert library.removed.folders() == {}
