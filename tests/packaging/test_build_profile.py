"""The genre and mood heads on music with a known answer."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engine.encoders.audio import MSD_TAGS
from engine.encoders.session import OnnxModel

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
N_FEATURES = 612


@pytest.fixture(scope="module")
def build() -> Iterator[ModuleType]:
    sys.path.insert(0, str(PACKAGING))
    try:
        import build_profile

        yield build_profile
    finally:
        sys.path.remove(str(PACKAGING))


def noise(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, N_FEATURES)).astype(np.float32)


def test_tags_alone_name_a_genre(build: ModuleType) -> None:
    head = build.fit_genres(noise(200), noise(0), [], np.zeros(0), 1.0)
    loud = np.zeros((2, N_FEATURES), dtype=np.float32)
    loud[0, MSD_TAGS.index("jazz")] = loud[1, MSD_TAGS.index("metal")] = 4.0
    named = [build.GENRES[row.argmax()] for row in head.probabilities(loud)]
    assert named == ["jazz", "metal"]


def test_labelled_music_teaches_a_genre_without_a_tag(build: ModuleType) -> None:
    vectors = noise(40)
    vectors[:20, 70] += 4.0
    labels = [("reggae",)] * 20 + [("pop", "metal")] * 20
    head = build.fit_genres(vectors, vectors, labels, np.ones(40), 1.0)
    unseen = noise(20, seed=1)
    unseen[:10, 70] += 4.0
    probabilities = head.probabilities(unseen)
    reggae = [build.GENRES[row.argmax()] == "reggae" for row in probabilities]
    assert sum(reggae[:10]) >= 9
    assert sum(reggae[10:]) <= 2
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(20))


def test_ridge_equals_its_primal_twin() -> None:
    sys.path.insert(0, str(PACKAGING))
    try:
        from heads.mood import ridge
    finally:
        sys.path.remove(str(PACKAGING))
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(30, 5)) * [1, 2, 3, 4, 5] + 7).astype(np.float32)
    targets = rng.normal(size=(30, 2))
    mean, weights = ridge(vectors, targets, penalty=0.3)
    wide = vectors.astype(np.float64)
    z = (wide - wide.mean(axis=0)) / wide.std(axis=0)
    primal = np.linalg.solve(z.T @ z + 0.3 * 30 * np.eye(5), z.T @ targets)
    assert (wide - mean) @ weights.T == pytest.approx(z @ primal)


def test_moods_follow_what_listeners_felt(build: ModuleType) -> None:
    vectors = noise(120)
    felt = np.full((120, 9), 0.2) + 0.02 * np.random.default_rng(1).normal(size=(120, 9))
    felt[:, build.EMOTIONS.index("sadness")] = 0.3 + 0.1 * np.clip(vectors[:, 500], -2, 2)
    head = build.fit_moods(vectors, felt, penalty=0.1)
    scores = head.scores(vectors)
    sad = scores[:, build.MOODS.index("sad")]
    assert np.corrcoef(sad, vectors[:, 500])[0, 1] > 0.9
    assert scores.shape == (120, 10)


def test_the_network_equals_the_heads(build: ModuleType) -> None:
    vectors = noise(50)
    genre_head = build.fit_genres(vectors, vectors[:10], [("jazz",)] * 10, np.ones(10), 1.0)
    mood_head = build.fit_moods(vectors, np.random.default_rng(2).random((50, 9)), 1.0)
    data = build.to_onnx(genre_head, mood_head)
    assert build.parity(data, genre_head, mood_head, vectors) < 1e-4
    assert OnnxModel(data, Path("profile.onnx")).output_names == ("genres", "moods")
    genre_head.biases[0] += 1.0
    with pytest.raises(SystemExit, match="disagree"):
        build.parity(data, genre_head, mood_head, vectors)
