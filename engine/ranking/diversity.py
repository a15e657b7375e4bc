"""A list without the same music twice in a row."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

# Cosine of two music embeddings above which a listener would call them versions of one another.
NEAR_DUPLICATE = 0.95
# A near-duplicate keeps this many ranks away from its twin.
_SPREAD = 5
# How far down the list a distinct track is looked for: beyond, it would match too badly.
_N_AHEAD = 200


def spread_out(
    order: Sequence[int] | npt.NDArray[np.int64],
    vectors: npt.NDArray[np.float32],
    content_hashes: Sequence[str],
) -> Iterator[int]:
    """Yield the indexes best first, near-duplicates apart and the same file once.

    At each rank the best remaining track is taken that is no near-duplicate of the last five;
    when all are, the best remaining one. Nothing is lost but second copies of a file.

    Args:
        order: indexes into the others, best first.
        vectors: float32 (n, d), music embeddings of length 1.
        content_hashes: (n,), "" where unknown.
    """
    waiting = list(_first_copies(order, content_hashes))
    recent: list[int] = []
    while waiting:
        position = _first_distinct(waiting, recent, vectors)
        chosen = waiting.pop(position)
        yield chosen
        recent = [*recent, chosen][-_SPREAD:]


def _first_distinct(waiting: list[int], recent: list[int], vectors: npt.NDArray[np.float32]) -> int:
    if not recent:
        return 0
    near = vectors[waiting[:_N_AHEAD]] @ vectors[recent].T
    distinct = np.flatnonzero(near.max(axis=1) <= NEAR_DUPLICATE)
    return int(distinct[0]) if len(distinct) else 0


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
