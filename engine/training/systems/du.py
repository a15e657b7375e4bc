"""DU: one recommender corrected for what was clicked, one for what wasn't (Lee et al. 2021)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.tastes import mean_taste
from engine.training.method.batch import Batch
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
from engine.training.systems.two_recommenders import TwoRecommenders, mean_scorer

# Propensities must stay below 1 for 1 / (1 - p).
_MAX_PROPENSITY = 0.9


def relevance(scores: Tensor, sharpness: float) -> Tensor:
    """Return σ(k·(s_ij - s_ii)) (n, n): how a recommender rates a track beside the chosen one."""
    return ((scores - scores.diagonal()[:, None]) * sharpness).sigmoid().detach()


@dataclass(frozen=True, slots=True)
class Du:
    """Two recommenders: one weighs clicked pairs by 1/p, the other unclicked ones by 1/(1 - p).

    Each also uses the other's estimate: the first weighs clicked pairs by the relevance that the
    second sees, the second weighs unclicked ones by the irrelevance that the first sees.

    Attributes:
        smoothing: share of ū in each propensity.
        clip: the largest weight before normalisation.
        sharpness: k of `relevance`.
        label_weight: of the teacher's labels, if there is a teacher.
    """

    name: str = "du"
    needs_pgc: bool = False
    smoothing: float = 0.2
    clip: float = 5.0
    sharpness: float = 5.0
    label_weight: float = 0.1

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to uploaders' pairs, and to professionals' through the labels; see `System`."""
        teacher = shared_teacher(data, config, progress)
        labels = Labels(teacher, self.label_weight)
        scalings = input_scalings(data, config)
        both = seeded(lambda: TwoRecommenders(*scalings, config), config.seed)
        taste = torch.from_numpy(mean_taste(data.ugc))

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            (batch,) = batches
            chance = propensities(
                batch.tastes, batch.genres, taste.to(batch.tastes.device), self.smoothing
            )
            clicked = inverse_weights(chance.diagonal(), self.clip)
            share = (chance / (1.0 + chance)).clamp(max=_MAX_PROPENSITY)
            first = both.first.infer(batch.video, batch.music)
            second = both.second.infer(batch.video, batch.music)
            of_first = first.video @ first.music.T
            of_second = second.video @ second.music.T
            targets = labels.of(batch)
            # A clicked pair that the other ranks behind most tracks was hardly chosen as a match.
            trusted = 1.0 - relevance(of_second, self.sharpness).mean(dim=1)
            unclicked = (1.0 - relevance(of_first, self.sharpness)) / (1.0 - share)
            unclicked = (unclicked / unclicked.mean()).clamp(max=self.clip)
            ones = torch.ones_like(clicked)
            settings = config.margin, config.n_hardest
            weights = clicked * trusted / trusted.mean()
            corrected = weighted_matching(of_first, targets, batch.positives, weights, *settings)
            # The weight of an unclicked track goes into its label: a track that was hardly seen
            # says little by not being clicked, so its label moves towards the pair's own.
            own = targets.diagonal()[:, None]
            graded = own - (own - targets) * unclicked
            corrected = corrected + weighted_matching(
                of_second, graded, batch.positives, ones, *settings
            )
            return (
                corrected
                + evidence_loss(both.first, batch, first, annealed)
                + evidence_loss(both.second, batch, second, annealed)
            )

        learner = Learner(both, batch_loss, [data.ugc], mean_scorer)
        return fit_content(learner, data, config, progress, self.name)
