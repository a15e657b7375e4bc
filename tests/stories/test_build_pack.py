"""A folder becomes a pack: licences first, then what was analysed, the same bytes each time."""

import errno
import json
import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import engine.media.worker
from engine.encoders.active import matching_pack
from engine.errors import (
    Cancelled,
    ExportError,
    InputError,
    MediaUnreadable,
    MusicPackError,
    display_path,
)
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.media.tags import Tags
from engine.music_packs.archive import PackWriter, open_pack
from engine.progress import silent
from engine.stories.build_pack import BuildReport, PackRequest, build_pack
from engine.stories.index import index_folder
from engine.stories.install_pack import install_pack
from tests.library.stored_vectors import stored_vectors
from tests.music_packs.samples import PROFILE, features, write_tone
from tests.stories.installing import PoolInThisProcess, StopAt
from tests.stories.test_index import made_up


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were analysed."""
    names: list[str] = []

    def analyse(path: Path) -> AnalysedFile:
        if b"RIFF" not in path.read_bytes():
            raise MediaUnreadable("it is damaged.", path=path)
        names.append(path.name)
        found = made_up(path)
        return replace(
            found,
            file=replace(found.file, duration_s=3.0),
            tags=Tags(title=display_path(path.stem)),
            profile=PROFILE,
            features=features().to_bytes(),
        )

    def embed(library: Library, _: object) -> None:
        from engine.encoders.active import matching_pack

        ids = [track.file.id for track in library.tracks.all()]
        library.embeddings.store(
            matching_pack().space, [(n, np.eye(4, dtype=np.float32)[0]) for n in ids]
        )

    monkeypatch.setattr(engine.media.worker, "WorkerPool", PoolInThisProcess)
    monkeypatch.setattr("engine.stories.analyse_files.analyse_file", analyse)
    monkeypatch.setattr("engine.stories.index.embed_with_active_pack", embed)
    monkeypatch.setattr("engine.stories.install_pack.embed_with_active_pack", lambda *_: None)
    return names


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "My Music"
    write_tone(folder / "a.wav", 220)
    write_tone(folder / "sub" / os.fsdecode(b"b\xe9?.wav"), 330)
    return folder


def build(folder: Path, out: Path, **options: Any) -> BuildReport:
    options.setdefault("licence", "CC0-1.0")
    return build_pack(PackRequest(folder, out, **options), silent())


def test_a_folder_becomes_a_pack_that_installs(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    report = build(music, tmp_path / "a.zip", title="Été")
    assert (report.pack.id, report.pack.title, report.n_analysed) == ("ete", "Été", 2)
    assert report.size_bytes == (tmp_path / "a.zip").stat().st_size
    library = Library.open()
    assert install_pack(tmp_path / "a.zip", library, silent()).n_tracks == 2
    assert [track.tags.licence for track in library.tracks.all()] == ["CC0-1.0"] * 2
    assert [t.path.name for t in library.tracks.all()] == [
        "a.wav",
        "b\N{REPLACEMENT CHARACTER}_.wav",
    ]
    first = library.tracks.all()[0]
    assert first.path.read_bytes() == (music / "a.wav").read_bytes()
    assert analysed == ["a.wav", os.fsdecode(b"b\xe9?.wav")]


def test_again_nothing_is_analysed_and_the_bytes_are_the_same(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    build(music, tmp_path / "a.zip")
    assert build(music, tmp_path / "b.zip").n_analysed == 0
    assert len(analysed) == 2
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_files_of_the_library_are_not_analysed_again(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    index_folder(music, Library.open(), silent())
    (music / "a.wav").rename(music / "moved.wav")
    analysed.clear()
    report = build(music, tmp_path / "a.zip")
    assert analysed == []
    assert sorted(str(track.tags.title) for track in report.pack.tracks)[1] == "moved"
    assert len(Library.open().folders.all()) == 1  # its own rows are as they were


def test_stopped_in_the_middle_it_resumes(analysed: list[str], music: Path, tmp_path: Path) -> None:
    n_steps = 0
    while True:
        try:
            request = PackRequest(music, tmp_path / "a.zip", licence="MIT")
            build_pack(request, StopAt(n_steps))
            break
        except Cancelled:
            n_steps += 1
            assert list(tmp_path.glob("*.zip")) == []
            assert list(tmp_path.glob(".soundbed*")) == []
    assert n_steps > 8
    assert len(analysed) == 2


def test_tracks_without_a_licence_are_named_and_nothing_is_analysed_or_written(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    (music / "licences.csv").write_text("file,licence\na.wav,MIT\n")
    with pytest.raises(
        MusicPackError, match=r"these tracks have no licence: sub/b.+\.wav\."
    ) as caught:
        build(music, tmp_path / "a.zip", licence="")
    assert "licences.csv" in caught.value.remedy
    assert analysed == []
    assert not (tmp_path / "a.zip").exists()


def test_many_tracks_without_a_licence_are_counted(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    for number in range(12):
        write_tone(music / f"{number:02}.wav", 200, 0.1)
    with pytest.raises(MusicPackError, match=r"00\.wav, 01\.wav.* and 4 more\."):
        build(music, tmp_path / "a.zip", licence=" \n")


def test_the_table_takes_precedence_and_licence_texts_are_included(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    (music / "licences.csv").write_text(
        "file;licence;artist;title;url\na.wav;CC-BY-4.0;Ada;Dawn;https://example.org\n"
    )
    (music / "licences").mkdir()
    (music / "licences" / "MIT.txt").write_text("Permission is hereby granted\n")
    report = build(music, tmp_path / "a.zip", licence="MIT")
    first, second = report.pack.tracks
    assert (first.tags.licence, first.tags.artist, first.tags.title) == ("CC-BY-4.0", "Ada", "Dawn")
    assert second.tags.licence == "MIT"
    with open_pack(tmp_path / "a.zip") as reader:
        assert reader.read("licences/MIT.txt") == b"Permission is hereby granted\n"


def test_files_that_cannot_be_used_are_left_out_and_named(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    (music / "bad.mp3").write_bytes(b"no sound")
    report = build(music, tmp_path / "a.zip")
    assert [path.name for path, _ in report.left_out] == ["bad.mp3"]
    assert len(report.pack.tracks) == 2


def test_folders_of_artists_and_albums_install(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    write_tone(music / "Artist" / "Album" / "c.wav", 440)
    report = build(music, tmp_path / "a.zip")
    assert "tracks/Artist/Album/c.wav" in [track.file for track in report.pack.tracks]
    assert install_pack(tmp_path / "a.zip", Library.open(), silent()).n_tracks == 3


def test_a_known_file_that_cannot_be_opened_now_needs_a_licence_too(
    analysed: list[str], music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(music, tmp_path / "a.zip")

    def away(path: Path) -> None:
        raise MediaUnreadable("the drive is away.", path=path)

    monkeypatch.setattr("engine.media.track_probe.probe_audio", away)
    with pytest.raises(MusicPackError, match=r"a\.wav"):
        build(music, tmp_path / "b.zip", licence="")
    assert not (tmp_path / "b.zip").exists()


def test_a_folder_among_the_licence_texts_is_no_text(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    (music / "licences" / "old.txt").mkdir(parents=True)
    assert len(build(music, tmp_path / "a.zip").pack.tracks) == 2


def test_a_folder_without_music_and_no_folder(analysed: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "none"):
        with pytest.raises(InputError):
            build(folder, tmp_path / "a.zip")
    (tmp_path / "empty" / "bad.mp3").write_bytes(b"no sound")
    with pytest.raises(InputError, match="no music"):
        build(tmp_path / "empty", tmp_path / "a.zip")


def test_a_full_disk_leaves_the_old_pack(
    analysed: list[str], music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(music, tmp_path / "a.zip")
    before = (tmp_path / "a.zip").read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(PackWriter, "finish", full)
    with pytest.raises(ExportError, match=r"a\.zip.*No space left"):
        build(music, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == before
    assert list(tmp_path.glob(".soundbed*")) == []


def test_a_licence_text_that_is_too_large_is_named(
    analysed: list[str], music: Path, tmp_path: Path
) -> None:
    (music / "licences").mkdir()
    (music / "licences" / "long.txt").write_bytes(bytes(2**20 + 1))
    with pytest.raises(MusicPackError, match=r"long\.txt' is too large"):
        build(music, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_a_file_that_changes_meanwhile_is_named(
    analysed: list[str], music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., None] = PackWriter.add_file

    def add_file(self: PackWriter, name: str, path: Path, step: Callable[[], None]) -> None:
        real(self, name, path, step)
        os.utime(path, (1, 1))

    monkeypatch.setattr(PackWriter, "add_file", add_file)
    with pytest.raises(MusicPackError, match=r"a\.wav.*changed in the meantime"):
        build(music, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_it_has_no_embeddings(analysed: list[str], music: Path, tmp_path: Path) -> None:
    build(music, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert "embeddings.f32" not in archive.namelist()
    # Earlier versions need the fields.
    assert (manifest["embedding_space"], manifest["embedding_length"]) == (None, 0)


def test_real_music_is_installed_without_a_new_analysis(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.media.worker, "WorkerPool", PoolInThisProcess)
    write_tone(tmp_path / "m" / "a.wav", 440, 6)
    build(tmp_path / "m", tmp_path / "a.zip")
    monkeypatch.setattr("engine.stories.analyse_files.analyse_file", None)
    library = Library.open()
    assert install_pack(tmp_path / "a.zip", library, silent()).n_analysed == 0
    (track,) = library.tracks.all()
    assert stored_vectors(library, matching_pack().space)[0].tolist() == [track.file.id]
    assert library.tracks.features(track.file.id).duration_s == pytest.approx(6, abs=0.1)
