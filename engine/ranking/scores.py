"""The order of a list."""

import numpy as np
import numpy.typing as npt


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
