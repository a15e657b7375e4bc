"""Two networks fitted side by side, whose scores are combined."""

import numpy as np
import numpy.typing as npt
from torch import nn

from engine.training.data.benchmark_data import Queries
from engine.training.method.scaling import InputScaling
from engine.training.method.teacher import CrossModalNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.two_branches import ContentScorer


class TwoRecommenders(nn.Module):
    """Two shared networks with different first weights."""

    def __init__(self, video: InputScaling, music: InputScaling, config: TrainingConfig) -> None:
        super().__init__()
        self.first = CrossModalNetwork(video, music, config)
        self.second = CrossModalNetwork(video, music, config)


class MeanScorer:
    """Scores by the mean of both recommenders."""

    def __init__(self, network: TwoRecommenders, music_vectors: npt.NDArray[np.float32]) -> None:
        self._both = [ContentScorer(one, music_vectors) for one in (network.first, network.second)]

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) or (n, n_tracks); see `Scorer`."""
        first, second = (one.score(queries, candidates) for one in self._both)
        return np.asarray((first + second) / 2.0, dtype=np.float32)
