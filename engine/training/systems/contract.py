"""What every system of the table is: something that learns from pairs and then scores tracks."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.progress import Progress
from engine.training.data.benchmark_data import LIST_LENGTH, Queries, TestSet, TrainingData
from engine.training.fitting.metrics import recall_at, target_ranks
from engine.training.method.training_config import TrainingConfig
from engine.translation import tr


class Scorer(Protocol):
    """A fitted system: scores the tracks of the catalogue it was fitted on."""

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores, the higher the better.

        Args:
            queries: n videos that ask for music, and who asks.
            candidates: (n, k) tracks of the catalogue that each video may be given; None for
                all of them. A re-ranker orders only the candidates.

        Returns:
            (n, k), or (n, n_tracks) without candidates.
        """


TASTE_WEIGHTS = ("taste_log_weight", "taste_genre_norm", "taste_content_norm")
"""Of the interaction after a fit: a, ‖B‖ and ‖C‖ (`deconfounder.py`)."""


@runtime_checkable
class Explained(Protocol):
    """A scorer of a network with further weights than those it scores with."""

    def fitted_weights(self) -> dict[str, float]:
        """Return what the results show of them, by name."""


class System(Protocol):
    """A way to learn from pairs. Its weights that can be searched are fields of its dataclass."""

    @property
    def name(self) -> str:
        """Its name in the registry and the table."""

    @property
    def needs_pgc(self) -> bool:
        """Whether it can't be fitted without professionals' pairs."""

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; the same seed (`config.seed`) gives the same scorer.

        Args:
            data: the pairs, and the validation set for early stopping.
            config: the settings that all systems share.
            progress: steps once an epoch.
        """


class AverageScorer:
    """Scores by the mean of several scorers.

    Args:
        scorers: of one catalogue.
    """

    def __init__(self, scorers: Sequence[Scorer]) -> None:
        self._scorers = scorers

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) or (n, n_tracks); see `Scorer`."""
        total = sum(scorer.score(queries, candidates) for scorer in self._scorers)
        return np.asarray(total / len(self._scorers), dtype=np.float32)


def no_professionals(system: str) -> TrainingError:
    """Return the error of a system that can't be fitted without professionals' pairs."""
    return TrainingError(
        tr("The system {name} learns from professionals' pairs, and there are none.").format(
            name=system
        ),
        remedy=tr("Add finished edits by professionals, or choose another system."),
    )


def sampled_hits(scorer: Scorer, test: TestSet) -> npt.NDArray[np.float64]:
    """Return # Hits_v @ 15 (n,) of each query's target among its negatives (Eq. 11)."""
    candidates = np.concatenate([test.targets[:, None], test.negatives], axis=1)
    scores = scorer.score(test.queries, candidates)
    return recall_at(target_ranks(scores[:, 0], scores[:, 1:]), LIST_LENGTH)


def benchmark_config(**changes: object) -> TrainingConfig:
    """Return the settings that all systems of the table share.

    Args:
        changes: fields of `TrainingConfig` to set differently, such as `seed` or `n_epochs`.
    """
    shared: dict[str, object] = {
        "n_latent": 128,
        # As many as there are: real features need them all.
        "n_video_components": 1 << 16,
        "n_music_components": 1 << 16,
        "margin": 0.05,
        "n_hardest": 40,
        "batch_size": 1024,
        "start_ridge": 1.0,
        "learning_rate": 5e-4,
        "n_epochs": 12,
        "sampling": "epoch",
        "min_steps_per_epoch": 1,
        "n_members": 1,
        "stopping": "validation",
    }
    # Its own checks name a setting of the wrong type.
    return TrainingConfig(**{**shared, **changes})  # type: ignore[arg-type]
