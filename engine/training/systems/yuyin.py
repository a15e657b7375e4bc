"""YuYin: fused music, tags matched across, a category head (Ma et al. 2023)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.progress import Progress
from engine.training.benchmark.data import TestSet
from engine.training.config import TrainingConfig
from engine.training.encoders import GaussianEncoder, InputScaling, fit_scaling
from engine.training.extras import UNKNOWN_CATEGORY, Extras
from engine.training.losses import matching_loss
from engine.training.pairs import PairSet
from engine.training.sampler import Batch
from engine.training.systems.content import (
    ContentScorer,
    TwoBranchNetwork,
    fit_content,
    input_scalings,
    seeded,
)
from engine.training.systems.contract import Scorer, training_pairs


class WeightedFusion(nn.Module):
    """The weighted fusion module: how much of a track is its sound, how much its mood."""

    def __init__(self, n_latent: int) -> None:
        super().__init__()
        self.weigh = nn.Linear(2 * n_latent, 2)

    def forward(self, sound: Tensor, mood: Tensor) -> Tensor:
        """Return w₁·sound + w₂·mood (n, d), of unit length; w = softmax(W [sound ‖ mood] + c)."""
        weights = self.weigh(torch.cat([sound, mood], dim=1)).softmax(dim=1)
        return nn.functional.normalize(weights[:, :1] * sound + weights[:, 1:] * mood, dim=1)


class YuYinNetwork(TwoBranchNetwork):
    """The two branches, and of the further parts those whose data are there."""

    moods: Tensor

    def __init__(
        self, video: InputScaling, music: InputScaling, extras: Extras, config: TrainingConfig
    ) -> None:
        super().__init__(video, music, config)
        self.mood_encoder: GaussianEncoder | None = None
        self.tag_encoder: nn.Linear | None = None
        self.category_head: nn.Linear | None = None
        if extras.mood_vectors is not None:
            width = extras.mood_vectors.shape[1]
            scaling = fit_scaling(extras.mood_vectors, (width,), width)
            self.mood_encoder = GaussianEncoder(scaling, config)
            self.fusion = WeightedFusion(config.n_latent)
        if extras.tags is not None:
            self.tag_encoder = nn.Linear(extras.tags.shape[1], config.n_latent)
        if extras.categories is not None and extras.categories.max() > UNKNOWN_CATEGORY:
            self.category_head = nn.Linear(config.n_latent, int(extras.categories.max()) + 1)

    def music_latents(self, music: Tensor, moods: Tensor | None) -> Tensor:
        """Return the fused tracks (n, d); their sound alone where moods aren't known."""
        sound: Tensor = self.music_encoder(music)[0]
        if self.mood_encoder is None or moods is None:
            return sound
        fused: Tensor = self.fusion(sound, self.mood_encoder(moods)[0])
        return fused


class YuYinScorer(ContentScorer):
    """Scores the catalogue's fused tracks."""

    def __init__(
        self,
        network: YuYinNetwork,
        music_vectors: npt.NDArray[np.float32],
        mood_vectors: npt.NDArray[np.float32] | None,
    ) -> None:
        self._network, self._mood_vectors = network, mood_vectors
        super().__init__(network, music_vectors)

    def track_latents(self, music: Tensor) -> Tensor:
        """Return (n_tracks, d)."""
        moods = self._mood_vectors
        return self._network.music_latents(
            music, None if moods is None else torch.from_numpy(moods).to(music.device)
        )


def category_loss(logits: Tensor, categories: Tensor) -> Tensor:
    """Cross-entropy of the known categories (n,), the mean over them; 0 when none is known."""
    total = nn.functional.cross_entropy(
        logits, categories, ignore_index=UNKNOWN_CATEGORY, reduction="sum"
    )
    return total / (categories != UNKNOWN_CATEGORY).sum().clamp(min=1)


@dataclass(frozen=True, slots=True)
class YuYin:
    """Multi-task: match video with music, both with the music's tags, and name the category.

    What the training pairs don't carry (moods, tags, categories) drops out.

    Attributes:
        tag_weight: of the matching of video and music with the tags.
        category_weight: of the category head over video and music.
    """

    name: str = "yuyin"
    needs_pgc: bool = False
    tag_weight: float = 0.3
    category_weight: float = 0.01

    def fit(
        self,
        ugc: PairSet,
        pgc: PairSet | None,
        validation: TestSet,
        config: TrainingConfig,
        progress: Progress,
    ) -> Scorer:
        """Fit to training pairs; see `System`."""
        pairs = training_pairs(ugc, pgc)
        scalings = input_scalings(ugc, pgc, config)
        network = seeded(lambda: YuYinNetwork(*scalings, pairs.extras, config), config.seed)
        loss = _MultiTaskLoss(network, pairs.extras, self, config)

        def scorer(fitted: YuYinNetwork, music_vectors: npt.NDArray[np.float32]) -> Scorer:
            return YuYinScorer(fitted, music_vectors, ugc.extras.mood_vectors)

        return fit_content(
            network, loss, [pairs], ugc, validation, config, progress, self.name, scorer
        )


class _MultiTaskLoss:
    """The loss of a batch, with the extras that its rows name."""

    def __init__(
        self, network: YuYinNetwork, extras: Extras, weights: YuYin, config: TrainingConfig
    ) -> None:
        self._network, self._extras, self._weights, self._config = network, extras, weights, config
        # Tracks whose tags are the same are no mismatch of each other's tags.
        self._tag_sets = (
            None
            if extras.tags is None
            else np.unique(extras.tags, axis=0, return_inverse=True)[1].reshape(-1)
        )

    def __call__(self, batches: Sequence[Batch], annealed: float) -> Tensor:
        (batch,) = batches
        network, extras, weights = self._network, self._extras, self._weights
        tracks, device = batch.track_rows.cpu().numpy(), batch.video.device

        def rows(part: npt.NDArray[np.generic], chosen: npt.NDArray[np.int64]) -> Tensor:
            return torch.from_numpy(part[chosen]).to(device)

        moods = None if extras.mood_vectors is None else rows(extras.mood_vectors, tracks)
        video = network.video_encoder(batch.video)[0]
        music = network.music_latents(batch.music, moods)
        total = self._matching(video, music, batch.positives)
        if network.tag_encoder is not None and extras.tags is not None:
            tagged = rows(extras.tags.any(axis=1), tracks)
            tags = nn.functional.normalize(network.tag_encoder(rows(extras.tags, tracks)), dim=1)
            sets = rows(self._tag_sets, tracks)  # type: ignore[arg-type]
            same = (sets[:, None] == sets)[tagged][:, tagged]
            if len(same):
                total = total + weights.tag_weight * (
                    self._matching(video[tagged], tags[tagged], same)
                    + self._matching(music[tagged], tags[tagged], same)
                )
        if network.category_head is not None and extras.categories is not None:
            categories = rows(extras.categories, batch.video_rows.cpu().numpy())
            total = total + weights.category_weight * (
                category_loss(network.category_head(video), categories)
                + category_loss(network.category_head(music), categories)
            )
        return total

    def _matching(self, first: Tensor, second: Tensor, positives: Tensor) -> Tensor:
        config = self._config
        return matching_loss(first @ second.T, positives, config.margin, config.n_hardest)
