"""Folds for cross-validation in which no source is divided."""

import numpy as np
import numpy.typing as npt


def folds_by_source(
    sources: npt.NDArray[np.str_], n_folds: int, seed: int
) -> npt.NDArray[np.int64]:
    """Return the fold (n,) of each item; the folds have about the same size.

    The largest sources come first, equal ones in random order; each goes to the smallest fold.

    Args:
        sources: (n,) source of each item.
        n_folds: how many folds.
        seed: of the order.
    """
    names, inverse, sizes = np.unique(sources, return_inverse=True, return_counts=True)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    order = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    filled = np.zeros(n_folds, dtype=np.int64)
    fold_of_source = np.zeros(len(names), dtype=np.int64)
    for source in order:
        fold = int(filled.argmin())
        fold_of_source[source] = fold
        filled[fold] += sizes[source]
    return fold_of_source[inverse]
