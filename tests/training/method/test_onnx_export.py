import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import nn

from engine.encoders.matching import MatchingPack
from engine.encoders.session import OnnxModel
from engine.errors import TrainingError
from engine.progress import silent
from engine.training.data.pairs import DYNAMICS, PairSet
from engine.training.fitting.members import fit_members
from engine.training.fitting.validation import content_scores
from engine.training.method import onnx_export
from engine.training.method.ensemble import N_LEARNED
from engine.training.method.student import StudentNetwork
from engine.training.method.training_config import TrainingConfig
from tests.training.tiny_pairs import make_pairs

EXPERTS = ("content", "dynamics")
CONFIG = TrainingConfig(
    n_video_components=8,
    n_music_components=8,
    n_epochs=4,
    patience=4,
    n_members=2,
    batch_size=64,
    min_steps_per_epoch=2,
)


@pytest.fixture
def students() -> list[StudentNetwork]:
    members = fit_members(make_pairs(40), make_pairs(60, seed=1), CONFIG, silent())
    return [member.student for member in members]


def embeddings(
    pack: MatchingPack, pairs: PairSet
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    video = [
        pack.embed_video(SimpleNamespace(vector=vector, version="video-1")).vector
        for vector in pairs.video_vectors
    ]
    music = [
        pack.embed_music(SimpleNamespace(vector=vector, version="music-1")).vector
        for vector in pairs.music_vectors
    ]
    return np.array(video), np.array(music)


@pytest.mark.parametrize("n_students", [1, 2])
def test_the_pack_scores_as_its_members_do(
    students: list[StudentNetwork],
    tmp_path: Path,
    n_students: int,
) -> None:
    pairs, chosen = make_pairs(40), students[:n_students]
    parity = onnx_export.export_pack(tmp_path, "tiny-1", chosen, pairs, "A card.", {"seed": 0})
    assert max(parity.video, parity.music) <= onnx_export.PARITY_TOLERANCE
    video, music = embeddings(MatchingPack.load(tmp_path), pairs)
    expected = np.mean(
        [content_scores(one, pairs.video_vectors, pairs.music_vectors) for one in chosen], axis=0
    )
    assert video @ music.T == pytest.approx(expected, abs=1e-3)


def test_the_pack_says_what_it_is(students: list[StudentNetwork], tmp_path: Path) -> None:
    with torch.no_grad():
        for student, weight in zip(students, (1.0, 3.0), strict=True):
            student.deconfounder.log_weight.fill_(weight)
            student.deconfounder.genre_weights.fill_(weight)
    onnx_export.export_pack(tmp_path, "tiny-1", students, make_pairs(40), "A card.", {"seed": 0})
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert sorted(manifest["files"]) == ["CARD.md", "music.onnx", "video.onnx"]
    assert manifest["embedding_space"].startswith("tiny-1:")
    assert manifest["training_data"] == "40 simulated pairs"
    assert manifest["extra"]["seed"] == 0
    pack = MatchingPack.load(tmp_path)
    assert pack.genres == ("jazz", "pop", "metal")
    # The members' average, in units of the score: τ · (1 + 3) / 2.
    tau = CONFIG.bias_scale
    assert manifest["extra"]["taste"]["log_weight"] == pytest.approx(2 * tau)
    assert manifest["extra"]["taste"]["genre_weights"][0] == pytest.approx([2 * tau] * 3)
    assert pack.taste_bias(pack.mean_taste, [0, 1]) == pytest.approx([0.0, 0.0], abs=1e-6)


def test_the_same_students_give_the_same_bytes(
    students: list[StudentNetwork], tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        onnx_export.export_pack(tmp_path / name, "tiny-1", students, make_pairs(40), "A card.", {})
    for file in ("video.onnx", "music.onnx", "manifest.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_network_contains_no_traces_of_the_computer(
    students: list[StudentNetwork], tmp_path: Path
) -> None:
    onnx_export.export_pack(tmp_path, "tiny-1", students, make_pairs(40), "A card.", {})
    for name in ("video.onnx", "music.onnx"):
        content = (tmp_path / name).read_bytes()
        for trace in (b"engine", b".py", b"InferenceEncoder"):
            assert trace not in content


def test_an_export_that_disagrees_fails(
    students: list[StudentNetwork],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pairs = make_pairs(40)
    exported = onnx_export._to_onnx

    def of_other_weights(encoder: nn.Module, n_features: int, outputs: Sequence[str]) -> bytes:
        data = exported(encoder, n_features, outputs)
        with torch.no_grad():
            for weights in encoder.parameters():
                weights.add_(0.01)
        return data

    monkeypatch.setattr(onnx_export, "_to_onnx", of_other_weights)
    with pytest.raises(TrainingError, match="different results"):
        onnx_export.export_pack(tmp_path, "tiny-1", students, pairs, "A card.", {})
    assert not (tmp_path / "manifest.json").exists()


def test_experts_fused_outside_score_as_the_members_do() -> None:
    pgc, pairs = (replace(make_pairs(40, seed=n), video_experts=(1, 1)) for n in (1, 0))
    # Stills: nothing moves.
    pairs.video_vectors[:10, pairs.expert_columns[DYNAMICS]] = 0.0
    config = replace(CONFIG, n_latent=64, n_members=3)
    chosen = [member.student for member in fit_members(pairs, pgc, config, silent())]
    networks = onnx_export.export_networks(chosen, pairs)
    assert max(networks.parity.video, networks.parity.music) <= onnx_export.PARITY_TOLERANCE
    assert networks.taste["mean"] == pytest.approx(chosen[0].deconfounder.mean.tolist())
    video = OnnxModel(networks.video, Path("video.onnx")).run(features=pairs.video_vectors)
    music = OnnxModel(networks.music, Path("music.onnx")).run(features=pairs.music_vectors)
    sounds = music["embedding"]
    assert tuple(video) == onnx_export.VIDEO_OUTPUTS
    assert all(part.shape == (40, N_LEARNED) for part in (*video.values(), sounds))
    assert np.linalg.norm(sounds, axis=1) == pytest.approx(np.ones(40), abs=1e-5)
    assert not video["dynamics_precision"][:10].any()
    assert not video["dynamics_mean"][:10].any()
    assert video["content_precision"].min() > 1.0
    fused = sum(video[f"{one}_mean"] * video[f"{one}_precision"] for one in EXPERTS)
    total = 1.0 + sum(video[f"{one}_precision"] for one in EXPERTS)
    expected = np.mean(
        [content_scores(one, pairs.video_vectors, pairs.music_vectors) for one in chosen], axis=0
    )
    assert (fused / total) @ sounds.T == pytest.approx(expected, abs=0.02)


def test_pairs_without_experts_cannot_be_exported(students: list[StudentNetwork]) -> None:
    with pytest.raises(TrainingError, match=r"what a clip shows.*Prepare them again"):
        onnx_export.export_networks(students, make_pairs(40))


def test_members_hold_out_different_sources() -> None:
    config = replace(CONFIG, validation_share=0.25)
    members = fit_members(make_pairs(60), make_pairs(60, seed=1), config, silent())
    assert all(member.teacher_fit.validation_loss is not None for member in members)
    assert members[0].teacher_fit.validation_loss != members[1].teacher_fit.validation_loss
