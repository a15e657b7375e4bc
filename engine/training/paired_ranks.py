"""Two packs on the same pairs: the rank of each clip's own music, and the paired difference.

Needs no torch: packs are used as the app uses them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.encoders.matching import MatchingPack
from engine.encoders.profile import Profile
from engine.encoders.score_weights import SCALE
from engine.library.track_analysis import profile_pack
from engine.music.vector import VECTOR_LENGTH
from engine.music.vector import VERSION as MUSIC_VERSION
from engine.ranking.query import make_query
from engine.training.data.pairs import PairSet
from engine.training.data.pooled import PooledClip, PooledTrack

Floats = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]

_NORMAL = 1.960
# Student's t at .975 for 1 to 30 degrees of freedom.
_STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


@dataclass(frozen=True, slots=True)
class PairedInterval:
    """The mean of paired differences, with its 95 % interval.

    Attributes:
        mean: over all clips.
        low, high: ends of the interval, within -1 to 1; those two with fewer than two sources.
        n_clips: how many differences there are.
        n_sources: from how many sources they are.
    """

    mean: float
    low: float
    high: float
    n_clips: int
    n_sources: int


def paired_interval(
    before: Floats, after: Floats, sources: Sequence[str] | npt.NDArray[np.str_]
) -> PairedInterval:
    """Return the mean of `after` - `before`, with an interval by the jackknife over sources.

    Clips of one source are alike, so that whole sources are left out in turn (the estimate CR3 of
    Bell and McCaffrey, "Bias Reduction in Standard Errors for Linear Regression with Multi-Stage
    Samples", 2002). Where a few sources have most clips, these decide the mean, and Student's t has
    the degrees of freedom of as many sources of equal size. A bootstrap over sources, which was
    here before, left the truth out up to twice as often (`tests.benchmarks.publishing_errors`).
    Where a few sources lose much and all others gain a little, this one is too short as well.

    Args:
        before: (n,) normalised ranks, 0 to 1, at least one.
        after: (n,) of the same clips.
        sources: (n,) of each clip.
    """
    if not before.shape == after.shape == (len(sources),) or len(sources) == 0:
        raise ValueError("paired ranks are of the same clips, at least one")
    differences = np.asarray(after, np.float64) - before
    _, numbers = np.unique(np.asarray(sources, np.str_), return_inverse=True)
    sums = np.asarray(np.bincount(numbers, differences), np.float64)
    counts = np.bincount(numbers)
    n, n_clips, mean = len(counts), len(differences), float(differences.mean())
    if n < 2:
        return PairedInterval(mean, -1.0, 1.0, n_clips, n)
    without = (sums.sum() - sums) / (n_clips - counts)
    error = math.sqrt((n - 1) / n * float(((without - mean) ** 2).sum()))
    n_equal = 1.0 / float(((counts / n_clips) ** 2).sum())
    half = _student(n_equal - 1.0) * error
    return PairedInterval(mean, max(mean - half, -1.0), min(mean + half, 1.0), n_clips, n)


def _student(n_free: float) -> float:
    """Return Student's t at .975.

    By the table up to 30 degrees of freedom, at least 1; between its numbers, t is convex in
    1 / n_free, so that it is never too small. Beyond, by its series, exact to .0005.
    """
    if n_free <= len(_STUDENT):
        inverse = 1.0 / np.arange(len(_STUDENT), 0, -1)
        return float(np.interp(1.0 / max(n_free, 1.0), inverse, _STUDENT[::-1]))
    z = _NORMAL
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / n_free + second / n_free**2


def own_ranks(pack: MatchingPack, pairs: PairSet) -> Floats:
    """Return the normalised rank of each pair's own music among all tracks of the pairs.

    It is the share of the other tracks that score higher, equal scores counting half; other tracks
    of the same clip don't count.

    Args:
        pack: the matching pack.
        pairs: with features of the versions that the pack needs.

    Returns:
        float64 (n_pairs,), 0 best, .5 chance; .5 where there is no other track.

    Raises:
        PackError: when the features are of another version, or the pack returns nonsense.
    """
    scores = embed_clips(pack, pairs) @ embed_tracks(pack, pairs).T / SCALE
    return ranks_of_pairs(scores, pairs.pairs)


def ranks_of_pairs(scores: Float32Array, pairs: npt.NDArray[np.int64]) -> Floats:
    """Return the normalised rank of each pair's own music, as `own_ranks`, float64 (n_pairs,).

    Args:
        scores: (n_videos, n_tracks).
        pairs: (n_pairs, 2), video and track.
    """
    ranks = np.empty(len(pairs))
    for video in np.unique(pairs[:, 0]):
        rows = np.flatnonzero(pairs[:, 0] == video)
        own = pairs[rows, 1]
        ranks[rows] = ranks_among(scores[video, own], np.delete(scores[video], own))
    return ranks


def ranks_among(own: Float32Array, others: Float32Array) -> Floats:
    """Return the share of the others that score higher, equal scores counting half.

    Args:
        own: (n,) scores of the chosen tracks.
        others: (k,) scores of the other tracks.

    Returns:
        float64 (n,), 0 best, .5 chance; .5 where there is no other track.
    """
    if not len(others):
        return np.full(len(own), 0.5)
    above = (others[None] > own[:, None]).mean(axis=1)
    return np.asarray(above + 0.5 * (others[None] == own[:, None]).mean(axis=1), np.float64)


def embed_clips(pack: MatchingPack, pairs: PairSet) -> Float32Array:
    """Return the queries of all clips, float32 (n_videos, 128).

    Raises:
        PackError: as in `own_ranks`.
    """
    clips = [PooledClip.of(vector, pairs.video_version) for vector in pairs.video_vectors]
    return np.stack([make_query(pack, pack.read_clip(clip)).vector for clip in clips])


def embed_tracks(pack: MatchingPack, pairs: PairSet) -> Float32Array:
    """Return all tracks in the space of the pack, float32 (n_tracks, 128).

    Raises:
        PackError: as in `own_ranks`.
    """
    tracks = [PooledTrack(vector, pairs.music_version) for vector in pairs.music_vectors]
    is_ours = (pairs.music_version, pairs.music_vectors.shape[1]) == (MUSIC_VERSION, VECTOR_LENGTH)
    # Nothing is known of the genre and the moods of tracks that are described in another way.
    profiles = profile_pack().profile if is_ours else lambda _: Profile()
    return np.stack([pack.embed_music(track, profiles(track)).vector for track in tracks])
