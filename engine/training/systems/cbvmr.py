"""CBVMR: ranking between modalities, structure kept within (Hong et al. 2018; "CMVBR" in DebCM)."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.method.batch import Batch
from engine.training.method.experts import TwoBranchNetwork
from engine.training.method.losses import matching_loss
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.two_branches import fit_branches


def structure_loss(
    similarities: Tensor, references: Tensor, first: Tensor, second: Tensor
) -> Tensor:
    """Soft intra-modal structure constraint (Hong et al., Eq. 6-8).

    For triples (i, j, k) of one modality: |s_ij - s_ik| where the embeddings order the two
    similarities differently from the features before embedding, 0 where they agree. The paper
    multiplies by the difference of two signs, which is 2 or 0 there; the weight absorbs it.

    Args:
        similarities: (n, n) of the embeddings.
        references: (n, n) of the features before embedding.
        first, second: int64 (m,), the columns j and k; with every i they make the triples.

    Returns:
        The mean over the triples of three different items, a scalar.
    """
    gaps = similarities[:, first] - similarities[:, second]
    wanted = references[:, first] - references[:, second]
    rows = torch.arange(len(similarities), device=similarities.device)[:, None]
    proper = (first != second) & (rows != first) & (rows != second)
    broken = (gaps.sign() * wanted.sign() < 0) & proper
    return (gaps.abs() * broken).sum() / proper.sum().clamp(min=1)


@dataclass(frozen=True, slots=True)
class Cbvmr:
    """The matching loss that all systems share, plus the structure loss of each modality.

    Attributes:
        structure_weight: of the structure loss.
        n_column_pairs: pairs (j, k) drawn for each batch; a batch of 1,024 has a billion triples.
    """

    name: str = "cbvmr"
    needs_pgc: bool = False
    structure_weight: float = 3.0
    n_column_pairs: int = 256

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; see `System`."""

        def pair_loss(
            network: TwoBranchNetwork, batch: Batch, video: Tensor, music: Tensor
        ) -> Tensor:
            between = matching_loss(
                video @ music.T, batch.positives, config.margin, config.n_hardest
            )
            within = self._structure(
                video, network.video_encoder.scaled(batch.video)
            ) + self._structure(music, network.music_encoder.scaled(batch.music))
            return between + self.structure_weight * within

        return fit_branches(pair_loss, data, config, progress, self.name)

    def _structure(self, embeddings: Tensor, inputs: Tensor) -> Tensor:
        n = len(embeddings)
        columns = torch.randint(n, (2, self.n_column_pairs)).to(embeddings.device)
        features = nn.functional.normalize(inputs, dim=1)
        return structure_loss(
            embeddings @ embeddings.T, features @ features.T, columns[0], columns[1]
        )
