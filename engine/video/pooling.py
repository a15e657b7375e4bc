"""Pooling: many frame embeddings to one vector."""

import numpy as np
import numpy.typing as npt


def pool(embeddings: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return mean and standard deviation over the frames, concatenated.

    Args:
        embeddings: float32 (n, d), n at least 1.

    Returns:
        float32 (2 d,); the second half is 0 for a single frame.
    """
    if embeddings.ndim != 2 or len(embeddings) == 0:
        raise ValueError("embeddings are (n, d) with at least one row")
    return np.concatenate([embeddings.mean(axis=0), embeddings.std(axis=0)]).astype(np.float32)
