"""Frame embeddings: shape, independence of the batch, and distances."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.active import visual_pack
from engine.encoders.matching import BUNDLED_PACK
from engine.encoders.pack_manifest import load_manifest, save_manifest
from engine.encoders.visual import (
    FEATURES_VERSION,
    PACK,
    VisualEncoder,
    find_pack,
    network_version,
    pack_version,
)
from engine.errors import PackError
from engine.paths import bundled_models_dir, user_models_dir


@pytest.fixture(scope="module")
def encoder() -> VisualEncoder:
    return VisualEncoder.load(n_threads=1)


def frames_of_noise(n: int) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (n, 224, 224, 3), dtype=np.uint8)


def test_no_frames_give_no_embeddings(encoder: VisualEncoder) -> None:
    assert encoder.embed(frames_of_noise(0)).shape == (0, 1280)


def test_an_embedding_doesnt_depend_on_its_batch(encoder: VisualEncoder) -> None:
    frames = frames_of_noise(9)
    together = encoder.embed(frames)
    assert together.shape == (9, 1280)
    assert together.dtype == np.float32
    np.testing.assert_allclose(together[8], encoder.embed(frames[8:])[0], atol=1e-5)
    # Features are averages of ReLU6 outputs.
    assert together.min() >= 0
    assert together.max() <= 6


def test_a_slightly_brighter_frame_is_nearer_than_another_one(encoder: VisualEncoder) -> None:
    first = frames_of_noise(1)[0] // 2
    second = np.broadcast_to(np.arange(224, dtype=np.uint8)[:, None, None], first.shape)
    embedded = encoder.embed(np.stack((first, first + 4, second)))
    near = np.linalg.norm(embedded[0] - embedded[1])
    far = np.linalg.norm(embedded[0] - embedded[2])
    assert near < 0.5 * far


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((1, 224, 224), np.uint8), ((1, 3, 224, 224), np.uint8), ((1, 224, 224, 3), np.float32)],
)
def test_other_shapes_and_types_are_refused(
    encoder: VisualEncoder, shape: tuple[int, ...], dtype: npt.DTypeLike
) -> None:
    with pytest.raises(ValueError, match="frames are"):
        encoder.embed(np.zeros(shape, dtype))


def test_sizes_come_from_the_manifest(encoder: VisualEncoder) -> None:
    assert (encoder.frame_size, encoder.n_features) == (224, 1280)


@pytest.mark.parametrize(
    "frames", [("n", 3, 224, 224), ("n", 224, 256, 3), ("n", "h", "h", 3), ("n", 224)]
)
def test_a_network_that_reads_no_square_frames_is_refused(
    frames: tuple[int | str, ...], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(bundled_models_dir() / PACK, tmp_path / PACK))
    manifest = load_manifest(folder)
    (file,) = manifest.files
    save_manifest(folder, replace(manifest, inputs={file: {"frames": frames}}))
    with pytest.raises(PackError, match="no usable picture network"):
        VisualEncoder.load(folder)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A copy of the bundled network that calls itself another one, among the user's packs."""
    folder = user_models_dir() / "other"
    folder.parent.mkdir(parents=True)
    shutil.copytree(bundled_models_dir() / PACK, folder)
    manifest = load_manifest(folder)
    version = network_version(manifest.files[f"{PACK}.onnx"])
    save_manifest(folder, replace(manifest, id="other", feature_versions={"video": version}))
    return folder


def test_each_network_has_its_own_version_of_the_features(
    encoder: VisualEncoder, other: Path
) -> None:
    version = pack_version(other)
    assert version.startswith(f"{FEATURES_VERSION}:")
    assert len(version) == len(FEATURES_VERSION) + 9
    assert VisualEncoder.load(other, n_threads=1).features_version == version
    assert encoder.features_version == pack_version(None) == FEATURES_VERSION


def test_the_version_finds_the_network(other: Path) -> None:
    (user_models_dir() / "no pack").mkdir()
    assert find_pack(FEATURES_VERSION) is None
    assert find_pack(pack_version(other)) == other
    with pytest.raises(PackError, match=r"“video-1:00000000” isn't installed.*import_network"):
        find_pack("video-1:00000000")


@pytest.mark.parametrize("stated", ["video-0:ab12cd34", FEATURES_VERSION, ""])
def test_a_network_that_states_another_version_is_refused(other: Path, stated: str) -> None:
    manifest = load_manifest(other)
    save_manifest(other, replace(manifest, feature_versions={"video": stated} if stated else {}))
    with pytest.raises(PackError, match=f"makes features “{stated}”, not “{FEATURES_VERSION}:"):
        VisualEncoder.load(other)


def test_the_active_matching_pack_names_the_network(other: Path, tmp_path: Path) -> None:
    matching = Path(shutil.copytree(bundled_models_dir() / BUNDLED_PACK, tmp_path / "mine"))
    assert visual_pack() is None
    assert visual_pack(matching) is None
    manifest = load_manifest(matching)
    versions = {**manifest.feature_versions, "video": pack_version(other)}
    save_manifest(matching, replace(manifest, feature_versions=versions))
    assert visual_pack(matching) == other
    # What is wrong with a pack is said by the ranking.
    assert visual_pack(tmp_path / "nowhere") is None
