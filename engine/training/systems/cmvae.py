"""CMVAE, mended: cross-generation and matching, text fused by a product of experts (Yi et al.)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.errors import TrainingError
from engine.progress import Progress
from engine.training.benchmark.data import Queries, TestSet
from engine.training.config import TrainingConfig
from engine.training.encoders import Components, GaussianEncoder, InputScaling, fit_scaling, sample
from engine.training.pairs import PairSet
from engine.training.sampler import Batch
from engine.training.systems.content import ContentScorer, fit_content, input_scalings, seeded
from engine.training.systems.contract import Scorer, training_pairs
from engine.training.teacher import CrossModalNetwork, TeacherNetwork
from engine.translation import tr

# Of a batch's videos in training: so that either modality learns to do without the other.
_LEFT_OUT_SHARE = 0.3


def product_of_experts(
    means: Tensor, log_variances: Tensor, present: Tensor
) -> tuple[Tensor, Tensor]:
    """Fuse Gaussian experts and the prior N(0, I), itself an expert.

    T = 1 + Σ_e 1/σ_e²,  μ = (Σ_e μ_e/σ_e²) / T,  σ² = 1/T, over the experts that are present:
    a missing modality drops out, and with none left the prior remains.

    Args:
        means: (n_experts, n, d).
        log_variances: (n_experts, n, d), log σ².
        present: bool (n_experts, n).

    Returns:
        Mean and log-variance (n, d) of the product.
    """
    precisions = (-log_variances).exp() * present[:, :, None]
    total = 1.0 + precisions.sum(dim=0)
    return (means * precisions).sum(dim=0) / total, -total.log()


class FusedNetwork(CrossModalNetwork):
    """The backbone with a text encoder beside the picture's."""

    def __init__(
        self, video: InputScaling, text: InputScaling, music: InputScaling, config: TrainingConfig
    ) -> None:
        super().__init__(video, music, config)
        self.text_encoder = GaussianEncoder(text, config)

    def fuse(
        self, video: Tensor | Components, text: Tensor, has_video: Tensor, has_text: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance (n, d) of videos by what is known of each.

        Args:
            video: (n, D_V).
            text: (n, D_T).
            has_video, has_text: bool (n,).
        """
        experts = [self.video_encoder(video), self.text_encoder(text)]
        means, log_variances = (torch.stack(part) for part in zip(*experts, strict=True))
        return product_of_experts(means, log_variances, torch.stack([has_video, has_text]))

    def fused_loss(self, batch: Batch, text: Tensor, has_text: Tensor, annealed: float) -> Tensor:
        """Return the terms of Eq. 6 for the fused posterior, now and then of one modality alone."""
        drawn = torch.rand(len(text), device=text.device)
        uses_text = has_text & (drawn >= _LEFT_OUT_SHARE)
        uses_video = ~has_text | (drawn < 1.0 - _LEFT_OUT_SHARE)
        mean, log_variance = self.fuse(batch.video, text, uses_video, uses_text)
        latents = replace(
            self.infer(batch.video, batch.music),
            video_mean=mean,
            video_log_variance=log_variance,
            video=sample(mean, log_variance),
        )
        return self.content_loss(batch, latents, annealed)


class FusedScorer(ContentScorer):
    """Scores by what each query has; a query without text is judged by its picture.

    Attributes:
        uses_video, uses_text: whether that modality may be looked at.
    """

    network: FusedNetwork
    uses_video: bool = True
    uses_text: bool = True

    def query_latents(self, queries: Queries, rows: slice) -> Tensor:
        """Return the fused means (n, d)."""
        video = torch.from_numpy(queries.video_vectors[rows]).to(self.device)
        n, width = len(video), self.network.text_encoder.mean.shape[0]
        text, has_text = torch.zeros(n, width), torch.zeros(n, dtype=torch.bool)
        if queries.text_vectors is not None and queries.has_text is not None and self.uses_text:
            text = torch.from_numpy(queries.text_vectors[rows])
            has_text = torch.from_numpy(queries.has_text[rows])
        has_video = torch.full((n,), self.uses_video, device=self.device)
        mean, _ = self.network.fuse(
            video, text.to(self.device), has_video, has_text.to(self.device)
        )
        return mean


@dataclass(frozen=True, slots=True)
class Cmvae:
    """The backbone of all systems, without debiasing.

    Attributes:
        use_text: fuse the uploaders' text with the picture; off in the comparison, as
            professionals' pairs have none and no other system reads it.
    """

    name: str = "cmvae"
    needs_pgc: bool = False
    use_text: bool = False

    def fit(
        self,
        ugc: PairSet,
        pgc: PairSet | None,
        validation: TestSet,
        config: TrainingConfig,
        progress: Progress,
    ) -> Scorer:
        """Fit to training pairs; see `System`.

        Raises:
            TrainingError: when text is asked for and there is none.
        """
        scalings = input_scalings(ugc, pgc, config)
        train = training_pairs(ugc, pgc)
        if not self.use_text:
            plain = seeded(lambda: TeacherNetwork(*scalings, config), config.seed)
            return fit_content(
                plain, plain.training_loss, [train], ugc, validation, config, progress, self.name
            )
        texts, has_text = train.extras.text_vectors, train.extras.has_text
        if texts is None or has_text is None or not has_text.any():
            raise TrainingError(
                tr("The pairs hold no text."),
                remedy=tr("Train without text, or add a text column."),
            )
        text = fit_scaling(texts[has_text], (texts.shape[1],), config.n_video_components)
        fused = seeded(lambda: FusedNetwork(scalings[0], text, scalings[1], config), config.seed)
        text_rows, has_rows = torch.from_numpy(texts), torch.from_numpy(has_text)

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            (batch,) = batches
            rows = batch.video_rows.to(text_rows.device)
            device = batch.video.device
            return fused.fused_loss(
                batch, text_rows[rows].to(device), has_rows[rows].to(device), annealed
            )

        return fit_content(
            fused, batch_loss, [train], ugc, validation, config, progress, self.name, FusedScorer
        )
