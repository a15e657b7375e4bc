"""The uploaders' taste in genres and how it drifts, counted from their picks."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.training.data.pairs import PairSet

_SMOOTHING = 0.1


@dataclass(frozen=True, slots=True)
class Tastes:
    """What the training picks say of every uploader.

    Attributes:
        uploaders: str (n_uploaders,), sorted.
        histograms: float32 (n_uploaders, n_genres), u of each; ū for one without a known genre.
        drifts: float32 (n_uploaders,), symmetric KL between the earlier and the later half of the
            picks, 0 where either half is empty or the order isn't known.
        mean: float32 (n_genres,), ū: the average of the histograms of those who have one.
    """

    uploaders: npt.NDArray[np.str_]
    histograms: npt.NDArray[np.float32]
    drifts: npt.NDArray[np.float32]
    mean: npt.NDArray[np.float32]

    def of(
        self, names: npt.NDArray[np.str_]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return the histograms (n, n_genres) and drifts (n,) of the named uploaders.

        Who isn't known gets ū and no drift.
        """
        if not len(self.uploaders):
            return np.tile(self.mean, (len(names), 1)), np.zeros(len(names), dtype=np.float32)
        rows = np.searchsorted(self.uploaders, names).clip(max=len(self.uploaders) - 1)
        known = self.uploaders[rows] == names
        histograms = np.where(known[:, None], self.histograms[rows], self.mean)
        drifts = np.where(known, self.drifts[rows], np.float32(0))
        return histograms, drifts


def tastes_of(pairs: PairSet) -> Tastes:
    """Return the tastes that the pairs of a set show; tracks without a genre don't count."""
    n_genres = len(pairs.genre_names)
    names, uploaders = np.unique(pairs.uploaders, return_inverse=True)
    genres = pairs.genres[pairs.pairs[:, 1]]
    counts = _counts(uploaders, genres, len(names), n_genres)
    shown = counts.sum(axis=1) > 0
    shares = counts / counts.sum(axis=1, keepdims=True).clip(min=1)
    mean = shares[shown].mean(axis=0) if shown.any() else np.full(n_genres, 1 / n_genres)
    drifts = np.zeros(len(names))
    if pairs.extras.taken is not None:
        later = _in_later_half(uploaders, pairs.extras.taken)
        drifts = taste_drifts(
            _counts(uploaders[~later], genres[~later], len(names), n_genres),
            _counts(uploaders[later], genres[later], len(names), n_genres),
        )
    return Tastes(
        uploaders=names,
        histograms=np.where(shown[:, None], shares, mean).astype(np.float32),
        drifts=drifts.astype(np.float32),
        mean=mean.astype(np.float32),
    )


def taste_drifts(
    earlier: npt.NDArray[np.float64], later: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return KL(p ‖ q) + KL(q ‖ p) of the smoothed genre shares of both halves, in nats.

    What DecRS (Wang et al. 2021) blends by; 0 where a half is empty.

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
    uploaders: npt.NDArray[np.int64], genres: npt.NDArray[np.int64], n_uploaders: int, n_genres: int
) -> npt.NDArray[np.float64]:
    known = genres >= 0
    cells = uploaders[known] * n_genres + genres[known]
    counts = np.bincount(cells, minlength=n_uploaders * n_genres)
    return counts.reshape(n_uploaders, n_genres).astype(np.float64)


def _in_later_half(
    uploaders: npt.NDArray[np.int64], taken: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    # Sorted by uploader and time, a pick's place in its uploader's history is a difference.
    order = np.lexsort([taken, uploaders])
    sizes = np.bincount(uploaders)
    first = np.cumsum(sizes) - sizes
    place = np.empty(len(taken), dtype=np.int64)
    place[order] = np.arange(len(taken)) - first[uploaders[order]]
    return place >= (sizes[uploaders] + 1) // 2
