import numpy as np

from engine.training.data.splits import held_out_sources

SOURCES = np.array(["a"] * 5 + ["b"] * 3 + ["c"] * 2 + list("defghijklm"))


def test_held_out_sources_are_complete_and_of_the_wanted_size() -> None:
    held_out = held_out_sources(SOURCES, 0.25, seed=3)
    assert int(held_out.sum()) == 5
    assert not set(SOURCES[held_out]) & set(SOURCES[~held_out])


def test_one_source_can_not_be_split() -> None:
    assert not held_out_sources(np.array(["a"] * 9), 0.5, seed=0).any()


def test_seeds_hold_out_different_sources() -> None:
    assert any(
        (held_out_sources(SOURCES, 0.25, 0) != held_out_sources(SOURCES, 0.25, seed)).any()
        for seed in (1, 2, 3)
    )
