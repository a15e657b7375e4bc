"""Tags in wrong encodings: found, shown as meant, undone; right ones and the files stay."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.__main__ import main
from engine.encoders.profile import Profile
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.scan import content_hash
from engine.library.tracks import TrackFile
from engine.media.track_probe import probe_audio
from engine.music.vector import VERSION
from engine.progress import silent
from engine.stories.repair_tags import find_repairs, repair_operation
from tests.media.odd_sounds import clicks, libsndfile, mp3

MEANT = {
    "ru.mp3": "Александр",
    "jp.mp3": "夜に駆ける",
    "cn.mp3": "隐藏乐章",
    "pl.mp3": "Uciekająca skała",
    "v1.mp3": "Группа крови",
    "riff.wav": "Осень",
}
RIGHT = {"cz.mp3": "ěščřžýáíé", "fr.mp3": "Déjà vu", "plain.mp3": "Song"}


class PoolInThisProcess:
    def __init__(self, n_workers: int, **_: object) -> None:
        assert n_workers >= 1

    def __enter__(self) -> "PoolInThisProcess":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map_unordered(
        self, function: Callable[..., Any], tasks: list[Any], *_: object, **__: object
    ) -> Iterator[Any]:
        for key, args in tasks:
            yield key, function(*args)


def id3(text: bytes) -> bytes:
    """An ID3v2.3 tag with a title that begins with the mark of its encoding."""
    frame = b"TIT2" + len(text).to_bytes(4, "big") + b"\0\0" + text
    size = bytes(len(frame) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\3\0\0" + size + frame


def id3v1(title: bytes) -> bytes:
    return b"TAG" + title.ljust(30, b"\0") + bytes(95)


def with_info(data: bytes, title: bytes) -> bytes:
    """A WAV with a RIFF INFO title."""
    title += b"\0" * (1 + (len(title) + 1) % 2)
    info = b"INFOINAM" + len(title).to_bytes(4, "little") + title
    data += b"LIST" + len(info).to_bytes(4, "little") + info
    return data[:4] + (len(data) - 8).to_bytes(4, "little") + data[8:]


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("engine.media.worker.WorkerPool", PoolInThisProcess)
    monkeypatch.setattr("engine.paths.assets_dir", lambda: tmp_path / "assets")
    folder = tmp_path / "music"
    folder.mkdir()
    sound = mp3(clicks(1))
    for name, code in (("ru", "cp1251"), ("jp", "cp932"), ("cn", "gbk"), ("pl", "cp1250")):
        title = MEANT[f"{name}.mp3"].encode(code)
        (folder / f"{name}.mp3").write_bytes(id3(b"\0" + title) + sound)
    (folder / "v1.mp3").write_bytes(sound + id3v1(MEANT["v1.mp3"].encode("cp1251")))
    riff = libsndfile(clicks(1), 48_000, "WAV", "PCM_16")
    (folder / "riff.wav").write_bytes(with_info(riff, MEANT["riff.wav"].encode("cp1251")))
    (folder / "cz.mp3").write_bytes(id3(b"\1" + RIGHT["cz.mp3"].encode("utf-16")) + sound)
    (folder / "fr.mp3").write_bytes(id3(b"\0" + RIGHT["fr.mp3"].encode("latin-1")) + sound)
    (folder / "plain.mp3").write_bytes(id3(b"\0Song") + sound)
    return folder


def analysed(path: Path) -> AnalysedFile:
    status = path.stat()
    return AnalysedFile(
        TrackFile(path, status.st_size, status.st_mtime_ns, content_hash(path), 1.0, VERSION),
        probe_audio(path).tags, Profile(), b"features", "profile 1",
    )  # fmt: skip


@pytest.fixture
def library(music: Path) -> Library:
    own = Library.open()
    folder = own.folders.add(music)
    for path in sorted(music.iterdir()):
        own.files.store(folder.id, analysed(path))
    return own


def titles(library: Library) -> dict[str, str]:
    return {track.path.name: track.title for track in library.tracks.all()}


def test_only_wrong_titles_are_repaired_and_no_file_changes(library: Library, music: Path) -> None:
    before = {path: path.read_bytes() for path in music.iterdir()}
    shown = titles(library)
    repairs = find_repairs(library, silent())
    assert {repair.path.name: repair.after.title for repair in repairs} == MEANT
    assert titles(library) == shown
    inverse = library.apply(repair_operation(repairs))
    assert titles(library) == {**MEANT, **RIGHT}
    assert find_repairs(library, silent()) == ()
    assert inverse is not None
    library.apply(inverse)
    assert titles(library) == shown
    assert library.repaired_tags.as_read() == {}
    assert {path: path.read_bytes() for path in music.iterdir()} == before


def test_a_repair_stays_until_the_file_says_something_else(library: Library, music: Path) -> None:
    library.apply(repair_operation(find_repairs(library, silent())))
    path = music / "ru.mp3"
    assert library.repaired_tags.of_file(path, probe_audio(path).tags).title == MEANT["ru.mp3"]
    path.write_bytes(id3(b"\0Alexander") + mp3(clicks(1)))
    tags = library.repaired_tags.of_file(path, probe_audio(path).tags)
    assert tags.title == "Alexander"
    assert len(library.repaired_tags.as_read()) == len(MEANT) - 1


def test_the_command_shows_asks_and_undoes(
    library: Library, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = titles(library)
    assert main(["library", "repair-tags"]) == 0
    assert "→ Александр" in capsys.readouterr().out
    assert titles(library) == shown
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert main(["library", "repair-tags"]) == 0
    assert "6 tracks repaired." in capsys.readouterr().out
    assert titles(library) == {**MEANT, **RIGHT}
    assert main(["library", "repair-tags", "--undo"]) == 0
    assert titles(library) == shown
    capsys.readouterr()
    assert main(["library", "repair-tags", "--yes", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["repaired"], len(found["tracks"])) == (True, 6)
    assert main(["library", "repair-tags", "--undo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"undone": 6}
    assert titles(library) == shown
