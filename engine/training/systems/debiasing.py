"""What the debiased systems share: weighted pairs, graded labels, and the other loss terms."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.training.data.pairs import UNKNOWN_GENRE
from engine.training.method.batch import Batch
from engine.training.method.losses import generation_loss, prior_kl
from engine.training.method.teacher import CrossModalNetwork, Latents, TeacherNetwork


@dataclass(frozen=True, slots=True)
class Labels:
    """Label distillation: observed labels mixed with the teacher's (Sec. 5.2).

    Attributes:
        teacher: scores the uploaders' candidates; None without professionals' pairs.
        weight: of the teacher's labels, 0 to 1.
    """

    teacher: TeacherNetwork | None
    weight: float

    def of(self, batch: Batch) -> Tensor:
        """Return labels (n, n) between 0 and 1 of every video and track of a batch.

        (1 - w)·[observed] + w·σ(s), with the teacher's scores s standardised within each row: its
        cosines have no fixed scale.
        """
        observed = batch.positives.float()
        if self.teacher is None:
            return observed
        with torch.no_grad():
            latents = self.teacher.infer(batch.video, batch.music)
            scores = latents.video_mean @ latents.music_mean.T
            spread = scores.std(dim=1, keepdim=True).clamp(min=1e-6)
            imputed = ((scores - scores.mean(dim=1, keepdim=True)) / spread).sigmoid()
        return (1.0 - self.weight) * observed + self.weight * imputed


def graded_matching(
    scores: Tensor, labels: Tensor, positives: Tensor, margin: float, n_hardest: int
) -> Tensor:
    """The matching loss for graded labels, per pair, in the direction of the rows.

    The scores of pair i and track j should differ in the order of their labels; each comparison
    weighs as much as the labels differ. The mean over the `n_hardest` largest of

        |y_ii - y_ij|·max(0, margin - sign(y_ii - y_ij)·(s_ii - s_ij))

    With labels 1 and 0 this is a row of Eq. 5.

    Args:
        scores: (n, n), videos by tracks; row i and column i belong to pair i.
        labels: (n, n), 0 to 1.
        positives: (n, n) bool, true where they are known to match: never compared.
        margin: in units of the score.
        n_hardest: comparisons that count in each row.

    Returns:
        (n,)
    """
    order = labels.diagonal()[:, None] - labels
    gaps = margin - order.sign() * (scores.diagonal()[:, None] - scores)
    hinge = (order.abs() * gaps.clamp(min=0.0)).masked_fill(positives, 0.0)
    n_kept = min(n_hardest, hinge.shape[1])
    n_compared = (~positives).sum(dim=1).clamp(min=1, max=n_kept)
    return hinge.topk(n_kept, dim=1).values.sum(dim=1) / n_compared


def weighted_matching(
    scores: Tensor,
    labels: Tensor,
    positives: Tensor,
    weights: Tensor,
    margin: float,
    n_hardest: int,
) -> Tensor:
    """Both directions of `graded_matching`, each pair with its weight (n,); a scalar."""
    rows = graded_matching(scores, labels, positives, margin, n_hardest)
    columns = graded_matching(scores.T, labels.T, positives.T, margin, n_hardest)
    return 0.5 * (weights * (rows + columns)).mean()


def evidence_loss(
    network: CrossModalNetwork, batch: Batch, latents: Latents, annealed: float
) -> Tensor:
    """Return the other terms of Eq. 6: cross-generation and prior."""
    config = network.config
    generation = generation_loss(
        network.video_from_music(latents.music), network.video_encoder.scaled(batch.video)
    ) + generation_loss(
        network.music_from_video(latents.video), network.music_encoder.scaled(batch.music)
    )
    prior = (
        prior_kl(latents.video_mean, latents.video_log_variance).mean()
        + prior_kl(latents.music_mean, latents.music_log_variance).mean()
    )
    weight = annealed * config.prior_weight / config.n_latent
    return config.generation_weight * generation + weight * prior


def propensities(tastes: Tensor, genres: Tensor, mean_taste: Tensor, smoothing: float) -> Tensor:
    """Return how likely an uploader is to choose a track of a genre, relative to ū.

    p = ((1 - s)·u_g + s·ū_g) / ū_g, with u the histogram of the uploader's other picks.

    Args:
        tastes: (n, n_genres) u.
        genres: (m,), -1 when unknown: there p is 1.
        mean_taste: (n_genres,) ū.
        smoothing: s, above 0.

    Returns:
        (n, m)
    """
    smoothed = (1.0 - smoothing) * tastes + smoothing * mean_taste
    relative = smoothed / mean_taste.clamp(min=1e-6)
    return torch.where(genres != UNKNOWN_GENRE, relative[:, genres.clamp(min=0)], 1.0)


def inverse_weights(propensity: Tensor, clip: float) -> Tensor:
    """Return 1 / p, clipped and normalised to a mean of 1 within the batch (n,)."""
    weights = (1.0 / propensity.clamp(min=1e-6)).clamp(max=clip)
    return weights / weights.mean()
