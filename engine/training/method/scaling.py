"""What an encoder sees of a feature vector: standardised principal components."""

from collections.abc import Sequence
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
        parts: of the experts that share the vector, each with columns and components of its own,
            in their order; empty when one encoder reads all.
    """

    mean: npt.NDArray[np.float32]
    projection: npt.NDArray[np.float32]
    parts: tuple["InputScaling", ...] = ()

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
        present: float32 (n_experts, n), 1 where an expert has something to say, else 0; None when
            one encoder reads all.
    """

    values: Tensor
    scaling: InputScaling
    present: Tensor | None = None

    @property
    def device(self) -> torch.device:
        """The device that holds them."""
        return self.values.device

    def rows(self, chosen: Tensor) -> Self:
        """Return the chosen rows, int64 (m,)."""
        present = None if self.present is None else self.present.index_select(1, chosen)
        return replace(self, values=self.values.index_select(0, chosen), present=present)


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


def fit_expert_scalings(
    vectors: npt.NDArray[np.float32],
    blocks: tuple[int, ...],
    experts: tuple[int, ...],
    n_components: int,
) -> InputScaling:
    """Fit a scaling for each expert, to the vectors of which it has something to say.

    Args:
        vectors, blocks: as for `fit_scaling`.
        experts: how many blocks each expert reads; see `PairSet.video_experts`.
        n_components: the most to keep for each expert.
    """
    if len(experts) < 2:
        return fit_scaling(vectors, blocks, n_components)
    parts, column, block = [], 0, 0
    for n_blocks in experts:
        own_blocks = blocks[block : block + n_blocks]
        own = vectors[:, column : column + sum(own_blocks)]
        present = own.any(axis=1)
        parts.append(fit_scaling(own[present] if present.any() else own, own_blocks, n_components))
        column, block = column + sum(own_blocks), block + n_blocks
    return join_scalings(parts)


def join_scalings(parts: Sequence[InputScaling]) -> InputScaling:
    """Return the scalings of experts as one, of their vectors side by side."""
    mean = np.concatenate([part.mean for part in parts])
    projection = np.zeros((len(mean), sum(part.n_components for part in parts)), np.float32)
    row, column = 0, 0
    for part in parts:
        n_features, n_components = part.projection.shape
        projection[row : row + n_features, column : column + n_components] = part.projection
        row, column = row + n_features, column + n_components
    return InputScaling(mean, projection, tuple(parts))


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
