"""Taste: how uploaders' picks spread over the genres, and how that changes over time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.training.data.pairs import UNKNOWN_GENRE, PairSet

_SMOOTHING = 0.1

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Tastes:
    """What the picks of a set say about each uploader.

    Attributes:
        uploaders: str (n_uploaders,), sorted.
        histograms: float32 (n_uploaders, n_genres), u of each; ū for one without a known genre.
        drifts: float32 (n_uploaders,), symmetric KL between the earlier and the later half of the
            picks, 0 where either half is empty or the order isn't known.
        mean: float32 (n_genres,), ū: the average of the histograms of those who have one.
    """

    uploaders: npt.NDArray[np.str_]
    histograms: Floats
    drifts: Floats
    mean: Floats

    def of(self, names: npt.NDArray[np.str_]) -> tuple[Floats, Floats]:
        """Return the histograms (n, n_genres) and drifts (n,) of the named uploaders.

        An unknown uploader gets ū and no drift.
        """
        if not len(self.uploaders):
            return np.tile(self.mean, (len(names), 1)), np.zeros(len(names), dtype=np.float32)
        rows = np.searchsorted(self.uploaders, names).clip(max=len(self.uploaders) - 1)
        known = self.uploaders[rows] == names
        histograms = np.where(known[:, None], self.histograms[rows], self.mean)
        drifts = np.where(known, self.drifts[rows], np.float32(0))
        return histograms, drifts


def tastes_of(pairs: PairSet) -> Tastes:
    """Return the tastes that a set of pairs shows; tracks without a genre don't count."""
    names, uploaders = np.unique(pairs.uploaders, return_inverse=True)
    n_genres, genres = len(pairs.genre_names), pairs.pair_genres
    counts = _counts(uploaders, genres, (len(names), n_genres))
    shown = counts.sum(axis=1) > 0
    shares = counts / counts.sum(axis=1, keepdims=True).clip(min=1)
    mean = shares[shown].mean(axis=0) if shown.any() else np.full(n_genres, 1 / n_genres)
    drifts = np.zeros(len(names))
    if pairs.extras.taken is not None:
        later = _in_later_half(uploaders, pairs.extras.taken)
        drifts = taste_drifts(
            _counts(uploaders[~later], genres[~later], counts.shape),
            _counts(uploaders[later], genres[later], counts.shape),
        )
    return Tastes(
        uploaders=names,
        histograms=np.where(shown[:, None], shares, mean).astype(np.float32),
        drifts=drifts.astype(np.float32),
        mean=mean.astype(np.float32),
    )


def mean_taste(pairs: PairSet) -> Floats:
    """Return ū (n_genres,), the average of the uploaders' genre histograms.

    Pairs whose genre is unknown don't count; with no known genre at all, ū is uniform.
    """
    return tastes_of(pairs).mean


def genre_entropies(histograms: Floats) -> npt.NDArray[np.float64]:
    """Return the entropy (n,) of each histogram (n, n_genres), in nats."""
    shares = histograms.astype(np.float64)
    return np.asarray(-(shares * np.log(shares.clip(min=1e-12))).sum(axis=1))


def leave_one_out_tastes(pairs: PairSet, mean: Floats) -> Floats:
    """Return u (n_pairs, n_genres): the genre histogram of each pair's uploader without that pair.

    If the pair itself were counted, u would give away the answer. An empty histogram becomes ū.

    Args:
        pairs: the picks.
        mean: (n_genres,) ū.
    """
    names, uploaders = np.unique(pairs.uploaders, return_inverse=True)
    genres = pairs.pair_genres
    others = _counts(uploaders, genres, (len(names), len(mean)))[uploaders]
    known = np.flatnonzero(genres != UNKNOWN_GENRE)
    others[known, genres[known]] -= 1
    n_others = others.sum(axis=1, keepdims=True)
    histograms = np.where(n_others > 0, others / np.maximum(n_others, 1), mean)
    return histograms.astype(np.float32)


def taste_drifts(
    earlier: npt.NDArray[np.float64], later: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return KL(p ‖ q) + KL(q ‖ p) of the smoothed genre shares of both halves, in nats.

    DecRS (Wang et al. 2021) blends by it; 0 where a half is empty.

    Args:
        earlier: (n, n_genres) picks of each genre in the first half of the history.
        later: (n, n_genres) those in the second half.

    Returns:
        float64 (n,).
    """
    shares = []
    for counts in (earlier, later):
        smoothed = counts + _SMOOTHING
        shares.append(smoothed / smoothed.sum(axis=1, keepdims=True))
    first, second = shares
    divergence = ((first - second) * (np.log(first) - np.log(second))).sum(axis=1)
    both = (earlier.sum(axis=1) > 0) & (later.sum(axis=1) > 0)
    return np.where(both, divergence, 0.0)


def _counts(
    uploaders: npt.NDArray[np.int64], genres: npt.NDArray[np.int64], shape: tuple[int, ...]
) -> npt.NDArray[np.float64]:
    """Return how often each uploader picked each genre, in an array of that shape."""
    n_uploaders, n_genres = shape
    known = genres != UNKNOWN_GENRE
    cells = uploaders[known] * n_genres + genres[known]
    counts = np.bincount(cells, minlength=n_uploaders * n_genres)
    return counts.reshape(n_uploaders, n_genres).astype(np.float64)


def _in_later_half(
    uploaders: npt.NDArray[np.int64], taken: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    # Sorted by uploader and time, the place of a pick in its uploader's history is a difference.
    order = np.lexsort([taken, uploaders])
    sizes = np.bincount(uploaders)
    first = np.cumsum(sizes) - sizes
    place = np.empty(len(taken), dtype=np.int64)
    place[order] = np.arange(len(taken)) - first[uploaders[order]]
    return place >= (sizes[uploaders] + 1) // 2
