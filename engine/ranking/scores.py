"""The order of a list by score."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Int64Array = npt.NDArray[np.int64]

# Reading the names of more tracks takes longer than ranking.
_MANY = 2_000


def best_first(
    scores: npt.NDArray[np.float32],
    tie_breakers: Callable[[Sequence[int]], Sequence[tuple[object, ...]]],
    n_first: int,
) -> Int64Array:
    """Return int64 (n,), all indexes by descending score.

    Equal scores among the first ones are in the order of their tie breakers, further down in that
    of their indexes, and so are thousands of equal ones, as of a clip that shows nothing.

    Args:
        scores: float32 (n,).
        tie_breakers: returns a comparable tuple for each of some indexes, so that the order is
            always the same; called for the first ones of equal scores.
        n_first: how many are the first; with all that are as good as the last of them.
    """
    order = descending(scores)
    if len(order) == 0 or n_first < 1:
        return order
    # Counted, which is faster than reading the scores in their new order.
    last = scores[order[min(n_first, len(order)) - 1]]
    end = len(order) if np.isnan(last) else int(np.count_nonzero(scores >= last))
    if end - n_first > _MANY:
        end = int(np.count_nonzero(~np.isnan(scores) if np.isnan(last) else scores > last))
    order[:end] = _by_tie_breakers(order[:end], scores, tie_breakers)
    return order


def descending(scores: npt.NDArray[np.float32]) -> Int64Array:
    """Return int64 (n,), all indexes by descending score; equal ones, and NaN last, in their order.

    Numbers of 64 bits, a score and an index each, are sorted many times faster than indexes are.
    """
    # Plus 0, so that -0 is 0.
    values = np.asarray(scores, np.float32) + np.float32(0)
    is_nan = np.isnan(values)
    # As whole numbers, negative ones rise where the scores fall: all bits but the sign are turned.
    falling = values.view(np.int32)
    falling ^= (falling >> 31) & np.int32(0x7FFFFFFF)
    np.invert(falling, out=falling)
    if is_nan.any():
        falling[is_nan] = np.int32(0x7FFFFFFF)
    keys = falling.astype(np.int64)
    keys <<= 32
    keys |= np.arange(len(keys), dtype=np.int64)
    keys.sort()
    keys &= 0xFFFFFFFF
    return keys


def first_copies(order: Int64Array, contents: npt.NDArray[np.uint64]) -> Int64Array:
    """Return the order without further copies of a file.

    Args:
        order: int64 (k,), indexes into the contents.
        contents: uint64 (n,), equal for copies of a file; 0 where unknown.
    """
    listed = contents[order]
    is_copied, _ = copies(listed)
    # Few files have copies: only these are compared.
    places = np.flatnonzero(is_copied)
    is_listed = ~is_copied
    is_listed[places[np.unique(listed[places], return_index=True)[1]]] = True
    return np.asarray(order[is_listed], np.int64)


def copies(contents: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.bool_], Int64Array]:
    """Return which of n files may have copies, bool (n,), and a number for each of their contents.

    Numbers are int64 (n,), equal for copies. Two in 100,000 files without copies may be among
    those that may have some.

    Args:
        contents: uint64 (n,), 0 where unknown: such files have no copies.
    """
    may_have, numbers = np.zeros(len(contents), np.bool_), np.zeros(len(contents), np.int64)
    # Half of the content and the index in one number: these are sorted faster than indexes are.
    keys = contents << np.uint64(32)
    keys |= np.arange(len(contents), dtype=np.uint64)
    keys.sort()
    halves = keys >> np.uint64(32)
    is_same = halves[1:] == halves[:-1]
    is_copied = np.concatenate([[False], is_same]) | np.concatenate([is_same, [False]])
    places = (keys[is_copied[: len(keys)]] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    places = places[contents[places] > 0]
    may_have[places] = True
    numbers[places] = np.unique(contents[places], return_inverse=True)[1]
    return may_have, numbers


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
