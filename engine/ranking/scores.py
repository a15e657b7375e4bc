"""Exact scores of all tracks for one clip: one matrix product."""

import numpy as np
import numpy.typing as npt


def content_scores(
    clip: npt.NDArray[np.float32], tracks: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Return the score z_v·z'_m of every track for a clip (DebCM's ranking at inference).

    Args:
        clip: float32 (d,), of length 1.
        tracks: float32 (n, d), each of length 1.

    Returns:
        float32 (n,), cosines.
    """
    return np.asarray(tracks @ clip, np.float32)


def best_first(
    scores: npt.NDArray[np.float32], tie_breakers: list[tuple[object, ...]]
) -> npt.NDArray[np.int64]:
    """Return the indexes by descending score; equal scores by their tie breakers.

    Args:
        scores: float32 (n,).
        tie_breakers: (n,) comparable tuples, so that the order is always the same.
    """
    order = sorted(
        range(len(scores)), key=lambda index: (-float(scores[index]), tie_breakers[index])
    )
    return np.asarray(order, np.int64)
