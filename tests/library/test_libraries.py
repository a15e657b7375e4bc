"""The bundled library and the user's own, looked up as one."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.encoders.profile import Profile
from engine.errors import LibraryError
from engine.library.files import AnalysedFile
from engine.library.libraries import Libraries
from engine.library.library import Library
from engine.library.tracks import Tracks

MakeFile = Callable[..., AnalysedFile]


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_file: MakeFile) -> Path:
    """The folder of a bundled library of two tracks."""
    folder = tmp_path / "assets" / "library"
    made = Library.open(folder / "library.sqlite")
    for name in ("a.opus", "b.opus"):
        made.files.store(None, make_file(Path("tracks") / name))
    monkeypatch.setattr("engine.paths.assets_dir", lambda: tmp_path / "assets")
    return folder


@pytest.fixture
def own(make_file: MakeFile) -> Library:
    library = Library.open()
    folder = library.folders.add(Path("/music"))
    library.files.store(folder.id, make_file(Path("/music/c.mp3")))
    offline = library.files.store(folder.id, make_file(Path("/music/d.mp3")))
    library.files.set_state([offline], "offline")
    return library


def test_without_any_library_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.paths.assets_dir", lambda: Path("/nowhere"))
    libraries = Libraries()
    assert (libraries.available(), libraries.tracks()) == ((), ())
    assert libraries.find(Path("/music/c.mp3")) is None


def test_ready_tracks_are_found_by_their_files(bundled: Path, own: Library) -> None:
    libraries = Libraries()
    assert [track.title for track in libraries.tracks()] == ["a", "b", "c", "d"]
    found = libraries.find(bundled / "tracks" / "b.opus")
    assert found is not None and (found.title, found.file.origin) == ("b", "bundled")
    found = libraries.find(Path("/music/c.mp3"))
    assert found is not None and (found.title, found.file.origin) == ("c", "own")
    assert libraries.find(Path("/music/d.mp3")) is None
    assert libraries.find(Path("tracks/b.opus")) is None


def test_features_come_from_the_library_of_the_track(
    bundled: Path, own: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(Tracks, "features", lambda self, n: asked.append((self.origin, n)))
    libraries = Libraries()
    for track in libraries.tracks()[1:3]:
        libraries.features(track)
    assert asked == [("bundled", 2), ("own", 1)]


def test_a_library_added_later_is_seen(bundled: Path, make_file: MakeFile) -> None:
    libraries = Libraries()
    assert len(libraries.tracks()) == 2
    own = Library.open()
    own.files.store(own.folders.add(Path("/music")).id, make_file(Path("/music/c.mp3")))
    assert len(libraries.tracks()) == 3


def test_bundled_tracks_are_embedded_for_another_pack_once_and_the_oldest_pack_is_dropped(
    bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    monkeypatch.setattr(Tracks, "features", lambda _, track_id: track_id)

    def pack(space: str) -> Any:
        def embed(track_id: int, profile: Profile) -> SimpleNamespace:
            assert profile == shown
            embedded.append(f"{space} {track_id}")
            return SimpleNamespace(vector=np.eye(4, dtype=np.float32)[track_id])

        return SimpleNamespace(space=space, embed_music=embed)

    libraries = Libraries()
    (library,) = libraries.available()
    shown = library.tracks.all()[0].profile
    assert shown.genre
    for _ in range(2):
        ids, vectors = libraries.embeddings(library, pack("one"))
        assert ids.tolist() == [1, 2] and vectors.tolist() == np.eye(4)[1:3].tolist()
    assert embedded == ["one 1", "one 2"]
    for space in ("two", "three", "one"):
        libraries.embeddings(library, pack(space))
    assert embedded[-1] == "one 2" and len(embedded) == 8


def test_the_bundled_library_cant_be_changed(bundled: Path) -> None:
    with pytest.raises(LibraryError, match="can't be changed"):
        Libraries().of("bundled").folders.add(Path("/music"))
