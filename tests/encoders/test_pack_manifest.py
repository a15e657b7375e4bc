"""A pack's manifest: written, read back, and refused when it is invalid."""

import json
from pathlib import Path

import pytest

from engine.encoders.pack_manifest import (
    PackManifest,
    load_manifest,
    manifest_json,
    read_file,
    save_manifest,
    sha256_of,
)
from engine.errors import PackError
from engine.paths import bundled_models_dir


def manifest(**changes: object) -> PackManifest:
    fields: dict[str, object] = {
        "id": "tiny",
        "kind": "visual",
        "version": "1",
        "files": {"a.onnx": sha256_of(b"abc")},
        "inputs": {"a.onnx": {"x": ("n", 3)}},
        "outputs": {"a.onnx": {"y": ("n", 2)}},
        "training_data": "none",
        "licence": "MIT",
    }
    return PackManifest(**{**fields, **changes})  # type: ignore[arg-type]


def test_sha256_is_the_standard_one() -> None:
    # FIPS 180-2, appendix B.1.
    assert sha256_of(b"abc").startswith("ba7816bf8f01cfea414140de5dae2223")


def test_a_manifest_is_read_back_unchanged(tmp_path: Path) -> None:
    written = manifest(feature_versions={"music": "music-1"}, extra={"genres": ["jazz"]})
    save_manifest(tmp_path, written)
    read = load_manifest(tmp_path)
    assert read == written
    assert read.inputs["a.onnx"]["x"] == ("n", 3)
    assert (tmp_path / "manifest.json").read_text() == manifest_json(written)


@pytest.mark.parametrize("name", ["../a.onnx", "/a.onnx", "b\\a.onnx", "c:a", "..", ""])
def test_files_outside_the_pack_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a plain file name"):
        manifest(files={name: sha256_of(b"")}, inputs={}, outputs={})


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "magic"},
        {"colour": "red"},
        {"version": 1},
        {"id": ""},
        {"files": {"a.onnx": "abc"}},
        {"inputs": {"b.onnx": {"x": (1,)}}},
        {"outputs": {"a.onnx": {"y": (1.5,)}}},
    ],
)
def test_invalid_fields_are_refused(changes: dict[str, object], tmp_path: Path) -> None:
    values = {**json.loads(manifest_json(manifest())), **changes}
    (tmp_path / "manifest.json").write_text(json.dumps(values))
    with pytest.raises(PackError, match=r"manifest\.json: the model pack's manifest is damaged"):
        load_manifest(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": 1}', '{"format": 1, "inputs": 3, "outputs": {}}']
)
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(PackError, match=r"manifest\.json: the model pack's manifest is damaged"):
        load_manifest(tmp_path)


def test_a_manifest_of_a_newer_version_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 2, "weights": []}))
    with pytest.raises(PackError, match="made for another version of Soundbed"):
        load_manifest(tmp_path)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"manifest\.json: a file of the model pack is missing"):
        load_manifest(tmp_path)


def test_only_the_file_of_the_manifest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(b"abc")
    assert read_file(tmp_path, manifest(), "a.onnx") == b"abc"
    (tmp_path / "a.onnx").write_bytes(b"abd")
    with pytest.raises(PackError, match=r"a\.onnx: .* edited or is incomplete\. Install"):
        read_file(tmp_path, manifest(), "a.onnx")
    with pytest.raises(PackError, match="no such file"):
        read_file(tmp_path, manifest(), "manifest.json")


@pytest.mark.parametrize("pack", ["efficientnet-lite0", "musicnn"])
def test_the_bundled_packs_are_complete(pack: str) -> None:
    folder = bundled_models_dir() / pack
    bundled = load_manifest(folder)
    assert bundled.id == pack
    assert bundled.licence in ("Apache-2.0", "ISC")
    assert len(bundled.sources) == 1
    for name in bundled.files:
        assert read_file(folder, bundled, name)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "\x1b[31m" + 10_000 * "a"},
        {"inputs": {"a.onnx": {10_000 * "a": ["n"]}}},
        {"outputs": {"a.onnx": {"\x1b[31m": ["n"]}}},
        {"inputs": {"a.onnx": {"x": [10_000 * "n"]}}},
        {"feature_versions": {"video": 10_000 * "a"}},
        {"feature_versions": {"video": "video-1\x1b]0;a\x07"}},
    ],
)
def test_nothing_that_a_message_shows_is_long_or_controls_a_terminal(
    change: dict[str, object], tmp_path: Path
) -> None:
    good: dict[str, object] = {
        "format": 1, "id": "a", "kind": "matching", "version": "1", "licence": "MIT",
        "files": {"a.onnx": 64 * "0"}, "inputs": {}, "outputs": {}, "training_data": "none",
    }  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps(good))
    assert load_manifest(tmp_path).id == "a"
    (tmp_path / "manifest.json").write_text(json.dumps(good | change))
    with pytest.raises(PackError, match="is damaged") as caught:
        load_manifest(tmp_path)
    assert str(caught.value).isprintable() and len(str(caught.value)) < 1000
