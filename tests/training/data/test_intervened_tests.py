"""T_diverse and T_matching of given pairs."""

from dataclasses import replace

import numpy as np
import pytest

from engine.training.data.extras import Extras
from engine.training.data.intervened_tests import diversity, harder_halves, matching_degrees
from engine.training.data.pairs import PairSet
from tests.present import present
from tests.training import hand_made


@pytest.fixture
def pairs() -> PairSet:
    """Videos 0-19 are of makers who choose one genre, 20-39 of makers who choose both."""
    pairs = hand_made.make_pairs(40)
    # Even tracks are jazz: a maker of every second video chooses one genre.
    one_sided = np.char.add("one-sided ", (np.arange(20) % 2).astype(str))
    both = np.char.add("both ", (np.arange(20) // 10).astype(str))
    return replace(pairs, uploaders=np.concatenate([one_sided, both]))


def rhythms(fit: np.ndarray) -> np.ndarray:
    """Rows whose rhythm fits the better, the larger the value."""
    n = len(fit)
    return np.stack([np.ones(n), np.ones(n), fit, fit, np.ones(n)], axis=1).astype(np.float32)


def test_diverse_are_the_videos_of_those_who_choose_both_genres(pairs: PairSet) -> None:
    found = present(diversity(pairs))
    assert found[:20] == pytest.approx(0.0) and found[20:] == pytest.approx(np.log(2))
    held_out = np.zeros(40, dtype=bool)
    held_out[10:30] = True
    halves = harder_halves(pairs, held_out, 0)
    assert list(halves) == ["diverse"]
    assert np.flatnonzero(halves["diverse"]).tolist() == list(range(20, 30))


def test_equal_videos_are_ordered_by_the_seed(pairs: PairSet) -> None:
    held_out = np.arange(40) >= 20
    one, again, other = (
        np.flatnonzero(harder_halves(pairs, held_out, seed)["diverse"]).tolist()
        for seed in (0, 0, 1)
    )
    assert one == again != other and len(one) == 10


def test_nobody_is_more_diverse_where_all_have_one_pick(pairs: PairSet) -> None:
    alone = replace(pairs, uploaders=np.arange(40).astype(str))
    assert diversity(alone) is None
    assert harder_halves(alone, np.ones(40, dtype=bool), 0) == {}


def test_matching_are_the_videos_whose_rhythm_fits(pairs: PairSet) -> None:
    fit = np.random.default_rng(0).permutation(40).astype(np.float32)
    known = replace(pairs, extras=Extras(rhythms=rhythms(fit)))
    held_out = np.arange(40) < 21
    half = harder_halves(known, held_out, 0)["matching"]
    assert half.sum() == 11 and not half[21:].any()
    assert fit[half].min() > fit[:21][~half[:21]].max()


def test_views_count_as_much_as_rhythm(pairs: PairSet) -> None:
    fit = np.arange(40, dtype=np.float32)
    rhythm = present(matching_degrees(replace(pairs, extras=Extras(rhythms=rhythms(fit)))))
    assert np.argsort(rhythm).tolist() == list(range(40))
    against = Extras(rhythms=rhythms(fit), views=fit[::-1].copy())
    both = present(matching_degrees(replace(pairs, extras=against)))
    assert both == pytest.approx(0.5)
    assert matching_degrees(replace(pairs, extras=Extras(views=fit))) is None
