from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from torch import nn

from engine.encoders.score_weights import N_LEARNED
from engine.encoders.session import OnnxModel
from engine.errors import TrainingError
from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import CONTENT, DYNAMICS, PairSet
from engine.training.fitting.validation import content_scores
from engine.training.method import onnx_export
from engine.training.method.student import StudentNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.members import fit_members
from tests.training.tiny_pairs import make_pairs

EXPERTS = ("content", "dynamics")
CONFIG = TrainingConfig(
    n_latent=64,
    n_video_components=8,
    n_music_components=8,
    n_epochs=4,
    patience=4,
    n_members=3,
    batch_size=64,
    min_steps_per_epoch=2,
)


def make_expert_pairs(n_pairs: int, seed: int = 0) -> PairSet:
    """Tiny pairs whose first seven video features are content; the first ten are stills."""
    pairs = replace(make_pairs(n_pairs, seed=seed), video_experts=(1, 1))
    pairs.video_vectors[:10, pairs.expert_columns[DYNAMICS]] = 0.0
    return pairs


@pytest.fixture
def students() -> list[StudentNetwork]:
    members = fit_members(
        TrainingData(make_expert_pairs(40), make_expert_pairs(60, seed=1)), CONFIG, silent()
    )
    found = [one.student for one in members if isinstance(one.student, StudentNetwork)]
    assert len(found) == len(members)
    return found


def run(network: bytes, vectors: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    return OnnxModel(network, Path("network.onnx")).run(features=vectors)


@pytest.mark.parametrize("n_students", [1, 3])
def test_experts_fused_outside_score_as_the_members_do(
    students: list[StudentNetwork], n_students: int
) -> None:
    pairs, chosen = make_expert_pairs(40), students[:n_students]
    networks = onnx_export.export_networks(chosen, pairs)
    assert max(networks.parity.video, networks.parity.music) <= onnx_export.PARITY_TOLERANCE
    sounds = run(networks.music, pairs.music_vectors)["embedding"]
    assert np.linalg.norm(sounds, axis=1) == pytest.approx(np.ones(40), abs=1e-5)
    for asked in (pairs, pairs.without_expert(DYNAMICS), pairs.without_expert(CONTENT)):
        video = run(networks.video, asked.video_vectors)
        assert tuple(video) == onnx_export.VIDEO_OUTPUTS
        assert all(part.shape == (40, N_LEARNED) for part in (*video.values(), sounds))
        fused = sum(video[f"{one}_mean"] * video[f"{one}_precision"] for one in EXPERTS)
        total = 1.0 + sum(video[f"{one}_precision"] for one in EXPERTS)
        expected = np.mean(
            [content_scores(one, asked.video_vectors, pairs.music_vectors) for one in chosen],
            axis=0,
        )
        assert (fused / total) @ sounds.T == pytest.approx(expected, abs=0.02)


def test_a_silent_expert_has_no_precision(students: list[StudentNetwork]) -> None:
    pairs = make_expert_pairs(40)
    video = run(onnx_export.export_networks(students, pairs).video, pairs.video_vectors)
    assert not video["dynamics_precision"][:10].any()
    assert not video["dynamics_mean"][:10].any()
    assert video["dynamics_precision"][10:].min() > 1.0
    assert video["content_precision"].min() > 1.0


def test_the_taste_is_the_members_average(students: list[StudentNetwork]) -> None:
    with torch.no_grad():
        for student, weight in zip(students, (1.0, 3.0, 5.0), strict=True):
            student.deconfounder.log_weight.fill_(weight)
            student.deconfounder.genre_weights.fill_(weight)
    taste = onnx_export.export_networks(students, make_expert_pairs(40)).taste
    assert taste["mean"] == pytest.approx(students[0].deconfounder.mean.tolist())
    # In units of the score: τ · (1 + 3 + 5) / 3.
    tau = CONFIG.bias_scale
    assert taste["log_weight"] == pytest.approx(3 * tau)
    assert taste["genre_weights"][0] == pytest.approx([3 * tau] * 3)


def test_pairs_without_experts_cannot_be_exported(students: list[StudentNetwork]) -> None:
    with pytest.raises(TrainingError, match=r"what a clip shows.*Prepare them again"):
        onnx_export.export_networks(students, make_pairs(40))


def test_the_same_students_give_the_same_bytes(students: list[StudentNetwork]) -> None:
    one, two = (onnx_export.export_networks(students, make_expert_pairs(40)) for _ in range(2))
    assert (one.video, one.music) == (two.video, two.music)


def test_a_network_contains_no_traces_of_the_computer(students: list[StudentNetwork]) -> None:
    networks = onnx_export.export_networks(students, make_expert_pairs(40))
    for content in (networks.video, networks.music):
        for trace in (b"engine", b".py", b"Encoder", b"ExpertNetwork"):
            assert trace not in content


def test_an_export_that_disagrees_fails(
    students: list[StudentNetwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = onnx_export._to_onnx

    def of_other_weights(encoder: nn.Module, n_features: int, outputs: Sequence[str]) -> bytes:
        data = exported(encoder, n_features, outputs)
        with torch.no_grad():
            for weights in encoder.parameters():
                weights.add_(0.01)
        return data

    monkeypatch.setattr(onnx_export, "_to_onnx", of_other_weights)
    with pytest.raises(TrainingError, match="different results"):
        onnx_export.export_networks(students, make_expert_pairs(40))


def test_members_hold_out_different_sources() -> None:
    config = replace(CONFIG, n_members=2, validation_share=0.25)
    members = fit_members(TrainingData(make_pairs(60), make_pairs(60, seed=1)), config, silent())
    losses = [one.teacher_fit.validation_loss for one in members if one.teacher_fit]
    assert len(set(losses) - {None}) == 2
