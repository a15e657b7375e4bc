"""Popularity: one order for every video, the most picked track first; a floor of the table."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.progress import Progress
from engine.training.data.benchmark_data import Queries, TrainingData
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer


@dataclass(frozen=True, slots=True, eq=False)
class PopularityScorer:
    """Scores a track by how many videos it was chosen for.

    Attributes:
        counts: float32 (n_tracks,).
    """

    counts: npt.NDArray[np.float32]

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) of the candidates, or (n, n_tracks); see `Scorer`."""
        if candidates is None:
            return np.tile(self.counts, (queries.n, 1))
        return self.counts[candidates]


@dataclass(frozen=True, slots=True)
class Popularity:
    """Counts the picks of each track; professionals' tracks aren't in the catalogue."""

    name: str = "popularity"
    needs_pgc: bool = False

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Count the training picks; see `System`."""
        counts = np.bincount(data.catalogue.pairs[:, 1], minlength=data.catalogue.n_tracks)
        return PopularityScorer(counts.astype(np.float32))
