"""DecRS: backdoor by the mean taste, blended in as far as taste drifted (Wang et al. 2021)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.progress import Progress
from engine.training.data.benchmark_data import Queries, TrainingData
from engine.training.data.tastes import mean_taste
from engine.training.method.batch import Batch
from engine.training.method.scaling import InputScaling
from engine.training.method.teacher import CrossModalNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.debiasing import Labels, evidence_loss, weighted_matching
from engine.training.systems.teacher_alone import shared_teacher
from engine.training.systems.two_branches import (
    ContentScorer,
    Learner,
    fit_content,
    input_scalings,
    seeded,
)
from engine.training.systems.two_recommenders import TwoRecommenders


class FactorisedNetwork(CrossModalNetwork):
    """z'_m = z_m + (E_g·ū) ∘ (W·z_m): ū factorised with the input (Wang et al., Eq. 9)."""

    mean_taste: Tensor

    def __init__(
        self,
        video: InputScaling,
        music: InputScaling,
        mean_taste: npt.NDArray[np.float32],
        config: TrainingConfig,
    ) -> None:
        super().__init__(video, music, config)
        d = config.n_latent
        self.register_buffer("mean_taste", torch.from_numpy(mean_taste))
        self.genre_embedding = nn.Linear(len(mean_taste), d, bias=False)
        self.projection = nn.Linear(d, d, bias=False)

    def adjusted(self, music: Tensor) -> Tensor:
        """Return z'_m (n, d) of music latents (n, d); the same ū in training and at inference."""
        gate = self.genre_embedding(self.mean_taste)
        gated: Tensor = music + gate * self.projection(music)
        return gated


class FactorisedScorer(ContentScorer):
    """Scores by z_v·z'_m."""

    def track_latents(self, music: Tensor) -> Tensor:
        """Return z'_m (n_tracks, d)."""
        assert isinstance(self.network, FactorisedNetwork)
        return self.network.adjusted(super().track_latents(music))


class DecRSNetwork(TwoRecommenders):
    """A plain recommender, and one with the backdoor adjustment."""

    second: FactorisedNetwork

    def __init__(
        self,
        video: InputScaling,
        music: InputScaling,
        mean_taste: npt.NDArray[np.float32],
        config: TrainingConfig,
    ) -> None:
        super().__init__(video, music, config)
        self.second = FactorisedNetwork(video, music, mean_taste, config)


class BlendingScorer:
    """(1 - η)·plain + η·adjusted, η = (drift / the largest drift) ^ α (Wang et al., Eq. 12)."""

    def __init__(
        self,
        network: DecRSNetwork,
        music_vectors: npt.NDArray[np.float32],
        largest_drift: float,
        exponent: float,
    ) -> None:
        self._plain = ContentScorer(network.first, music_vectors)
        self._adjusted = FactorisedScorer(network.second, music_vectors)
        self._largest_drift = max(largest_drift, 1e-6)
        self._exponent = exponent

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) or (n, n_tracks); without a known drift, the plain ones."""
        drifts = np.zeros(queries.n, np.float32) if queries.drifts is None else queries.drifts
        share = (drifts / self._largest_drift).clip(0.0, 1.0)[:, None] ** self._exponent
        plain = self._plain.score(queries, candidates)
        adjusted = self._adjusted.score(queries, candidates)
        return np.asarray((1.0 - share) * plain + share * adjusted, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class DecRS:
    """Two recommenders fitted side by side, blended at inference.

    Attributes:
        exponent: α; below 1 the adjusted score takes over even at small drifts.
        label_weight: of the teacher's labels, if there is a teacher.
    """

    name: str = "decrs"
    needs_pgc: bool = False
    exponent: float = 0.2
    label_weight: float = 0.1

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to uploaders' pairs, and to professionals' through the labels; see `System`."""
        teacher = shared_teacher(data, config, progress)
        labels = Labels(teacher, self.label_weight)
        scalings = input_scalings(data, config)
        taste = mean_taste(data.ugc)
        both = seeded(lambda: DecRSNetwork(*scalings, taste, config), config.seed)
        drifts = None if data.validation is None else data.validation.queries.drifts
        largest = 0.0 if drifts is None else float(drifts.max())

        def scorer(network: DecRSNetwork, music_vectors: npt.NDArray[np.float32]) -> BlendingScorer:
            return BlendingScorer(network, music_vectors, largest, self.exponent)

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            (batch,) = batches
            targets, ones = (
                labels.of(batch),
                torch.ones(len(batch.genres), device=batch.video.device),
            )
            total = torch.zeros((), device=batch.video.device)
            for network in (both.first, both.second):
                latents = network.infer(batch.video, batch.music)
                if isinstance(network, FactorisedNetwork):
                    latents = replace(latents, music=network.adjusted(latents.music))
                scores = latents.video @ latents.music.T
                total = total + weighted_matching(
                    scores, targets, batch.positives, ones, config.margin, config.n_hardest
                )
                total = total + evidence_loss(network, batch, latents, annealed)
            return total

        learner = Learner(both, batch_loss, [data.ugc], scorer)
        return fit_content(learner, data, config, progress, self.name)
