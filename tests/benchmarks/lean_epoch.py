"""Two handwritten epochs, for comparison in `bench_epoch.py`.

Both compute what `StudentNetwork` and `TeacherNetwork` compute: Gaussian encoders with input noise
and dropout, crossing decoders, prior, hinge on the hardest negatives without same-track pairs and,
for the student, the taste interaction and the KL to a frozen teacher's posteriors (a table).
"""

import random
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from engine.training.method.training_config import TrainingConfig

TASTE_EPSILON = 0.02


@dataclass(frozen=True, slots=True)
class Tables:
    """The data of an epoch as whole tensors; one track per video.

    Attributes:
        video: float32 (n_videos, D_V), standardised.
        music: float32 (n_tracks, D_M), standardised.
        track_of: int64 (n_videos,).
        genres: int64 (n_tracks,).
        tastes: float32 (n_videos, n_genres), leave-one-out histograms of the uploaders.
        mean_taste: float32 (n_genres,).
        guide: the teacher's posteriors (mean, log-variance) of videos and of tracks; None without
            interaction and teacher.
    """

    video: Tensor
    music: Tensor
    track_of: Tensor
    genres: Tensor
    tastes: Tensor
    mean_taste: Tensor
    guide: tuple[Tensor, Tensor, Tensor, Tensor] | None


class Rows(NamedTuple):
    """A batch of `Tables`, and its rows in them."""

    video: Tensor
    music: Tensor
    videos: Tensor
    tracks: Tensor


class LeanNetwork(nn.Module):
    """The student in as few lines as possible."""

    def __init__(self, n_video: int, n_music: int, n_genres: int, config: TrainingConfig) -> None:
        super().__init__()
        self.config = config
        d = config.n_latent
        self.video_mean, self.video_log_variance = nn.Linear(n_video, d), nn.Linear(n_video, d)
        self.music_mean, self.music_log_variance = nn.Linear(n_music, d), nn.Linear(n_music, d)
        self.to_video, self.to_music = nn.Linear(d, n_video), nn.Linear(d, n_music)
        self.log_weight = nn.Parameter(torch.zeros(()))
        self.genre_weights = nn.Parameter(torch.zeros(n_genres, n_genres))
        self.content_weights = nn.Parameter(torch.zeros(n_genres, d))

    def posterior(
        self, inputs: Tensor, mean: nn.Linear, spread: nn.Linear
    ) -> tuple[Tensor, Tensor]:
        """Return unit means and clamped log-variances of noisy inputs."""
        config = self.config
        if config.noise:
            inputs = inputs + config.noise * torch.randn_like(inputs)
        inputs = functional.dropout(inputs, config.dropout)
        return functional.normalize(mean(inputs)), spread(inputs).clamp(-10, 2)

    def forward(self, rows: Rows, tables: Tables, annealed: float) -> Tensor:
        """Return the loss of one batch."""
        config = self.config
        video_mean, video_lv = self.posterior(rows.video, self.video_mean, self.video_log_variance)
        music_mean, music_lv = self.posterior(rows.music, self.music_mean, self.music_log_variance)
        video = video_mean + (0.5 * video_lv).exp() * torch.randn_like(video_mean)
        music = music_mean + (0.5 * music_lv).exp() * torch.randn_like(music_mean)
        scores = video @ music.T
        loss = torch.zeros(())
        if tables.guide is not None:
            scores = scores + config.bias_scale * self.taste(rows, tables, music.detach())
            loss = config.taste_penalty * (
                self.genre_weights.square().sum() + self.content_weights.square().sum()
            )
            transferred = kl(
                tables.guide[0][rows.videos], tables.guide[1][rows.videos], video_mean, video_lv
            ) + kl(tables.guide[2][rows.tracks], tables.guide[3][rows.tracks], music_mean, music_lv)
            loss = loss + config.transfer_weight * transferred
        same = rows.tracks[:, None] == rows.tracks
        loss = loss + 0.5 * (hinge(scores, same, config) + hinge(scores.T, same, config))
        generation = functional.mse_loss(self.to_video(music), rows.video)
        generation = generation + functional.mse_loss(self.to_music(video), rows.music)
        zero = torch.zeros(())
        prior = kl(video_mean, video_lv, zero, zero) + kl(music_mean, music_lv, zero, zero)
        return loss + config.generation_weight * generation + annealed * config.prior_weight * prior

    def taste(self, rows: Rows, tables: Tables, music: Tensor) -> Tensor:
        """Return b(u, m) (n, n)."""
        tastes, genres = tables.tastes[rows.videos], tables.genres[rows.tracks]
        ratio = torch.log((tastes + TASTE_EPSILON) / (tables.mean_taste + TASTE_EPSILON))
        apart = tastes - tables.mean_taste
        of_genre = self.log_weight * ratio + apart @ self.genre_weights
        return of_genre[:, genres] + apart @ self.content_weights @ music.T


def kl(mean: Tensor, log_variance: Tensor, to_mean: Tensor, to_log_variance: Tensor) -> Tensor:
    """Return the mean over rows and dimensions of KL(N(m, σ²) ‖ N(m', σ'²))."""
    gap = (log_variance.exp() + (mean - to_mean) ** 2) / to_log_variance.exp()
    return 0.5 * (to_log_variance - log_variance + gap - 1).mean()


def hinge(scores: Tensor, same: Tensor, config: TrainingConfig) -> Tensor:
    """Return the mean hinge of the hardest negatives of each row."""
    gaps = (config.margin - scores.diagonal()[:, None] + scores).clamp(min=0)
    return gaps.masked_fill(same, 0.0).topk(config.n_hardest, dim=1).values.mean()


def lean_epoch(
    network: LeanNetwork, optimiser: torch.optim.Optimizer, tables: Tables, annealed: float
) -> float:
    """Train on all videos once, in random order, from whole tensors."""
    total = 0.0
    batches = torch.split(torch.randperm(len(tables.video)), network.config.batch_size)
    for videos in batches:
        tracks = tables.track_of[videos]
        rows = Rows(tables.video[videos], tables.music[tracks], videos, tracks)
        total += learn(network, optimiser, rows, tables, annealed)
    return total / len(batches)


def learn(
    network: LeanNetwork,
    optimiser: torch.optim.Optimizer,
    rows: Rows,
    tables: Tables,
    annealed: float,
) -> float:
    """Take one gradient step and return the loss."""
    optimiser.zero_grad()
    loss: Tensor = network(rows, tables, annealed)
    loss.backward()
    optimiser.step()
    return float(loss.detach())


class Items(Dataset[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], int, int, int]]):
    """Single videos, each with its track and a random other track as negative."""

    def __init__(self, tables: Tables) -> None:
        self.video, self.music = tables.video.numpy(), tables.music.numpy()
        self.track_of = tables.track_of.tolist()
        self.all_tracks = set(range(len(self.music)))

    def __len__(self) -> int:
        return len(self.video)

    def __getitem__(
        self, video: int
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], int, int, int]:
        track = self.track_of[video]
        negative = random.choice(list(self.all_tracks - {track}))
        return self.video[video], self.music[track], video, track, negative


def plain_epoch(
    network: LeanNetwork,
    optimiser: torch.optim.Optimizer,
    tables: Tables,
    annealed: float,
    n_workers: int,
) -> float:
    """Train on all videos once with a DataLoader; the negatives it draws aren't used."""
    loader = DataLoader(
        Items(tables), network.config.batch_size, shuffle=True, num_workers=n_workers
    )
    total = 0.0
    for video, music, videos, tracks, _ in loader:
        total += learn(network, optimiser, Rows(video, music, videos, tracks), tables, annealed)
    return total / len(loader)
