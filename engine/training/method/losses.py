"""The terms of Eq. 1-6 and 10, with the errors of the published code corrected."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


def gaussian_kl(
    mean: Tensor, log_variance: Tensor, to_mean: Tensor, to_log_variance: Tensor
) -> Tensor:
    """KL(N(m, σ²) ‖ N(m', σ'²)) per row, in nats, of diagonal Gaussians.

    ½ Σ_d [log σ'² - log σ² + (σ² + (m - m')²) / σ'² - 1]

    Args:
        mean: (n, d).
        log_variance: (n, d), log σ².
        to_mean: (n, d) of the second Gaussian.
        to_log_variance: (n, d), log σ'² of the second Gaussian.

    Returns:
        (n,)
    """
    gap = (log_variance.exp() + (mean - to_mean).square()) / to_log_variance.exp()
    return 0.5 * (to_log_variance - log_variance + gap - 1.0).sum(dim=1)


def prior_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(m, σ²) ‖ N(0, I)) per row (Eq. 4), in nats.

    Args:
        mean: (n, d).
        log_variance: (n, d).

    Returns:
        (n,)
    """
    return 0.5 * (log_variance.exp() + mean.square() - log_variance - 1.0).sum(dim=1)


def matching_loss(scores: Tensor, positives: Tensor, margin: float, n_hardest: int) -> Tensor:
    """Bidirectional hinge on the hardest negatives (Eq. 5).

    Row i and column i belong to pair i. For each row and each column, the mean of
    max(0, margin - s_ii + s_ij) over its `n_hardest` largest terms. What is known to match, such
    as every pair of the same track, is no negative.

    Args:
        scores: (n, n), videos by tracks.
        positives: (n, n) bool, true wherever video i and track j are known to match.
        margin: in units of the score.
        n_hardest: negatives that count in each row and column.

    Returns:
        The mean over both directions, a scalar.
    """
    n_kept = min(n_hardest, len(scores))
    loss: Tensor = _HardestHinge.apply(  # type: ignore[no-untyped-call]  # inherited from torch
        scores, positives, margin, n_kept
    )
    return loss


class _HardestHinge(torch.autograd.Function):
    """The hinge by thresholds: a term counts from the smallest of the hardest upwards.

    Autograd would write the (n, n) terms about thirty times in each step.
    """

    @staticmethod
    def forward(ctx: Any, scores: Tensor, positives: Tensor, margin: float, n_kept: int) -> Tensor:
        n = len(scores)
        negatives = scores.masked_fill(positives, -torch.inf)
        # A negative's term is positive where its score is above this.
        floors = scores.diagonal() - margin
        n_positives = positives.to(scores.dtype)
        loss = scores.new_zeros(())
        kept = [negatives]
        for side, n_known in (
            (negatives, n_positives.sum(dim=1)),
            (negatives.T.contiguous(), n_positives.sum(dim=0)),
        ):
            hardest = _largest(side, n_kept)
            weights = 0.5 / n / (n - n_known).clamp(min=1, max=n_kept)
            terms = (hardest - floors[:, None]).clamp(min=0.0)
            loss = loss + (terms.sum(dim=1) * weights).sum()
            kept += [torch.maximum(hardest.amin(dim=1), floors), weights]
        ctx.save_for_backward(*kept)
        return loss

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None, None]:
        negatives, of_rows, row_weights, of_columns, column_weights = ctx.saved_tensors
        gradient = (negatives >= of_rows[:, None]) * (grads[0] * row_weights)[:, None]
        by_column = (negatives >= of_columns) * (grads[0] * column_weights)
        of_matched = gradient.sum(dim=1) + by_column.sum(dim=0)
        gradient += by_column
        gradient.diagonal().sub_(of_matched)
        return gradient, None, None, None


def _largest(scores: Tensor, n_kept: int) -> Tensor:
    """Return the `n_kept` largest of each row, in any order."""
    if scores.is_cuda:
        return scores.topk(n_kept, dim=1, sorted=False).values
    # numpy's partition uses vector instructions: ten times as fast as topk.
    return torch.from_numpy(np.partition(scores.numpy(), -n_kept, axis=1)[:, -n_kept:])


def generation_loss(generated: Tensor, observed: Tensor) -> Tensor:
    """Mean square error of the other modality, generated from a latent (Eq. 3).

    Args:
        generated: (n, F) from the decoder.
        observed: (n, F), the standardised input of the other modality.

    Returns:
        A scalar.
    """
    return nn.functional.mse_loss(generated, observed)
