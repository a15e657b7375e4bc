from dataclasses import replace

import numpy as np
import pytest

from engine.encoders.matching import MatchingPack
from engine.encoders.score_weights import LEARNED, STILL
from engine.encoders.wants import N_AXES
from tests.benchmarks.ablation import (
    ALL,
    SWITCHED,
    PartialClassifier,
    differences,
    reference_queries,
)
from wants.experts import Classifier


@pytest.fixture(scope="module")
def pack() -> MatchingPack:
    return MatchingPack.load()


def test_reference_queries_with_the_packs_own_weights_are_those_of_its_bank(
    pack: MatchingPack,
) -> None:
    assert reference_queries(pack, pack.weights) == pytest.approx(pack.bank, abs=1e-5)


def test_reference_queries_follow_the_weights(pack: MatchingPack) -> None:
    clips = pack.bank[:, STILL] == 0
    without = reference_queries(pack, replace(pack.weights, learned=0.0))
    assert not without[clips][:, LEARNED].any()
    assert np.array_equal(without[~clips], pack.bank[~clips])
    nothing = SWITCHED["learned axes alone"].weights(pack.weights)
    found = reference_queries(pack, nothing)[clips]
    assert not found[:, :N_AXES].any()
    assert found[:, LEARNED] == pytest.approx(pack.bank[clips][:, LEARNED], abs=1e-6)
    whole = reference_queries(pack, replace(pack.weights, prior_share=0.0))[clips]
    shift = pack.weights.prior_share * pack.weights.gains * pack.prior.mean
    of_bank = pack.bank[clips][:, :N_AXES]
    same_sign = (whole[:, :N_AXES] < 0) == (of_bank < 0)
    assert (whole[:, :N_AXES] - of_bank)[same_sign] == pytest.approx(
        np.broadcast_to(shift, of_bank.shape)[same_sign], abs=1e-5
    )


def test_each_switch_changes_something(pack: MatchingPack) -> None:
    for name, variant in SWITCHED.items():
        is_all = variant.weights(pack.weights) is pack.weights and variant.is_spread
        has_reading = variant.reading is not SWITCHED[ALL].reading
        assert (is_all and not has_reading) == (name == ALL)


def test_ignored_blocks_have_no_weight() -> None:
    wants = np.zeros((4, 24))
    one = PartialClassifier(
        np.zeros((3, 4), np.float32), np.zeros(4, np.float32), wants, frozenset({1})
    )
    whole = Classifier(one.weights, one.bias, wants).blocks
    assert [block.n for block in one.blocks] == [3, 4, 24]
    assert one.blocks[0] == whole[0] and one.blocks[2] == whole[2]
    assert one.blocks[1].penalty > 1e6 * whole[1].penalty


def test_differences_are_taken_by_seed() -> None:
    found = {ALL: [{"a": 1.0}, {"a": 2.0}], "less": [{"a": 0.5}, {"a": 2.5}]}
    assert differences(found) == {"less": [{"a": -0.5}, {"a": 0.5}]}
