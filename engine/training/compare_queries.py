"""STORY: two systems of a benchmark, query by query → the difference between them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import InputError
from engine.path_checks import is_folder
from engine.training.benchmark.query_ranks import (
    QUERIES_FOLDER,
    QueryRanks,
    SavedQueries,
    read_queries,
)
from engine.training.data.benchmark_data import LIST_LENGTH, N_NEGATIVES
from engine.training.fitting.metrics import ndcg_at, recall_at
from engine.training.paired_ranks import PairedInterval, paired_interval
from engine.translation import tr

Floats = npt.NDArray[np.float64]

RECALL, NDCG, RECALL_ALL, NDCG_ALL, TRUE_NDCG, RANK = METRICS = (
    f"recall@{LIST_LENGTH}",
    f"ndcg@{LIST_LENGTH}",
    f"recall@{LIST_LENGTH}_all",
    f"ndcg@{LIST_LENGTH}_all",
    f"true_ndcg@{LIST_LENGTH}",
    "rank",
)
"""The benchmark's own, and the share of the negatives that rank before the target."""


@dataclass(frozen=True, slots=True)
class PairedFits:
    """Two systems on the same queries.

    Attributes:
        test_set: where.
        data: what they learnt from.
        metric: one of `METRICS`.
        first, second: the metric of each system, over the queries of all seeds.
        interval: of second - first, over uploaders.
        seeds: with both systems.
    """

    test_set: str
    data: str
    metric: str
    first: float
    second: float
    interval: PairedInterval
    seeds: tuple[int, ...]


def compare_queries(
    folder: Path, systems: tuple[str, str], metrics: tuple[str, ...] = METRICS
) -> list[PairedFits]:
    """Return the paired differences wherever a benchmark measured both systems.

    An uploader's queries are alike, and every seed of a simulation has uploaders of its own: the
    intervals come from drawing uploaders within the seeds. Queries count as in the benchmark: by
    inverse popularity (Eq. 13), but all alike in "true_ndcg@15" and "rank".

    Args:
        folder: of a benchmark's results.
        systems: the two; the second less the first is shown.
        metrics: of `METRICS`.

    Raises:
        InputError: when no file has both, or one is damaged.
    """
    if not is_folder(folder):
        raise InputError(tr("there is no such folder."), path=folder, remedy=tr("Check the name."))
    saved: dict[tuple[str, str], dict[int, SavedQueries]] = {}
    for path in sorted((folder / QUERIES_FOLDER).glob("*-*.npz")):
        test_set, _, seed = path.stem.rpartition("-")
        queries = read_queries(path)
        for data in dict.fromkeys(data for _, data in queries.fits):
            if seed.isdecimal() and all((name, data) in queries.fits for name in systems):
                saved.setdefault((test_set, data), {})[int(seed)] = queries
    if not saved:
        raise InputError(
            tr(
                "the folder has no queries on which both {first} and {second} were measured."
            ).format(first=systems[0], second=systems[1]),
            path=folder,
            remedy=tr("Run “soundbed benchmark” with both systems and this --out."),
        )
    return [
        found
        for (test_set, data), by_seed in saved.items()
        for metric in metrics
        if (found := _paired(by_seed, systems, test_set, data, metric)) is not None
    ]


def _paired(
    by_seed: dict[int, SavedQueries],
    systems: tuple[str, str],
    test_set: str,
    data: str,
    metric: str,
) -> PairedFits | None:
    first, second, weights, sources = [], [], [], []
    for seed, queries in sorted(by_seed.items()):
        before, after = (_values(queries.fits[name, data], metric) for name in systems)
        if before is None or after is None:
            return None
        first.append(before)
        second.append(after)
        weights.append(_weights(queries, metric) * len(before))
        sources += [
            # Who nobody knows is one source alone.
            f"{seed} {uploader}" if uploader else f"{seed}, query {row}"
            for row, uploader in enumerate(queries.uploaders)
        ]
    weight = np.concatenate(weights)
    old, new = (float(np.average(np.concatenate(one), weights=weight)) for one in (first, second))
    difference = np.concatenate(second) - np.concatenate(first)
    # A weighted mean is a ratio of two sums; to first order it varies as the plain mean of these.
    mean = new - old
    linear = mean + (difference - mean) * weight
    interval = paired_interval(np.zeros_like(linear), linear, sources)
    return PairedFits(test_set, data, metric, old, new, interval, (*sorted(by_seed),))


def _weights(queries: SavedQueries, metric: str) -> Floats:
    """Return how much each query counts in a metric of the benchmark (n,), summing to 1."""
    n = len(queries.targets)
    return np.full(n, 1.0 / n) if metric in (TRUE_NDCG, RANK) else queries.weights


def _values(ranks: QueryRanks, metric: str) -> Floats | None:
    """Return a metric of each query (n,); None where it isn't known."""
    by_metric = {
        RECALL: recall_at(ranks.rank, LIST_LENGTH),
        NDCG: ndcg_at(ranks.rank, LIST_LENGTH),
        RECALL_ALL: recall_at(ranks.rank_all, LIST_LENGTH),
        NDCG_ALL: ndcg_at(ranks.rank_all, LIST_LENGTH),
        TRUE_NDCG: ranks.true_ndcg,
        RANK: ranks.rank / N_NEGATIVES,
    }
    return by_metric[metric]
