"""The contract of the matching pack, on a pack of two tiny networks."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from engine.encoders.matching import N_EMBEDDING, Embedding, MatchingPack
from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from engine.errors import PackError, SpaceMismatch

N_FEATURES = 3
GENRES = ["jazz", "pop"]
TASTE = {
    "mean": [0.5, 0.5],
    "log_weight": 0.2,
    "genre_weights": [[0.1, 0.0], [0.0, 0.3]],
    "epsilon": 0.1,
}


@dataclass
class Features:
    vector: npt.NDArray[np.float32]
    version: str


def unit(index: int) -> npt.NDArray[np.float32]:
    vector = np.zeros(N_EMBEDDING, dtype=np.float32)
    vector[index] = 1.0
    return vector


def spread_over_first_axes() -> bytes:
    """A network that copies 3 numbers to the first 3 dimensions, scaled to length 1."""
    weights = np.eye(N_FEATURES, N_EMBEDDING, dtype=np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["features", "weights"], ["wide"]),
            helper.make_node("LpNormalization", ["wide"], ["embedding"], axis=1, p=2),
        ],
        "tiny",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", N_FEATURES])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", N_EMBEDDING])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=onnx.IR_VERSION_2023_5_5
    )
    return bytes(model.SerializeToString())


def write_pack(folder: Path, **changes: object) -> Path:
    network = spread_over_first_axes()
    folder.mkdir()
    names = ("video.onnx", "music.onnx")
    for name in names:
        (folder / name).write_bytes(network)
    fields: dict[str, object] = {
        "id": "tiny-1",
        "kind": "matching",
        "version": "1",
        "files": {name: sha256_of(network) for name in names},
        "inputs": {name: {"features": ("n", N_FEATURES)} for name in names},
        "outputs": {name: {"embedding": ("n", N_EMBEDDING)} for name in names},
        "training_data": "none",
        "licence": "CC0-1.0",
        "feature_versions": {"video": "video-1", "music": "music-1"},
        "embedding_space": "tiny-1:0000",
        "extra": {"genres": GENRES, "taste": TASTE},
    }
    save_manifest(folder, PackManifest(**{**fields, **changes}))  # type: ignore[arg-type]
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> MatchingPack:
    return MatchingPack.load(write_pack(tmp_path / "tiny"))


def test_embeddings_have_length_one_and_name_their_space(pack: MatchingPack) -> None:
    video = pack.embed_video(Features(np.array([3, 0, 4], dtype=np.float32), "video-1"))
    music = pack.embed_music(Features(np.array([0, 0, 2], dtype=np.float32), "music-1"))
    assert video.vector[:3] == pytest.approx([0.6, 0.0, 0.8])
    assert video.space == pack.space == "tiny-1:0000"
    assert video.dot(music) == pytest.approx(0.8)


def test_embeddings_of_two_spaces_are_not_compared() -> None:
    with pytest.raises(SpaceMismatch, match="rescan"):
        Embedding(unit(0), "one").dot(Embedding(unit(0), "two"))


def test_an_embedding_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="length 1"):
        Embedding(2.0 * unit(0), "one")


def test_features_of_another_version_are_refused(pack: MatchingPack) -> None:
    with pytest.raises(PackError, match="video-1"):
        pack.embed_video(Features(np.ones(3, dtype=np.float32), "video-2"))


def test_taste_bias_follows_the_formula(pack: MatchingPack) -> None:
    bias = pack.taste_bias([1.0, 0.0], [0, 1, -1])
    # (u - ū) = (0.5, -0.5); ε = 0.1
    jazz = 0.2 * math.log(1.1 / 0.6) + 0.5 * 0.1
    pop = 0.2 * math.log(0.1 / 0.6) - 0.5 * 0.3
    assert bias == pytest.approx([jazz, pop, 0.0], abs=1e-6)


def test_the_average_taste_has_no_effect(pack: MatchingPack) -> None:
    assert pack.taste_bias(pack.mean_taste, [0, 1]) == pytest.approx([0.0, 0.0])


def test_a_taste_over_other_genres_is_refused(pack: MatchingPack) -> None:
    with pytest.raises(PackError, match="other genres"):
        pack.taste_bias([1.0, 0.0, 0.0], [0])


def test_a_pack_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="profile"):
        MatchingPack.load(write_pack(tmp_path / "tiny", kind="profile"))


def test_a_pack_without_its_taste_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="matching pack in this folder can't be used"):
        MatchingPack.load(write_pack(tmp_path / "tiny", extra={"genres": GENRES}))


def test_an_edited_network_is_refused(tmp_path: Path) -> None:
    folder = write_pack(tmp_path / "tiny")
    (folder / "music.onnx").write_bytes(b"edited")
    with pytest.raises(PackError, match=r"music\.onnx"):
        MatchingPack.load(folder)


def test_numbers_that_are_not_finite_are_refused(pack: MatchingPack) -> None:
    with pytest.raises(PackError, match="its output “embedding” isn't finite"):
        pack.embed_video(Features(np.full(3, np.nan, np.float32), "video-1"))


def test_a_network_of_another_shape_is_refused(tmp_path: Path) -> None:
    outputs = {"video.onnx": {"embedding": ("n", 64)}, "music.onnx": {"embedding": ("n", 64)}}
    with pytest.raises(PackError, match=r"“embedding” of video\.onnx.*not \(n, 128\)"):
        MatchingPack.load(write_pack(tmp_path / "tiny", outputs=outputs))
