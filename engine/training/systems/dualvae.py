"""Dual-VAE: two autoencoders with a common latent space (after Shen et al. 2018)."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from engine.progress import Progress
from engine.training.data.benchmark_data import TrainingData
from engine.training.method.batch import Batch
from engine.training.method.encoders import sample
from engine.training.method.experts import Encoder, TwoBranchNetwork
from engine.training.method.losses import generation_loss, matching_loss, prior_kl
from engine.training.method.scaling import Components, InputScaling
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.two_branches import (
    Learner,
    fit_content,
    input_scalings,
    seeded,
)


class DualVaeNetwork(TwoBranchNetwork):
    """Two Gaussian encoders, each with the decoder for the same modality."""

    def __init__(self, video: InputScaling, music: InputScaling, config: TrainingConfig) -> None:
        super().__init__(video, music, config)
        self.video_decoder = nn.Linear(config.n_latent, video.n_components)
        self.music_decoder = nn.Linear(config.n_latent, music.n_components)


def negative_elbo(
    encoder: Encoder,
    decoder: nn.Module,
    vectors: Tensor | Components,
    rebuilding_weight: float,
    prior_weight: float,
) -> tuple[Tensor, Tensor]:
    """Sample the posterior of one modality and return its negative ELBO (Shen et al. 2018, Eq. 3).

    With a Gaussian likelihood: the mean square error of the reconstructed input, and the KL to
    N(0, I) in nats per dimension, each with its weight.

    Args:
        encoder, decoder: of the modality.
        vectors: (n, F), or their components.
        rebuilding_weight: of the error.
        prior_weight: of the KL.

    Returns:
        The sample (n, d), and the weighted sum, a scalar.
    """
    mean, log_variance = encoder(vectors)
    latent = sample(mean, log_variance)
    rebuilt = generation_loss(decoder(latent), encoder.scaled(vectors))
    prior = prior_kl(mean, log_variance).mean() / mean.shape[1]
    return latent, rebuilding_weight * rebuilt + prior_weight * prior


@dataclass(frozen=True, slots=True)
class DualVae:
    """Each modality reconstructs itself, nothing crosses over; the matching loss aligns the two.

    Attributes:
        rebuilding_weight: of the reconstruction error beside the matching loss.
    """

    name: str = "dualvae"
    needs_pgc: bool = False
    rebuilding_weight: float = 0.1

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; see `System`."""
        scalings = input_scalings(data, config)
        network = seeded(lambda: DualVaeNetwork(*scalings, config), config.seed)

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            (batch,) = batches
            weights = self.rebuilding_weight, annealed * config.prior_weight
            video, video_loss = negative_elbo(
                network.video_encoder, network.video_decoder, batch.video, *weights
            )
            music, music_loss = negative_elbo(
                network.music_encoder, network.music_decoder, batch.music, *weights
            )
            matching = matching_loss(
                video @ music.T, batch.positives, config.margin, config.n_hardest
            )
            return matching + video_loss + music_loss

        learner = Learner(network, batch_loss, [data.joined()])
        return fit_content(learner, data, config, progress, self.name)
