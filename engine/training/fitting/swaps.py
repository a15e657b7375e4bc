"""Swaps within uploaders: how well scores explain which video got which track, whatever the taste.

Two held-out videos i, j of one uploader, with the tracks m_i and m_j they chose. In a choice by
match · w + log taste + noise, the uploader's taste, what they come across and how popular a track
is are the same for both ways to give the two tracks to the two videos, and cancel (a conditional
logit with fixed effects; Chamberlain 1980):

    P(as chosen, not swapped) = σ(s(i, m_i) + s(j, m_j) - s(i, m_j) - s(j, m_i))

So does everything that a score says of an uploader alone, such as a style of picture that all
their videos share. This measures the match in confounded data; a recall among tracks of the whole
catalogue measures match and taste together.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.training.data.pairs import PairSet

# Inverse temperatures of a score whose unit is unknown, such as a cosine.
_SCALES = np.geomspace(0.25, 128.0, 28)
_MIN_HISTORY = 4

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Swaps:
    """How much better each two videos of an uploader do with their own tracks than swapped.

    Attributes:
        gains: float64 (n,), s(i, m_i) + s(j, m_j) - s(i, m_j) - s(j, m_i).
        weights: float64 (n,), summing to 1; each held-out video counts the same.
    """

    gains: Floats
    weights: Floats

    @property
    def accuracy(self) -> float:
        """Share of the swaps in which the own tracks score higher: .5 by chance."""
        wins = np.where(self.gains == 0, 0.5, self.gains > 0)
        return float(self.weights @ wins)

    @property
    def log_likelihood(self) -> float:
        """Mean log-likelihood of the own tracks in nats, at the best scale of the scores."""
        return max(float(self.weights @ -np.logaddexp(0.0, -s * self.gains)) for s in _SCALES)


def swaps_within(
    scores: npt.NDArray[np.float32],
    tracks: npt.NDArray[np.int64],
    uploaders: npt.NDArray[np.str_],
) -> Swaps | None:
    """Return all swaps among pairs of one uploader, or None when there are none.

    Args:
        scores: (n, n), of the video of pair i with the track of pair j.
        tracks: (n,), the track of each pair; two pairs of one track can't be swapped.
        uploaders: (n,), who chose.
    """
    gains, weights = [], []
    for name in np.unique(uploaders):
        rows = np.flatnonzero(uploaders == name)
        own = scores[np.ix_(rows, rows)].astype(np.float64)
        first, second = np.triu_indices(len(rows), 1)
        differ = tracks[rows[first]] != tracks[rows[second]]
        first, second = first[differ], second[differ]
        if not len(first):
            continue
        right = own[first, first] + own[second, second]
        gains.append(right - own[first, second] - own[second, first])
        weights.append(np.full(len(first), (len(rows) - 1) / len(first)))
    if not gains:
        return None
    joined = np.concatenate(weights)
    return Swaps(np.concatenate(gains), joined / joined.sum())


def hold_out_swaps(pairs: PairSet, share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Return a mask (n_pairs,) of pairs to hold out: half of the videos of some uploaders.

    Whole halves, so that many swaps come from few pairs, and the other halves still show the taste.

    Args:
        pairs: of uploaders.
        share: of the pairs, at most; none may be held out where all uploaders have short histories.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    names, of_pairs = np.unique(pairs.uploaders, return_inverse=True)
    held_out = np.zeros(pairs.n_pairs, dtype=np.bool_)
    room = share * pairs.n_pairs
    for uploader in rng.permutation(len(names)):
        rows = np.flatnonzero(of_pairs == uploader)
        videos = np.unique(pairs.pairs[rows, 0])
        if len(videos) < _MIN_HISTORY:
            continue
        # A huge history gives what there is room for.
        n_chosen = min(len(videos) // 2, int(room * len(videos) / len(rows)))
        chosen = rng.permutation(videos)[:n_chosen]
        mine = rows[np.isin(pairs.pairs[rows, 0], chosen)]
        if len(mine) <= room:
            held_out[mine] = True
            room -= len(mine)
    # Another uploader's pair of the same video would show it in training.
    return np.isin(pairs.pairs[:, 0], pairs.pairs[held_out, 0])
