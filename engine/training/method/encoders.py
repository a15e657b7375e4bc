"""The Gaussian encoder that teacher, student and most other systems share."""

import numpy as np
import torch
from torch import Tensor, nn

from engine.training.method.scaling import Components, InputScaling
from engine.training.method.split_batch import gathered, own_rows
from engine.training.method.training_config import TrainingConfig

# σ ≈ 0.14 beside means of unit length: a sample is still mostly signal.
_FIRST_LOG_VARIANCE = -4.0
_LOG_VARIANCE_RANGE = (-10.0, 2.0)
# Rows of a set that are standardised at once.
_CHUNK = 16_384


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

        When several processes train together, each encodes some rows of `vectors` and gets all.
        """
        inputs = self.scaled(vectors)
        if not self.training:
            return self.posterior(inputs)
        n, rows = len(inputs), own_rows(len(inputs))
        mean, log_variance = self.posterior(self._disturbed(inputs, rows))
        return gathered(mean, n), gathered(log_variance, n)

    def posterior(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Return μ (n, d), of unit length, and log σ² (n, d) of components (n, k)."""
        with in_bfloat16(inputs, self.training):
            location, log_variance = self.location(inputs), self.log_variance(inputs)
        # Scores are compared from here on, which needs full precision.
        location = nn.functional.normalize(location.float(), dim=1)
        return location, log_variance.float().clamp(*_LOG_VARIANCE_RANGE)

    def _disturbed(self, inputs: Tensor, rows: slice) -> Tensor:
        """Return some rows with noise and dropout, in one new tensor, as they are large.

        The noise is drawn for all rows, so that it doesn't depend on which process encodes a row.
        """
        scale = 1.0 / (1.0 - self.dropout)
        noisy = torch.randn_like(inputs)[rows].mul_(self.noise * scale)
        noisy.add_(inputs[rows], alpha=scale)
        return noisy.mul_(_kept(inputs, 1.0 - self.dropout)[rows])


def _kept(inputs: Tensor, share: float) -> Tensor:
    """Draw which inputs are kept, int8 of 0 and 1, from sixteen random bits each.

    `bernoulli_` would draw four times as many numbers, and a product is faster than a fill.
    """
    if inputs.is_cuda:
        # A GPU draws as fast as it reads, and compiles this.
        return (torch.rand_like(inputs) < share).to(torch.int8)
    n_words = -(-inputs.numel() // 4)
    words = torch.empty(n_words, dtype=torch.int64, device=inputs.device).random_(-(2**63), None)
    bits = words.view(torch.int16)[: inputs.numel()].view(inputs.shape)
    # Not "less than": one more than the highest 16-bit number would wrap around to the lowest.
    return (bits <= round(share * 2**16) - 2**15 - 1).view(torch.int8)


def _require_equal(first: InputScaling, second: InputScaling) -> None:
    for name in ("mean", "projection"):
        if not np.array_equal(getattr(first, name), getattr(second, name)):
            raise ValueError("these components were made by the scaling of another encoder")


def in_bfloat16(inputs: Tensor, training: bool) -> torch.autocast:
    """Return a context that multiplies in bfloat16 while training on a GPU that can do that.

    Such GPUs do it several times as fast; older ones don't support it.

    Args:
        inputs: what is multiplied, which says where.
        training: whether the network learns; embeddings are computed in full precision.
    """
    enabled = training and inputs.is_cuda and torch.cuda.is_bf16_supported(False)
    return torch.autocast("cuda", torch.bfloat16, enabled=enabled)


def sample(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Draw z = μ + σ·ε (the reparametrisation trick)."""
    return mean + (0.5 * log_variance).exp() * torch.randn_like(mean)
