"""Gaussian experts and their product (CMVAE, section on fusing modalities; Wu & Goodman 2018)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Gaussian:
    """Independent normal distributions, or one expert's factor of them.

    Attributes:
        mean: float32 (d,).
        precision: float32 (d,), 1/σ²; 0 where an expert says nothing.
    """

    mean: Float32Array
    precision: Float32Array

    def __post_init__(self) -> None:
        if self.mean.ndim != 1 or self.mean.shape != self.precision.shape:
            raise ValueError("mean and precision are (d,), of the same length")
        if not (np.isfinite(self.mean).all() and np.isfinite(self.precision).all()):
            raise ValueError("mean and precision are finite")
        if (self.precision < 0).any():
            raise ValueError("a precision isn't negative")

    @classmethod
    def silent(cls, n: int) -> Self:
        """Return an expert that says nothing about any of n axes."""
        return cls(np.zeros(n, np.float32), np.zeros(n, np.float32))

    @property
    def deviation(self) -> Float32Array:
        """σ float32 (d,); infinite where nothing is said."""
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / np.sqrt(self.precision), np.float32)


def product(prior: Gaussian, experts: Iterable[Gaussian]) -> Gaussian:
    """Return p(z | x_1 … x_n) ∝ p(z) Π q̃(z | x_i): the mean weighted by precision.

    Args:
        prior: of positive precision.
        experts: factors q̃ beside the prior; a silent one changes nothing.
    """
    precision = prior.precision.astype(np.float64)
    weighted = precision * prior.mean
    for expert in experts:
        precision = precision + expert.precision
        weighted = weighted + expert.precision.astype(np.float64) * expert.mean
    return Gaussian((weighted / precision).astype(np.float32), precision.astype(np.float32))


def combined(experts: Sequence[Gaussian]) -> Gaussian:
    """Return the factor that stands for several: Π q̃_i, without a prior.

    Args:
        experts: at least one, of the same length.
    """
    precisions = np.stack([expert.precision for expert in experts]).astype(np.float64)
    precision = np.asarray(precisions.sum(axis=0))
    weighted = (precisions * np.stack([expert.mean for expert in experts])).sum(axis=0)
    mean = weighted / np.where(precision > 0, precision, 1)
    return Gaussian(mean.astype(np.float32), precision.astype(np.float32))
