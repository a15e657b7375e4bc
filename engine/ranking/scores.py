"""The order of a list by score."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]


def best_first(
    scores: npt.NDArray[np.float32],
    tie_breakers: Callable[[Sequence[int]], Sequence[tuple[object, ...]]],
    n_first: int,
) -> Int64Array:
    """Return int64 (n,), all indexes by descending score.

    Equal scores among the first ones are in the order of their tie breakers, further down in that
    of their indexes.

    Args:
        scores: float32 (n,).
        tie_breakers: returns a comparable tuple for each of some indexes, so that the order is
            always the same; called for the first ones of equal scores.
        n_first: how many are the first; with all that are as good as the last of them.
    """
    order = np.argsort(-scores, kind="stable")
    if len(order) == 0 or n_first < 1:
        return order
    last = scores[order[min(n_first, len(order)) - 1]]
    end = int(np.searchsorted(-scores[order], -last, side="right"))
    order[:end] = _by_tie_breakers(order[:end], scores, tie_breakers)
    return order


def first_copies(order: Int64Array, contents: npt.NDArray[np.uint64]) -> Int64Array:
    """Return the order without further copies of a file.

    Args:
        order: int64 (k,), indexes into the contents.
        contents: uint64 (n,), equal for copies of a file; 0 where unknown.
    """
    listed = contents[order]
    is_first = listed == 0
    is_first[np.unique(listed, return_index=True)[1]] = True
    return np.asarray(order[is_first], np.int64)


def _by_tie_breakers(
    ordered: Int64Array,
    scores: npt.NDArray[np.float32],
    tie_breakers: Callable[[Sequence[int]], Sequence[tuple[object, ...]]],
) -> list[int]:
    values = scores[ordered]
    is_same = values[1:] == values[:-1]
    is_tied = np.concatenate([[False], is_same]) | np.concatenate([is_same, [False]])
    tied = ordered[is_tied].tolist()
    if not tied:
        return [int(index) for index in ordered]
    breakers = dict(zip(tied, tie_breakers(tied), strict=True))
    return sorted(
        ordered.tolist(), key=lambda index: (-float(scores[index]), breakers.get(index, ()))
    )
