"""Weights, graded labels, re-ranking and blending by hand."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import torch

from engine.training.data.benchmark_data import Queries
from engine.training.method.batch import Batch
from engine.training.method.losses import matching_loss
from engine.training.method.scaling import InputScaling
from engine.training.method.teacher import Latents, TeacherNetwork
from engine.training.systems.calibration import calibrated_order
from engine.training.systems.contract import benchmark_config
from engine.training.systems.debiasing import (
    Labels,
    graded_matching,
    inverse_weights,
    propensities,
    weighted_matching,
)
from engine.training.systems.decrs import BlendingScorer, DecRSNetwork, FactorisedNetwork
from engine.training.systems.du import relevance

SCALING = InputScaling(np.zeros(3, np.float32), np.eye(3, dtype=np.float32))
TASTE = np.array([0.25, 0.75], np.float32)


def test_labels_of_one_and_zero_are_the_matching_loss() -> None:
    torch.manual_seed(0)
    scores = torch.randn(6, 6)
    known = torch.eye(6, dtype=torch.bool)
    known[0, 3] = known[3, 0] = True
    ours = weighted_matching(scores, known.float(), known, torch.ones(6), 0.05, 4)
    assert float(ours) == pytest.approx(float(matching_loss(scores, known, 0.05, 4)), rel=1e-6)


def test_a_label_above_the_pairs_own_reverses_the_comparison() -> None:
    scores = torch.tensor([[0.3, 0.5], [0.0, 0.0]])
    labels = torch.tensor([[0.4, 0.9], [0.0, 1.0]])
    terms = graded_matching(scores, labels, torch.eye(2, dtype=torch.bool), 0.3, 1)
    # Track 1 should win by the margin and wins by .2: .5 · (.3 - .2). In row 1 track 1 should win
    # and is level: 1 · .3.
    np.testing.assert_allclose(terms, [0.05, 0.3], rtol=1e-5)


def test_propensity_is_smoothed_and_relative_to_the_mean_taste() -> None:
    found = propensities(
        torch.tensor([[1.0, 0.0]]), torch.tensor([0, 1, -1]), torch.tensor([0.5, 0.5]), 0.2
    )
    np.testing.assert_allclose(found, [[1.8, 0.2, 1.0]], rtol=1e-6)
    # 1/1.8, 1/.2 clipped at 2, and 1: sum 3.556, mean 1.185.
    weights = inverse_weights(found[0], 2.0)
    np.testing.assert_allclose(weights, np.array([1 / 1.8, 2, 1]) / (32 / 27), rtol=1e-5)


def test_relevance_compares_with_the_track_that_was_taken() -> None:
    np.testing.assert_allclose(
        relevance(torch.tensor([[1.0, 1.0], [0.0, np.log(3.0)]]), 1.0),
        [[0.5, 0.5], [0.25, 0.5]],
        rtol=1e-5,
    )


def test_calibration_mixes_genres_as_the_uploader_does() -> None:
    scores = np.array([[0.9, 0.8, 0.7, 0.1, 0.05]], np.float32)
    genres = np.array([[0, 0, 0, 1, -1]])
    half = np.array([[0.5, 0.5]], np.float32)
    np.testing.assert_array_equal(calibrated_order(scores, genres, half, 0.0, 5), [[0, 1, 2, 3, 4]])
    np.testing.assert_array_equal(calibrated_order(scores, genres, half, 0.9, 2), [[0, 3]])
    # With λ = 1 the score counts for nothing; each track is still there once.
    whole = calibrated_order(scores, genres, half, 1.0, 5)
    assert sorted(whole[0]) == [0, 1, 2, 3, 4]


def test_labels_mix_what_was_observed_with_what_the_teacher_thinks() -> None:
    means = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    latents = Latents(means, means, means, means, means, means)
    teacher = cast(TeacherNetwork, SimpleNamespace(infer=lambda _video, _music: latents))
    positives = torch.eye(2, dtype=torch.bool)
    batch = Batch(means, means, positives, means, means, means, means, means)
    # A row of 1 and 0: .5 ± .5, by a deviation of .7071.
    high, low = (1 / (1 + np.exp(-place * np.sqrt(0.5))) for place in (1, -1))
    expected = [[0.6 + 0.4 * high, 0.4 * low], [0.4 * low, 0.6 + 0.4 * high]]
    np.testing.assert_allclose(Labels(teacher, 0.4).of(batch), expected, rtol=1e-5)
    np.testing.assert_allclose(Labels(None, 0.4).of(batch), np.eye(2, dtype=np.float32))


def test_decrs_factorises_the_mean_taste_with_the_track() -> None:
    network = FactorisedNetwork(SCALING, SCALING, TASTE, benchmark_config(n_latent=2))
    with torch.no_grad():
        network.genre_embedding.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 2.0]]))
        network.projection.weight.copy_(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
        adjusted = network.adjusted(torch.tensor([[2.0, 4.0]]))
    # E·ū = (.25, 1.5), W·z = (4, 2).
    np.testing.assert_allclose(adjusted, [[2.0 + 1.0, 4.0 + 3.0]])


def test_decrs_turns_to_the_adjusted_score_as_taste_drifted() -> None:
    torch.manual_seed(0)
    network = DecRSNetwork(SCALING, SCALING, TASTE, benchmark_config(n_latent=2))
    vectors = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    scorer = BlendingScorer(network, vectors, largest_drift=2.0, exponent=0.5)
    drifts = np.array([0.0, 0.5, 2.0, 9.0], np.float32)
    queries = Queries(vectors, np.tile(TASTE, (4, 1)), drifts=drifts)
    plain, adjusted = scorer._plain.score(queries), scorer._adjusted.score(queries)
    shares = np.array([[0.0], [0.5], [1.0], [1.0]])
    expected = (1 - shares) * plain + shares * adjusted
    assert np.abs(plain - adjusted).max() > 0.01
    np.testing.assert_allclose(scorer.score(queries), expected, atol=1e-6)
