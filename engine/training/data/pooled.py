"""A clip as the training data keep it: pooled features, without each sample's embedding."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.video.descriptors import N_DESCRIPTORS

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Numbers:
    values: Float32Array

    def as_vector(self) -> Float32Array:
        """Return the descriptors."""
        return self.values


@dataclass(frozen=True, slots=True, eq=False)
class PooledClip:
    """What a matching pack reads of a clip, from its pooled features alone.

    Its content is that of one sample with the mean embedding, which is close to, but not the same
    as, the mean over the samples.

    Attributes:
        vector: float32 (2 d + k,): content, spread, descriptors.
        version: of the features.
        n_content: d.
    """

    vector: Float32Array
    version: str
    n_content: int

    @classmethod
    def of(cls, vector: Float32Array, version: str) -> Self:
        """Return the clip of a vector, which is laid out as `VideoFeatures.vector`."""
        return cls(vector, version, (len(vector) - N_DESCRIPTORS) // 2)

    @property
    def embeddings(self) -> npt.NDArray[np.float16]:
        """(1, d)."""
        return self.vector[None, : self.n_content].astype(np.float16)

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """(1,)."""
        return np.ones(1, np.bool_)

    @property
    def n_seen(self) -> int:
        """Always one."""
        return 1

    @property
    def spread(self) -> Float32Array:
        """(d,)."""
        return self.vector[self.n_content : 2 * self.n_content]

    @property
    def descriptors(self) -> _Numbers:
        """Motion, cuts and colours."""
        return _Numbers(self.vector[2 * self.n_content :])

    @property
    def is_still(self) -> bool:
        """Whether the embeddings don't vary at all."""
        return not self.spread.any()
