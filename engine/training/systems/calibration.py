"""Calibration: a greedy re-ranking towards the uploader's own genre shares (Steck 2018)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.progress import Progress
from engine.training.data.benchmark_data import Queries, TrainingData
from engine.training.data.pairs import UNKNOWN_GENRE
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.ips import Ips

# Steck's α: the part of the wanted shares that is mixed into a list's own, so that none is zero.
_SMOOTHING = 0.01


def calibrated_order(
    scores: npt.NDArray[np.float32],
    genres: npt.NDArray[np.int64],
    wanted: npt.NDArray[np.float32],
    weight: float,
    n_list: int,
) -> npt.NDArray[np.int64]:
    """Return each query's list, greedily: max of (1 - λ)·Σ score - λ·KL(p ‖ q̃) (Steck, Eq. 6-7).

    Within a genre, the track with the best score always comes next, so each step only compares the
    genres.

    Args:
        scores: (n, k).
        genres: int64 (n, k) of the candidates, -1 when unknown, which counts for no genre.
        wanted: (n, n_genres), p, the uploader's histogram.
        weight: λ, 0 to 1.
        n_list: length of the lists.

    Returns:
        int64 (n, min(n_list, k)), columns of `scores`.
    """
    n, n_genres = wanted.shape
    # The last kind is the unknown genre.
    kinds = np.where(genres == UNKNOWN_GENRE, n_genres, genres)
    remaining = scores.astype(np.float64).copy()
    counts = np.zeros((n, n_genres))
    rows = np.arange(n)
    steps = np.vstack([np.eye(n_genres), np.zeros(n_genres)])
    chosen = []
    for _ in range(min(n_list, scores.shape[1])):
        best = np.stack(
            [
                np.where(kinds == kind, remaining, -np.inf).argmax(axis=1)
                for kind in range(n_genres + 1)
            ],
            axis=1,
        )
        best_scores = remaining[rows[:, None], best]
        fits = (kinds[rows[:, None], best] == np.arange(n_genres + 1)) & (best_scores > -np.inf)
        gains = np.where(fits, (1.0 - weight) * np.where(fits, best_scores, 0.0), -np.inf)
        after = counts[:, None, :] + steps
        divergences = _divergence(wanted[:, None, :].astype(np.float64), after)
        choice = (gains - weight * divergences).argmax(axis=1)
        chosen.append(best[rows, choice])
        counts += steps[choice]
        remaining[rows, chosen[-1]] = -np.inf
    return np.stack(chosen, axis=1)


def _divergence(
    wanted: npt.NDArray[np.float64], counts: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    shares = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1.0)
    mixed = (1.0 - _SMOOTHING) * shares + _SMOOTHING * wanted
    ratio = np.divide(wanted, mixed, out=np.ones_like(mixed), where=wanted > 0)
    return np.asarray((wanted * np.log(ratio)).sum(axis=-1))


@dataclass(frozen=True, slots=True)
class CalibratingScorer:
    """Turns the order of a re-ranked list into scores.

    Attributes:
        base: what is re-ranked.
        genres: int64 (n_tracks,) of the catalogue.
        weight: λ.
        n_list: places that are re-ranked; the others follow in the base's order.
    """

    base: Scorer
    genres: npt.NDArray[np.int64]
    weight: float
    n_list: int

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) or (n, n_tracks), which depend on all candidates; see `Scorer`."""
        scores = self.base.score(queries, candidates)
        tracks = np.arange(len(self.genres))[None, :] if candidates is None else candidates
        genres = np.broadcast_to(self.genres[tracks], scores.shape)
        order = calibrated_order(scores, genres, queries.tastes, self.weight, self.n_list)
        places = self.n_list - np.arange(order.shape[1], dtype=np.float32)
        ranked = scores.copy()
        # Cosines are below 1, so the tracks of the list come before all others.
        np.put_along_axis(ranked, order, 1.0 + np.broadcast_to(places, order.shape), axis=1)
        return ranked


@dataclass(frozen=True, slots=True)
class Calibration:
    """The shared network without debiasing, re-ranked.

    Attributes:
        weight: λ, of the calibration against the score.
        n_list: places that are re-ranked.
        label_weight: of the teacher's labels, if there is a teacher.
    """

    name: str = "calibration"
    needs_pgc: bool = False
    weight: float = 0.1
    n_list: int = 25
    label_weight: float = 0.1

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to uploaders' pairs, and to professionals' through the labels; see `System`."""
        # Propensities of ū alone give all pairs the same weight: only the teacher's labels remain.
        unweighted = Ips(name=self.name, smoothing=1.0, label_weight=self.label_weight)
        base = unweighted.fit(data, config, progress)
        return CalibratingScorer(base, data.catalogue.genres, self.weight, self.n_list)
