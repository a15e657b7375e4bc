"""The small change of a music encoder: the optimum, and its layer in the network."""

from pathlib import Path

import numpy as np
import pytest

from engine.encoders.score_weights import N_LEARNED
from engine.encoders.session import OnnxModel
from engine.training.method.music_residual import TEMPERATURE, fit_residuals, with_residual
from tests.tiny_matching import TinyPack

N = 30


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pytest.fixture
def planted() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clips and tracks that belong together by axes that the pack compares with others."""
    rng = np.random.default_rng(3)
    tracks = unit(rng.normal(size=(N, N_LEARNED)))
    clips = 0.7 * unit(np.roll(tracks, 5, axis=1) + 0.05 * rng.normal(size=tracks.shape))
    return clips @ tracks.T, clips, tracks


def objective(
    residual: np.ndarray, planted: tuple[np.ndarray, ...], same: np.ndarray, penalty: float
) -> float:
    scores, clips, tracks = planted
    wanted = (scores + clips @ residual @ tracks.T) / TEMPERATURE
    total = 0.0
    for table, hidden in ((wanted, same), (wanted.T, same.T)):
        for row, others in zip(np.arange(N), hidden, strict=True):
            counted = np.flatnonzero(~others | (np.arange(N) == row))
            total += table[row, row] - np.log(np.exp(table[row, counted]).sum())
    return total / (2 * N) - penalty / 2 * float(np.square(residual).sum())


def test_it_is_the_optimum(planted: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    same = np.eye(N, dtype=bool)
    # Clip 0 has two tracks, of which the other isn't a rival.
    same[0, 1] = True
    found = fit_residuals(*planted, same, (1.0, 0.03))
    rng = np.random.default_rng(0)
    for penalty, residual in zip((1.0, 0.03), found, strict=True):
        best = objective(residual, planted, same, penalty)
        assert best > objective(np.zeros_like(residual), planted, same, penalty)
        for _ in range(20):
            step = rng.normal(size=residual.shape)
            step *= 0.02 * np.linalg.norm(residual) / np.linalg.norm(step)
            assert objective(residual + step, planted, same, penalty) < best
        for factor in (0.97, 1.03):
            assert objective(factor * residual, planted, same, penalty) < best


def test_it_learns_what_belongs_together_the_more_the_less_it_is_held_back(
    planted: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    scores, clips, tracks = planted
    found = fit_residuals(*planted, np.eye(N, dtype=bool), (100.0, 0.3, 0.01))
    sizes = [float(np.linalg.norm(one)) for one in found]
    assert sizes == sorted(sizes)
    assert sizes[0] < 0.01
    hits = [
        float(((scores + clips @ one @ tracks.T).argmax(axis=1) == np.arange(N)).mean())
        for one in found
    ]
    assert hits[0] == pytest.approx(float((scores.argmax(axis=1) == np.arange(N)).mean()), abs=0.05)
    assert hits[-1] == 1.0


def test_the_layer_of_the_network() -> None:
    pack = TinyPack(n_music=8)
    _, files = pack.contents()
    rng = np.random.default_rng(1)
    residual = (0.3 * rng.normal(size=(N_LEARNED, N_LEARNED))).astype(np.float32)
    features = rng.normal(size=(5, 8)).astype(np.float32)
    network = files["music.onnx"]
    before = OnnxModel(network, Path("music.onnx")).run(features=features)["embedding"]
    once = with_residual(network, residual)
    after = OnnxModel(once, Path("music.onnx")).run(features=features)["embedding"]
    assert after == pytest.approx(unit(before + before @ residual.T), abs=1e-6)
    # A pack may be fine-tuned again.
    twice = OnnxModel(with_residual(once, residual), Path("music.onnx"))
    assert twice.run(features=features)["embedding"] == pytest.approx(
        unit(after + after @ residual.T), abs=1e-6
    )
    assert with_residual(network, residual) == once
