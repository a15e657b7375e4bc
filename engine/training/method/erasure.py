"""Erases taste from the picture: nothing linear in what is left predicts an uploader's taste.

An uploader's style of picture follows their taste, and so does their choice of music: the picture
itself becomes a proxy of the confounder, u → style → v. The deconfounder's interaction explains
what u predicts; what the picture reveals of u beyond that would pass for content.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from engine.training.method.scaling import InputScaling, join_scalings

# Smaller values are rounding errors: shares that sum to one are collinear.
_MIN_COVARIANCE = 1e-5
# Avoids a division by zero where a component never changes.
_MIN_VARIANCE = 1e-24


def erase_concept(
    scaling: InputScaling,
    vectors: npt.NDArray[np.float32],
    concept: npt.NDArray[np.float32],
) -> InputScaling:
    """Return a scaling whose components don't correlate with a concept over the given vectors.

    Least-squares concept erasure (LEACE; Belrose et al. 2023): of the linear maps that leave no
    correlation, the one that changes the components least: x - Σ^½ Q Qᵀ Σ^-½ (x - μ), where Q
    spans the columns of Σ^-½ Cov(x, concept).

    Args:
        scaling: of the vectors; where it is of several experts, each is erased on its own.
        vectors: float32 (n, F).
        concept: float32 (n, n_concepts), such as the taste of each video's uploader.
    """
    if scaling.parts:
        ends = np.cumsum([len(part.mean) for part in scaling.parts])[:-1]
        columns = np.split(vectors, ends, axis=1)
        present = [own.any(axis=1) for own in columns]
        return join_scalings(
            [
                erase_concept(part, own[rows], concept[rows]) if rows.any() else part
                for part, own, rows in zip(scaling.parts, columns, present, strict=True)
            ]
        )
    components = (vectors - scaling.mean) @ scaling.projection
    centred = components.astype(np.float64) - components.mean(axis=0)
    concepts = concept.astype(np.float64) - concept.mean(axis=0)
    variances, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    spread = np.sqrt(np.maximum(variances, max(variances[-1] * 1e-12, _MIN_VARIANCE)))
    whiten, colour = (axes / spread) @ axes.T, (axes * spread) @ axes.T
    shared = centred.T @ concepts / len(concepts)
    left, strengths, _ = np.linalg.svd(whiten @ shared, full_matrices=False)
    directions = left[:, strengths > _MIN_COVARIANCE]
    kept = np.eye(len(spread)) - colour @ directions @ directions.T @ whiten
    return replace(scaling, projection=(scaling.projection @ kept.T).astype(np.float32))
