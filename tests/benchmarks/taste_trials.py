"""Ways to take taste out of the match, from the papers, that aren't systems of the table.

    python -m tests.benchmarks.taste_trials [--seeds 10,11] [--videos 6000]

On development worlds, beside `cmvae` and `cmvae+within+erasure` with their default settings:

- *Counterfactual removal*: `cmvae`'s score less λ times the log ratio of the taste that the picture
  suggests (ridge regression) to the mean taste, for the track's genre.
- *Fair stopping*: training stops by validation recall weighted by inverse taste, as `--search`
  uses it.
- *Within uploaders*: the hinge counts only mismatches picked by the same uploader, whose taste
  cancels (a conditional likelihood over environments), or half of it does.
- *Doubly robust*: the loss of the teacher's labels, plus the difference between that of the
  observed labels and it, weighted by the inverse propensity.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from unittest import mock

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.progress import silent
from engine.training.benchmark.sources import SIMULATION_SETTINGS
from engine.training.data.benchmark_data import BenchmarkData, Queries, TestSet
from engine.training.data.tastes import leave_one_out_tastes, mean_taste
from engine.training.fitting.metrics import inverse_popularity_weights, inverse_taste_weights
from engine.training.method.batch import Batch
from engine.training.method.deconfounder import EPSILON
from engine.training.method.teacher import TeacherNetwork
from engine.training.method.training_config import TrainingConfig
from engine.training.systems import two_branches
from engine.training.systems.contract import Scorer, benchmark_config, sampled_hits
from engine.training.systems.debiasing import (
    Labels,
    evidence_loss,
    graded_matching,
    inverse_weights,
    propensities,
)
from engine.training.systems.registry import make_system
from engine.training.systems.teacher_alone import shared_teacher
from engine.training.systems.two_branches import (
    Learner,
    ScorerFactory,
    fit_content,
    input_scalings,
    seeded,
)
from tests.benchmarks.development import FAST, under_do, world

_RIDGE = 0.05
_CLIP, _SMOOTHING = 5.0, 0.2
_BELOW_ONE = 0.9999
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CounterfactualScorer:
    """A score less what the taste that a picture suggests adds to it.

    Attributes:
        base: the fitted system.
        weight: λ.
        genres: int64 (n_tracks,).
        mean: (n_genres,) ū.
        centre, slopes: (D_V,) and (D_V, n_genres) of the regression of tastes on pictures.
    """

    base: Scorer
    weight: float
    genres: npt.NDArray[np.int64]
    mean: Floats
    centre: npt.NDArray[np.float64]
    slopes: npt.NDArray[np.float64]

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) or (n, n_tracks); see `Scorer`."""
        scores = self.base.score(queries, candidates)
        suggested = (queries.video_vectors - self.centre) @ self.slopes + self.mean
        tastes = suggested.clip(min=0)
        tastes /= tastes.sum(axis=1, keepdims=True)
        ratios = np.log((tastes + EPSILON) / (self.mean + EPSILON))
        tracks = np.arange(len(self.genres))[None, :] if candidates is None else candidates
        genres = np.broadcast_to(self.genres[tracks], scores.shape)
        removed = self.weight * np.take_along_axis(ratios, genres, axis=1)
        return np.asarray(scores - removed, dtype=np.float32)


def counterfactual(base: Scorer, data: BenchmarkData, weight: float) -> CounterfactualScorer:
    """Return the scorer with the regression of the uploaders' tastes on their pictures."""
    mean = mean_taste(data.ugc)
    pictures = data.ugc.video_vectors[data.ugc.pairs[:, 0]].astype(np.float64)
    centre, spread = pictures.mean(axis=0), pictures.std(axis=0) + 1e-9
    scaled = (pictures - centre) / spread
    tastes = leave_one_out_tastes(data.ugc, mean) - mean
    ridge = _RIDGE * len(scaled) * np.eye(scaled.shape[1])
    slopes = np.linalg.solve(scaled.T @ scaled + ridge, scaled.T @ tastes)
    return CounterfactualScorer(
        base, weight, data.ugc.genres, mean, centre, slopes / spread[:, None]
    )


def fair_recall_loss(
    data: BenchmarkData,
) -> Callable[[nn.Module, Floats, TestSet, ScorerFactory], Callable[[], float]]:
    """Return a `recall_loss` whose queries are weighted by inverse taste as well."""

    def make(
        network: nn.Module, music: Floats, validation: TestSet, scorer: ScorerFactory
    ) -> Callable[[], float]:
        weights = inverse_popularity_weights(validation.popularity) * inverse_taste_weights(
            validation.queries.tastes, data.ugc.genres[validation.targets], mean_taste(data.ugc)
        )
        weights = weights / weights.sum()
        return lambda: 1.0 - float(weights @ sampled_hits(scorer(network, music), validation))

    return make


def fit_within(data: BenchmarkData, config: TrainingConfig, share: float) -> Scorer:
    """Fit `cmvae` to uploaders' pairs, of its matching loss a share within uploaders."""
    training = data.training(with_pgc=False)
    scalings = input_scalings(training, config)
    network = seeded(lambda: TeacherNetwork(*scalings, config), config.seed)
    _, numbers = np.unique(data.ugc.uploaders, return_inverse=True)
    uploaders = torch.zeros(data.ugc.n_videos, dtype=torch.int64)
    uploaders[torch.from_numpy(data.ugc.pairs[:, 0])] = torch.from_numpy(numbers)

    def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
        (batch,) = batches
        latents = network.infer(batch.video, batch.music)
        own = uploaders[batch.video_rows]
        mismatches = (own[:, None] == own) & ~batch.positives
        scores = latents.video @ latents.music.T
        matched = scores.diagonal()
        rows = (config.margin - matched[:, None] + scores).clamp(min=0.0)
        columns = (config.margin - matched[None, :] + scores).clamp(min=0.0)
        hinge = ((rows + columns) * mismatches).sum() / mismatches.sum().clamp(min=1)
        within = hinge + evidence_loss(network, batch, latents, annealed)
        return share * within + (1.0 - share) * network.content_loss(batch, latents, annealed)

    return fit_content(
        Learner(network, batch_loss, [data.ugc]), training, config, silent(), "within"
    )


def fit_doubly_robust(data: BenchmarkData, config: TrainingConfig) -> Scorer:
    """Fit the shared network to uploaders' pairs, corrected by a teacher and by propensities."""
    training = data.training(with_pgc=True)
    imputed_by = Labels(shared_teacher(training, config, silent()), 1.0)
    scalings = input_scalings(training, config)
    network = seeded(lambda: TeacherNetwork(*scalings, config), config.seed)
    mean = torch.from_numpy(mean_taste(data.ugc))

    def batch_loss(batches: Sequence[Batch], annealed: float) -> Tensor:
        (batch,) = batches
        latents = network.infer(batch.video, batch.music)
        scores = latents.video @ latents.music.T

        def matching(labels: Tensor) -> Tensor:
            settings = config.margin, config.n_hardest
            rows = graded_matching(scores, labels, batch.positives, *settings)
            columns = graded_matching(scores.T, labels.T, batch.positives.T, *settings)
            return 0.5 * (rows + columns)

        chance = propensities(batch.tastes, batch.genres, mean, _SMOOTHING).diagonal()
        imputed = matching(imputed_by.of(batch) * _BELOW_ONE)
        observed = matching(batch.positives.float())
        corrected = imputed + inverse_weights(chance, _CLIP) * (observed - imputed)
        return corrected.mean() + evidence_loss(network, batch, latents, annealed)

    return fit_content(
        Learner(network, batch_loss, [data.ugc]), training, config, silent(), "doubly robust"
    )


def trials(data: BenchmarkData, config: TrainingConfig) -> dict[str, Callable[[], Scorer]]:
    """Return the fits to make, by title."""

    def system(
        name: str, settings: Mapping[str, Any], with_pgc: bool = False
    ) -> Callable[[], Scorer]:
        training = data.training(with_pgc)
        own = replace(config, **settings)
        return lambda: make_system(name).fit(training, own, silent())

    def fairly_stopped(name: str, settings: Mapping[str, Any]) -> Scorer:
        with mock.patch.object(two_branches, "recall_loss", fair_recall_loss(data)):
            return system(name, settings)()

    both = replace(config, within_uploaders=True, erase_taste=True)
    started = replace(config, within_uploaders=True)
    plain = system("cmvae", {})()
    found: dict[str, Callable[[], Scorer]] = {
        "ugc: cmvae": lambda: plain,
        "ugc: cmvae+within+erasure": system("cmvae+within+erasure", {}),
    }
    for weight in (0.02, 0.05, 0.1, 0.15, 0.2):
        title = f"ugc: cmvae, counterfactual λ {weight:g}"
        found[title] = partial(counterfactual, plain, data, weight)
    for name, settings in (
        ("cmvae", {}),
        ("cmvae+within+erasure", {}),
        ("debcm-interaction+within", FAST),
        ("debcm", FAST),
    ):
        found[f"ugc: {name}, fair stopping"] = partial(fairly_stopped, name, settings)
    return found | {
        "ugc: cmvae, all within uploaders": partial(fit_within, data, config, 1.0),
        "ugc: cmvae, half within uploaders": partial(fit_within, data, config, 0.5),
        "ugc: cmvae+within, half within": partial(fit_within, data, started, 0.5),
        "ugc: cmvae+within+erasure, half within": partial(fit_within, data, both, 0.5),
        "ugc+pgc: cmvae+within+erasure": system("cmvae+within+erasure", {}, with_pgc=True),
        "ugc+pgc: ips": system("ips", {}, with_pgc=True),
        "ugc+pgc: ips+within+erasure": system("ips+within+erasure", {}, with_pgc=True),
        "ugc+pgc: doubly robust": partial(fit_doubly_robust, data, config),
        "ugc+pgc: doubly robust+within+erasure": partial(fit_doubly_robust, data, both),
    }


def main() -> None:
    """Print recall, true NDCG@15 and taste slope under `do` of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="10,11")
    parser.add_argument("--videos", type=int, default=6_000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for seed in map(int, arguments.seeds.split(",")):
        data = world(seed, arguments.videos)
        config = benchmark_config(**SIMULATION_SETTINGS, seed=seed)
        for title, fit in trials(data, config).items():
            values = under_do(fit(), data)
            print(seed, title, *(f"{value:.3f}" for value in values), flush=True)


if __name__ == "__main__":
    main()
