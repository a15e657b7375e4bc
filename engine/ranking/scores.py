"""The order of a list."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

# A list is rarely read further.
_N_FIRST = 512
_MORE = 4


def best_first(
    scores: npt.NDArray[np.float32],
    tie_breakers: Callable[[Sequence[int]], Sequence[tuple[object, ...]]],
) -> Iterator[int]:
    """Yield the indexes by descending score; equal scores by their tie breakers.

    The next part of the list is sorted when it is asked for.

    Args:
        scores: float32 (n,).
        tie_breakers: returns a comparable tuple for each of some indexes, so that the order is
            always the same; called for those of equal scores.
    """
    left, size = np.arange(len(scores)), _N_FIRST
    while len(left):
        values = -scores[left]
        # With all that are as good as the last one.
        least = np.partition(values, size - 1)[size - 1] if size < len(left) else np.inf
        is_next = ~(values > least)
        yield from _sorted(left[is_next], scores, tie_breakers)
        left, size = left[~is_next], size * _MORE


def _sorted(
    indexes: npt.NDArray[np.int64],
    scores: npt.NDArray[np.float32],
    tie_breakers: Callable[[Sequence[int]], Sequence[tuple[object, ...]]],
) -> list[int]:
    ordered = indexes[np.argsort(-scores[indexes], kind="stable")]
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
