import numpy as np
import pytest

from tests.benchmarks.folds import folds_by_source

SOURCES = np.array(["a"] * 5 + ["b"] * 3 + ["c"] * 2 + list("defghijklm"))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_source_is_in_one_fold_and_folds_are_even(seed: int) -> None:
    folds = folds_by_source(SOURCES, 4, seed)
    for source in set(SOURCES):
        assert len(set(folds[source == SOURCES])) == 1
    assert sorted(np.bincount(folds)) == [5, 5, 5, 5]
