"""Gaussian encoders and decoders, [F → d → F], of teacher and student alike."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.training.fitting.distributed import gathered, own_rows
from engine.training.method.training_config import TrainingConfig

# σ ≈ 0.14 beside means of unit length: a sample is still mostly signal.
_FIRST_LOG_VARIANCE = -4.0
_LOG_VARIANCE_RANGE = (-10.0, 2.0)
# Rows of a set that are standardised at once.
_CHUNK = 16_384


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


@dataclass(frozen=True, slots=True)
class Components:
    """Vectors that were standardised before: an encoder of the same scaling takes them as they are.

    What is drawn again and again need not be projected again and again; at 2,048 features that is
    most of the arithmetic of a step.

    Attributes:
        values: float32 (n, k).
        scaling: what made them.
    """

    values: Tensor
    scaling: InputScaling

    @property
    def device(self) -> torch.device:
        """Where they lie."""
        return self.values.device

    def rows(self, chosen: Tensor) -> Self:
        """Return the chosen rows, int64 (m,)."""
        return replace(self, values=self.values.index_select(0, chosen))


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
        self.scaling = scaling
        self.register_buffer("mean", torch.from_numpy(scaling.mean))
        self.register_buffer("projection", torch.from_numpy(scaling.projection))
        self.dropout = config.dropout
        self.noise = config.noise
        # A GPU multiplies faster in bfloat16; older ones have none.
        self._in_half = torch.cuda.is_available() and torch.cuda.is_bf16_supported(False)
        self.location = nn.Linear(scaling.n_components, config.n_latent)
        self.log_variance = nn.Linear(scaling.n_components, config.n_latent)
        nn.init.zeros_(self.log_variance.weight)
        nn.init.constant_(self.log_variance.bias, _FIRST_LOG_VARIANCE)

    def scaled(self, vectors: Tensor | Components) -> Tensor:
        """Return the standardised components (n, k) of feature vectors (n, F)."""
        if not isinstance(vectors, Components):
            return (vectors - self.mean) @ self.projection
        if vectors.scaling is not self.scaling:
            _require_equal(vectors.scaling, self.scaling)
            self.scaling = vectors.scaling
        return vectors.values

    def components(self, vectors: Tensor) -> Components:
        """Return the components of all vectors (n, F) of a set, to draw batches from."""
        values = torch.empty(len(vectors), self.scaling.n_components, device=vectors.device)
        with torch.no_grad():
            for start in range(0, len(vectors), _CHUNK):
                rows = slice(start, start + _CHUNK)
                values[rows] = (vectors[rows] - self.mean) @ self.projection
        return Components(values, self.scaling)

    def forward(self, vectors: Tensor | Components) -> tuple[Tensor, Tensor]:
        """Return μ (n, d), of unit length, and log σ² (n, d).

        In training by several processes `vectors` is the batch of all of them.
        """
        inputs = self.scaled(vectors)
        if not self.training:
            return self._posterior(inputs)
        n, rows = len(inputs), own_rows(len(inputs))
        mean, log_variance = self._posterior(self._disturbed(inputs, rows))
        return gathered(mean, n), gathered(log_variance, n)

    def _posterior(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        in_half = self._in_half and self.training and inputs.is_cuda
        with torch.autocast("cuda", torch.bfloat16, enabled=in_half):
            location, log_variance = self.location(inputs), self.log_variance(inputs)
        # What is compared from here on needs all digits.
        location = nn.functional.normalize(location.float(), dim=1)
        return location, log_variance.float().clamp(*_LOG_VARIANCE_RANGE)

    def _disturbed(self, inputs: Tensor, rows: slice) -> Tensor:
        """Return some rows with noise, some inputs left out; in one new tensor, as they are large.

        Drawn for all rows, so that a row's noise doesn't depend on who encodes it.
        """
        scale = 1.0 / (1.0 - self.dropout)
        noisy = torch.randn_like(inputs)[rows].mul_(self.noise * scale)
        noisy.add_(inputs[rows], alpha=scale)
        return noisy.mul_(_kept(inputs, 1.0 - self.dropout)[rows])


def _kept(inputs: Tensor, share: float) -> Tensor:
    """Draw which inputs are kept, int8 of 0 and 1, by sixteen random bits each.

    A quarter of the numbers that `bernoulli_` draws; and a product is quicker than a fill.
    """
    n_words = -(-inputs.numel() // 4)
    words = torch.empty(n_words, dtype=torch.int64, device=inputs.device).random_(-(2**63), None)
    bits = words.view(torch.int16)[: inputs.numel()].view(inputs.shape)
    # At most: one more than the highest number of 16 bits would wrap around to the lowest.
    return (bits <= round(share * 2**16) - 2**15 - 1).view(torch.int8)


def _require_equal(first: InputScaling, second: InputScaling) -> None:
    for name in ("mean", "projection"):
        if not np.array_equal(getattr(first, name), getattr(second, name)):
            raise ValueError("these components were made by the scaling of another encoder")


def sample(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Draw z = μ + σ·ε (the reparametrisation trick)."""
    return mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
