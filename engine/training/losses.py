"""The terms of Eq. 1-6 and 10 of the paper, with the mends of its published code."""

import torch
from torch import Tensor


def gaussian_kl(mean: Tensor, log_variance: Tensor, to_mean: Tensor, to_variance: Tensor) -> Tensor:
    """KL(N(m, σ²) ‖ N(m', σ'²)) per row, in nats, of diagonal Gaussians.

    ½ Σ_d [log σ'² - log σ² + (σ² + (m - m')²) / σ'² - 1]

    Args:
        mean: (n, d).
        log_variance: (n, d), log σ².
        to_mean: (n, d) of the second Gaussian.
        to_variance: (n, d), log σ'² of the second Gaussian.

    Returns:
        (n,)
    """
    gap = (log_variance.exp() + (mean - to_mean).square()) / to_variance.exp()
    return 0.5 * (to_variance - log_variance + gap - 1.0).sum(dim=1)


def prior_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(m, σ²) ‖ N(0, I)) per row (Eq. 4), in nats.

    Args:
        mean: (n, d).
        log_variance: (n, d).

    Returns:
        (n,)
    """
    zeros = torch.zeros_like(mean)
    return gaussian_kl(mean, log_variance, zeros, zeros)


def matching_loss(scores: Tensor, positives: Tensor, margin: float, n_hardest: int) -> Tensor:
    """Bidirectional hinge on the hardest negatives (Eq. 5).

    Row i and column i belong to pair i. For each row and each column, the mean of
    max(0, margin - s_ii + s_ij) over its `n_hardest` largest terms; what is known to match,
    as every pair that shares the track does, is no negative.

    Args:
        scores: (n, n), videos by tracks.
        positives: (n, n) bool, true wherever video i and track j are known to match.
        margin: in units of the score.
        n_hardest: negatives looked at in each row and column.

    Returns:
        The mean over both directions, a scalar.
    """
    matched = scores.diagonal()
    rows = _hardest_mean(margin - matched[:, None] + scores, positives, n_hardest)
    columns = _hardest_mean(margin - matched[:, None] + scores.T, positives.T, n_hardest)
    return 0.5 * (rows + columns)


def _hardest_mean(gaps: Tensor, positives: Tensor, n_hardest: int) -> Tensor:
    n_kept = min(n_hardest, gaps.shape[1])
    hinge = gaps.clamp(min=0.0).masked_fill(positives, 0.0)
    hardest = hinge.topk(n_kept, dim=1).values.sum(dim=1)
    n_negatives = (~positives).sum(dim=1).clamp(min=1, max=n_kept)
    return (hardest / n_negatives).mean()


def generation_loss(generated: Tensor, observed: Tensor) -> Tensor:
    """Mean square error of what one modality's latent says of the other (Eq. 3).

    Args:
        generated: (n, F) from the decoder.
        observed: (n, F), the standardised input of the other modality.

    Returns:
        A scalar.
    """
    return (generated - observed).square().mean()
