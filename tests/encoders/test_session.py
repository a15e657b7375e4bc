"""Networks that can't be loaded, and the threads of those that can."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.pack_manifest import load_manifest, sha256_of
from engine.encoders.session import open_model
from engine.errors import PackError
from engine.paths import bundled_models_dir

FILE = "msd.onnx"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundled_models_dir() / "musicnn", tmp_path / "musicnn"))


def test_an_intact_file_runs(pack: Path) -> None:
    model = open_model(pack, load_manifest(pack), FILE, n_threads=1)
    assert model.input_names == ("patches",)
    out = model.run(patches=np.zeros((2, 187, 96), np.float32))
    assert out["tags"].shape == (2, 50)
    assert out["embedding"].shape == (2, 200)


@pytest.mark.parametrize("damage", ["edited", "truncated", "empty", "missing"])
def test_a_damaged_file_is_named_with_a_remedy(pack: Path, damage: str) -> None:
    path = pack / FILE
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        broken = {"edited": b"\0" + data[1:], "truncated": data[: len(data) // 2], "empty": b""}
        path.write_bytes(broken[damage])
    with pytest.raises(PackError, match=r"msd\.onnx: .*Install Soundbed or this model pack again"):
        open_model(pack, load_manifest(pack), FILE)


@pytest.mark.parametrize("n_bytes", [0, 100, 1_000_000])
def test_an_incomplete_file_of_the_right_sha256_is_an_error_too(pack: Path, n_bytes: int) -> None:
    cut = (pack / FILE).read_bytes()[:n_bytes]
    (pack / FILE).write_bytes(cut)
    manifest = load_manifest(pack)
    manifest = replace(manifest, files={**manifest.files, FILE: sha256_of(cut)})
    with pytest.raises(PackError, match=r"msd\.onnx: this network .* isn't allowed \(it"):
        open_model(pack, manifest, FILE)


def test_outputs_must_be_those_of_the_manifest(pack: Path) -> None:
    manifest = load_manifest(pack)
    manifest = replace(manifest, outputs={FILE: {"genre": ("n", 50)}})
    with pytest.raises(PackError, match="it has no output “genre”"):
        open_model(pack, manifest, FILE)
