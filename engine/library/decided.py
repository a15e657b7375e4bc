"""What the user decided about tracks, as sets of contents: ranking looks tracks up in them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.library.columns import content_key

UInt64Array = npt.NDArray[np.uint64]


def _none() -> UInt64Array:
    return np.zeros(0, np.uint64)


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """The user's decisions, each as `content_key` of the tracks' files, uint64 (n,), ascending.

    Attributes:
        favourites: marked as favourites.
        hidden: never listed.
        used: picked for any clip.
    """

    favourites: UInt64Array = field(default_factory=_none)
    hidden: UInt64Array = field(default_factory=_none)
    used: UInt64Array = field(default_factory=_none)

    @classmethod
    def of(
        cls, favourites: Iterable[str] = (), hidden: Iterable[str] = (), used: Iterable[str] = ()
    ) -> Self:
        """Return the decisions about the content hashes of files."""
        return cls(content_keys(favourites), content_keys(hidden), content_keys(used))


def is_in(contents: UInt64Array, keys: UInt64Array) -> npt.NDArray[np.bool_]:
    """Return bool (n,), which contents are among the keys, which ascend."""
    if not len(keys):
        return np.zeros(len(contents), np.bool_)
    places = np.searchsorted(keys, contents)
    return np.asarray(keys[np.minimum(places, len(keys) - 1)] == contents, np.bool_)


def content_keys(hashes: Iterable[str]) -> UInt64Array:
    """Return `content_key` of each content hash, uint64 (n,), ascending, each once."""
    return np.unique(np.fromiter((content_key(each) for each in hashes if each), np.uint64))
