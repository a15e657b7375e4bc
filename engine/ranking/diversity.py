"""Order a list so that similar music isn't side by side."""

from collections.abc import Iterator, Sequence

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
    order: Sequence[int] | npt.NDArray[np.int64],
    scores: npt.NDArray[np.float32],
    vectors: npt.NDArray[np.float32],
    content_hashes: Sequence[str],
) -> Iterator[int]:
    """Yield the indexes, best first, with near-duplicates apart and each file once.

    Each rank goes to argmax of s_i - 0.1·[max over the last five j of cos(i, j) > 0.95], a
    maximal marginal relevance (Carbonell & Goldstein 1998) that only penalises music that sounds
    alike. Only further copies of a file are left out.

    Args:
        order: indexes into the other arguments, best first.
        scores: float32 (n,), what `order` was sorted by.
        vectors: float32 (n, d), music embeddings of length 1.
        content_hashes: (n,), "" where unknown.
    """
    remaining = list(_first_copies(order, content_hashes))
    recent: list[int] = []
    while remaining:
        position = _best(remaining[:_N_CANDIDATES], recent, scores, vectors)
        chosen = remaining.pop(position)
        yield chosen
        recent = [*recent, chosen][-_WINDOW:]


def _best(
    candidates: list[int],
    recent: list[int],
    scores: npt.NDArray[np.float32],
    vectors: npt.NDArray[np.float32],
) -> int:
    if not recent:
        return 0
    nearest = (vectors[candidates] @ vectors[recent].T).max(axis=1)
    # argmax returns the first of equal values: ties keep their order.
    return int(np.argmax(scores[candidates] - _PENALTY * (nearest > NEAR_DUPLICATE)))


def _first_copies(
    order: Sequence[int] | npt.NDArray[np.int64], content_hashes: Sequence[str]
) -> Iterator[int]:
    seen: set[str] = set()
    for index in order:
        digest = content_hashes[int(index)]
        if digest and digest in seen:
            continue
        seen.add(digest)
        yield int(index)
