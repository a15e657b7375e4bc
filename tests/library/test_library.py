import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError, LibraryError
from engine.library.clips import SavedClip
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.picks import Pick
from engine.library.scan import FoundFile
from engine.media.tags import Tags
from tests.library.stored_vectors import stored_vectors

MakeFile = Callable[..., AnalysedFile]


def unit(index: int) -> np.ndarray:
    vector = np.zeros(4, np.float32)
    vector[index] = 1
    return vector


def test_a_stored_track_is_read_back_unchanged(library: Library, make_file: MakeFile) -> None:
    folder = library.folders.add(Path("/music"))
    path = Path("/music") / os.fsdecode(b"caf\xe9\n%d.mp3")
    track_id = library.files.store(folder.id, make_file(path, tags=Tags("Été", "Duo")))
    (track,) = library.tracks.all()
    assert track == library.tracks.get(track_id)
    assert (track.path, track.title, track.tags.artist) == (path, "Été", "Duo")
    assert (track.file.state, track.file.origin) == ("ready", "own")
    assert track.profile == make_file(path).profile
    assert library.tracks.n_by_state() == {"ready": 1, "offline": 0, "failed": 0}


def test_embeddings_are_one_matrix_of_the_ready_tracks(
    library: Library, make_file: MakeFile
) -> None:
    folder = library.folders.add(Path("/music"))
    ids = [library.files.store(folder.id, make_file(Path(f"/music/{n}.mp3"))) for n in range(3)]
    library.embeddings.store("space-a", [(track_id, unit(row)) for row, track_id in enumerate(ids)])
    library.embeddings.store("space-b", [(ids[0], unit(3))])
    library.files.mark([library.tracks.get(ids[1]).file], "offline")
    found, vectors = stored_vectors(library, "space-a")
    assert found.tolist() == [ids[0], ids[2]]
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    assert stored_vectors(library, "space-c")[1].shape == (0, 0)


def test_changed_bytes_drop_the_old_embedding(library: Library, make_file: MakeFile) -> None:
    folder = library.folders.add(Path("/music"))
    track_id = library.files.store(folder.id, make_file(Path("/music/a.mp3")))
    library.embeddings.store("space", [(track_id, unit(0))])
    changed = make_file(Path("/music/a.mp3"), content_hash="new")
    assert library.files.store(folder.id, changed) == track_id
    assert len(stored_vectors(library, "space")[0]) == 0


def test_a_new_space_lacks_all_tracks_with_its_features_offline_ones_too(
    library: Library, make_file: MakeFile
) -> None:
    folder = library.folders.add(Path("/music"))
    ids = [library.files.store(folder.id, make_file(Path(f"/music/{n}.mp3"))) for n in range(3)]
    old = make_file(Path("/music/old.mp3"), features_version="music-0")
    library.files.store(folder.id, old)
    library.files.mark([library.tracks.get(ids[0]).file], "offline")
    library.embeddings.store("new", [(ids[1], unit(3))])
    assert library.embeddings.missing("new", "music-1") == [ids[2], ids[0]]


def test_a_failed_file_keeps_its_reason_and_is_replaced_once_it_works(
    library: Library, make_file: MakeFile
) -> None:
    folder = library.folders.add(Path("/music"))
    path = Path("/music/a.mp3")
    library.files.store_failed(FoundFile(path, 3, 4), "it is cut off.")
    (track,) = library.tracks.all()
    assert (track.file.state, track.file.message, track.title) == (
        "failed",
        "it is cut off.",
        "a.mp3",
    )
    library.files.store(folder.id, make_file(path))
    (track,) = library.tracks.all()
    assert (track.file.state, track.file.message) == ("ready", "")


def test_folders_inside_each_other_become_one(library: Library, make_file: MakeFile) -> None:
    inner = library.folders.add(Path("/music/jazz"))
    library.files.store(inner.id, make_file(Path("/music/jazz/a.mp3")))
    outer = library.folders.add(Path("/music"))
    assert [folder.path for folder in library.folders.all()] == [Path("/music")]
    assert library.folders.add(Path("/music/jazz/")).id == outer.id
    with pytest.raises(InputError, match="part of an added folder"):
        library.folders.remove(Path("/music/jazz"))
    assert library.folders.remove(Path("/music")) == 1
    assert library.tracks.all() == ()


def test_neighbours_with_the_same_beginning_are_two_folders(library: Library) -> None:
    library.folders.add(Path("/music"))
    library.folders.add(Path("/music2"))
    assert len(library.folders.all()) == 2


def test_removing_what_is_missing_is_an_error(library: Library) -> None:
    with pytest.raises(InputError, match="isn't in the library"):
        library.folders.remove(Path("/nowhere"))
    with pytest.raises(InputError, match="number 7"):
        library.folders.remove_track(7)
    with pytest.raises(LibraryError, match="number 7"):
        library.tracks.get(7)


def test_a_removed_track_stays_away_until_its_folder_is_added_again(
    library: Library, make_file: MakeFile
) -> None:
    folder = library.folders.add(Path("/music"))
    track_id = library.files.store(folder.id, make_file(Path("/music/a.mp3")))
    assert library.folders.remove_track(track_id) == "a"
    assert library.folders.excluded(folder) == {b"/music/a.mp3"}
    library.folders.add(Path("/music"))
    assert library.folders.excluded(folder) == frozenset()


def test_a_moved_file_keeps_its_number_and_embedding(library: Library, make_file: MakeFile) -> None:
    folder = library.folders.add(Path("/music"))
    track_id = library.files.store(folder.id, make_file(Path("/music/a.mp3")))
    library.embeddings.store("space", [(track_id, unit(0))])
    library.files.store_failed(FoundFile(Path("/music/b.mp3"), 1, 1), "gone")
    library.files.move(library.tracks.get(track_id).file, FoundFile(Path("/music/b.mp3"), 10, 5))
    (track,) = library.tracks.all()
    assert (track.file.id, track.path) == (track_id, Path("/music/b.mp3"))
    found = FoundFile(Path("/music/c.mp3"), 10, 6)
    copy_id = library.files.copy(library.tracks.get(track_id).file, found)
    assert stored_vectors(library, "space")[0].tolist() == [track_id, copy_id]


def test_picks_and_arrangements_outlive_their_tracks(library: Library, make_file: MakeFile) -> None:
    folder = library.folders.add(Path("/music"))
    library.files.store(folder.id, make_file(Path("/music/a.mp3"), genre=3))
    (track,) = library.tracks.all()
    library.picks.add(Pick.of("clip", track))
    library.picks.add(Pick.of("clip", track))
    library.clips.save(SavedClip("clip", Path("/clip.mp4"), "first"))
    saved = SavedClip("clip", Path("/moved.mp4"), "second")
    library.clips.save(saved)
    library.folders.remove(Path("/music"))
    (pick,) = library.picks.all()
    assert (pick.clip_hash, pick.track_hash, pick.track_title) == ("clip", "a.mp3", "a")
    assert pick.genre_probabilities[3] == 1.0
    assert library.clips.get("clip") == saved
    assert library.clips.get("other") is None
    library.picks.remove("clip", "a.mp3")
    assert library.picks.all() == ()


def test_a_bundled_library_opens_in_a_read_only_folder_of_any_name(
    tmp_path: Path, make_file: MakeFile
) -> None:
    made = Library.open(tmp_path / "made" / "library.sqlite")
    made.files.store(None, make_file(Path("tracks/a.opus")))
    with closing(sqlite3.connect(made.database.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    folder = tmp_path / os.fsdecode(b"100% bundled?\xe9#1")
    shutil.copytree(made.database.path.parent, folder)
    folder.chmod(0o500)
    try:
        bundled = Library.open_bundled(folder)
        (track,) = bundled.tracks.all()
        assert (track.file.origin, track.path) == ("bundled", folder / "tracks" / "a.opus")
        with pytest.raises(LibraryError, match="can't be changed"):
            bundled.folders.remove_track(track.file.id)
        assert [path.name for path in folder.iterdir()] == ["library.sqlite"]
    finally:
        folder.chmod(0o700)
