"""What a taste for genres adds to scores."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class TasteWeights:
    """How a taste changes scores: b(u, g) = a·log((u_g + ε)/(ū_g + ε)) + (u - ū)ᵀ B[:, g].

    Attributes:
        mean: float32 (n_genres,), ū, the average histogram of the training uploaders.
        log_weight: a, in units of the score.
        genre_weights: float32 (n_genres, n_genres), B.
        epsilon: ε.
    """

    mean: npt.NDArray[np.float32]
    log_weight: float
    genre_weights: npt.NDArray[np.float32]
    epsilon: float

    @classmethod
    def parse(cls, values: Mapping[str, Any], n_genres: int) -> Self:
        """Read the weights from the manifest's lists.

        Raises:
            ValueError: when they don't fit the number of genres, or aren't finite.
        """
        mean = np.asarray(values["mean"], dtype=np.float32)
        weights = np.asarray(values["genre_weights"], dtype=np.float32)
        log_weight, epsilon = float(values["log_weight"]), float(values["epsilon"])
        if mean.shape != (n_genres,) or weights.shape != (n_genres, n_genres):
            raise ValueError("the taste weights are for another number of genres")
        is_finite = np.isfinite(mean).all() and np.isfinite(weights).all()
        if not (is_finite and np.isfinite([log_weight, epsilon]).all() and epsilon > 0.0):
            raise ValueError("the taste weights aren't finite")
        return cls(mean, log_weight, weights, epsilon)

    def bias(
        self, histogram: npt.NDArray[np.float32], genres: npt.NDArray[np.integer[Any]]
    ) -> npt.NDArray[np.float32]:
        """Return b (n,) for tracks of the given genre indexes; 0 where the index is -1."""
        ratio = np.log((histogram + self.epsilon) / (self.mean + self.epsilon))
        of_genre = self.log_weight * ratio + (histogram - self.mean) @ self.genre_weights
        return np.where(genres >= 0, of_genre[np.maximum(genres, 0)], 0.0).astype(np.float32)
