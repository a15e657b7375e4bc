"""UWML: universal weighting metric learning (Wei et al. 2020)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.method.batch import Batch
from engine.training.method.experts import TwoBranchNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.two_branches import fit_branches

Coefficients = tuple[float, ...]


def polynomial(similarities: Tensor, coefficients: Coefficients) -> Tensor:
    """Σ_p a_p·S^p, of the same shape as S; the constant comes first."""
    # Horner's scheme.
    value = torch.zeros_like(similarities)
    for coefficient in reversed(coefficients):
        value = value * similarities + coefficient
    return value


def universal_weighting_loss(
    scores: Tensor,
    known: Tensor,
    margin: float,
    n_hardest: int,
    positive: Coefficients,
    negative: Coefficients,
) -> Tensor:
    """Average polynomial loss of both directions (Wei et al., Eq. 10-11).

    For each row and column, max(0, Σ a_p S_ii^p) plus the mean of max(0, Σ b_q S_ij^q) over its
    informative negatives: those within `margin` of the positive, at most the `n_hardest` of them,
    as in the other systems.

    Args:
        scores: (n, n), videos by tracks; row i and column i belong to pair i.
        known: (n, n) bool, true where they are known to match.
        margin: in units of the score.
        n_hardest: negatives that count in each row and column.
        positive: a_p, the constant first.
        negative: b_q, the constant first.

    Returns:
        A scalar.
    """
    matched = scores.diagonal()
    pulled = polynomial(matched, positive).clamp(min=0.0).mean()
    rows = _negatives(scores, matched, known, margin, n_hardest, negative)
    columns = _negatives(scores.T, matched, known.T, margin, n_hardest, negative)
    return pulled + 0.5 * (rows + columns)


def _negatives(
    scores: Tensor,
    matched: Tensor,
    known: Tensor,
    margin: float,
    n_hardest: int,
    coefficients: Coefficients,
) -> Tensor:
    informative = ~known & (scores > matched[:, None] - margin)
    hardest, at = scores.masked_fill(~informative, -torch.inf).topk(
        min(n_hardest, scores.shape[1]), dim=1
    )
    kept = informative.gather(1, at)
    pushed = polynomial(hardest.masked_fill(~kept, 0.0), coefficients).clamp(min=0.0)
    return ((pushed * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1)).mean()


@dataclass(frozen=True, slots=True)
class Uwml:
    """Two branches under the polynomial loss: hard pairs count more.

    Attributes:
        positive, negative: coefficients of the polynomials, the constant first.
        margin: how close a negative must be to count; None for the margin of the other systems.
    """

    name: str = "uwml"
    needs_pgc: bool = False
    positive: Coefficients = (0.5, -0.7, 0.2)
    negative: Coefficients = (0.03, -0.4, 0.9)
    margin: float | None = None

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; see `System`."""
        margin = config.margin if self.margin is None else self.margin

        def pair_loss(
            network: TwoBranchNetwork, batch: Batch, video: Tensor, music: Tensor
        ) -> Tensor:
            return universal_weighting_loss(
                video @ music.T,
                batch.positives,
                margin,
                config.n_hardest,
                self.positive,
                self.negative,
            )

        return fit_branches(pair_loss, data, config, progress, self.name)
