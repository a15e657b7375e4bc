"""Taste erased from the picture: no linear reading of what is left tells an uploader's taste.

An uploader's style in the picture follows their taste, and so does their choice of music: beside
what was chosen, the picture itself becomes a proxy of the confounder, u → style → v. The
interaction explains what u says; what the picture says of u beyond that would pass for content.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.training.method.encoders import InputScaling

# Less is rounding, of shares that sum to one above all.
_LEAST_COVARIANCE = 1e-5
# So that a picture that never changes has none, instead of a division by zero.
_LEAST_VARIANCE = 1e-24


def erase_concept(
    scaling: InputScaling,
    vectors: npt.NDArray[np.float32],
    concept: npt.NDArray[np.float32],
) -> InputScaling:
    """Return a scaling whose components don't correlate with a concept in the given vectors.

    Least-squares concept erasure (LEACE; Belrose et al. 2023): of all linear maps that leave no
    correlation, the one that changes the components least, x - Σ^½ Q Qᵀ Σ^-½ (x - μ) with Q the
    column space of Σ^-½ Cov(x, concept).

    Args:
        scaling: of the vectors.
        vectors: float32 (n, F).
        concept: float32 (n, n_concepts), such as the taste of who made each.
    """
    components = (vectors - scaling.mean) @ scaling.projection
    centred = components.astype(np.float64) - components.mean(axis=0)
    told = concept.astype(np.float64) - concept.mean(axis=0)
    variances, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    spread = np.sqrt(np.maximum(variances, max(variances[-1] * 1e-12, _LEAST_VARIANCE)))
    whiten, colour = (axes / spread) @ axes.T, (axes * spread) @ axes.T
    left, strengths, _ = np.linalg.svd(whiten @ (centred.T @ told / len(told)), full_matrices=False)
    told_by = left[:, strengths > _LEAST_COVARIANCE]
    kept = np.eye(len(spread)) - colour @ told_by @ told_by.T @ whiten
    return replace(scaling, projection=(scaling.projection @ kept.T).astype(np.float32))
