"""No hubs: what a track is marked down by when it suits too many stills, or the user's clips.

Clips are corrected by nearest-neighbour normalisation, stored with each track's embedding, and by
the user's own clips (`own_clips.py`). Pictures without motion say less than clips, so that their
lists are more alike: nearest-neighbour normalisation strong enough to part them would cost the fit
of every track. Here only the tracks that exceed a share of the lists of reference stills are marked
down, by as little as brings them below it (the prices of an assignment with capacities, found step
by step).
"""

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
    query: "Query", pack: "MatchingPack", tracks: Float32Array, content_hash: str
) -> Float32Array:
    """Return what to take away from each track's score besides its stored correction.

    Args:
        query: for a clip or a still.
        pack: the matching pack.
        tracks: float32 (n, 128).
        content_hash: of the clip.

    Returns:
        float32 (n,); a fit is learnt from scores without it.
    """
    if query.is_still:
        return still_offsets(pack, tracks)
    return own_offsets(pack, tracks, own_clips(pack, content_hash))


def still_offsets(pack: "MatchingPack", tracks: Float32Array) -> Float32Array:
    """Return what to take away from each track's score for a still, float32 (n,).

    Args:
        pack: has the reference stills.
        tracks: float32 (n, 128).
    """
    stills = pack.bank[pack.bank[:, STILL] > 0]
    return hub_offsets(stills @ tracks.T / np.float32(SCALE), pack.weights.still_cap)


def hub_offsets(scores: Float32Array, cap: float) -> Float32Array:
    """Return what to take away from each track's score, float32 (n,).

    Args:
        scores: float32 (m, n), of n tracks for m reference stills.
        cap: the share of the m in whose top five a track may be.
    """
    n_tracks = scores.shape[1]
    offsets = np.zeros(n_tracks, np.float32)
    # No cap below an even share of the lists, which no offsets can reach.
    cap = max(cap, 2 * _N_TOP / max(n_tracks, 1))
    if n_tracks <= 2 * _N_TOP or len(scores) == 0:
        return offsets
    step = _STEP * float(scores.std())
    seen = _best(scores, min(_N_SEEN, n_tracks))
    scores = np.take_along_axis(scores, seen, axis=1)
    for _ in range(_N_ROUNDS):
        best = np.argpartition(offsets[seen] - scores, _N_TOP, axis=1)[:, :_N_TOP]
        top = np.take_along_axis(seen, best, axis=1)
        shares = np.bincount(top.ravel(), minlength=n_tracks) / len(scores)
        over = shares > cap
        if not over.any():
            break
        offsets[over] += step * np.minimum((shares[over] - cap) / cap, 1)
    return offsets


def _best(scores: Float32Array, n: int) -> npt.NDArray[np.int64]:
    """Return the columns (m, n) of the n highest scores of each row, in ascending order."""
    best = np.argpartition(-scores, n - 1, axis=1)[:, :n]
    return np.asarray(np.sort(best, axis=1), np.int64)
