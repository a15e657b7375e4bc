"""The student: learns from uploaders, guided by the teacher, with taste as a separate term."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.training.data.pairs import PairSet
from engine.training.method.batch import Batch
from engine.training.method.deconfounder import Deconfounder
from engine.training.method.losses import gaussian_kl
from engine.training.method.scaling import InputScaling
from engine.training.method.teacher import (
    CrossModalNetwork,
    Latents,
    Posteriors,
    PosteriorTable,
    TeacherNetwork,
)
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


class StudentTrainer:
    """The student's loss beside a frozen teacher (Alg. 2), from whose weights it starts.

    Beyond Alg. 2 the student also sees the professionals' pairs: uploaders' pairs alone show too
    little variety to transfer what the teacher knows.
    """

    def __init__(
        self, student: StudentNetwork, teacher: TeacherNetwork, ugc: PairSet, pgc: PairSet
    ) -> None:
        self.student = student
        self._of_ugc = PosteriorTable(teacher, ugc)
        self._of_pgc = PosteriorTable(teacher, pgc)
        student.load_state_dict(teacher.state_dict(), strict=False)

    def training_loss(self, batches: Sequence[Batch], annealed: float) -> Tensor:
        """Return L^s + λ·KL(teacher ‖ student) (Eq. 10).

        Args:
            batches: one of uploaders' pairs, and one of professionals' pairs.
            annealed: how much of the prior's weight counts already, 0 to 1.
        """
        ugc, pgc = batches
        config = self.student.config
        of_ugc = self.student.infer(ugc.video, ugc.music)
        of_pgc = self.student.infer(pgc.video, pgc.music)
        # Professionals' choices carry no taste: their pairs are scored by content alone.
        matched = self.student.content_loss(pgc, of_pgc, annealed)
        transferred = transfer_loss(self._of_ugc, ugc, of_ugc) + transfer_loss(
            self._of_pgc, pgc, of_pgc
        )
        return (
            self.student.loss(ugc, of_ugc, annealed)
            + config.pgc_weight * matched
            + config.transfer_weight * transferred
        )


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
