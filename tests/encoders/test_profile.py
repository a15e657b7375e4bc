"""The profile pack's contract, on a pack of one tiny network."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper

from engine.encoders.pack_manifest import PackManifest, save_manifest, sha256_of
from engine.encoders.profile import Profile, ProfilePack
from engine.errors import PackError


@dataclass
class Features:
    vector: npt.NDArray[np.float32]
    version: str = "music-1"
    bpm: float = 90.123456
    key: str = "A"
    mode: str = "minor"
    vocals: float = 0.25
    loudness_lufs: float = float("-inf")


def softmax_and_copy() -> bytes:
    """A network whose genres are the softmax of its two inputs, its other outputs the inputs."""
    graph = helper.make_graph(
        [
            helper.make_node("Softmax", ["features"], ["genres"], axis=1),
            helper.make_node("Identity", ["features"], ["moods"]),
            helper.make_node("Identity", ["features"], ["affect"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", 2])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 2])
            for name in ("genres", "moods", "affect")
        ],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=onnx.IR_VERSION_2023_5_5
    )
    return bytes(model.SerializeToString())


def write_pack(folder: Path, **changes: object) -> Path:
    network = softmax_and_copy()
    folder.mkdir()
    (folder / "profile.onnx").write_bytes(network)
    extra: dict[str, object] = {
        "genres": ["jazz", "pop"],
        "moods": ["calm", "tense"],
        "mood_mean": [1.0, 2.0],
        "mood_deviation": [0.5, 2.0],
        "affect_mean": [0.0, 1.5],
        "affect_deviation": [2.0, 0.5],
        "unsure_below": 0.6,
    }
    manifest = PackManifest(
        id="tiny",
        kind="profile",
        version="1",
        files={"profile.onnx": sha256_of(network)},
        inputs={"profile.onnx": {"features": ("n", 2)}},
        outputs={"profile.onnx": dict.fromkeys(("genres", "moods", "affect"), ("n", 2))},
        training_data="none",
        licence="CC0-1.0",
        feature_versions={"music": "music-1"},
        extra={**extra, **changes},
    )
    save_manifest(folder, manifest)
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> ProfilePack:
    return ProfilePack.load(write_pack(tmp_path / "tiny"))


def test_a_likely_genre_is_named_and_moods_are_z_scores(pack: ProfilePack) -> None:
    profile = pack.profile(Features(np.array([3.0, 0.0], dtype=np.float32)))
    assert profile.genre == "jazz"
    assert profile.genre_probabilities == pytest.approx([0.952574, 0.047426], abs=1e-5)
    assert profile.moods == pytest.approx({"calm": 4.0, "tense": -1.0})


def test_valence_and_arousal_stay_between_minus_one_and_one(pack: ProfilePack) -> None:
    profile = pack.profile(Features(np.array([3.0, 0.0], dtype=np.float32)))
    # tanh(1.5 / 1.5) and tanh(-3 / 1.5)
    assert (profile.valence, profile.arousal) == pytest.approx((0.76159, -0.96403), abs=1e-5)


def test_profiles_of_earlier_versions_are_read() -> None:
    older = '{"genre": "jazz", "genre_probabilities": [0.0, 1.0], "moods": {"calm": 1.0}}'
    profile = Profile.from_json(older)
    assert (profile.genre, profile.valence, profile.arousal) == ("jazz", None, None)
    for wrong in ('{"valence": 1.5}', '{"arousal": "high"}', '{"arousal": -1.01}'):
        with pytest.raises(ValueError, match=r"valence|arousal"):
            Profile.from_json(wrong)


def test_what_was_measured_goes_along_and_its_json_comes_back_equal(pack: ProfilePack) -> None:
    profile = pack.profile(Features(np.array([3.0, 0.0], dtype=np.float32)))
    assert (profile.bpm, profile.key, profile.vocals) == (90.12346, "A minor", 0.25)
    assert profile.loudness_lufs is None  # JSON has no infinity
    assert pack.profile(Features(np.zeros(2, np.float32), bpm=0.0)).bpm is None
    assert Profile.from_json(profile.to_json()) == profile


def test_an_unlikely_genre_is_unsure(pack: ProfilePack) -> None:
    profile = pack.profile(Features(np.array([0.3, 0.0], dtype=np.float32)))
    assert profile.genre is None
    assert profile.genre_probabilities[0] == pytest.approx(0.574443, abs=1e-5)


def test_features_of_another_version_are_refused(pack: ProfilePack) -> None:
    with pytest.raises(PackError, match="music-1"):
        pack.profile(Features(np.zeros(2, dtype=np.float32), "music-0"))


@pytest.mark.parametrize("name", ["mood", "affect"])
def test_scales_for_another_number_of_outputs_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackError, match=f"“{name}” is for another number of outputs"):
        ProfilePack.load(write_pack(tmp_path / "tiny", **{f"{name}_mean": [1.0]}))
