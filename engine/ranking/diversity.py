"""A list without the same music twice in a row."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

# Cosine of two music embeddings above which a listener would call them versions of one another.
NEAR_DUPLICATE = 0.95
# What it costs to come within so many ranks of a near-duplicate, in units of the score.
_COST = 0.1
_WINDOW = 5
# The cost never lifts a track from further down the list than this.
_N_AHEAD = 200


def spread_out(
    order: Sequence[int] | npt.NDArray[np.int64],
    scores: npt.NDArray[np.float32],
    vectors: npt.NDArray[np.float32],
    content_hashes: Sequence[str],
) -> Iterator[int]:
    """Yield the indexes best first, near-duplicates apart and the same file once.

    Each rank goes to argmax of s_i - 0.1·[max over the last five j of cos(i, j) > 0.95], a
    maximal marginal relevance (Carbonell & Goldstein 1998) whose penalty starts where music
    sounds alike. Nothing is lost but second copies of a file.

    Args:
        order: indexes into the others, best first.
        scores: float32 (n,), what `order` was sorted by.
        vectors: float32 (n, d), music embeddings of length 1.
        content_hashes: (n,), "" where unknown.
    """
    waiting = list(_first_copies(order, content_hashes))
    recent: list[int] = []
    while waiting:
        position = _best(waiting[:_N_AHEAD], recent, scores, vectors)
        chosen = waiting.pop(position)
        yield chosen
        recent = [*recent, chosen][-_WINDOW:]


def _best(
    ahead: list[int],
    recent: list[int],
    scores: npt.NDArray[np.float32],
    vectors: npt.NDArray[np.float32],
) -> int:
    if not recent:
        return 0
    nearest = (vectors[ahead] @ vectors[recent].T).max(axis=1)
    # argmax takes the first of equals, so the order decides between them.
    return int(np.argmax(scores[ahead] - _COST * (nearest > NEAR_DUPLICATE)))


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
