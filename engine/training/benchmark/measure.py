"""STAGE: a fitted system and a test set → its metrics and its lists."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.training.benchmark.query_ranks import QueryRanks
from engine.training.data.benchmark_data import LIST_LENGTH, TestSet, genre_shares
from engine.training.data.pairs import PairSet
from engine.training.fitting.metrics import (
    best_tracks,
    bootstrap_interval,
    genre_divergence,
    inverse_popularity_weights,
    ndcg_at,
    popularity_amplification,
    recall_at,
    target_ranks,
    taste_slope,
    true_ndcg_at,
)
from engine.training.systems.contract import Scorer
from engine.translation import tr

LIST_LENGTHS = (LIST_LENGTH, 25)
"""K of Recall@K and NDCG@K, those of the paper's Table 3."""
MAIN_GENRE_SHARE = 0.5
"""The least share that makes a genre an uploader's main genre, which a pick can leave."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How one system does on one test set.

    Attributes:
        metrics: values by name, as far as they can be computed.
        lists: int64 (n, k), the recommended tracks of each query, best first.
        ranks: of each query's target.
    """

    metrics: dict[str, float]
    lists: npt.NDArray[np.int64]
    ranks: QueryRanks


def measure(scorer: Scorer, test: TestSet, catalogue: PairSet) -> Measured:
    """Measure a fitted system on a test set.

    Metrics of lists ("taste_slope", "genre_divergence_true", …) are of the first `LIST_LENGTH`
    tracks among all. "drift_main_share" and "drift_chosen_share" are the shares, in the lists of
    the queries of `drifted`, of the genre that the uploader left and of the one they chose.

    Args:
        scorer: the fitted system.
        test: queries with what was chosen.
        catalogue: the training pairs whose tracks the test set indexes.

    Raises:
        TrainingError: when the scores have the wrong shape or aren't numbers.
    """
    candidates = np.concatenate([test.targets[:, None], test.negatives], axis=1)
    sampled = _checked(scorer.score(test.queries, candidates), candidates.shape)
    every = _checked(scorer.score(test.queries), (test.n, catalogue.n_tracks))
    weights = inverse_popularity_weights(test.popularity)
    rank, rank_all = target_ranks(sampled[:, 0], sampled[:, 1:]), _ranks_among_all(every, test)
    metrics = _retrieval(rank, weights, "") | _retrieval(rank_all, weights, "_all")
    lists = best_tracks(every, LIST_LENGTH, test.candidates_pool)
    metrics |= _genres(lists, test, catalogue)
    truth = None if test.true_top is None else true_ndcg_at(lists, test.true_top)
    if truth is not None:
        metrics |= _with_interval(f"true_ndcg@{LIST_LENGTH}", truth, np.full(test.n, 1.0 / test.n))
    if test.candidates_pool is None:  # tracks that nobody could pick have no popularity
        n_picks = np.bincount(catalogue.pairs[:, 1], minlength=catalogue.n_tracks)
        metrics["popularity_amplification"] = popularity_amplification(lists, n_picks)
    finite = {name: value for name, value in metrics.items() if np.isfinite(value)}
    return Measured(finite, lists, QueryRanks(rank, rank_all, truth))


def drifted(test: TestSet, genres: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the queries whose pick isn't of the uploader's main genre (the paper's Fig. 5).

    Args:
        test: queries with what was chosen.
        genres: (n_tracks,) of the catalogue, -1 when unsure.

    Returns:
        int64 (m,), rows of the queries, the most one-sided uploaders first.
    """
    chosen, main = genres[test.targets], test.queries.tastes.argmax(axis=1)
    strength = test.queries.tastes.max(axis=1)
    rows = np.flatnonzero((strength >= MAIN_GENRE_SHARE) & (chosen >= 0) & (chosen != main))
    return np.asarray(rows[np.argsort(-strength[rows], kind="stable")], dtype=np.int64)


def _retrieval(
    ranks: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], ending: str
) -> dict[str, float]:
    metrics: dict[str, float] = {}
    for k in LIST_LENGTHS:
        metrics |= _with_interval(f"recall@{k}{ending}", recall_at(ranks, k), weights)
        metrics[f"ndcg@{k}{ending}"] = float(weights @ ndcg_at(ranks, k))
    return metrics


def _with_interval(
    name: str, values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> dict[str, float]:
    low, high = bootstrap_interval(values, weights)
    return {name: float(weights @ values), f"{name}_low": low, f"{name}_high": high}


def _ranks_among_all(scores: npt.NDArray[np.float32], test: TestSet) -> npt.NDArray[np.float64]:
    own = scores[np.arange(test.n), test.targets]
    pool = scores if test.candidates_pool is None else scores[:, test.candidates_pool]
    # The target is in the pool itself, with a score equal to its own.
    return target_ranks(own, pool) - 0.5


def _genres(lists: npt.NDArray[np.int64], test: TestSet, catalogue: PairSet) -> dict[str, float]:
    genres, n_genres, tastes = catalogue.genres, len(catalogue.genre_names), test.queries.tastes
    shares = genre_shares(lists, genres, n_genres)
    chosen = genre_shares(test.targets[:, None], genres, n_genres)
    # A single pick says little: what was chosen is compared over all queries together.
    together = genre_divergence(
        shares.mean(axis=0, keepdims=True), chosen.mean(axis=0, keepdims=True)
    )
    rows = drifted(test, genres)
    main, left_for = tastes[rows].argmax(axis=1), genres[test.targets[rows]]
    metrics = {
        "genre_divergence_chosen": _mean(together),
        "drift_main_share": _mean(shares[rows, main]),
        "drift_chosen_share": _mean(shares[rows, left_for]),
    }
    true = test.true_genre_shares
    if true is not None:
        metrics["taste_slope"] = taste_slope(shares, true, tastes)
        metrics["genre_divergence_true"] = _mean(genre_divergence(shares, true))
        metrics["drift_true_main_share"] = _mean(true[rows, main])
        metrics["drift_true_chosen_share"] = _mean(true[rows, left_for])
    return metrics


def _mean(values: npt.NDArray[np.floating]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _checked(scores: npt.NDArray[np.float32], shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    if scores.shape != shape or np.isnan(scores).any():
        raise TrainingError(
            tr("The scores aren't all numbers, or some tracks have none."),
            remedy=tr("Try a smaller learning rate, or look for damaged clips in the data."),
        )
    return scores
