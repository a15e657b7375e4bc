import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError, LibraryError
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.scan import FoundFile
from engine.media.tags import Tags

MakeFile = Callable[..., AnalysedFile]


def unit(index: int) -> np.ndarray:
    vector = np.zeros(4, np.float32)
    vector[index] = 1
    return vector


def test_a_stored_track_comes_back_whole(library: Library, make_file: MakeFile) -> None:
    folder = library.add_folder(Path("/music"))
    path = Path("/music") / os.fsdecode(b"caf\xe9\n%d.mp3")
    track_id = library.store_analysed(folder.id, make_file(path, tags=Tags("Été", "Duo")))
    (track,) = library.tracks()
    assert track == library.track(track_id)
    assert (track.path, track.title, track.tags.artist) == (path, "Été", "Duo")
    assert (track.file.state, track.file.origin) == ("ready", "own")
    assert track.profile == make_file(path).profile
    assert library.n_by_state() == {"ready": 1, "offline": 0, "failed": 0}


def test_embeddings_are_one_matrix_of_the_ready_tracks(
    library: Library, make_file: MakeFile
) -> None:
    folder = library.add_folder(Path("/music"))
    ids = [library.store_analysed(folder.id, make_file(Path(f"/music/{n}.mp3"))) for n in range(3)]
    library.store_embeddings("space-a", [(track_id, unit(row)) for row, track_id in enumerate(ids)])
    library.store_embeddings("space-b", [(ids[0], unit(3))])
    library.set_state([ids[1]], "offline")
    found, vectors = library.embeddings("space-a")
    assert found.tolist() == [ids[0], ids[2]]
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]
    assert library.embeddings("space-c")[1].shape == (0, 0)


def test_changed_bytes_drop_the_old_embedding(library: Library, make_file: MakeFile) -> None:
    folder = library.add_folder(Path("/music"))
    track_id = library.store_analysed(folder.id, make_file(Path("/music/a.mp3")))
    library.store_embeddings("space", [(track_id, unit(0))])
    changed = make_file(Path("/music/a.mp3"), content_hash="new")
    assert library.store_analysed(folder.id, changed) == track_id
    assert len(library.embeddings("space")[0]) == 0


def test_a_new_space_is_filled_from_stored_features_offline_tracks_too(
    library: Library, make_file: MakeFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = library.add_folder(Path("/music"))
    ids = [library.store_analysed(folder.id, make_file(Path(f"/music/{n}.mp3"))) for n in range(3)]
    old = make_file(Path("/music/old.mp3"), features_version="music-0")
    library.store_analysed(folder.id, old)
    library.set_state([ids[0]], "offline")
    library.store_embeddings("new", [(ids[1], unit(3))])
    monkeypatch.setattr(Library, "features", lambda self, track_id: track_id)
    n_embedded = library.embed_missing(
        "new", ("music-1",), lambda track_id: unit(ids.index(track_id)), lambda *_: None
    )
    assert n_embedded == 2
    library.set_state([ids[0]], "ready")
    found, vectors = library.embeddings("new")
    assert found.tolist() == ids
    assert vectors.tolist() == [unit(0).tolist(), unit(3).tolist(), unit(2).tolist()]


def test_a_failed_file_keeps_its_reason_and_is_replaced_once_it_works(
    library: Library, make_file: MakeFile
) -> None:
    folder = library.add_folder(Path("/music"))
    path = Path("/music/a.mp3")
    library.store_failed(folder.id, FoundFile(path, 3, 4), "it is cut off.")
    (track,) = library.tracks()
    assert (track.file.state, track.file.message, track.title) == (
        "failed",
        "it is cut off.",
        "a.mp3",
    )
    library.store_analysed(folder.id, make_file(path))
    (track,) = library.tracks()
    assert (track.file.state, track.file.message) == ("ready", "")


def test_folders_inside_each_other_become_one(library: Library, make_file: MakeFile) -> None:
    inner = library.add_folder(Path("/music/jazz"))
    library.store_analysed(inner.id, make_file(Path("/music/jazz/a.mp3")))
    outer = library.add_folder(Path("/music"))
    assert [folder.path for folder in library.folders()] == [Path("/music")]
    assert library.add_folder(Path("/music/jazz/")).id == outer.id
    with pytest.raises(InputError, match="part of an added folder"):
        library.remove_folder(Path("/music/jazz"))
    assert library.remove_folder(Path("/music")) == 1
    assert library.tracks() == ()


def test_neighbours_with_the_same_beginning_are_two_folders(library: Library) -> None:
    library.add_folder(Path("/music"))
    library.add_folder(Path("/music2"))
    assert len(library.folders()) == 2


def test_removing_what_is_not_there_is_an_error(library: Library) -> None:
    with pytest.raises(InputError, match="isn't in the library"):
        library.remove_folder(Path("/nowhere"))
    with pytest.raises(InputError, match="number 7"):
        library.remove_track(7)
    with pytest.raises(LibraryError, match="number 7"):
        library.track(7)


def test_a_removed_track_stays_away_until_its_folder_is_added_again(
    library: Library, make_file: MakeFile
) -> None:
    folder = library.add_folder(Path("/music"))
    track_id = library.store_analysed(folder.id, make_file(Path("/music/a.mp3")))
    assert library.remove_track(track_id) == "a"
    assert library.excluded(folder) == {b"/music/a.mp3"}
    library.add_folder(Path("/music"))
    assert library.excluded(folder) == frozenset()


def test_a_moved_file_keeps_its_number_and_embedding(library: Library, make_file: MakeFile) -> None:
    folder = library.add_folder(Path("/music"))
    track_id = library.store_analysed(folder.id, make_file(Path("/music/a.mp3")))
    library.store_embeddings("space", [(track_id, unit(0))])
    library.store_failed(folder.id, FoundFile(Path("/music/b.mp3"), 1, 1), "gone")
    library.move(track_id, folder.id, Path("/music/b.mp3"), 5)
    (track,) = library.tracks()
    assert (track.file.id, track.path) == (track_id, Path("/music/b.mp3"))
    copy_id = library.copy(track_id, folder.id, Path("/music/c.mp3"), 6)
    assert library.embeddings("space")[0].tolist() == [track_id, copy_id]


def test_picks_and_plans_outlive_their_tracks(library: Library, make_file: MakeFile) -> None:
    folder = library.add_folder(Path("/music"))
    library.store_analysed(folder.id, make_file(Path("/music/a.mp3"), genre=3))
    (track,) = library.tracks()
    library.add_pick("clip", track)
    library.add_pick("clip", track)
    library.save_plan("clip", Path("/clip.mp4"), "first")
    library.save_plan("clip", Path("/clip.mp4"), "second")
    library.remove_folder(Path("/music"))
    (pick,) = library.picks()
    assert (pick.clip_hash, pick.track_hash, pick.track_title) == ("clip", "a.mp3", "a")
    assert pick.genre_probabilities[3] == 1.0
    assert library.load_plan("clip") == "second"
    assert library.load_plan("other") is None
    library.remove_pick("clip", "a.mp3")
    assert library.picks() == ()


def test_a_bundled_library_opens_in_a_read_only_folder_of_any_name(
    tmp_path: Path, make_file: MakeFile
) -> None:
    made = Library.open(tmp_path / "made" / "library.sqlite")
    made.store_analysed(None, make_file(Path("tracks/a.opus")))
    with closing(sqlite3.connect(made.path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    folder = tmp_path / os.fsdecode(b"100% bundled?\xe9#1")
    shutil.copytree(made.path.parent, folder)
    folder.chmod(0o500)
    try:
        bundled = Library.open_bundled(folder)
        (track,) = bundled.tracks()
        assert (track.file.origin, track.path) == ("bundled", folder / "tracks" / "a.opus")
        with pytest.raises(LibraryError, match="can't be changed"):
            bundled.remove_track(track.file.id)
        assert [path.name for path in folder.iterdir()] == ["library.sqlite"]
    finally:
        folder.chmod(0o700)
