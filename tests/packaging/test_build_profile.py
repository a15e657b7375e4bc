"""The genre and mood heads on vectors with known answers."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

import build_profile
from engine.encoders.audio import MSD_TAGS
from engine.encoders.session import OnnxModel
from heads.genre import GENRES, fit_genres
from heads.mood import EMOTIONS, MOODS, fit_moods, ridge

N_FEATURES = 612


def noise(n: int, seed: int = 0) -> npt.NDArray[np.float32]:
    return np.random.default_rng(seed).normal(size=(n, N_FEATURES)).astype(np.float32)


def test_tags_alone_decide_the_genre() -> None:
    head = fit_genres(noise(200), noise(0), [], np.zeros(0), 1.0)
    loud = np.zeros((2, N_FEATURES), dtype=np.float32)
    loud[0, MSD_TAGS.index("jazz")] = loud[1, MSD_TAGS.index("metal")] = 4.0
    named = [GENRES[row.argmax()] for row in head.probabilities(loud)]
    assert named == ["jazz", "metal"]


def test_a_genre_without_a_tag_is_learnt_from_labelled_music() -> None:
    vectors = noise(40)
    vectors[:20, 70] += 4.0
    labels = [("reggae",)] * 20 + [("pop", "metal")] * 20
    head = fit_genres(vectors, vectors, labels, np.ones(40), 1.0)
    unseen = noise(20, seed=1)
    unseen[:10, 70] += 4.0
    probabilities = head.probabilities(unseen)
    reggae = [GENRES[row.argmax()] == "reggae" for row in probabilities]
    assert sum(reggae[:10]) >= 9
    assert sum(reggae[10:]) <= 2
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(20))


def test_ridge_equals_its_primal_twin() -> None:
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(30, 5)) * [1, 2, 3, 4, 5] + 7).astype(np.float32)
    targets = rng.normal(size=(30, 2))
    mean, weights = ridge(vectors, targets, penalty=0.3)
    wide = vectors.astype(np.float64)
    z = (wide - wide.mean(axis=0)) / wide.std(axis=0)
    primal = np.linalg.solve(z.T @ z + 0.3 * 30 * np.eye(5), z.T @ targets)
    assert (wide - mean) @ weights.T == pytest.approx(z @ primal)


def test_moods_follow_the_reported_emotions() -> None:
    vectors = noise(120)
    felt = np.full((120, 9), 0.2) + 0.02 * np.random.default_rng(1).normal(size=(120, 9))
    felt[:, EMOTIONS.index("sadness")] = 0.3 + 0.1 * np.clip(vectors[:, 500], -2, 2)
    head = fit_moods(vectors, felt, penalty=0.1)
    scores = head.scores(vectors)
    sad = scores[:, MOODS.index("sad")]
    assert np.corrcoef(sad, vectors[:, 500])[0, 1] > 0.9
    assert scores.shape == (120, 10)


def test_the_network_equals_the_heads() -> None:
    vectors = noise(50)
    genre_head = fit_genres(vectors, vectors[:10], [("jazz",)] * 10, np.ones(10), 1.0)
    mood_head = fit_moods(vectors, np.random.default_rng(2).random((50, 9)), 1.0)
    data = build_profile.to_onnx(genre_head, mood_head)
    assert build_profile.parity(data, genre_head, mood_head, vectors) < 1e-4
    assert OnnxModel(data, Path("profile.onnx")).output_names == ("genres", "moods")
    genre_head.biases[0] += 1.0
    with pytest.raises(SystemExit, match="disagree"):
        build_profile.parity(data, genre_head, mood_head, vectors)
