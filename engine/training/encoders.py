"""Gaussian encoders and decoders, [F → d → F], of teacher and student alike."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.training.config import TrainingConfig

# σ ≈ 0.14 beside means of unit length: a sample is still mostly signal.
_FIRST_LOG_VARIANCE = -4.0
_LOG_VARIANCE_RANGE = (-10.0, 2.0)


@dataclass(frozen=True, slots=True)
class InputScaling:
    """Standardises a feature vector and keeps its leading principal components.

    Attributes:
        mean: (F,) of the training vectors.
        projection: (F, k); `(x - mean) @ projection` has mean 0 and variance at most 1.
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


def fit_scaling(
    vectors: npt.NDArray[np.float32], blocks: tuple[int, ...], n_components: int
) -> InputScaling:
    """Fit the standardisation and the principal components that an encoder carries inside.

    Each block of features (embedding mean, its spread, descriptors, …) weighs the same in the
    components, however many numbers it has: twenty descriptors must not drown in 2,560 numbers.
    The components are scaled by the square root of their own deviation, half-way to white:
    white inputs would raise the noise of the last components to the level of the first.

    Args:
        vectors: (n, F) training vectors.
        blocks: sizes of the consecutive blocks, summing to F.
        n_components: kept at most; fewer when the vectors span fewer.
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
    # The eigenvectors of the smaller of both Gram matrices; far quicker than an SVD.
    if n >= n_features:
        variances, axes = np.linalg.eigh(centred.T @ centred / n)
        return variances[::-1], axes[:, ::-1]
    variances, samples = np.linalg.eigh(centred @ centred.T / n)
    variances, samples = variances[::-1], samples[:, ::-1]
    lengths = np.sqrt(n * np.maximum(variances, 1e-24))
    return variances, centred.T @ samples / lengths


class GaussianEncoder(nn.Module):
    """q(z|x) = N(μ(x), diag σ²(x)) with |μ| = 1 and a free, clamped log-variance."""

    mean: Tensor
    projection: Tensor

    def __init__(self, scaling: InputScaling, config: TrainingConfig) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(scaling.mean))
        self.register_buffer("projection", torch.from_numpy(scaling.projection))
        self.dropout = nn.Dropout(config.dropout)
        self.noise = config.noise
        self.location = nn.Linear(scaling.n_components, config.n_latent)
        self.log_variance = nn.Linear(scaling.n_components, config.n_latent)
        nn.init.zeros_(self.log_variance.weight)
        nn.init.constant_(self.log_variance.bias, _FIRST_LOG_VARIANCE)

    def scaled(self, vectors: Tensor) -> Tensor:
        """Return the standardised components (n, k) of feature vectors (n, F)."""
        return (vectors - self.mean) @ self.projection

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Return μ (n, d), of unit length, and log σ² (n, d)."""
        inputs = self.scaled(vectors)
        if self.training:
            inputs = self.dropout(inputs + self.noise * torch.randn_like(inputs))
        location = nn.functional.normalize(self.location(inputs), dim=1)
        return location, self.log_variance(inputs).clamp(*_LOG_VARIANCE_RANGE)


def sample(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Draw z = μ + σ·ε (the reparametrisation trick)."""
    return mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
