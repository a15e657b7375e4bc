"""CEVAR: cosine embedding loss (Surís et al. 2018, embeddings for video and audio)."""

from dataclasses import dataclass

from torch import Tensor

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.method.batch import Batch
from engine.training.method.experts import TwoBranchNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.two_branches import fit_branches


def cosine_embedding_loss(
    cosines: Tensor, positives: Tensor, margin: float, negative_share: float
) -> Tensor:
    """1 - cos for pairs, max(0, cos - α) for the others (Surís et al., Eq. 1).

    The paper draws either a pair or, with a fixed probability, a random mismatch. Here every
    mismatch of the batch counts, which is the expectation of that draw.

    Args:
        cosines: (n, n), videos by tracks; row i and column i belong to pair i.
        positives: (n, n) bool, true where they are known to match.
        margin: α, the cosine that mismatches may have.
        negative_share: probability of drawing a mismatch.

    Returns:
        A scalar.
    """
    pulled = (1.0 - cosines.diagonal()).mean()
    pushed = (cosines - margin).clamp(min=0.0).masked_fill(positives, 0.0)
    n_negatives = (~positives).sum().clamp(min=1)
    return (1.0 - negative_share) * pulled + negative_share * pushed.sum() / n_negatives


@dataclass(frozen=True, slots=True)
class Cevar:
    """Two branches under the cosine embedding loss; the label loss is left out, as in DebCM.

    Attributes:
        margin: α.
        negative_share: see `cosine_embedding_loss`.
    """

    name: str = "cevar"
    needs_pgc: bool = False
    margin: float = 0.2
    negative_share: float = 0.6

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; see `System`."""

        def pair_loss(
            network: TwoBranchNetwork, batch: Batch, video: Tensor, music: Tensor
        ) -> Tensor:
            return cosine_embedding_loss(
                video @ music.T, batch.positives, self.margin, self.negative_share
            )

        return fit_branches(pair_loss, data, config, progress, self.name)
