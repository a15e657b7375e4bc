"""Lists for the wishes of wishes.csv; `python -m tests.benchmarks.words` shows more."""

import numpy as np
import pytest

from tests.benchmarks.words import (
    Wish,
    Written,
    fits,
    fits_closely,
    obeys,
    overlap,
    ranked,
    read_library,
    read_wishes,
    shares,
)


def wish(**names: set[str]) -> Wish:
    asked = {
        name: frozenset(names.get(name, ())) for name in ("moods", "genres", "instruments", "avoid")
    }
    return Wish(text="", rephrased="", language="en", without="", **asked)


def test_how_a_list_is_judged() -> None:
    sad_piano = Written("jazz", frozenset({"sad"}), frozenset({"piano"}))
    choir = Written("metal", frozenset({"epic"}), frozenset({"choir"}))
    library = {"a": sad_piano, "b": choir}
    asked = wish(moods={"sad"}, instruments={"vocals"}, avoid={"metal"})
    assert fits(sad_piano, asked)
    assert fits(choir, asked)
    assert not fits_closely(sad_piano, asked)
    assert not fits_closely(choir, asked)
    assert obeys(sad_piano, asked)
    assert not obeys(choir, asked)
    only_sad = wish(moods={"sad"})
    # One of two listed; all of the one that there is; one of two by chance.
    assert shares([["a", "b"]], [only_sad], library, fits) == (0.5, 1.0, 0.5)
    assert overlap([["a", "b"]], [["b", "c"]]) == [0.5]


@pytest.fixture(scope="module")
def stated() -> list[Wish]:
    return [wish for wish in read_wishes() if wish.rephrased]


def test_the_wishes_are_as_many_as_promised(stated: list[Wish]) -> None:
    assert len(stated) == 60
    assert sum(wish.language in ("de", "zh") for wish in stated) >= 12
    assert sum(bool(wish.avoid) for wish in read_wishes()) >= 20


def test_lists_fit_and_stay_in_other_words(stated: list[Wish]) -> None:
    library = read_library()
    lists = [ranked(wish.text) for wish in stated]
    others = [ranked(wish.rephrased) for wish in stated]
    for made in (lists, others):
        assert shares(made, stated, library, fits)[0] >= 0.9
        assert shares(made, stated, library, fits_closely)[0] >= 0.7
    assert np.mean(overlap(lists, others)) >= 0.6


def test_what_is_to_be_left_out_is() -> None:
    without = [wish for wish in read_wishes() if wish.avoid]
    lists = [ranked(wish.text, wish.without) for wish in without]
    assert shares(lists, without, read_library(), obeys)[0] >= 0.95
