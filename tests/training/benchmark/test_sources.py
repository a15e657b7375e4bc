from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.training.benchmark import sources
from engine.training.benchmark.sources import (
    COMPARED,
    STRENGTHS,
    TEACHER_WEIGHTS,
    for_search,
    given,
    simulated,
    splits,
    strengths,
    teacher_weights,
)
from engine.training.simulation.parameters import SimulationConfig
from engine.training.systems.debcm import DebCM
from engine.training.systems.registry import make_system
from tests.training import hand_made

CONFIG = SimulationConfig(
    n_videos=1_200, n_tracks=300, n_pgc=60, n_features=8, n_text=4, videos_per_uploader=6.0
)


def test_a_given_set_is_split_anew_for_every_seed() -> None:
    data = hand_made.make_given()
    source = given(data)
    assert source.make(0) is data.first
    one, again, other = (source.make(seed) for seed in (1, 1, 2))
    assert one.ugc.n_pairs == again.ugc.n_pairs
    assert np.array_equal(one.validation.targets, again.validation.targets)
    assert not np.array_equal(one.validation.targets, other.validation.targets)
    assert one.tests == data.first.tests
    assert source.test_sets == ("validation", "diverse", "do")
    assert (source.name, source.results) == ("hand-made", Path("results.csv"))
    assert source.systems is None and source.data is None


def test_a_simulation_draws_a_world_for_each_seed() -> None:
    source = simulated(replace(CONFIG, seed=9))
    one, other = source.make(0), source.make(1)
    assert (one.ugc.video_vectors[0] != other.ugc.video_vectors[0]).all()
    again = source.make(1)
    assert np.array_equal(again.ugc.video_vectors, other.ugc.video_vectors)
    assert source.test_sets == tuple(test.name for test in (one.validation, *one.tests))


def test_weights_are_searched_in_a_world_of_their_own() -> None:
    world = replace(CONFIG, n_pgc=60, choice_strength=0.5)
    searched = for_search(world)
    assert (searched.n_videos, searched.n_pgc, searched.choice_strength) == (600, 30, 0.5)
    assert searched.seed == sources.SEARCH_SEED not in (0, 1, 2)
    assert for_search(replace(world, n_videos=100)).n_videos == 200


def test_splits_hold_the_test_sets_that_they_name() -> None:
    found = splits(CONFIG)
    assert [source.test_sets for source in found] == [("x50",), ("x60",), ("x70",), ("x80",)]
    for source in found:
        assert source.systems == COMPARED and source.results == Path("results.csv")
        assert source.make(0).tests[0].name == source.name
        trained = source.make(0).ugc.genres[np.unique(source.make(0).ugc.pairs[:, 1])]
        share = (trained == 0).sum() / np.isin(trained, [0, 1]).sum()
        assert abs(share - int(source.name[1:]) / 100) < 0.06


def test_the_sweep_is_every_pair_of_strengths_but_the_own() -> None:
    found = strengths(CONFIG)
    assert len(found) == len(STRENGTHS) ** 2 - 1
    assert "exposure-1_choice-1" not in [source.name for source in found]
    assert len({source.results for source in found}) == len(found)
    assert found[0].results == Path("sweep/exposure-0_choice-0/results.csv")
    assert "exposure 0 and on choice 0" in found[0].make(0).description
    assert all(source.systems == COMPARED for source in found)
    elsewhere = replace(CONFIG, exposure_strength=0.7)
    assert len(strengths(elsewhere)) == len(STRENGTHS) ** 2


def test_teacher_weights_change_debcm_alone() -> None:
    found = teacher_weights(given(hand_made.make_given()))
    weights = []
    for source in found:
        assert (source.systems, source.data) == (("debcm",), ("ugc+pgc",))
        weights.append(DebCM(**source.settings["debcm"]).teacher_weight)
    assert tuple(weights) == TEACHER_WEIGHTS
    assert len({source.results for source in found}) == len(found)


def test_what_is_compared_is_there() -> None:
    assert all(make_system(name).name == name for name in COMPARED)
    assert sources.strength_folder(0.5, 2) == Path("sweep/exposure-0.5_choice-2")
