"""The bundled library and the user's own, looked up as one."""

import time
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
from tests import unusable

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
    library.files.mark([library.tracks.get(offline).file], "offline")
    return library


def test_without_any_library_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.paths.assets_dir", lambda: Path("/nowhere"))
    libraries = Libraries()
    assert (libraries.available(), tuple(libraries.tracks())) == ((), ())
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
    for track in tuple(libraries.tracks())[1:3]:
        libraries.features(track)
    assert asked == [("bundled", 2), ("own", 1)]


def test_a_library_added_later_is_seen(bundled: Path, make_file: MakeFile) -> None:
    libraries = Libraries()
    assert len(tuple(libraries.tracks())) == 2
    own = Library.open()
    own.files.store(own.folders.add(Path("/music")).id, make_file(Path("/music/c.mp3")))
    assert len(tuple(libraries.tracks())) == 3


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
        ((tracks, rows),) = libraries.columns(library, pack("one"))
        assert tracks.ids[rows].tolist() == [1, 2] and tracks.is_embedded.all()
        assert tracks.vectors.tolist() == np.eye(4)[1:3].tolist()
    assert embedded == ["one 1", "one 2"]
    for space in ("two", "three", "one"):
        libraries.columns(library, pack(space))
    assert embedded[-1] == "one 2" and len(embedded) == 8


def test_the_bundled_library_cant_be_changed(bundled: Path) -> None:
    with pytest.raises(LibraryError, match="can't be changed"):
        Libraries().of("bundled").folders.add(Path("/music"))


@pytest.mark.parametrize("damage", unusable.WAYS)
def test_without_an_own_library_that_can_be_used_the_bundled_one_is_used(
    bundled: Path, own: Library, damage: Callable[[Path], None]
) -> None:
    damage(own.database.path)
    libraries = Libraries()
    assert [track.title for track in libraries.tracks()] == ["a", "b"]
    found = libraries.find(bundled / "tracks" / "b.opus")
    assert found is not None and found.title == "b"
    assert libraries.each(lambda library: library.origin) == ["bundled"]
    (problem,) = libraries.problems()
    assert problem.startswith("Your own music is left out: ") and "library.sqlite" in problem
    assert "bug report" not in problem


def test_without_a_bundled_library_that_can_be_used_the_own_one_is_used(
    bundled: Path, own: Library
) -> None:
    unusable.broken_inside(bundled / "library.sqlite")
    libraries = Libraries()
    assert [track.title for track in libraries.tracks()] == ["c", "d"]
    (problem,) = libraries.problems()
    assert problem.startswith("The bundled music is left out: ")


def test_a_locked_library_is_used_again_when_it_is_free(
    bundled: Path, own: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.library.database._READING_TIMEOUT_S", 0.2)
    monkeypatch.setattr("engine.library.libraries._LEFT_OUT_S", 0.5)
    libraries = Libraries()
    with unusable.locked(own.database.path):
        assert [track.title for track in libraries.tracks()] == ["a", "b"]
        (problem,) = libraries.problems()
        assert "in use by another program" in problem
    time.sleep(0.6)
    assert len(tuple(libraries.tracks())) == 4
    assert libraries.problems() == ()


_READ = """
from engine.library.libraries import Libraries
from engine.errors import LibraryError
from engine.library.library import Library
libraries = Libraries()
print([track.title for track in libraries.tracks() if track.file.origin == "own"])
print(len(libraries.problems()))
try:
    Library.open().picks.remove("a", "b")
except LibraryError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "read"),
    [(0o444, 0o755, "['c', 'd']"), (0o444, 0o555, "['c', 'd']"), (0o644, 0o555, "['c', 'd']"),
     (0o000, 0o755, "[]")],
)  # fmt: skip
def test_a_library_that_cant_be_written_is_read(
    own: Library, file_mode: int, folder_mode: int, read: str
) -> None:
    path = own.database.path
    path.chmod(file_mode)
    path.parent.chmod(folder_mode)
    try:
        ended = unusable.as_an_ordinary_user(["-c", _READ])
    finally:
        path.parent.chmod(0o755)
        path.chmod(0o644)
    tracks, n_problems, sentence = ended.stdout.splitlines()
    assert tracks == read
    assert n_problems == ("0" if read != "[]" else "1")
    assert "library.sqlite: the library can't be read or written" in sentence
    assert "Traceback" not in ended.stderr
