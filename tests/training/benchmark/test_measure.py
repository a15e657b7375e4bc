import math

import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import TrainingError
from engine.training.benchmark.measure import drifted, measure
from engine.training.data.benchmark_data import Queries
from tests.training import hand_made


def test_a_perfect_system_by_hand() -> None:
    data = hand_made.make_data()
    measured = measure(hand_made.ByDistance(0), data.tests[0], data.ugc)
    assert measured.metrics["recall@15"] == pytest.approx(1.0)
    assert measured.metrics["ndcg@15"] == pytest.approx(1.0)
    assert measured.metrics["recall@15_all"] == pytest.approx(1.0)
    assert measured.metrics["true_ndcg@15"] == pytest.approx(1.0)
    assert measured.metrics["taste_slope"] == pytest.approx(0.0)
    assert measured.metrics["genre_divergence_true"] == pytest.approx(0.0)
    assert measured.metrics["drift_main_share"] == pytest.approx(
        measured.metrics["drift_true_main_share"]
    )
    assert measured.lists[:, 0].tolist() == list(range(12))


def test_an_imperfect_system_by_hand() -> None:
    # Off by 20: of the 20 negatives behind the target all rank before it.
    data = hand_made.make_data()
    metrics = measure(hand_made.ByDistance(20), data.tests[0], data.ugc).metrics
    assert metrics["recall@15"] == 0.0
    assert metrics["ndcg@15"] == 0.0
    assert metrics["recall@25"] == pytest.approx(1.0)  # 21 candidates in all
    assert metrics["ndcg@25"] == pytest.approx(1 / math.log2(22))


def test_among_all_ranks_the_pool() -> None:
    from dataclasses import replace

    data = hand_made.make_data()
    # Off by 8, the target has 15 or more tracks before it; in the pool of targets it can't.
    test = data.tests[0]
    whole = measure(hand_made.ByDistance(8), test, data.ugc).metrics["recall@15_all"]
    pooled = replace(test, candidates_pool=np.arange(12))
    in_pool = measure(hand_made.ByDistance(8), pooled, data.ugc)
    assert whole == 0.0
    assert in_pool.metrics["recall@15_all"] == pytest.approx(1.0)
    assert in_pool.lists.max() == 11
    assert "popularity_amplification" not in in_pool.metrics


def test_who_left_the_main_genre() -> None:
    data = hand_made.make_data()
    # Rows 0, 3, 6, 9 are jazz people and ask for jazz at even rows; the others are pop people.
    found = drifted(data.tests[0], data.ugc.genres)
    assert found.tolist() == [3, 9, 2, 4, 8, 10]


def test_scores_that_are_no_numbers() -> None:
    data = hand_made.make_data()

    class Broken(hand_made.ByDistance):
        def score(
            self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
        ) -> npt.NDArray[np.float32]:
            return np.full_like(super().score(queries, candidates), np.nan)

    with pytest.raises(TrainingError, match="aren't all numbers"):
        measure(Broken(0), data.tests[0], data.ugc)
