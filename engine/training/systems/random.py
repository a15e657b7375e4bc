"""Random: a random order; the floor of the table."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.progress import Progress
from engine.training.data.benchmark_data import Queries, TrainingData
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer


@dataclass(frozen=True, slots=True)
class RandomScorer:
    """Seeded random scores: row i of any set of queries gets the same ones.

    Attributes:
        n_tracks: size of the catalogue.
        seed: of the scores.
    """

    n_tracks: int
    seed: int

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) of the candidates, or (n, n_tracks); see `Scorer`."""
        rng = np.random.default_rng(self.seed)
        scores = rng.random((queries.n, self.n_tracks), dtype=np.float32)
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


@dataclass(frozen=True, slots=True)
class Random:
    """Learns nothing."""

    name: str = "random"
    needs_pgc: bool = False

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Note how many tracks there are; see `System`."""
        return RandomScorer(data.catalogue.n_tracks, config.seed)
