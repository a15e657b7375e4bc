"""The student: learns from uploaders, guided by the teacher, with taste as a separate term."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.training.method.batch import Batch
from engine.training.method.deconfounder import Deconfounder
from engine.training.method.losses import gaussian_kl
from engine.training.method.scaling import InputScaling
from engine.training.method.teacher import CrossModalNetwork, Latents, Posteriors
from engine.training.method.training_config import TrainingConfig


class StudentNetwork(CrossModalNetwork):
    """The same network as the teacher, with the backdoor adjustment in its training score."""

    def __init__(
        self,
        video: InputScaling,
        music: InputScaling,
        mean_taste: npt.NDArray[np.float32],
        config: TrainingConfig,
    ) -> None:
        super().__init__(video, music, config)
        self.deconfounder = Deconfounder(mean_taste, config.n_latent)

    def loss(self, batch: Batch, latents: Latents, annealed: float) -> Tensor:
        """Return the terms of Eq. 6, with matching scores of content plus τ·b(u, m)."""
        bias: Tensor = self.deconfounder(batch.tastes, batch.genres, latents.music)
        penalty = self.config.taste_penalty * self.deconfounder.squared_weights()
        return self.content_loss(batch, latents, annealed, self.config.bias_scale * bias) + penalty


class Guide(Protocol):
    """A frozen teacher, or the table of its posteriors."""

    def posteriors(self, batch: Batch) -> Posteriors:
        """Return the teacher's posteriors of a batch."""


def transfer_loss(teacher: Guide, batch: Batch, latents: Latents) -> Tensor:
    """KL(teacher's posterior ‖ student's) of the same video and music, in nats per dimension."""
    guide = teacher.posteriors(batch)
    video = gaussian_kl(
        guide.video_mean,
        guide.video_log_variance,
        latents.video_mean,
        latents.video_log_variance,
    )
    music = gaussian_kl(
        guide.music_mean,
        guide.music_log_variance,
        latents.music_mean,
        latents.music_log_variance,
    )
    return (video + music).mean() / guide.video_mean.shape[1]
