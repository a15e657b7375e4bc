"""Order the first tracks of a list so that similar music isn't side by side."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

# Two tracks whose embeddings have a higher cosine sound like versions of one piece.
NEAR_DUPLICATE = 0.95
# So many ranks are spread out; behind them the list is in the order of the scores.
N_SPREAD = 300
# How many of the next tracks are candidates for a rank.
N_CANDIDATES = 200
# Penalty for a near-duplicate within this many ranks above, in units of the score.
_PENALTY = 0.1
_WINDOW = 5

Int64Array = npt.NDArray[np.int64]


def spread_out(
    order: Int64Array,
    scores: npt.NDArray[np.float32],
    vectors: Callable[[Sequence[int]], npt.NDArray[np.float32]],
    n: int = N_SPREAD,
) -> Int64Array:
    """Return the order with near-duplicates apart within the first n ranks.

    Each rank goes to argmax of s_i - 0.1·[max over the last five j of cos(i, j) > 0.95], a
    maximal marginal relevance (Carbonell & Goldstein 1998) that only penalises music that sounds
    alike. The candidates are the next 200 tracks.

    Args:
        order: int64 (k,), indexes into the scores, best first, each file once.
        scores: float32 (m,), what `order` was sorted by.
        vectors: returns float32 (j, d), music embeddings of length 1, for j indexes.
        n: how many ranks; those behind them keep their order.
    """
    first = order[: n + N_CANDIDATES]
    if len(first) < 2:
        return order
    found = vectors(first.tolist())
    is_near = (found @ found.T > NEAR_DUPLICATE).astype(np.int32)
    values = scores[first].astype(np.float64)
    n_near = np.zeros(len(first), np.int32)
    chosen: list[int] = []
    for rank in range(min(n, len(first))):
        reached = slice(0, rank + N_CANDIDATES)
        # argmax returns the first of equal values: ties keep their order.
        best = int(np.argmax(values[reached] - _PENALTY * (n_near[reached] > 0)))
        chosen.append(best)
        values[best] = -np.inf
        n_near += is_near[best]
        if rank >= _WINDOW:
            n_near -= is_near[chosen[rank - _WINDOW]]
    left = np.delete(first, chosen)
    return np.concatenate([first[chosen], left, order[len(first) :]])
