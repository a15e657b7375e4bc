import json
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine import __version__
from engine.__main__ import main
from engine.encoders import matching, visual
from engine.encoders.pack_manifest import load_manifest, save_manifest
from engine.library.library import Library
from engine.library.scan import FoundFile
from engine.paths import bundled_models_dir, log_file, settings_file, user_library, user_models_dir
from engine.stories import doctor

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking torch takes seconds; one test does it."""
    monkeypatch.setattr(doctor, "_torch", lambda: "not asked")


def found(capsys: Capture) -> dict[str, dict[str, object]]:
    main(["doctor", "--json"])
    values: dict[str, dict[str, object]] = json.loads(capsys.readouterr().out)
    return values


def test_it_names_what_a_bug_report_needs(capsys: Capture) -> None:
    values = found(capsys)
    assert values["versions"]["soundbed"] == __version__
    assert values["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert values["versions"]["sqlite"] == sqlite3.sqlite_version
    assert values["folders"]["log"] == str(log_file())
    assert values["library"] == {"path": str(user_library()), "tracks": "none yet"}
    assert {"h264", "hevc", "av1", "vp9", "prores", "aac", "opus"} <= set(
        map(str, values["codecs"]["decoders"])  # type: ignore[call-overload]
    )
    assert "sha256 verified" in str(values["packs"]["musicnn"])
    assert not user_library().exists()


def test_a_library_is_counted_and_checked(capsys: Capture, tmp_path: Path) -> None:
    library = Library.open()
    library.folders.add(tmp_path)
    library.files.store_failed(FoundFile(tmp_path / "a.mp3", 1, 1), "damaged")
    values = found(capsys)["library"]
    assert (values["ready"], values["failed"], values["offline"]) == (0, 1, 0)
    assert (values["integrity"], values["outdated"]) == ("ok", 0)
    assert values["folders"] == [str(tmp_path)]


def test_problems_are_listed_and_end_with_2(capsys: Capture) -> None:
    Library.open()
    with closing(sqlite3.connect(user_library())) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.commit()
    pack = user_models_dir() / "mine"
    pack.mkdir(parents=True)
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text("{")
    assert main(["doctor"]) == 2
    problems = capsys.readouterr().out.split("Problems:")[1]
    assert "newer Soundbed" in problems
    assert str(pack) in problems
    assert "settings.json" in problems


def test_an_edited_model_is_found(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = bundled_models_dir() / "musicnn"
    pack = user_models_dir() / "copy"
    pack.mkdir(parents=True)
    for file in source.iterdir():
        (pack / file.name).write_bytes(file.read_bytes())
    assert "sha256 verified" in str(found(capsys)["packs"][str(pack)])
    (pack / "msd.onnx").write_bytes(b"edited")
    assert found(capsys)["packs"][str(pack)] == "unusable"


def test_a_missing_or_outdated_picture_network_is_found(capsys: Capture) -> None:
    for name, versions in (
        (visual.PACK, {"video": "video-0:ab12cd34"}),
        (matching.BUNDLED_PACK, {"video": "video-1:00000000", "music": "music-1"}),
    ):
        pack = user_models_dir() / name
        shutil.copytree(bundled_models_dir() / name, pack)
        save_manifest(pack, replace(load_manifest(pack), feature_versions=versions))
    assert main(["doctor"]) == 2
    problems = capsys.readouterr().out.split("Problems:")[1]
    assert "makes features “video-0:ab12cd34”" in problems
    assert "features “video-1:00000000” isn't installed" in problems


def test_torch_is_asked_in_another_process() -> None:
    import importlib.util
    import subprocess

    if importlib.util.find_spec("torch") is None:
        pytest.skip("torch isn't installed")
    code = "import sys, engine.stories.doctor as d; print(d._torch(), 'torch' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert answer.stdout.startswith("2.") and answer.stdout.strip().endswith("False")
