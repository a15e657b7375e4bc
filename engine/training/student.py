"""The student: learns from uploaders, guided by the teacher, with taste held apart."""

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.training.config import TrainingConfig
from engine.training.deconfounder import Deconfounder
from engine.training.encoders import InputScaling
from engine.training.losses import gaussian_kl
from engine.training.teacher import Batch, CrossModalNetwork, Latents, TeacherNetwork, freeze


class StudentNetwork(CrossModalNetwork):
    """The teacher's shape, with the backdoor adjustment in its training score."""

    def __init__(
        self,
        video: InputScaling,
        music: InputScaling,
        mean_taste: npt.NDArray[np.float32],
        config: TrainingConfig,
    ) -> None:
        super().__init__(video, music, config)
        self.deconfounder = Deconfounder(mean_taste, config.n_latent)

    def taste_scores(self, batch: Batch, music: Tensor) -> Tensor:
        """Return τ·b(u, m) (n, n)."""
        bias: Tensor = self.deconfounder(batch.tastes, batch.genres, music)
        return self.config.bias_scale * bias


class StudentTrainer:
    """The student's loss beside a frozen teacher (Alg. 2)."""

    def __init__(self, student: StudentNetwork, teacher: TeacherNetwork | None) -> None:
        self.student = student
        self.teacher = teacher
        if teacher is not None:
            freeze(teacher)

    def training_loss(self, batch: Batch, annealed: float) -> Tensor:
        """Return L^s + λ·KL(teacher ‖ student) of a batch (Eq. 10)."""
        latents = self.student.infer(batch.video, batch.music)
        loss = self.student.loss(batch, latents, annealed)
        weight = self.student.config.transfer_weight
        if self.teacher is None or weight == 0.0:
            return loss
        return loss + weight * transfer_loss(self.teacher, batch, latents)


def transfer_loss(teacher: TeacherNetwork, batch: Batch, latents: Latents) -> Tensor:
    """KL(teacher's posterior ‖ student's) of the same video and music, in nats per dimension."""
    guide = teacher.infer(batch.video, batch.music)
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
