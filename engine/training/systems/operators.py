"""The paper's operator (Eq. 9) and its residual form, and a student without any, for comparison.

Both operators add the same vector to every track: z_v·(W₁ z_m + W₂ E_g ū) = z_v·W₁ z_m + a number
that depends on the video alone. It cancels in any ranking for one video, so neither can remove
taste from the order; the paper's W₁ also changes the scale that the margin relies on.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.training.method.batch import Batch
from engine.training.method.scaling import InputScaling
from engine.training.method.teacher import CrossModalNetwork, Latents
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.two_branches import ContentScorer


class PlainStudent(CrossModalNetwork):
    """A student whose scores are of content alone, in training too."""

    def loss(self, batch: Batch, latents: Latents, annealed: float) -> Tensor:
        """Return the terms of Eq. 6."""
        return self.content_loss(batch, latents, annealed)


class OperatorStudent(CrossModalNetwork):
    """A student with the average taste in its tracks: of the batch in training, ū at inference.

    Args:
        video, music: input scalings.
        mean_taste: (n_genres,) ū.
        config: shared settings.
        residual: z_m + W·E_g·ū instead of Linear(z_m ‖ E_g·ū).
    """

    mean_taste: Tensor

    def __init__(
        self,
        video: InputScaling,
        music: InputScaling,
        mean_taste: npt.NDArray[np.float32],
        config: TrainingConfig,
        residual: bool,
    ) -> None:
        super().__init__(video, music, config)
        d = config.n_latent
        self.residual = residual
        self.register_buffer("mean_taste", torch.from_numpy(mean_taste))
        self.genre_embedding = nn.Linear(len(mean_taste), d, bias=False)
        self.mix = nn.Linear(d, d, bias=False) if residual else nn.Linear(2 * d, d)

    def adjusted(self, music: Tensor, taste: Tensor) -> Tensor:
        """Return z'_m (n, d) of music latents (n, d) under one average taste (n_genres,)."""
        embedded = self.genre_embedding(taste)
        if self.residual:
            shifted: Tensor = music + self.mix(embedded)
            return shifted
        both = torch.cat([music, embedded.expand(len(music), -1)], dim=1)
        mixed: Tensor = self.mix(both)
        return mixed

    def loss(self, batch: Batch, latents: Latents, annealed: float) -> Tensor:
        """Return the terms of Eq. 6 with z'_m instead of z_m."""
        adjusted = self.adjusted(latents.music, batch.tastes.mean(dim=0))
        return self.content_loss(batch, replace(latents, music=adjusted), annealed)


class OperatorScorer(ContentScorer):
    """Scores by z_v·z'_m with the global average taste ū (Sec. 4.5)."""

    network: OperatorStudent

    def track_latents(self, music: Tensor) -> Tensor:
        """Return z'_m (n_tracks, d)."""
        return self.network.adjusted(super().track_latents(music), self.network.mean_taste)
