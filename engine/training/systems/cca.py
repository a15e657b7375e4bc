"""Linear CCA with a ridge: what two linear projections can achieve."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.progress import Progress
from engine.training.data.benchmark_data import Queries, TrainingData
from engine.training.data.tastes import leave_one_out_tastes, mean_taste
from engine.training.fitting.metrics import inverse_popularity_weights
from engine.training.method.canonical_correlation import CanonicalAxes, CanonicalCorrelations
from engine.training.method.erasure import erase_concept
from engine.training.method.scaling import InputScaling
from engine.training.method.start import within_groups
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Scorer, sampled_hits
from engine.translation import tr


@dataclass(frozen=True, slots=True, eq=False)
class CanonicalScorer:
    """Scores by the cosine along the canonical axes.

    Attributes:
        axes: of both modalities.
        tracks: float32 (n_tracks, k), the projected catalogue.
    """

    axes: CanonicalAxes
    tracks: npt.NDArray[np.float32]

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores (n, k) of the candidates, or (n, n_tracks); see `Scorer`."""
        scores = self.axes.project_videos(queries.video_vectors) @ self.tracks.T
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


@dataclass(frozen=True, slots=True)
class LinearCca:
    """Linear CCA with the ridge and number of axes that have the best validation recall.

    Attributes:
        ridges: to choose from, in variances of one standardised feature.
        n_axes: to choose from, `config.n_latent` at most.
    """

    name: str = "cca"
    needs_pgc: bool = False
    ridges: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
    n_axes: tuple[int, ...] = (8, 16, 32, 48, 64, 96, 128)

    def fit(self, data: TrainingData, config: TrainingConfig, progress: Progress) -> Scorer:
        """Fit to training pairs; see `System`.

        Raises:
            TrainingError: when there is no validation set to choose by.
        """
        data, validation = data.whole, data.validation
        if validation is None:
            raise TrainingError(
                tr("Linear CCA chooses its ridge on a validation set, and there is none."),
                remedy=tr("Choose another system."),
            )
        pairs = data.joined()
        pictures = pairs.video_vectors[pairs.pairs[:, 0]]
        sounds = pairs.music_vectors[pairs.pairs[:, 1]]
        if config.within_uploaders:
            pictures, sounds = (within_groups(part, pairs.uploaders) for part in (pictures, sounds))
        erased = _without_taste(data) if config.erase_taste else None
        seen = pictures if erased is None else (pictures @ erased).astype(np.float32)
        correlations = CanonicalCorrelations(seen, sounds)
        scorers = []
        for n_tried, ridge in enumerate(self.ridges):
            progress.step(self.name, n_tried, len(self.ridges))
            axes = correlations.axes(ridge)
            if erased is not None:
                mean = pictures.mean(axis=0, dtype=np.float64)
                axes = replace(axes, video_mean=mean, video_axes=erased @ axes.video_axes)
            for n_axes in self.n_axes:
                first = axes.leading(min(n_axes, config.n_latent))
                scorers.append(CanonicalScorer(first, first.project_tracks(data.ugc.music_vectors)))
        weights = inverse_popularity_weights(validation.popularity)
        return max(scorers, key=lambda scorer: weights @ sampled_hits(scorer, validation))


def _without_taste(data: TrainingData) -> npt.NDArray[np.float64]:
    """Return the map (D_V, D_V) of centred pictures that leaves nothing that predicts taste."""
    pictures = data.ugc.video_vectors[data.ugc.pairs[:, 0]]
    width = pictures.shape[1]
    scaling = InputScaling(pictures.mean(axis=0), np.eye(width, dtype=np.float32))
    tastes = leave_one_out_tastes(data.ugc, mean_taste(data.ugc))
    return erase_concept(scaling, pictures, tastes).projection.astype(np.float64)
