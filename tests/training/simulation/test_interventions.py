from dataclasses import replace

import numpy as np
import pytest

from engine.errors import InputError
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.given_splits import SHARES
from engine.training.simulation.interventions import intervention_split, spread_evenly
from engine.training.simulation.parameters import SimulationConfig
from tests.present import present

CONFIG = SimulationConfig(n_videos=3_000, n_tracks=600, n_pgc=60, n_features=8, n_text=4)
HIPHOP, JAZZ = 0, 1


@pytest.fixture(scope="module")
def splits() -> dict[float, BenchmarkData]:
    return {share: intervention_split(CONFIG, share) for share in SHARES}


def tracks_of(data: BenchmarkData) -> list[set[int]]:
    pools = (data.validation.candidates_pool, data.tests[0].candidates_pool)
    return [set(data.ugc.pairs[:, 1]), *(set(present(pool)) for pool in pools)]


def test_splits_have_disjoint_tracks_and_videos(splits: dict[float, BenchmarkData]) -> None:
    for share, data in splits.items():
        assert data.name == data.tests[0].name == f"x{share * 100:.0f}"
        training, validation, test = tracks_of(data)
        assert not training & validation and not training & test and not validation & test
        videos = [
            {row.tobytes() for row in vectors}
            for vectors in (
                data.ugc.video_vectors,
                data.validation.queries.video_vectors,
                data.tests[0].queries.video_vectors,
            )
        ]
        assert len(set.union(*videos)) == sum(len(part) for part in videos)


def test_every_target_is_in_the_pool(splits: dict[float, BenchmarkData]) -> None:
    for data in splits.values():
        for asked in (data.validation, data.tests[0]):
            for part in (asked.targets, asked.negatives, present(asked.true_top)):
                assert np.isin(part, present(asked.candidates_pool)).all()
            assert (asked.popularity == np.float32(0.5 / data.ugc.n_pairs)).all()


def test_the_ratio_is_x_in_training_and_reversed_in_testing(
    splits: dict[float, BenchmarkData],
) -> None:
    totals = []
    for share, data in splits.items():
        counts = [np.bincount(data.ugc.genres[list(t)], minlength=6) for t in tracks_of(data)]
        training, validation, test = counts
        assert training[HIPHOP] / (training[HIPHOP] + training[JAZZ]) == pytest.approx(
            share, abs=0.02
        )
        others = validation + test
        turned = others[HIPHOP] / (others[HIPHOP] + others[JAZZ])
        assert turned == pytest.approx(1 - share, abs=0.06)
        totals.append((training + validation + test)[[HIPHOP, JAZZ]].sum())
    assert max(totals) - min(totals) <= 3


def test_eight_to_one_to_one(splits: dict[float, BenchmarkData]) -> None:
    for data in splits.values():
        training, validation, test = (len(part) for part in tracks_of(data))
        every = training + validation + test
        assert training / every == pytest.approx(0.8, abs=0.03)
        assert abs(validation - test) <= 6


def test_the_same_split_twice() -> None:
    one, other = intervention_split(CONFIG, 0.7), intervention_split(replace(CONFIG), 0.7)
    assert np.array_equal(one.ugc.pairs, other.ugc.pairs)
    pool, same = (present(data.tests[0].candidates_pool) for data in (one, other))
    assert np.array_equal(pool, same)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, float("nan")])
def test_a_share_is_between_0_and_1(share: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        intervention_split(CONFIG, share)


def test_a_world_too_small_for_a_split() -> None:
    with pytest.raises(InputError, match="too small to split"):
        intervention_split(replace(CONFIG, n_videos=100, n_tracks=12), 0.7)


def test_one_of_each_stretch() -> None:
    chosen = spread_evenly(10, 5, np.random.default_rng(0))
    assert (chosen // 2).tolist() == [0, 1, 2, 3, 4]
    assert spread_evenly(3, 0, np.random.default_rng(0)).tolist() == []
