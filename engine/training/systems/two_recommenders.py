"""Two networks fitted side by side, whose scores are combined."""

import numpy as np
import numpy.typing as npt
from torch import nn

from engine.training.method.scaling import InputScaling
from engine.training.method.teacher import CrossModalNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import AverageScorer, Scorer
from engine.training.systems.two_branches import ContentScorer


class TwoRecommenders(nn.Module):
    """Two shared networks with different first weights."""

    def __init__(self, video: InputScaling, music: InputScaling, config: TrainingConfig) -> None:
        super().__init__()
        self.first = CrossModalNetwork(video, music, config)
        self.second = CrossModalNetwork(video, music, config)


def mean_scorer(network: TwoRecommenders, music_vectors: npt.NDArray[np.float32]) -> Scorer:
    """Return what scores by the mean of both recommenders."""
    both = (network.first, network.second)
    return AverageScorer([ContentScorer(one, music_vectors) for one in both])
