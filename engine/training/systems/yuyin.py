"""YuYin: fused music, tags matched across, a category head (Ma et al. 2023)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.extras import UNKNOWN_CATEGORY, Extras
from engine.training.method.batch import Batch
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.experts import TwoBranchNetwork
from engine.training.method.scaling import Components, InputScaling, fit_scaling
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.two_branches import (
    ContentScorer,
    Learner,
    fit_content,
    input_scalings,
    seeded,
)


class WeightedFusion(nn.Module):
    """The weighted fusion module: how much of a track is its sound, how much its mood."""

    def __init__(self, n_latent: int) -> None:
        super().__init__()
        self.gate = nn.Linear(2 * n_latent, 2)

    def forward(self, sound: Tensor, mood: Tensor) -> Tensor:
        """Return w₁·sound + w₂·mood (n, d), of unit length; w = softmax(W [sound ‖ mood] + c)."""
        weights = self.gate(torch.cat([sound, mood], dim=1)).softmax(dim=1)
        return nn.functional.normalize(weights[:, :1] * sound + weights[:, 1:] * mood, dim=1)


class YuYinNetwork(TwoBranchNetwork):
    """The two branches, and those further parts that there are data for.

    The data are kept beside the weights, on the same device; batches refer to them by row.
    """

    moods: Tensor
    tags: Tensor
    tag_sets: Tensor
    categories: Tensor

    def __init__(
        self, video: InputScaling, music: InputScaling, extras: Extras, config: TrainingConfig
    ) -> None:
        super().__init__(video, music, config)
        self.has_moods, self.has_tags = extras.mood_vectors is not None, extras.tags is not None
        self.has_categories = False
        if extras.mood_vectors is not None:
            width = extras.mood_vectors.shape[1]
            self._keep("moods", torch.from_numpy(extras.mood_vectors))
            self.mood_encoder = GaussianEncoder(
                fit_scaling(extras.mood_vectors, (width,), width), config
            )
            self.fusion = WeightedFusion(config.n_latent)
        if extras.tags is not None:
            _, tag_sets = np.unique(extras.tags, axis=0, return_inverse=True)
            self._keep("tags", torch.from_numpy(extras.tags))
            self._keep("tag_sets", torch.from_numpy(tag_sets.reshape(-1)))
            self.tag_encoder = nn.Linear(extras.tags.shape[1], config.n_latent)
        if extras.categories is not None and extras.categories.max() > UNKNOWN_CATEGORY:
            self.has_categories = True
            self._keep("categories", torch.from_numpy(extras.categories))
            self.category_head = nn.Linear(config.n_latent, int(extras.categories.max()) + 1)

    def _keep(self, name: str, part: Tensor) -> None:
        self.register_buffer(name, part, persistent=False)

    def music_latents(self, music: Tensor | Components, rows: Tensor | slice) -> Tensor:
        """Return tracks (n, d): sound and mood fused, or the sound alone if there are no moods.

        Args:
            music: (n, D_M).
            rows: of the training set's tracks.
        """
        sound: Tensor = self.music_encoder(music)[0]
        if not self.has_moods:
            return sound
        fused: Tensor = self.fusion(sound, self.mood_encoder(self.moods[rows])[0])
        return fused


class YuYinScorer(ContentScorer):
    """Scores the catalogue's fused tracks."""

    network: YuYinNetwork

    def track_latents(self, music: Tensor) -> Tensor:
        """Return (n_tracks, d)."""
        # The catalogue comes first among the training tracks; others are appended to it.
        return self.network.music_latents(music, slice(len(music)))


def cross_matching_loss(scores: Tensor, positives: Tensor, margin: float) -> Tensor:
    """Bidirectional triplet hinge, the mean of max(0, margin - s_ii + s_ij) over all mismatches.

    Without the noise of a posterior's sample, the hardest negatives alone would be memorised.

    Args:
        scores: (n, n); row i and column i belong together.
        positives: (n, n) bool, true where they are known to match.
        margin: in units of the score.

    Returns:
        The mean over both directions, a scalar.
    """
    matched, mismatches = scores.diagonal(), ~positives
    rows = (margin - matched[:, None] + scores).clamp(min=0.0)
    columns = (margin - matched[None, :] + scores).clamp(min=0.0)
    return 0.5 * ((rows + columns) * mismatches).sum() / mismatches.sum().clamp(min=1)


def category_loss(logits: Tensor, categories: Tensor) -> Tensor:
    """Mean cross-entropy of the known categories (n,), a scalar; 0 when none is known."""
    total = nn.functional.cross_entropy(
        logits, categories, ignore_index=UNKNOWN_CATEGORY, reduction="sum"
    )
    return total / (categories != UNKNOWN_CATEGORY).sum().clamp(min=1)


@dataclass(frozen=True, slots=True)
class YuYin:
    """Multi-task: match video with music, both with the music's tags, and name the category.

    What the training pairs don't have (moods, tags, categories) drops out.

    Attributes:
        margin: of the cross-matching.
        tag_weight: of the matching of video and music with the tags.
        category_weight: of the category head over video and music.
    """

    name: str = "yuyin"
    needs_pgc: bool = False
    margin: float = 0.05
    tag_weight: float = 0.1
    category_weight: float = 0.01

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; see `System`."""
        pairs = data.joined()
        scalings = input_scalings(data, config)
        network = seeded(lambda: YuYinNetwork(*scalings, pairs.extras, config), config.seed)

        def matching(first: Tensor, second: Tensor, positives: Tensor) -> Tensor:
            return cross_matching_loss(first @ second.T, positives, self.margin)

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            (batch,) = batches
            video: Tensor = network.video_encoder(batch.video)[0]
            music = network.music_latents(batch.music, batch.track_rows)
            total = matching(video, music, batch.positives)
            if network.has_tags:
                tagged = network.tags[batch.track_rows].any(dim=1)
                rows = batch.track_rows[tagged]
                # Tracks with the same tags aren't mismatches.
                same = network.tag_sets[rows][:, None] == network.tag_sets[rows]
                tags = nn.functional.normalize(network.tag_encoder(network.tags[rows]), dim=1)
                if len(rows):
                    total = total + self.tag_weight * (
                        matching(video[tagged], tags, same) + matching(music[tagged], tags, same)
                    )
            if network.has_categories:
                categories = network.categories[batch.video_rows]
                total = total + self.category_weight * (
                    category_loss(network.category_head(video), categories)
                    + category_loss(network.category_head(music), categories)
                )
            return total

        learner = Learner(network, batch_loss, [pairs], YuYinScorer)
        return fit_content(learner, data, config, progress, self.name)
