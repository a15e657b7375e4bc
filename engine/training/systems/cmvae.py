"""CMVAE, corrected: cross-generation, matching, and text by a product of experts (Yi et al.)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.errors import TrainingError
from engine.progress import Progress
from engine.training.data.benchmark_data import Queries, TrainingData
from engine.training.data.pairs import PairSet
from engine.training.method.batch import Batch
from engine.training.method.encoders import GaussianEncoder, sample
from engine.training.method.experts import product_of_experts
from engine.training.method.scaling import Components, InputScaling, fit_scaling
from engine.training.method.teacher import CrossModalNetwork, TeacherNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer
from engine.training.systems.two_branches import (
    ContentScorer,
    Learner,
    fit_content,
    input_scalings,
    seeded,
    start_branches,
)
from engine.translation import tr

# Of a batch's videos in training, so that each modality learns to do without the other.
_LEFT_OUT_SHARE = 0.3
# Of a batch's texts, those replaced by another video's: otherwise no text would ever be doubted.
_WRONG_SHARE = 0.25
# Of the regression that gives the text encoder its first weights, in variances of a component.
_TEXT_RIDGE = 0.1


class FusedNetwork(CrossModalNetwork):
    """The shared network with a text encoder beside the picture's."""

    def __init__(
        self, video: InputScaling, text: InputScaling, music: InputScaling, config: TrainingConfig
    ) -> None:
        super().__init__(video, music, config)
        self.text_encoder = GaussianEncoder(text, config)
        # The log-odds that a text belongs to the video: slope and offset of their cosine.
        self.agreement = nn.Linear(1, 1)
        nn.init.constant_(self.agreement.weight, 1.0)
        nn.init.zeros_(self.agreement.bias)

    def fuse(
        self, video: Tensor | Components, text: Tensor, has_video: Tensor, has_text: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance (n, d) of videos from the modalities that each has.

        Args:
            video: (n, D_V).
            text: (n, D_T).
            has_video, has_text: bool (n,).
        """
        mean, log_variance, _ = self._fused(video, text, has_video, has_text)
        return mean, log_variance

    def _fused(
        self, video: Tensor | Components, text: Tensor, has_video: Tensor, has_text: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return mean and log-variance of `fuse`, and the log-odds (n,) that texts belong there."""
        experts = [self.video_encoder(video), self.text_encoder(text)]
        means, log_variances = (torch.stack(part) for part in zip(*experts, strict=True))
        # Beside a picture, a text is trusted as far as it agrees with it.
        cosines = (means[0] * means[1]).sum(dim=1, keepdim=True).detach()
        log_odds = self.agreement(cosines)[:, 0]
        believed = torch.where(has_video, log_odds.detach().sigmoid(), 1.0) * has_text
        mean, log_variance = product_of_experts(
            means, log_variances, torch.stack([has_video.to(believed.dtype), believed])
        )
        return mean, log_variance, log_odds

    def start_text(self, train: PairSet) -> None:
        """Start the text encoder from a ridge regression onto the sound's means.

        Its variance starts above the picture's by as much as its error is larger, so that the
        product of experts weighs both by what they know.
        """
        texts, has_text = texts_of(train)
        rows = np.flatnonzero(has_text[train.pairs[:, 0]])
        videos, tracks = train.pairs[rows].T
        device = self.text_encoder.mean.device
        encoder, location = self.text_encoder, self.text_encoder.location
        inputs, pictures, sounds = (
            torch.from_numpy(part).to(device)
            for part in (texts[videos], train.video_vectors[videos], train.music_vectors[tracks])
        )
        self.eval()
        with torch.no_grad():
            scaled = encoder.scaled(inputs)
            wanted, _ = self.music_encoder(sounds)
            ridge = _TEXT_RIDGE * len(rows) * torch.eye(scaled.shape[1], device=device)
            centred = wanted - wanted.mean(dim=0)
            weights = torch.linalg.solve(scaled.T @ scaled + ridge, scaled.T @ centred)
            location.weight.copy_(weights.T)
            location.bias.copy_(wanted.mean(dim=0))
            errors = [
                (mean - wanted).square().mean()
                for mean in (encoder(inputs)[0], self.video_encoder(pictures)[0])
            ]
            encoder.log_variance.bias.add_((errors[0] / errors[1]).log())
            own, _ = encoder(inputs)
            picture, _ = self.video_encoder(pictures)
            self._start_agreement((own * picture).sum(dim=1), (own.roll(1, 0) * picture).sum(dim=1))

    def _start_agreement(self, right: Tensor, wrong: Tensor) -> None:
        """Start from the log-odds between two normal distributions of equal variance."""
        variance = (right.var() + wrong.var()) / 2.0 + 1e-6
        slope = (right.mean() - wrong.mean()) / variance
        self.agreement.weight.fill_(slope)
        self.agreement.bias.fill_(
            float(np.log(1.0 / _WRONG_SHARE - 1.0)) - slope * (right.mean() + wrong.mean()) / 2.0
        )

    def fused_loss(self, batch: Batch, text: Tensor, has_text: Tensor, annealed: float) -> Tensor:
        """Return the terms of Eq. 6 for the fused posterior, sometimes of one modality alone."""
        drawn = torch.rand(len(text), device=text.device)
        wrong = has_text & has_text.roll(1) & (torch.rand_like(drawn) < _WRONG_SHARE)
        text = torch.where(wrong[:, None], text.roll(1, dims=0), text)
        uses_text = has_text & (drawn >= _LEFT_OUT_SHARE)
        uses_video = ~has_text | (drawn < 1.0 - _LEFT_OUT_SHARE)
        mean, log_variance, log_odds = self._fused(batch.video, text, uses_video, uses_text)
        latents = replace(
            self.infer(batch.video, batch.music),
            video_mean=mean,
            video_log_variance=log_variance,
            video=sample(mean, log_variance),
        )
        doubt = nn.functional.binary_cross_entropy_with_logits(
            log_odds, (~wrong).to(log_odds.dtype), has_text.to(log_odds.dtype)
        )
        return self.content_loss(batch, latents, annealed) + doubt


class FusedScorer(ContentScorer):
    """Scores by what each query has; a query without text is scored by its picture.

    Attributes:
        uses_video, uses_text: whether that modality is used.
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
    """The shared network, without debiasing.

    Attributes:
        use_text: fuse the uploaders' text with the picture; off in the comparison, as
            professionals' pairs have no text and no other system uses it.
    """

    name: str = "cmvae"
    needs_pgc: bool = False
    use_text: bool = False

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; see `System`.

        Raises:
            TrainingError: when text is asked for and there is none.
        """
        scalings = input_scalings(data, config)
        train = data.joined()
        if not self.use_text:
            plain = seeded(lambda: TeacherNetwork(*scalings, config), config.seed)
            return fit_content(
                Learner(plain, plain.training_loss, [train]), data, config, progress, self.name
            )
        texts, has_text = texts_of(train)
        text = fit_scaling(texts[has_text], (texts.shape[1],), config.n_video_components)
        fused = seeded(lambda: FusedNetwork(scalings[0], text, scalings[1], config), config.seed)
        if config.start_ridge:
            start_branches(fused, train, config)
            fused.start_text(train)

        @cache
        def on(device: torch.device) -> tuple[Tensor, Tensor]:
            return torch.from_numpy(texts).to(device), torch.from_numpy(has_text).to(device)

        def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
            (batch,) = batches
            text_rows, has_rows = on(batch.video_rows.device)
            rows = batch.video_rows
            return fused.fused_loss(batch, text_rows[rows], has_rows[rows], annealed)

        learner = Learner(fused, batch_loss, [train], FusedScorer, is_started=True)
        return fit_content(learner, data, config, progress, self.name)


def texts_of(train: PairSet) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Return the texts (n_videos, D_T) and which videos have one.

    Raises:
        TrainingError: when there is none.
    """
    texts, has_text = train.extras.text_vectors, train.extras.has_text
    if texts is None or has_text is None or not has_text.any():
        raise TrainingError(
            tr("The pairs have no text."),
            remedy=tr("Train without text, or on pairs that have it."),
        )
    return texts, has_text
