"""What most systems share: two encoders into one space, ranked by dot product."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.progress import Progress
from engine.training.data.benchmark_data import Queries, TestSet, TrainingData
from engine.training.data.pairs import PairSet
from engine.training.data.tastes import leave_one_out_tastes, mean_taste
from engine.training.fitting.records import STUDENT, note, resumed_fit
from engine.training.fitting.trainer import BatchLoss, Objective, ValidationLoss
from engine.training.fitting.validation import mean_rank
from engine.training.method.batch import Batch
from engine.training.method.deconfounder import Deconfounder
from engine.training.method.encoders import GaussianEncoder
from engine.training.method.erasure import erase_concept
from engine.training.method.experts import Encoder, TwoBranchNetwork
from engine.training.method.scaling import InputScaling, fit_expert_scalings, fit_scaling
from engine.training.method.start import start_from_correlation
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import TASTE_WEIGHTS, Scorer, sampled_hits
from engine.training.systems.kept import Kept

_CHUNK = 4096

_Network = TypeVar("_Network", bound=nn.Module)
# A few settings of one set, such as with and without erasure.
_scalings: Kept[tuple[InputScaling, InputScaling]] = Kept(4)


PairLoss = Callable[[TwoBranchNetwork, Batch, Tensor, Tensor], Tensor]
"""A loss of a batch and its embeddings (n, d) of picture and sound, see `TwoBranchNetwork`."""
ScorerFactory = Callable[[Any, npt.NDArray[np.float32]], Scorer]
"""Makes the scorer of a fitted network and the music vectors of a catalogue."""


class ContentScorer:
    """Scores by the dot product of posterior means (Sec. 4.5), the tracks' computed once.

    Args:
        network: fitted; put into evaluation mode.
        music_vectors: float32 (n_tracks, D_M) of the catalogue.
    """

    def __init__(self, network: TwoBranchNetwork, music_vectors: npt.NDArray[np.float32]) -> None:
        self.network = network.eval()
        self.device = next(network.parameters()).device
        with torch.no_grad():
            self._tracks = self.track_latents(torch.from_numpy(music_vectors).to(self.device))

    def track_latents(self, music: Tensor) -> Tensor:
        """Return (n_tracks, d) of music vectors; a system with its own operator overrides it."""
        mean: Tensor = self.network.music_encoder(music)[0]
        return mean

    def query_latents(self, queries: Queries, rows: slice) -> Tensor:
        """Return (n, d) of some rows of the queries; a system that fuses text overrides it."""
        video = torch.from_numpy(queries.video_vectors[rows]).to(self.device)
        mean: Tensor = self.network.video_encoder(video)[0]
        return mean

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) of the candidates, or (n, n_tracks); see `Scorer`."""
        parts = []
        with torch.no_grad():
            for start in range(0, len(queries.video_vectors), _CHUNK):
                rows = slice(start, start + _CHUNK)
                scores = (self.query_latents(queries, rows) @ self._tracks.T).cpu().numpy()
                if candidates is not None:
                    scores = np.take_along_axis(scores, candidates[rows], axis=1)
                parts.append(scores.astype(np.float32))
        return np.concatenate(parts)

    def fitted_weights(self) -> dict[str, float]:
        """Return the size of the taste weights, if the network has any; see `TASTE_WEIGHTS`."""
        taste = getattr(self.network, "deconfounder", None)
        if not isinstance(taste, Deconfounder):
            return {}
        norms = (float(one.detach().norm()) for one in (taste.genre_weights, taste.content_weights))
        return dict(zip(TASTE_WEIGHTS, (float(taste.log_weight.detach()), *norms), strict=True))


@dataclass(frozen=True, slots=True)
class Learner:
    """A network about to be fitted, and how it scores afterwards.

    Attributes:
        network: fitted in place.
        batch_loss: of one batch from each set.
        train: the sets that it learns from.
        scorer: makes the scorer of the network.
        is_started: whether its encoders have their first weights already; otherwise they start
            from the first of the sets.
    """

    network: nn.Module
    batch_loss: BatchLoss
    train: Sequence[PairSet]
    scorer: ScorerFactory = ContentScorer
    is_started: bool = False


def fit_content(
    learner: Learner, data: TrainingData, config: TrainingConfig, progress: Progress, stage: str
) -> Scorer:
    """Fit a network with early stopping and return its scorer.

    Args:
        learner: what is fitted.
        data: gives the catalogue, ū, and what decides when to stop: the rank of the own music of
            its held-out sources, or else recall on its validation set.
        config, progress, stage: see `fit`.
    """
    if not learner.is_started:
        start_branches(learner.network, learner.train[0], config)
    taste = mean_taste(data.whole.ugc)
    objective = Objective(
        learner.network,
        learner.batch_loss,
        learner.train,
        taste,
        _validation_loss(learner, data, taste),
    )
    note(STUDENT, resumed_fit(STUDENT, objective, config, progress, stage))
    return learner.scorer(learner.network, data.catalogue.music_vectors)


def _validation_loss(
    learner: Learner, data: TrainingData, taste: npt.NDArray[np.float32]
) -> ValidationLoss | None:
    held_out = data.held_out
    if held_out is not None:
        tastes = np.repeat(taste[None], held_out.n_videos, axis=0)
        queries = Queries(held_out.video_vectors, tastes)

        def loss() -> float:
            scorer = learner.scorer(learner.network, held_out.music_vectors)
            return mean_rank(scorer.score(queries), held_out)

        return loss
    if data.validation is None:
        return None
    vectors = data.catalogue.music_vectors
    return recall_loss(learner.network, vectors, data.validation, learner.scorer)


def fit_branches(
    pair_loss: PairLoss, data: TrainingData, config: TrainingConfig, progress: Progress, name: str
) -> Scorer:
    """Fit the shared network without decoders to all pairs there are; see `System.fit`."""
    scalings = input_scalings(data, config)
    network = seeded(lambda: TwoBranchNetwork(*scalings, config), config.seed)

    def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
        (batch,) = batches
        video, _ = network.video_encoder(batch.video)
        music, _ = network.music_encoder(batch.music)
        return pair_loss(network, batch, video, music)

    return fit_content(Learner(network, batch_loss, [data.joined()]), data, config, progress, name)


def recall_loss(
    network: nn.Module,
    music_vectors: npt.NDArray[np.float32],
    validation: TestSet,
    scorer: ScorerFactory = ContentScorer,
) -> Callable[[], float]:
    """Return the loss for early stopping: 1 - Recall@15 among 100 negatives (Eq. 11, 13).

    Args:
        network: what is fitted.
        music_vectors: float32 (n_tracks, D_M) of the catalogue.
        validation: uploaders' choices that training never sees.
        scorer: makes the scorer of a network.
    """
    weights = 1.0 / np.maximum(validation.popularity, 1e-6)

    def loss() -> float:
        hits = sampled_hits(scorer(network, music_vectors), validation)
        return 1.0 - float(np.average(hits, weights=weights))

    return loss


def input_scalings(data: TrainingData, config: TrainingConfig) -> tuple[InputScaling, InputScaling]:
    """Return the scalings of picture and sound, fitted to all training pairs there are.

    Args:
        data: the pairs.
        config: how many components are kept; with `erase_taste`, nothing linear in the picture
            predicts an uploader's taste.
    """
    whole = data.whole
    settings = (config.n_video_components, config.n_music_components, config.erase_taste)
    return _scalings.get((whole.ugc, whole.pgc), settings, lambda: _fit_scalings(whole, config))


def _fit_scalings(data: TrainingData, config: TrainingConfig) -> tuple[InputScaling, InputScaling]:
    both, ugc = data.joined(), data.ugc
    video = fit_expert_scalings(
        both.video_vectors, both.video_blocks, both.video_experts, config.n_video_components
    )
    if config.erase_taste:
        tastes = leave_one_out_tastes(ugc, mean_taste(ugc))
        video = erase_concept(video, ugc.video_vectors[ugc.pairs[:, 0]], tastes)
    return video, fit_scaling(both.music_vectors, both.music_blocks, config.n_music_components)


def seeded(make: Callable[[], _Network], seed: int) -> _Network:
    """Return what `make` builds with the random weights of that seed; torch's own state stays."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def start_branches(network: nn.Module, pairs: PairSet, config: TrainingConfig) -> None:
    """Start every two branches in a network from training pairs; see `start_from_correlation`.

    With a `config.start_ridge` of 0 they keep their random weights; with `within_uploaders` the
    correlation is of how pairs differ from their uploader's mean.
    """
    branches = [part for part in network.modules() if isinstance(part, TwoBranchNetwork)]
    for part in branches if config.start_ridge else []:
        video, music = _own_encoder(part.video_encoder), _own_encoder(part.music_encoder)
        assert isinstance(music, GaussianEncoder)
        start_from_correlation(video, music, pairs, config.start_ridge, config.within_uploaders)


def _own_encoder(branch: nn.Module) -> Encoder:
    """Return the encoder of a branch, which may have further layers behind it."""
    return next(part for part in branch.modules() if isinstance(part, Encoder))
