"""Splits by source: clips of one song, film or maker are never on both sides."""

import numpy as np
import numpy.typing as npt


def held_out_sources(
    sources: npt.NDArray[np.str_], share: float, seed: int
) -> npt.NDArray[np.bool_]:
    """Return a mask (n,) of the items to hold out: whole sources, about `share` of the items.

    Sources are taken in random order as long as they fit, so that one huge source can't be all
    that is held out. With fewer than two sources nothing is held out.
    """
    names, inverse, sizes = np.unique(sources, return_inverse=True, return_counts=True)
    held_out = np.zeros(len(names), dtype=np.bool_)
    room = share * len(sources)
    if len(names) >= 2:
        for source in np.random.default_rng(seed).permutation(len(names)):
            if sizes[source] <= room:
                held_out[source] = True
                room -= sizes[source]
    return held_out[inverse]


def source_folds(
    sources: npt.NDArray[np.str_], n_folds: int, seed: int
) -> list[npt.NDArray[np.bool_]]:
    """Return a mask (n,) for each fold: whole sources, spread so that folds are about as large.

    Args:
        sources: (n,) of each item.
        n_folds: at most; fewer where there are fewer sources.
        seed: of the order in which sources of the same size are dealt.
    """
    names, inverse, sizes = np.unique(sources, return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(names))
    order = order[np.argsort(-sizes[order], kind="stable")]
    fold_of, loads = np.zeros(len(names), np.int64), np.zeros(min(n_folds, len(names)))
    for source in order:
        fold_of[source] = int(loads.argmin())
        loads[fold_of[source]] += sizes[source]
    return [fold_of[inverse] == number for number in range(len(loads))]
