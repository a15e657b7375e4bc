"""Frame embeddings: shape, independence of the batch, and distances."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.encoders.pack_manifest import load_manifest, save_manifest
from engine.encoders.visual import PACK, VisualEncoder
from engine.errors import PackError
from engine.paths import bundled_models_dir


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
