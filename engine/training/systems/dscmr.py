"""DSCMR: deep supervised cross-modal retrieval (Zhen et al. 2019)."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.method.batch import Batch
from engine.training.method.experts import Encoder, TwoBranchNetwork
from engine.training.method.scaling import InputScaling
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.two_branches import (
    Learner,
    fit_content,
    input_scalings,
    seeded,
)


class SharedLayerEncoder(nn.Module):
    """An encoder of its modality, followed by the layer that both modalities share."""

    def __init__(self, own: Encoder, shared: nn.Linear) -> None:
        super().__init__()
        self.own = own
        self.shared = shared

    def forward(self, vectors: Tensor) -> tuple[Tensor, Tensor]:
        """Return the embeddings (n, d), of unit length, and log σ² (n, d), which isn't used."""
        mean, log_variance = self.own(vectors)
        return nn.functional.normalize(self.shared(mean), dim=1), log_variance


class DscmrNetwork(TwoBranchNetwork):
    """Two branches with a common last layer, and a linear classifier over their embeddings."""

    def __init__(
        self, video: InputScaling, music: InputScaling, config: TrainingConfig, n_genres: int
    ) -> None:
        super().__init__(video, music, config)
        shared = nn.Linear(config.n_latent, config.n_latent)
        # At the start it changes nothing.
        nn.init.eye_(shared.weight)
        nn.init.zeros_(shared.bias)
        self.video_encoder = SharedLayerEncoder(self.video_encoder, shared)  # type: ignore[assignment]  # same interface
        self.music_encoder = SharedLayerEncoder(self.music_encoder, shared)  # type: ignore[assignment]  # same interface
        self.classifier = nn.Linear(config.n_latent, n_genres, bias=False)


def label_loss(predicted: Tensor, labels: Tensor) -> Tensor:
    """Discrimination in the label space: the mean of ‖Pᵀu - y‖ (Zhen et al., Eq. 3).

    Args:
        predicted: (n, n_labels), Pᵀu.
        labels: int64 (n,); a negative label is unknown and doesn't count.

    Returns:
        A scalar; 0 when no label is known.
    """
    known = labels >= 0
    wanted = nn.functional.one_hot(labels.clamp(min=0), predicted.shape[1])
    distances = (predicted - wanted).norm(dim=1)
    loss: Tensor = (distances * known).sum() / known.sum().clamp(min=1)
    return loss


def likelihood_loss(cosines: Tensor, same: Tensor, sharpness: float) -> Tensor:
    """Discrimination in the common space: log(1 + e^Γ) - S·Γ (Zhen et al., Eq. 4-6).

    Γ is `sharpness` times the cosine; in the paper ½, for a few classes of similar size. Here a
    class is a track, and almost every pair of a batch is a mismatch: matches and mismatches are
    averaged separately and have the same weight.

    Args:
        cosines: (n, m).
        same: (n, m) bool, S: true where both have the same class.
        sharpness: factor of the cosine.

    Returns:
        A scalar.
    """
    logits = sharpness * cosines
    losses = nn.functional.softplus(logits) - same * logits
    alike = (losses * same).sum() / same.sum().clamp(min=1)
    unlike = (losses * ~same).sum() / (~same).sum().clamp(min=1)
    return 0.5 * (alike + unlike)


def invariance_loss(video: Tensor, music: Tensor) -> Tensor:
    """Modality invariance: the mean of ‖u - v‖ over the pairs (Zhen et al., Eq. 7).

    Args:
        video, music: (n, d), row i of both belongs to pair i.

    Returns:
        A scalar.
    """
    loss: Tensor = (video - music).norm(dim=1).mean()
    return loss


@dataclass(frozen=True, slots=True)
class Dscmr:
    """The three terms of Zhen et al., Eq. 8, over two branches that share their last layer.

    Attributes:
        label_weight: of the genre of the track, where it is known.
        likelihood_weight: of likelihoods across and within the modalities, classed by track.
        invariance_weight: of the distance between the two of a pair.
        sharpness: see `likelihood_loss`.
    """

    name: str = "dscmr"
    needs_pgc: bool = False
    label_weight: float = 0.1
    likelihood_weight: float = 1.0
    invariance_weight: float = 0.1
    sharpness: float = 2.5

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; see `System`."""
        scalings = input_scalings(data, config)
        n_genres = len(data.ugc.genre_names)
        network = seeded(lambda: DscmrNetwork(*scalings, config, n_genres), config.seed)

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            (batch,) = batches
            video, _ = network.video_encoder(batch.video)
            music, _ = network.music_encoder(batch.music)
            labels = label_loss(network.classifier(video), batch.genres) + label_loss(
                network.classifier(music), batch.genres
            )
            same_track = batch.track_rows[:, None] == batch.track_rows
            likelihoods = (
                likelihood_loss(video @ music.T, batch.positives, self.sharpness)
                + likelihood_loss(video @ video.T, same_track, self.sharpness)
                + likelihood_loss(music @ music.T, same_track, self.sharpness)
            )
            return (
                self.label_weight * labels
                + self.likelihood_weight * likelihoods
                + self.invariance_weight * invariance_loss(video, music)
            )

        learner = Learner(network, batch_loss, [data.joined()])
        return fit_content(learner, data, config, progress, self.name)
