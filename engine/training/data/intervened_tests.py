"""T_diverse and T_matching of given pairs: the harder halves of what is held out (section 5.1.1).

The paper samples both from the videos of uploaders that training knows. Given pairs keep whole
sources apart, as clips of one maker share pictures and songs; so both are halves of the held-out
videos, and no further fit is needed.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.training.data.pairs import PairSet
from engine.training.data.rhythm import cmt_scores, ranks
from engine.training.data.tastes import genre_entropies, tastes_of

DIVERSE, MATCHING = "diverse", "matching"

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def harder_halves(pairs: PairSet, held_out: Mask, seed: int) -> Mapping[str, Mask]:
    """Return the half of the held-out videos that each intervention chooses, by its name.

    T_diverse: videos of the uploaders whose picks spread most over the genres, by the entropy of
    the genre shares; it is missing where all uploaders are alike, as where each has one pick.
    T_matching: videos whose rhythm fits their music best, see `matching_degrees`; it is missing
    where no rhythm was measured. Which are missing doesn't depend on what is held out.

    Args:
        pairs: all pairs of the set.
        held_out: (n_videos,) mask.
        seed: of the order of equal videos.
    """
    degrees = {DIVERSE: diversity(pairs), MATCHING: matching_degrees(pairs)}
    first = np.full(pairs.n_videos, -1)
    # A video of several pairs counts by its first.
    first[pairs.pairs[::-1, 0]] = np.arange(pairs.n_pairs)[::-1]
    videos = np.flatnonzero(held_out & (first >= 0))
    halves = {}
    for name, degree in degrees.items():
        if degree is None:
            continue
        chance = np.random.default_rng([seed, 7]).random(len(videos))
        order = np.lexsort([chance, -degree[first[videos]]])
        half = np.zeros(pairs.n_videos, dtype=np.bool_)
        half[videos[order[: (len(videos) + 1) // 2]]] = True
        halves[name] = half
    return halves


def diversity(pairs: PairSet) -> Floats | None:
    """Return the entropy of the genre shares of each pair's uploader (n_pairs,), in nats.

    None where all uploaders have the same.
    """
    tastes = tastes_of(pairs)
    entropies = genre_entropies(tastes.histograms)
    if not len(entropies) or np.ptp(entropies) < 1e-9:
        return None
    return entropies[np.searchsorted(tastes.uploaders, pairs.uploaders)]


def matching_degrees(pairs: PairSet) -> Floats | None:
    """Return how well each pair seems to match (n_pairs,), between 0 and 1.

    The rhythm alone (`cmt_scores`), or its rank averaged with that of the video's views, where they
    are known. None where no rhythm was measured.
    """
    rhythms, views = pairs.extras.rhythms, pairs.extras.views
    if rhythms is None or not len(rhythms):
        return None
    scores = cmt_scores(rhythms)
    if views is None:
        return scores
    return np.asarray((ranks(scores) + ranks(views[pairs.pairs[:, 0]])) / 2)
