"""Splits by source: clips of one song, film or maker are never on both sides."""

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


def held_out_sources(
    sources: npt.NDArray[np.str_], share: float, seed: int
) -> npt.NDArray[np.bool_]:
    """Return a mask (n,) of the items to hold out: whole sources, about `share` of the items.

    Sources are taken in random order as long as they fit, so that one huge source can't be all
    that is held out. With fewer than two sources nothing is held out.
    """
    names, inverse, sizes = np.unique(sources, return_inverse=True, return_counts=True)
    held = np.zeros(len(names), dtype=np.bool_)
    room = share * len(sources)
    if len(names) >= 2:
        for source in np.random.default_rng(seed).permutation(len(names)):
            if sizes[source] <= room:
                held[source] = True
                room -= sizes[source]
    return held[inverse]
