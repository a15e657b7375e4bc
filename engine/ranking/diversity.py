"""Order a list so that similar music isn't side by side."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import numpy.typing as npt

# Two tracks whose embeddings have a higher cosine sound like versions of one piece.
NEAR_DUPLICATE = 0.95
# Penalty for a near-duplicate within this many ranks above, in units of the score.
_PENALTY = 0.1
_WINDOW = 5
# How many of the next tracks are candidates for a rank.
_N_CANDIDATES = 200


def spread_out(
    order: Iterable[int],
    scores: npt.NDArray[np.float32],
    vectors: Callable[[list[int]], npt.NDArray[np.float32]],
    contents: Sequence[object] | npt.NDArray[np.uint64],
) -> Iterator[int]:
    """Yield the indexes, best first, with near-duplicates apart and each file once.

    Each rank goes to argmax of s_i - 0.1·[max over the last five j of cos(i, j) > 0.95], a
    maximal marginal relevance (Carbonell & Goldstein 1998) that only penalises music that sounds
    alike. Only further copies of a file are left out.

    Args:
        order: indexes into the other arguments, best first; only read as far as it is needed.
        scores: float32 (n,), what `order` was sorted by.
        vectors: returns float32 (k, d), music embeddings of length 1, for k indexes.
        contents: (n,), equal for copies of a file; falsy where unknown.
    """
    following = _first_copies(order, contents)
    next_ones = list(islice(following, _N_CANDIDATES))
    recent: list[int] = []
    while next_ones:
        chosen = next_ones.pop(_best(next_ones, recent, scores, vectors))
        next_ones += islice(following, 1)
        yield chosen
        recent = [*recent, chosen][-_WINDOW:]


def _best(
    candidates: list[int],
    recent: list[int],
    scores: npt.NDArray[np.float32],
    vectors: Callable[[list[int]], npt.NDArray[np.float32]],
) -> int:
    if not recent:
        return 0
    nearest = (vectors(candidates) @ vectors(recent).T).max(axis=1)
    # argmax returns the first of equal values: ties keep their order.
    return int(np.argmax(scores[candidates] - _PENALTY * (nearest > NEAR_DUPLICATE)))


def _first_copies(
    order: Iterable[int], contents: Sequence[object] | npt.NDArray[np.uint64]
) -> Iterator[int]:
    seen: set[object] = set()
    for index in order:
        content = contents[index]
        if content and content in seen:
            continue
        seen.add(content)
        yield int(index)
