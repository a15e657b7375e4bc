import math
import time

import numpy as np
import pytest
import torch

from engine.training.method.deconfounder import (
    EPSILON,
    Deconfounder,
    leave_one_out_histograms,
    mean_histogram,
)

UPLOADERS = ["ann", "ann", "ann", "bob", "eve"]
GENRES = np.array([0, 0, 1, 1, -1])


def test_the_mean_histogram_is_over_uploaders_not_over_pairs() -> None:
    # ann: (2/3, 1/3), bob: (0, 1); eve has no known genre and doesn't count.
    assert mean_histogram(UPLOADERS, GENRES, 2) == pytest.approx([1 / 3, 2 / 3])


def test_without_any_genre_the_mean_is_uniform() -> None:
    assert mean_histogram(["eve"], np.array([-1]), 4) == pytest.approx([0.25] * 4)


def test_a_histogram_leaves_its_own_pair_out() -> None:
    mean = np.array([0.3, 0.7], dtype=np.float32)
    histograms = leave_one_out_histograms(UPLOADERS, GENRES, mean)
    assert histograms[0] == pytest.approx([0.5, 0.5])
    assert histograms[2] == pytest.approx([1.0, 0.0])


def test_an_empty_histogram_becomes_the_mean() -> None:
    mean = np.array([0.3, 0.7], dtype=np.float32)
    histograms = leave_one_out_histograms(UPLOADERS, GENRES, mean)
    assert histograms[3] == pytest.approx(mean)
    assert histograms[4] == pytest.approx(mean)


def test_histograms_equal_their_twin() -> None:
    rng = np.random.default_rng(0)
    uploaders = [f"user {n}" for n in rng.integers(0, 9, 80)]
    genres = rng.integers(-1, 4, 80)
    mean = np.full(4, 0.25, dtype=np.float32)
    for row, histogram in enumerate(leave_one_out_histograms(uploaders, genres, mean)):
        picks = [
            genre
            for other, (uploader, genre) in enumerate(zip(uploaders, genres, strict=True))
            if uploader == uploaders[row] and other != row and genre >= 0
        ]
        shares = [picks.count(genre) / len(picks) for genre in range(4)] if picks else mean
        assert histogram == pytest.approx(shares, abs=1e-7)


def test_histograms_of_a_whole_dataset_take_no_loop_over_pairs() -> None:
    rng = np.random.default_rng(0)
    uploaders = rng.integers(0, 12_000, 146_351).astype(np.str_)
    started_s = time.process_time()
    histograms = leave_one_out_histograms(
        uploaders, rng.integers(-1, 6, 146_351), np.full(6, 1 / 6, dtype=np.float32)
    )
    assert time.process_time() - started_s < 2.0
    assert histograms.sum(axis=1) == pytest.approx(np.ones(146_351), abs=1e-5)


def filled() -> Deconfounder:
    confounder = Deconfounder(np.array([0.25, 0.75], dtype=np.float32), n_latent=2)
    with torch.no_grad():
        confounder.log_weight.fill_(0.5)
        confounder.genre_weights.copy_(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
        confounder.content_weights.copy_(torch.tensor([[1.0, 0.0], [0.0, -1.0]]))
    return confounder


def test_the_interaction_by_hand() -> None:
    bias = filled()(
        torch.tensor([[1.0, 0.0]]), torch.tensor([0, 1, -1]), torch.tensor([[0.6, 0.8]] * 3)
    )
    # u - ū = (.75, -.75); content: .75 · .6 + .75 · .8 = 1.05
    first = 0.5 * math.log((1 + EPSILON) / (0.25 + EPSILON)) + 0.75 * (1 - 3) + 1.05
    second = 0.5 * math.log(EPSILON / (0.75 + EPSILON)) + 0.75 * (2 - 4) + 1.05
    assert bias[0].tolist() == pytest.approx([first, second, 1.05], abs=1e-5)


def test_the_average_taste_adds_nothing() -> None:
    bias = filled()(torch.tensor([[0.25, 0.75]]), torch.tensor([0, 1]), torch.ones(2, 2))
    assert bias[0].tolist() == pytest.approx([0.0, 0.0], abs=1e-6)


def test_it_changes_a_ranking_unlike_the_papers_operator() -> None:
    tastes, genres, music = torch.tensor([[1.0, 0.0]]), torch.tensor([0, 1]), torch.zeros(2, 2)
    bias = filled()(tastes, genres, music)[0].tolist()
    assert bias[0] - bias[1] != pytest.approx(0.0)


def test_no_gradient_passes_into_the_music() -> None:
    music = torch.ones(2, 2, requires_grad=True)
    confounder = filled()
    confounder(torch.tensor([[1.0, 0.0]]), torch.tensor([0, 1]), music).sum().backward()
    assert music.grad is None
    assert confounder.content_weights.grad is not None
