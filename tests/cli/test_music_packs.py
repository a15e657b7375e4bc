"""`soundbed library build-pack` and `install`: what they print, and their exit codes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import engine.media.worker
from engine.__main__ import main
from engine.library.files import AnalysedFile
from engine.library.library import Library
from tests.music_packs.samples import PROFILE, SECONDS, features, write_pack, write_tone
from tests.stories.installing import PoolInThisProcess
from tests.stories.test_index import made_up

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def made_up_analysis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def analyse(path: Path) -> AnalysedFile:
        row = made_up(path)
        file = replace(row.file, duration_s=float(SECONDS))
        return replace(row, file=file, features=features().to_bytes(), profile=PROFILE)

    monkeypatch.setattr("engine.paths.assets_dir", lambda: tmp_path / "assets")
    monkeypatch.setattr(engine.media.worker, "WorkerPool", PoolInThisProcess)
    monkeypatch.setattr("engine.stories.analyse_files.analyse_file", analyse)
    monkeypatch.setattr("engine.stories.index.embed_with_active_pack", lambda *_: None)
    monkeypatch.setattr("engine.stories.install_pack.embed_with_active_pack", lambda *_: None)
    monkeypatch.setattr("engine.stories.build_pack.profile_pack_id", lambda: "profile 1")


def test_build_install_list_and_remove(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_tone(tmp_path / "Night Drive" / "a.wav", 220)
    assert main(["library", "build-pack", "Night Drive", "--licence", "CC0-1.0"]) == 0
    assert capsys.readouterr().out == "night-drive-1.soundbed.zip: 1 track, 0:03, 0.1 MB.\n"
    assert main(["library", "install", "night-drive-1.soundbed.zip"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("“Night Drive”, version 1, was installed. 1 track: ")
    assert main(["library", "install", "--verify", "night-drive-1.soundbed.zip"]) == 0
    assert "is already installed and complete. 1 track" in capsys.readouterr().out
    assert main(["library", "list"]) == 0
    out = capsys.readouterr().out
    assert "Music pack: Night Drive (night-drive, version 1): " in out
    assert main(["library", "list", "--json"]) == 0
    (folder,) = json.loads(capsys.readouterr().out)["folders"]
    assert folder["pack"] == {"id": "night-drive", "version": 1, "title": "Night Drive"}
    assert main(["library", "remove", "night-drive"]) == 0
    out = capsys.readouterr().out
    assert out == "Removed: the music pack “Night Drive” with 1 track. Its copy was deleted.\n"
    assert Library.open().tracks.all() == ()
    assert not Path(folder["path"]).exists()


def test_a_pack_is_removed_by_its_folder_too(tmp_path: Path, capsys: Capture) -> None:
    assert main(["library", "install", str(write_pack(tmp_path / "a.zip"))]) == 0
    (folder,) = Library.open().folders.all()
    assert main(["library", "remove", str(folder.path)]) == 0
    assert "with 2 tracks. Their copies were deleted." in capsys.readouterr().out
    assert not folder.path.exists()


def test_a_replaced_version_is_named(tmp_path: Path, capsys: Capture) -> None:
    for version in (1, 3):
        pack = write_pack(tmp_path / f"{version}.zip", version=version)
        assert main(["library", "install", str(pack)]) == 0
    assert "version 3, replaces version 1." in capsys.readouterr().out


def test_missing_licences_end_with_two_and_one_line(tmp_path: Path, capsys: Capture) -> None:
    write_tone(tmp_path / "m" / "a.wav", 220)
    out = tmp_path / "a.zip"
    assert main(["library", "build-pack", str(tmp_path / "m"), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "these tracks have no licence: a.wav." in error
    assert not out.exists()


@pytest.mark.parametrize("arguments", [["--id", "../x"], ["--version", "0"]])
def test_an_id_or_version_out_of_form_is_bad_input(
    tmp_path: Path, capsys: Capture, arguments: list[str]
) -> None:
    write_tone(tmp_path / "m" / "a.wav", 220)
    out = ["--out", str(tmp_path / "a.zip"), "--licence", "MIT"]
    assert main(["library", "build-pack", str(tmp_path / "m"), *out, *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "a.zip").exists()


def test_a_truncated_pack_ends_with_two(tmp_path: Path, capsys: Capture) -> None:
    pack = write_pack(tmp_path / "a.zip")
    pack.write_bytes(pack.read_bytes()[:-200])
    assert main(["library", "install", str(pack)]) == 2
    assert "this music pack can't be used" in capsys.readouterr().err
    assert Library.open().tracks.all() == ()
