"""The teacher: a cross-generating variational network over professionally matched pairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.training.data.pairs import PairSet
from engine.training.method.batch import Batch
from engine.training.method.encoders import in_bfloat16, sample
from engine.training.method.experts import Encoder, TwoBranchNetwork
from engine.training.method.losses import generation_loss, matching_loss, prior_kl
from engine.training.method.scaling import Components, InputScaling
from engine.training.method.training_config import TrainingConfig

_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Posteriors:
    """Diagonal Gaussians q(z|v) and q(z|m) of a batch.

    Attributes:
        video_mean: (n, d), of unit length, or below when several experts are fused.
        video_log_variance: (n, d), log σ².
        music_mean: (n, d), of unit length.
        music_log_variance: (n, d), log σ².
    """

    video_mean: Tensor
    video_log_variance: Tensor
    music_mean: Tensor
    music_log_variance: Tensor


@dataclass(frozen=True, slots=True)
class Latents(Posteriors):
    """Posteriors of a batch with one sample of each.

    Attributes:
        video: (n, d), drawn from q(z|v).
        music: (n, d), drawn from q(z|m).
    """

    video: Tensor
    music: Tensor


class CrossModalNetwork(TwoBranchNetwork):
    """Two Gaussian encoders and the two decoders that cross over (Eq. 1-2)."""

    def __init__(self, video: InputScaling, music: InputScaling, config: TrainingConfig) -> None:
        super().__init__(video, music, config)
        self.video_from_music = nn.Linear(config.n_latent, video.n_components)
        self.music_from_video = nn.Linear(config.n_latent, music.n_components)

    def infer(self, video: Tensor | Components, music: Tensor | Components) -> Latents:
        """Return both posteriors of a batch and a sample of each."""
        video_mean, video_log_variance = self.video_encoder(video)
        music_mean, music_log_variance = self.music_encoder(music)
        return Latents(
            video_mean,
            video_log_variance,
            music_mean,
            music_log_variance,
            sample(video_mean, video_log_variance),
            sample(music_mean, music_log_variance),
        )

    def posteriors(self, batch: Batch) -> Posteriors:
        """Return both posteriors of a batch, without a sample."""
        return Posteriors(*self.video_encoder(batch.video), *self.music_encoder(batch.music))

    def content_loss(
        self, batch: Batch, latents: Latents, annealed: float, taste_scores: Tensor | float = 0.0
    ) -> Tensor:
        """Matching, cross-generation and prior terms (Eq. 6).

        Args:
            batch: n pairs.
            latents: posteriors of the batch.
            annealed: how much of the prior's weight counts already, 0 to 1.
            taste_scores: (n, n), what the uploaders' taste adds to the scores.
        """
        config = self.config
        scores = latents.video @ latents.music.T + taste_scores
        matching = matching_loss(scores, batch.positives, config.margin, config.n_hardest)
        with in_bfloat16(latents.music, self.training):
            video = self.video_from_music(latents.music)
            music = self.music_from_video(latents.video)
        generation = generation_loss(
            video.float(), self.video_encoder.scaled(batch.video)
        ) + generation_loss(music.float(), self.music_encoder.scaled(batch.music))
        prior = (
            prior_kl(latents.video_mean, latents.video_log_variance).mean()
            + prior_kl(latents.music_mean, latents.music_log_variance).mean()
        )
        return (
            matching
            + config.generation_weight * generation
            + annealed * config.prior_weight * prior / config.n_latent
        )


class TeacherNetwork(CrossModalNetwork):
    """Learns from professionals, whose taste is no confounder."""

    def training_loss(self, batches: Sequence[Batch], annealed: float) -> Tensor:
        """Return the loss of the one batch (Alg. 1)."""
        (batch,) = batches
        return self.content_loss(batch, self.infer(batch.video, batch.music), annealed)


class PosteriorTable:
    """The posteriors of a frozen teacher for each video and track of a set, computed once.

    Args:
        teacher: put into eval mode; its weights no longer change.
        pairs: the set that batches are drawn from.
    """

    def __init__(self, teacher: CrossModalNetwork, pairs: PairSet) -> None:
        freeze(teacher)
        device = next(teacher.parameters()).device
        self._video = _in_chunks(teacher.video_encoder, pairs.video_vectors, device)
        self._music = _in_chunks(teacher.music_encoder, pairs.music_vectors, device)

    def posteriors(self, batch: Batch) -> Posteriors:
        """Return the teacher's posteriors of a batch of the set."""
        video = [table.index_select(0, batch.video_rows) for table in self._video]
        music = [table.index_select(0, batch.track_rows) for table in self._music]
        return Posteriors(*video, *music)


def _in_chunks(
    encoder: Encoder, vectors: npt.NDArray[np.float32], device: torch.device
) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        parts = [
            encoder(torch.from_numpy(vectors[start : start + _CHUNK]).to(device))
            for start in range(0, len(vectors), _CHUNK)
        ]
    means, log_variances = zip(*parts, strict=True)
    return torch.cat(means), torch.cat(log_variances)


def freeze(network: nn.Module) -> None:
    """Fix a network for inference: no gradients, no dropout."""
    network.eval()
    for parameter in network.parameters():
        parameter.requires_grad_(False)
