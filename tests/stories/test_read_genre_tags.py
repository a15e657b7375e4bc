"""Genre tags of tracks that an earlier version analysed are read without decoding the files."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import soundfile

from engine.errors import Cancelled, SoundbedError, display_path
from engine.library.library import Library
from engine.media.tags import Tags
from engine.media.track_probe import probe_audio, read_genre_tag
from engine.progress import Progress, ProgressStep, silent
from engine.stories.index import rescan
from engine.stories.read_genre_tags import read_genre_tags
from tests.media.odd_sounds import clicks
from tests.stories.test_index import FakePool, fakes, library, made_up
from tests.stories.test_repair_tags import PoolInThisProcess

__all__ = ["fakes", "library"]


class Pool(PoolInThisProcess):
    """Returns errors, as a pool of processes does."""

    def map_unordered(
        self, function: Callable[..., Any], tasks: list[Any], *_: object, **__: object
    ) -> Iterator[Any]:
        for key, args in tasks:
            try:
                yield key, function(*args)
            except SoundbedError as error:
                yield key, error


def with_genre(path: Path, genre: str | None) -> None:
    """Write a file of clicks that states a genre."""
    with soundfile.SoundFile(path, "w", 48_000, 1) as file:
        if genre is not None:
            file.genre = genre
        file.write(clicks(2.0))


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for name, genre in (("a.wav", "Reggae"), ("b.wav", "Rock"), ("c.wav", None)):
        with_genre(folder / name, genre)
    return folder


@pytest.fixture
def older(library: Library, music: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library that was made before genre tags were read."""
    import engine.media.worker

    added = library.folders.add(music)
    for path in sorted(music.iterdir()):
        library.files.store(added.id, made_up(path))
    monkeypatch.setattr(engine.media.worker, "WorkerPool", Pool)
    monkeypatch.setattr("engine.stories.read_genre_tags.usable_pack", lambda: None)
    return library


def genres(library: Library) -> dict[str, tuple[str | None, str]]:
    return {track.path.name: (track.genre, track.genre_tag) for track in library.tracks.all()}


def test_the_tag_is_read_as_it_is(music: Path) -> None:
    assert probe_audio(music / "a.wav").genre_tag == "Reggae" == read_genre_tag(music / "a.wav")
    assert read_genre_tag(music / "c.wav") == ""


def test_a_rescan_reads_them_once_and_decodes_nothing(older: Library) -> None:
    rescan(older, silent())
    assert genres(older) == {
        "a.wav": ("reggae", "Reggae"),
        "b.wav": (None, "Rock"),
        "c.wav": (None, ""),
    }
    assert FakePool.analysed == []
    assert read_genre_tags(older, silent()) == 0


def test_files_that_are_away_are_read_when_they_are_back(older: Library, music: Path) -> None:
    (music / "a.wav").rename(music.parent / "a.wav")
    assert read_genre_tags(older, silent()) == 2
    (music.parent / "a.wav").rename(music / "a.wav")
    assert read_genre_tags(older, silent(), below=music / "sub") == 0
    assert read_genre_tags(older, silent(), below=music) == 1


def test_files_that_vanish_while_they_are_read_are_read_when_they_are_back(
    older: Library, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanish(path: Path) -> str:
        path.rename(path.with_suffix(".away"))
        return read_genre_tag(path)

    with monkeypatch.context() as patched:
        patched.setattr("engine.media.track_probe.read_genre_tag", vanish)
        read_genre_tags(older, silent())
    for path in music.iterdir():
        path.rename(path.with_suffix(".wav"))
    assert read_genre_tags(older, silent()) == 3
    assert genres(older)["a.wav"] == ("reggae", "Reggae")


def test_a_damaged_file_isnt_read_again_and_again(older: Library, music: Path) -> None:
    (music / "b.wav").write_bytes(b"no sound")
    assert read_genre_tags(older, silent()) == 3
    assert read_genre_tags(older, silent()) == 0


def test_names_of_odd_bytes_are_shown_as_text(older: Library, music: Path) -> None:
    odd = music / os.fsdecode(b"odd \xff.wav")
    (music / "c.wav").rename(odd)
    older.files.store(older.folders.all()[0].id, replace(made_up(odd), tags=Tags("Odd")))
    shown: list[ProgressStep] = []
    read_genre_tags(older, Progress(shown.append))
    assert shown[-1].item == display_path(odd.name) != odd.name


def test_cancelled_it_resumes(older: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.stories.read_genre_tags._BATCH", 1)
    plain = Pool.map_unordered

    def stopping(
        pool: Pool, function: Callable[..., Any], tasks: list[Any], **_: object
    ) -> Iterator[Any]:
        for number, result in enumerate(plain(pool, function, tasks)):
            if number == 2:
                raise Cancelled
            yield result

    with monkeypatch.context() as patched:
        patched.setattr(Pool, "map_unordered", stopping)
        with pytest.raises(Cancelled):
            read_genre_tags(older, Progress())
    assert read_genre_tags(older, silent()) == 1
