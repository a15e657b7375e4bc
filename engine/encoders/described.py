"""What a pack needs to know of a clip or a track."""

from typing import Protocol

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]


class Described(Protocol):
    """Features of a track, such as `MusicFeatures`."""

    @property
    def vector(self) -> Float32Array:
        """float32 (D,)."""

    @property
    def version(self) -> str:
        """The feature version; a pack is trained on one."""


class Numbers(Protocol):
    """Readable numbers of a clip, such as `VideoDescriptors`."""

    def as_vector(self) -> Float32Array:
        """Return float32 (11,)."""


class DescribedClip(Described, Protocol):
    """Features of a clip, such as `VideoFeatures`."""

    @property
    def embeddings(self) -> npt.NDArray[np.float16]:
        """Of the samples, (n, d)."""

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """Which samples count, (n,)."""

    @property
    def n_seen(self) -> int:
        """How many samples count; 0 where there is nothing to see."""

    @property
    def spread(self) -> Float32Array:
        """How much the embeddings vary, (d,)."""

    @property
    def descriptors(self) -> Numbers:
        """Motion, cuts and colours."""

    @property
    def is_still(self) -> bool:
        """Whether nothing moves."""
