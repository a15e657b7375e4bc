from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import InputError
from engine.training.benchmark.query_ranks import QueryRanks, add_queries, queries_path
from engine.training.compare_queries import compare_queries
from engine.training.data.benchmark_data import Queries, TestSet

N, N_UPLOADERS = 120, 12


def make_test(popularity: npt.NDArray[np.float32] | None = None) -> TestSet:
    rows = np.arange(N)
    tastes = np.full((N, 2), 0.5, np.float32)
    uploaders = (rows % N_UPLOADERS).astype(np.str_)
    vectors = np.zeros((N, 3), np.float32)
    return TestSet(
        name="diverse",
        queries=Queries(vectors, tastes, uploaders=uploaders),
        targets=rows,
        negatives=np.stack([row + 1 + np.arange(100) for row in rows]),
        popularity=np.ones(N, np.float32) if popularity is None else popularity,
    )


def save(
    folder: Path, name: str, ranks: Sequence[float], seed: int = 0, test: TestSet | None = None
) -> None:
    test = test or make_test()
    values = np.asarray(ranks, np.float64)
    path = queries_path(folder, test.name, seed)
    add_queries(path, test, (name, "ugc"), QueryRanks(values, values, None))


def test_a_difference_by_hand(tmp_path: Path) -> None:
    save(tmp_path, "old", [20.0] * N)
    save(tmp_path, "new", [10.0] * N)
    found = {one.metric: one for one in compare_queries(tmp_path, ("old", "new"))}
    recall, rank = found["recall@15"], found["rank"]
    assert (recall.first, recall.second) == (0, 1)
    assert (recall.interval.mean, recall.interval.low, recall.interval.high) == (1, 1, 1)
    assert rank.interval.mean == pytest.approx(-0.1)
    assert (recall.interval.n_clips, recall.interval.n_sources, recall.seeds) == (N, 12, (0,))
    # Where the true match isn't known, nothing is said of it.
    assert "true_ndcg@15" not in found


def test_rare_targets_count_more_in_recall(tmp_path: Path) -> None:
    popularity = np.where(np.arange(N) < N // 2, 1.0, 3.0).astype(np.float32)
    test = make_test(popularity)
    save(tmp_path, "old", [20.0] * N, test=test)
    save(tmp_path, "new", [10.0] * (N // 2) + [20.0] * (N // 2), test=test)
    found = {one.metric: one for one in compare_queries(tmp_path, ("old", "new"))}
    assert found["recall@15"].second == pytest.approx(0.75)
    assert found["rank"].interval.mean == pytest.approx(-0.05)


def test_uploaders_are_drawn_not_queries(tmp_path: Path) -> None:
    """All queries of an uploader change alike: 12 uploaders say less than 120 queries."""
    rng = np.random.default_rng(0)
    by_uploader = rng.normal(0, 10, N_UPLOADERS)[np.arange(N) % N_UPLOADERS]
    by_query = rng.normal(0, 10, N)
    for name, change in (("together", by_uploader), ("apart", by_query)):
        save(tmp_path / name, "old", [50.0] * N)
        save(tmp_path / name, "new", (50.0 + change).tolist())

    def width(name: str) -> float:
        (one,) = compare_queries(tmp_path / name, ("old", "new"), ("rank",))
        return one.interval.high - one.interval.low

    assert width("together") > 2 * width("apart")


def test_seeds_are_joined_where_both_systems_are(tmp_path: Path) -> None:
    for seed in (0, 1, 2):
        save(tmp_path, "old", [20.0] * N, seed)
    for seed in (0, 2):
        save(tmp_path, "new", [10.0] * N, seed)
    (one,) = compare_queries(tmp_path, ("old", "new"), ("recall@15",))
    assert one.seeds == (0, 2)
    assert (one.interval.n_clips, one.interval.n_sources) == (2 * N, 2 * N_UPLOADERS)


def test_nothing_to_compare_is_said(tmp_path: Path) -> None:
    save(tmp_path, "old", [20.0] * N)
    with pytest.raises(InputError, match="both old and new were measured"):
        compare_queries(tmp_path, ("old", "new"))
    (tmp_path / "queries/diverse-1.npz").write_bytes(b"nothing")
    with pytest.raises(InputError, match="no benchmark results"):
        compare_queries(tmp_path, ("old", "old"))
