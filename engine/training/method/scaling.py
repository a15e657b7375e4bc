"""What an encoder sees of a feature vector: standardised principal components."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class InputScaling:
    """Standardises a feature vector and keeps its leading principal components.

    Attributes:
        mean: float32 (F,), of the training vectors.
        projection: float32 (F, k); `(x - mean) @ projection` has mean 0 and variance at most 1.
    """

    mean: npt.NDArray[np.float32]
    projection: npt.NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.mean.ndim != 1 or self.projection.shape[:1] != self.mean.shape:
            raise ValueError("the mean and the projection of an input scaling don't fit")

    @property
    def n_components(self) -> int:
        """How many numbers an encoder sees."""
        return int(self.projection.shape[1])


@dataclass(frozen=True, slots=True)
class Components:
    """Vectors that are already standardised; an encoder of the same scaling takes them directly.

    Vectors that are drawn many times are projected once. At 2,048 features the projection is most
    of the arithmetic of a training step.

    Attributes:
        values: float32 (n, k).
        scaling: what made them.
    """

    values: Tensor
    scaling: InputScaling

    @property
    def device(self) -> torch.device:
        """The device that holds them."""
        return self.values.device

    def rows(self, chosen: Tensor) -> Self:
        """Return the chosen rows, int64 (m,)."""
        return replace(self, values=self.values.index_select(0, chosen))


def fit_scaling(
    vectors: npt.NDArray[np.float32], blocks: tuple[int, ...], n_components: int
) -> InputScaling:
    """Fit the standardisation and the principal components that an encoder contains.

    Each block of features (embedding mean, its spread, descriptors, …) has the same weight in the
    components, whatever its size: twenty descriptors must not drown in 2,560 numbers. The
    components are scaled by the square root of their own deviation, half-way to white: fully white
    inputs would raise the noise of the last components to the level of the first.

    Args:
        vectors: (n, F) training vectors.
        blocks: sizes of the consecutive blocks, summing to F.
        n_components: the most to keep; fewer are kept when the vectors span fewer.
    """
    wide = vectors.astype(np.float64)
    mean = wide.mean(axis=0)
    deviation = wide.std(axis=0)
    scale = np.where(deviation > 1e-6, 1.0 / np.maximum(deviation, 1e-6), 0.0)
    scale *= np.repeat([1.0 / np.sqrt(size) for size in blocks], blocks)
    variances, directions = _principal_axes((wide - mean) * scale)
    n_kept = max(min(n_components, int((variances > variances[0] * 1e-8).sum())), 1)
    spread = np.sqrt(np.maximum(variances[:n_kept], 1e-24))
    components = directions[:, :n_kept] / np.sqrt(spread * spread[0])
    return InputScaling(mean.astype(np.float32), (scale[:, None] * components).astype(np.float32))


def _principal_axes(
    centred: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the variances, falling, and the axes (F, k) of centred vectors (n, F)."""
    n, n_features = centred.shape
    # The eigenvectors of the smaller of the two Gram matrices: much faster than an SVD.
    if n >= n_features:
        variances, axes = np.linalg.eigh(centred.T @ centred / n)
        return variances[::-1], axes[:, ::-1]
    variances, samples = np.linalg.eigh(centred @ centred.T / n)
    variances, samples = variances[::-1], samples[:, ::-1]
    lengths = np.sqrt(n * np.maximum(variances, 1e-24))
    return variances, centred.T @ samples / lengths
