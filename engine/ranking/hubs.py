"""No hubs among stills: what a track is marked down by when it suits too many of them.

Pictures without motion say less than clips, so that their lists are more alike: nearest-neighbour
normalisation strong enough to part them would cost the fit of every track. Here only the tracks
that exceed a share of the lists of reference stills are marked down, by as little as brings them
below it (the prices of an assignment with capacities, found step by step).
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.score_weights import SCALE, STILL

if TYPE_CHECKING:
    from engine.encoders.matching import MatchingPack

_N_TOP = 5
_N_ROUNDS = 60
# In standard deviations of the scores.
_STEP = 0.15
# Beyond, the rounds would take too long for each still; how hubs are there isn't measured.
MAX_TRACKS = 1_000

Float32Array = npt.NDArray[np.float32]


def still_offsets(pack: "MatchingPack", tracks: Float32Array) -> Float32Array:
    """Return what to take away from each track's score for a still, float32 (n,).

    Args:
        pack: has the reference stills.
        tracks: float32 (n, 128).
    """
    if len(tracks) > MAX_TRACKS:
        return np.zeros(len(tracks), np.float32)
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
    for _ in range(_N_ROUNDS):
        top = np.argpartition(offsets - scores, _N_TOP, axis=1)[:, :_N_TOP]
        shares = np.bincount(top.ravel(), minlength=n_tracks) / len(scores)
        over = shares > cap
        if not over.any():
            break
        offsets[over] += step * np.minimum((shares[over] - cap) / cap, 1)
    return offsets
