from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.progress import silent
from engine.training.benchmark.measure import measure
from engine.training.benchmark.query_ranks import add_queries, queries_path, read_queries
from engine.training.benchmark.results import Results
from engine.training.benchmark.runner import BenchmarkPlan, run_benchmark
from engine.training.benchmark.sources import given
from engine.training.data.benchmark_data import TestSet
from tests.training import hand_made

FIT = ("right", "ugc")


@pytest.fixture
def test() -> TestSet:
    return hand_made.make_test("do", hand_made.make_pairs())


def test_the_metrics_of_the_results_are_means_of_the_queries(tmp_path: Path) -> None:
    plan = BenchmarkPlan([given(hand_made.make_given())], ("right", "near"), (0, 1))
    run_benchmark(plan, tmp_path, silent(), hand_made.make_fake)
    assert sorted(path.name for path in (tmp_path / "queries").iterdir()) == [
        f"{name}-{seed}.npz" for name in ("diverse", "do", "validation") for seed in (0, 1)
    ]
    results = Results(tmp_path / "results.csv")
    queries = read_queries(queries_path(tmp_path, "do", 1))
    assert set(queries.fits) == {
        (name, data) for name in ("right", "near") for data in ("ugc", "ugc+pgc")
    }
    for (system, data), ranks in queries.fits.items():
        known = {metric: results.values(system, data, "do", metric)[1] for metric in KNOWN}
        assert float(queries.weights @ (ranks.rank < 15)) == pytest.approx(
            known["recall@15"], abs=1e-5
        )
        every = float(queries.weights @ (ranks.rank_all < 15))
        assert every == pytest.approx(known["recall@15_all"], abs=1e-5)
        assert ranks.true_ndcg is not None
        assert ranks.true_ndcg.mean() == pytest.approx(known["true_ndcg@15"], abs=1e-5)
    assert queries.fits["right", "ugc"].rank.max() == 0
    assert queries.fits["near", "ugc"].rank.max() == 5.5


KNOWN = ("recall@15", "recall@15_all", "true_ndcg@15")


def test_ranks_by_hand_and_who_asked(tmp_path: Path, test: TestSet) -> None:
    uploaders = np.array([f"uploader {row % 4}" for row in range(test.n)])
    test = replace(test, queries=replace(test.queries, uploaders=uploaders))
    path = tmp_path / "do-0.npz"
    ranks = measure(hand_made.ByDistance(3), test, hand_made.make_pairs()).ranks
    # Off by three: the tracks at 1 to 5 behind the target are as near or nearer, the sixth ties.
    assert set(ranks.rank) == {5.5}
    add_queries(path, test, FIT, ranks)
    add_queries(path, test, ("other", "ugc"), ranks)
    again = read_queries(path)
    assert again.uploaders.tolist() == uploaders.tolist()
    assert again.targets.tolist() == test.targets.tolist()
    assert again.weights.sum() == pytest.approx(1)
    assert set(again.fits) == {FIT, ("other", "ugc")}


def test_a_fit_replaces_its_earlier_ranks(tmp_path: Path, test: TestSet) -> None:
    path, catalogue = tmp_path / "do-0.npz", hand_made.make_pairs()
    for off in (3, 0):
        add_queries(path, test, FIT, measure(hand_made.ByDistance(off), test, catalogue).ranks)
    (ranks,) = read_queries(path).fits.values()
    assert ranks.rank.max() == 0


def test_other_queries_and_damaged_files_are_refused(tmp_path: Path, test: TestSet) -> None:
    path = tmp_path / "do-0.npz"
    ranks = measure(hand_made.ByDistance(0), test, hand_made.make_pairs()).ranks
    add_queries(path, test, FIT, ranks)
    whole = path.read_bytes()
    moved = replace(test, targets=test.targets[::-1].copy(), negatives=test.negatives[::-1].copy())
    with pytest.raises(InputError, match="other queries"):
        add_queries(path, moved, FIT, ranks)
    assert path.read_bytes() == whole
    for content in (b"", b"PK nothing", whole[: len(whole) // 2]):
        path.write_bytes(content)
        with pytest.raises(InputError, match="no benchmark results"):
            read_queries(path)
    np.savez(path, format=np.array("soundbed-queries-1"), targets=np.arange(3), weights=np.ones(2))
    with pytest.raises(InputError, match="different lengths"):
        read_queries(path)
