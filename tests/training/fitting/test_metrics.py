import math

import numpy as np
import pytest

from engine.training.fitting.metrics import (
    best_tracks,
    bootstrap_interval,
    genre_divergence,
    inverse_popularity_weights,
    inverse_taste_weights,
    label_share,
    ndcg_at,
    own_ranks,
    popularity_amplification,
    recall_at,
    target_ranks,
    taste_slope,
    true_ndcg_at,
)

SCORES = np.array([[0.9, 0.5, 0.1], [0.9, 0.5, 0.1]], dtype=np.float32)


def test_target_ranks_count_the_better_ones() -> None:
    targets = np.array([0.9, 0.5, 0.5, 0.0], dtype=np.float32)
    others = np.array([[0.1, 0.2], [0.9, 0.1], [0.5, 0.9], [0.1, 0.2]], dtype=np.float32)
    assert target_ranks(targets, others).tolist() == [0.0, 1.0, 1.5, 2.0]


def test_weights_are_inverse_popularity() -> None:
    # 1/0.1 = 10, 1/0.2 = 5, 1/0.2 = 5: shares of 20.
    weights = inverse_popularity_weights(np.array([0.1, 0.2, 0.2], dtype=np.float32))
    assert weights == pytest.approx([0.5, 0.25, 0.25])


def test_recall_by_hand() -> None:
    hits = recall_at(np.array([0.0, 1.0, 2.0]), 2)
    assert hits.tolist() == [1.0, 1.0, 0.0]
    assert hits @ np.array([0.5, 0.25, 0.25]) == 0.75


def test_ndcg_by_hand() -> None:
    # First place: 1/log2(2) = 1; third: 1/log2(4) = 1/2; beyond the list: nothing.
    assert ndcg_at(np.array([0.0, 2.0, 3.0]), 3) == pytest.approx([1.0, 0.5, 0.0])


def test_true_ndcg_by_hand() -> None:
    lists = np.array([[0, 1, 2], [5, 1, 0], [7, 8, 9]])
    true_top = np.array([[2, 1, 0, 3], [0, 2, 5, 4], [0, 1, 2, 3]])
    whole = 1.0 + 1.0 / math.log2(3) + 0.5
    assert true_ndcg_at(lists, true_top) == pytest.approx([1.0, 1.5 / whole, 0.0])


def test_best_tracks_stay_in_the_pool() -> None:
    scores = np.array([[0.1, 0.9, 0.5, 0.7]], dtype=np.float32)
    assert best_tracks(scores, 2).tolist() == [[1, 3]]
    assert best_tracks(scores, 2, np.array([0, 2])).tolist() == [[2, 0]]


def test_equal_scores_are_ordered_by_index() -> None:
    assert best_tracks(np.zeros((1, 4), dtype=np.float32), 3).tolist() == [[0, 1, 2]]


def test_genre_divergence_by_hand() -> None:
    first = np.array([[0.5, 0.5], [1.0, 0.0], [1.0, 0.0], [0.0, 0.0]], dtype=np.float32)
    second = np.array([[0.5, 0.5], [0.0, 1.0], [0.5, 0.5], [1.0, 0.0]], dtype=np.float32)
    # Third row: middle (3/4, 1/4); (log2(4/3) + (log2(2/3) + log2(2)) / 2) / 2.
    third = (math.log2(4 / 3) + (math.log2(2 / 3) + 1.0) / 2) / 2
    assert genre_divergence(first, second) == pytest.approx([0.0, 1.0, third])


def test_lists_that_follow_taste_have_slope_one() -> None:
    tastes = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], dtype=np.float32)
    true = np.full((3, 2), 0.5, dtype=np.float32)
    assert taste_slope(tastes, true, tastes) == pytest.approx(1.0)
    half = (true + tastes) / 2
    assert taste_slope(half.astype(np.float32), true, tastes) == pytest.approx(0.5)
    assert taste_slope(true, true, tastes) == pytest.approx(0.0)


def test_slope_forgives_one_genre_for_all() -> None:
    # Everyone gets too much of the first genre: wrong, but nothing to do with their taste.
    tastes = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    everyone = np.array([[1.0, 0.0], [1.0, 0.0]], dtype=np.float32)
    true = np.full((2, 2), 0.5, dtype=np.float32)
    assert taste_slope(everyone, true, tastes) == pytest.approx(0.0)
    assert math.isnan(taste_slope(everyone, true, true))


def test_popularity_amplification_by_hand() -> None:
    # A pick's track has (3·3 + 1·1) / 4 = 2.5 picks on average.
    n_picks = np.array([3, 1, 0])
    assert popularity_amplification(np.array([[0, 0]]), n_picks) == pytest.approx(3 / 2.5)
    assert popularity_amplification(np.array([[1, 2]]), n_picks) == pytest.approx(0.5 / 2.5)
    assert math.isnan(popularity_amplification(np.array([[1]]), np.zeros(3, dtype=np.int64)))


def test_inverse_taste_by_hand() -> None:
    tastes = np.array([[0.48, 0.52], [0.0, 1.0], [0.98, 0.02], [0.5, 0.5]], dtype=np.float32)
    mean = np.array([0.48, 0.52], dtype=np.float32)
    weights = inverse_taste_weights(tastes, np.array([0, 0, 0, -1]), mean)
    # .5/.5, .5/.02 clipped to 5, .5/1, unknown: 1, 5, .5, 1 of 7.5.
    assert weights == pytest.approx(np.array([1.0, 5.0, 0.5, 1.0]) / 7.5)


def test_bootstrap_interval_contains_the_mean() -> None:
    values = np.array([0.0, 1.0] * 50)
    low, high = bootstrap_interval(values)
    # A binomial of 100 at 1/2: mean 0.5, standard error 0.05.
    assert low == pytest.approx(0.5 - 1.96 * 0.05, abs=0.02)
    assert high == pytest.approx(0.5 + 1.96 * 0.05, abs=0.02)
    assert bootstrap_interval(np.full(9, 0.25)) == (0.25, 0.25)
    assert bootstrap_interval(values) == bootstrap_interval(values)


def test_bootstrap_interval_follows_the_weights() -> None:
    values = np.array([1.0] + [0.0] * 9)
    low, high = bootstrap_interval(values, np.array([0.0] + [1.0] * 9))
    assert (low, high) == (0.0, 0.0)


def test_own_ranks_by_hand() -> None:
    assert own_ranks(SCORES, np.array([[1, 0, 0], [0, 1, 0]], dtype=bool)) == pytest.approx(
        [0, 0.5]
    )
    assert own_ranks(SCORES, np.array([[0, 0, 1], [1, 1, 1]], dtype=bool)) == pytest.approx([1.0])


def test_equal_scores_are_chance() -> None:
    assert own_ranks(np.zeros((1, 5), dtype=np.float32), np.eye(1, 5, dtype=bool))[0] == 0.5


def test_label_share_counts_only_candidates() -> None:
    labels = np.array(["sad", "calm", "sad"])
    video = np.array(["sad", "calm"])
    every = np.ones((2, 3), dtype=bool)
    assert label_share(SCORES, video, labels, every, 2) == pytest.approx([0.5, 0.5])
    without_first = np.array([[0, 1, 1], [0, 1, 1]], dtype=bool)
    assert label_share(SCORES, video, labels, without_first, 1) == pytest.approx([0.0, 1.0])
