"""IPS: each pair by the inverse of its uploader's propensity (after Yang et al. 2018)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.tastes import mean_taste
from engine.training.method.batch import Batch
from engine.training.method.teacher import CrossModalNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.debiasing import (
    Labels,
    evidence_loss,
    inverse_weights,
    propensities,
    weighted_matching,
)
from engine.training.systems.teacher_alone import shared_teacher
from engine.training.systems.two_branches import Learner, fit_content, input_scalings, seeded


@dataclass(frozen=True, slots=True)
class Ips:
    """The shared network; pairs in an uploader's favourite genre have less weight.

    Attributes:
        smoothing: share of ū in each propensity.
        clip: the largest weight before normalisation.
        label_weight: of the teacher's labels, if there is a teacher.
    """

    name: str = "ips"
    needs_pgc: bool = False
    smoothing: float = 0.2
    clip: float = 5.0
    label_weight: float = 0.1

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to uploaders' pairs, and to professionals' through the labels; see `System`."""
        teacher = shared_teacher(data, config, progress)
        labels = Labels(teacher, self.label_weight)
        scalings = input_scalings(data, config)
        network = seeded(lambda: CrossModalNetwork(*scalings, config), config.seed)
        taste = torch.from_numpy(mean_taste(data.ugc))

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            (batch,) = batches
            latents = network.infer(batch.video, batch.music)
            chance = propensities(
                batch.tastes, batch.genres, taste.to(batch.tastes.device), self.smoothing
            )
            matching = weighted_matching(
                latents.video @ latents.music.T,
                labels.of(batch),
                batch.positives,
                inverse_weights(chance.diagonal(), self.clip),
                config.margin,
                config.n_hardest,
            )
            return matching + evidence_loss(network, batch, latents, annealed)

        learner = Learner(network, batch_loss, [data.ugc])
        return fit_content(learner, data, config, progress, self.name)
