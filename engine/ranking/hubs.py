"""No hubs: what a track is marked down by when it suits too many stills, or the user's clips.

Clips are corrected by nearest-neighbour normalisation, stored with each track's embedding, and by
the user's own clips (`own_clips.py`). Pictures without motion say less than clips, so that their
lists are more alike: nearest-neighbour normalisation strong enough to part them would cost the fit
of every track. Here only the tracks that exceed a share of the lists of reference stills are marked
down, by as little as brings them below it (the prices of an assignment with capacities, found step
by step).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.score_weights import SCALE, STILL
from engine.ranking.own_clips import own_clips, own_offsets

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack
    from engine.ranking.query import Query

_N_TOP = 5
_N_ROUNDS = 60
# In standard deviations of the scores.
_STEP = 0.15
# The rounds only see so many of the best tracks of each list, so that a library of any size takes
# about as long. Of the tracks of a list, few are ever marked down: at a cap of a tenth, no more
# than 50 can exceed it at a time.
_N_SEEN = 128

Float32Array = npt.NDArray[np.float32]


def offsets_for(
    query: "Query", pack: "MatchingPack", tracks: Iterable[Float32Array], content_hash: str
) -> Float32Array:
    """Return what to take away from each track's score besides its stored correction.

    Args:
        query: for a clip or a still.
        pack: the matching pack.
        tracks: n vectors in parts, float32 (k, 128) each.
        content_hash: of the clip.

    Returns:
        float32 (n,); a fit is learnt from scores without it.
    """
    if query.is_still:
        return still_offsets(pack, tracks)
    return own_offsets(pack, tracks, own_clips(pack, content_hash))


def still_offsets(pack: "MatchingPack", tracks: Iterable[Float32Array]) -> Float32Array:
    """Return what to take away from each track's score for a still, float32 (n,).

    Args:
        pack: has the reference stills.
        tracks: n vectors in parts, float32 (k, 128) each.
    """
    stills = pack.bank[pack.bank[:, STILL] > 0]
    scores = (stills @ part.T / np.float32(SCALE) for part in tracks)
    return hub_offsets(scores, pack.weights.still_cap)


def hub_offsets(scores: Iterable[Float32Array], cap: float) -> Float32Array:
    """Return what to take away from each track's score, float32 (n,).

    Args:
        scores: of n tracks in parts, float32 (m, k) each, for m reference stills.
        cap: the share of the m in whose top five a track may be.
    """
    best = _Best()
    for part in scores:
        best.add(part)
    n_tracks, seen, found = best.n_tracks, best.columns, best.scores
    offsets = np.zeros(n_tracks, np.float32)
    # No cap below an even share of the lists, which no offsets can reach.
    cap = max(cap, 2 * _N_TOP / max(n_tracks, 1))
    if n_tracks <= 2 * _N_TOP or len(found) == 0:
        return offsets
    step = _STEP * best.deviation
    for _ in range(_N_ROUNDS):
        first = np.argpartition(offsets[seen] - found, _N_TOP, axis=1)[:, :_N_TOP]
        top = np.take_along_axis(seen, first, axis=1)
        shares = np.bincount(top.ravel(), minlength=n_tracks) / len(found)
        over = shares > cap
        if not over.any():
            break
        offsets[over] += step * np.minimum((shares[over] - cap) / cap, 1)
    return offsets


class _Best:
    """The highest scores of each list, and the spread of all of them, from parts of the tracks.

    Attributes:
        n_tracks: how many were added.
        columns: int64 (m, k), numbers of the tracks with the highest scores, ascending.
        scores: float32 (m, k), of these.
    """

    def __init__(self) -> None:
        self.n_tracks = 0
        self.columns = np.zeros((0, 0), np.int64)
        self.scores = np.zeros((0, 0), np.float32)
        self._sum = self._squares = 0.0

    def add(self, part: Float32Array) -> None:
        """Add the next tracks, float32 (m, k)."""
        n_more = part.shape[1]
        columns = np.broadcast_to(np.arange(n_more) + self.n_tracks, part.shape)
        if self.n_tracks:
            columns = np.concatenate([self.columns, columns], axis=1)
            scores = np.concatenate([self.scores, part], axis=1)
        else:
            scores = part
        n_kept = min(_N_SEEN, scores.shape[1])
        if n_kept:
            kept = np.argpartition(-scores, n_kept - 1, axis=1)[:, :n_kept]
            kept.sort(axis=1)
            self.columns = np.take_along_axis(columns, kept, axis=1)
            self.scores = np.take_along_axis(scores, kept, axis=1)
        self.n_tracks += n_more
        self._sum += float(part.sum(dtype=np.float64))
        self._squares += float(np.square(part, dtype=np.float64).sum())

    @property
    def deviation(self) -> float:
        """Standard deviation of all scores that were added."""
        n = max(self.n_tracks * len(self.scores), 1)
        return float(np.sqrt(max(self._squares / n - (self._sum / n) ** 2, 0.0)))
