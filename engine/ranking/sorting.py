"""The order of the list."""

import numpy as np
import numpy.typing as npt

from engine.ranking.candidates import Candidates
from engine.ranking.diversity import N_CANDIDATES, N_SPREAD, spread_out
from engine.ranking.query import similarity_axes
from engine.ranking.scores import best_first, first_copies

Int64Array = npt.NDArray[np.int64]


def by_fit(candidates: Candidates, scores: npt.NDArray[np.float32], top: int) -> Int64Array:
    """Return the candidates best first, each file once, similar music apart among the first ones.

    Args:
        candidates: n tracks.
        scores: float32 (n,).
        top: at least so many ranks count as the first ones.
    """
    n_spread = max(N_SPREAD, top)
    order = best_first(scores, candidates.names, n_spread + N_CANDIDATES)
    return spread_out(
        first_copies(order, candidates.column(lambda tracks: tracks.contents)),
        scores,
        lambda indexes: similarity_axes(candidates.vectors(indexes)),
        n_spread,
    )
