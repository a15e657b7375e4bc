"""The whole ranked list as numbers; rows are read for what is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from engine.library.columns import content_key

if TYPE_CHECKING:
    from engine.library.tracks import Track

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class RankedTracks(Generic[T]):
    """All n tracks of a list in its order; copies of a file are listed once.

    Attributes:
        contents: uint64 (n,), `content_key` of each track's file.
        scores: float32 (n,), how much each track is what is asked for, however the list is sorted.
        points: float32 (n, 2), valence and arousal of each track, -1 to 1; 0 where unknown.
        reader: reads the rows from a start to a stop, both within the list.
    """

    contents: npt.NDArray[np.uint64]
    scores: npt.NDArray[np.float32]
    points: npt.NDArray[np.float32]
    reader: Callable[[int, int], tuple[T | None, ...]]

    def __len__(self) -> int:
        return len(self.contents)

    def read(self, start: int, stop: int) -> tuple[T | None, ...]:
        """Return the rows from `start` to before `stop`, as far as the list goes; slow.

        None stands for a track that was removed or changed since the ranking, whose file isn't
        there, or that can't be used for the clip.

        Raises:
            LibraryError: when the library can't be read.
        """
        start, stop = max(start, 0), min(stop, len(self))
        return self.reader(start, stop) if start < stop else ()

    def position_of(self, track: "Track") -> int | None:
        """Return where a track, or a copy of its file, is in the list, from 0; None if nowhere."""
        key = content_key(track.file.content_hash)
        found = np.flatnonzero(self.contents == np.uint64(key)) if key else np.zeros(0, np.int64)
        return int(found[0]) if len(found) else None
