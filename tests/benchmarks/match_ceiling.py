"""The best possible results by content alone on simulated data.

    python -m tests.benchmarks.match_ceiling [--videos 24000] [--seeds 0,1,2] [--world NAME]

Two linear maps predict content from video and sound features, fitted by least squares to the true
contents of all videos and tracks, which no system may see; tracks are ranked by the cosine of the
predictions. Features and choices are noisy: a system with nearly these results has little left to
learn about the match. Better results come from something else, such as an uploader's style in the
video. Where features aren't linear, a linear map is no ceiling. A second variant predicts the
videos' contents and knows those of the tracks.
"""

import argparse
from dataclasses import dataclass, replace
from statistics import mean

import numpy as np
import numpy.typing as npt

from engine.training.benchmark.measure import measure
from engine.training.data.benchmark_data import Queries
from engine.training.simulation.simulated_data import observe, simulate
from engine.training.simulation.worlds import DEFAULT, world_named

RIDGE = 1.0
SHOWN = ("recall@15", "true_ndcg@15", "taste_slope")
Floats = npt.NDArray[np.float64]


class ContentMap:
    """The least-squares map from features to contents, with a small ridge."""

    def __init__(self, features: npt.NDArray[np.float32], contents: npt.NDArray[np.float32]):
        self._mean = features.mean(axis=0, dtype=np.float64)
        centred = features - self._mean
        ridge = RIDGE * np.eye(features.shape[1])
        self._weights = np.linalg.solve(centred.T @ centred + ridge, centred.T @ contents)

    def __call__(self, features: npt.NDArray[np.float32]) -> Floats:
        """Return unit vectors (n, n_content)."""
        return unit((features - self._mean) @ self._weights)


@dataclass(frozen=True, slots=True)
class TruthScorer:
    """Scores by the cosine of predicted video content and track content.

    Attributes:
        of_videos: predicts content from video features.
        tracks: (n_tracks, d), contents of the tracks.
    """

    of_videos: ContentMap
    tracks: Floats

    def score(
        self, queries: Queries, candidates: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.float32]:
        """Return scores; see `Scorer`."""
        scores = np.asarray(self.of_videos(queries.video_vectors) @ self.tracks.T, np.float32)
        return scores if candidates is None else np.take_along_axis(scores, candidates, axis=1)


def unit(vectors: Floats) -> Floats:
    """Return vectors (n, d) of length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def main() -> None:
    """Print both ceilings, the mean over seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--videos", type=int, default=24_000)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--world", default=DEFAULT)
    arguments = parser.parse_args()
    world = replace(world_named(arguments.world), n_videos=arguments.videos)
    found: dict[tuple[str, str, str], list[float]] = {}
    for seed in map(int, arguments.seeds.split(",")):
        config = replace(world, seed=seed)
        data, observed = simulate(config), observe(config)
        contents, sounds = observed.world.tracks.contents, observed.pairs.music_vectors
        of_videos = ContentMap(observed.pairs.video_vectors, observed.world.video_contents)
        predicted = ContentMap(sounds, contents)(sounds)
        known = unit(contents.astype(np.float64))
        scorers = {
            "both predicted": TruthScorer(of_videos, predicted),
            "video predicted, track known": TruthScorer(of_videos, known),
        }
        for name, scorer in scorers.items():
            for test in (data.validation, *data.tests):
                metrics = measure(scorer, test, data.ugc).metrics
                for metric in SHOWN:
                    found.setdefault((name, test.name, metric), []).append(metrics[metric])
    print(f"Simulated data, {arguments.world}, {arguments.videos} videos, seeds {arguments.seeds}")
    for (name, test_set, metric), values in found.items():
        spread = max(values) - min(values)
        print(f"{name:28} {test_set:10} {metric:13} {mean(values):.3f} (range {spread:.3f})")


if __name__ == "__main__":
    main()
