"""A clip and a track as the training data keep them: one vector each."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.music.vector import LAYOUT, Descriptors
from engine.video.descriptors import N_DESCRIPTORS

Float32Array = npt.NDArray[np.float32]
_MAX_OCTAVES = 4.0


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


@dataclass(frozen=True, slots=True, eq=False)
class PooledTrack:
    """What packs read of a track, from its vector alone.

    The key isn't in it; no axis needs it.

    Attributes:
        vector: float32 (D_M,), laid out as `MusicFeatures.vector` where its values are read.
        version: of the features.
    """

    vector: Float32Array
    version: str

    @property
    def bpm(self) -> float:
        """Beats per minute; 0 where no pulse was found."""
        measured = self._measured
        # Within what music can have, whatever a file says.
        octaves = min(max(measured.tempo_octaves, -_MAX_OCTAVES), _MAX_OCTAVES)
        return 120 * 2**octaves if measured.tempo_confidence > 0 else 0.0

    @property
    def key(self) -> str:
        """Unknown."""
        return ""

    @property
    def mode(self) -> str:
        """Unknown."""
        return ""

    @property
    def vocals(self) -> float:
        """0 (instrumental) to 1 (sung)."""
        return self._measured.vocals

    @property
    def loudness_lufs(self) -> float:
        """Integrated loudness."""
        return self._measured.loudness_lufs

    @property
    def _measured(self) -> Descriptors:
        return Descriptors(*map(float, self.vector[LAYOUT["descriptors"]]))
