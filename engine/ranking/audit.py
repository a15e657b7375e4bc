"""Which tracks come first for too many clips, and which for none, over many clips at once."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]

# As many tracks as somebody listens to, and as many as somebody scrolls to.
N_FIRST = 5
N_SEEN = 50


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where n tracks are in the lists of m clips.

    Attributes:
        n_clips: how many lists.
        n_first: int64 (n,), in how many lists a track is among the first five.
        n_seen: int64 (n,), in how many it is among the first fifty.
    """

    n_clips: int
    n_first: Int64Array
    n_seen: Int64Array


def places_of(
    queries: Float32Array,
    parts: Iterable[Float32Array],
    corrections: Float32Array,
    is_listed: npt.NDArray[np.bool_],
) -> Places:
    """Return where tracks are in the lists of many clips.

    Args:
        queries: float32 (m, d), of the clips.
        parts: vectors of n tracks in parts, float32 (k, d) each.
        corrections: float32 (n,), what is taken away from the scores of each track.
        is_listed: bool (n,), False for further copies of a file.
    """
    n_tracks = len(corrections)
    best = np.full((len(queries), 0), -np.inf, np.float32)
    tracks = np.zeros((len(queries), 0), np.int64)
    start = 0
    for part in parts:
        end = start + len(part)
        scores = queries @ part.T - corrections[start:end]
        scores[:, ~is_listed[start:end]] = -np.inf
        numbers = np.broadcast_to(np.arange(start, end), scores.shape)
        best = np.concatenate([best, scores], axis=1)
        tracks = np.concatenate([tracks, numbers], axis=1)
        if best.shape[1] > N_SEEN:
            kept = np.argpartition(-best, N_SEEN - 1, axis=1)[:, :N_SEEN]
            best = np.take_along_axis(best, kept, axis=1)
            tracks = np.take_along_axis(tracks, kept, axis=1)
        start = end
    order = np.argsort(-best, axis=1, kind="stable")
    best, tracks = np.take_along_axis(best, order, 1), np.take_along_axis(tracks, order, 1)
    is_there = np.isfinite(best)

    def count(n_places: int) -> Int64Array:
        shown = tracks[:, :n_places][is_there[:, :n_places]]
        return np.bincount(shown, minlength=n_tracks).astype(np.int64)

    return Places(len(queries), count(N_FIRST), count(N_SEEN))
