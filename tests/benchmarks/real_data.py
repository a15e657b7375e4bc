"""Real pairs of video and sound: whether held-out videos find their own sound.

    python -m tests.benchmarks.real_data SHARED_DATA [--seeds 3] [--parts av_pairs,micro_videos]

`av_pairs` (clips of sound events, split by clip): the variational network compared with linear CCA
on the same split. Nobody chose these sounds, so there is no taste.

`micro_videos` doesn't say who made a video or chose its sound. Viewers replace uploaders, and
clusters of the sound replace genres: the results show how the method behaves on real, biased
choices, not how well it corrects those of uploaders. The true match isn't known either, so there is
no slope. Besides Recall@10 of the own sound, the divergence between the genres of the recommended
lists and the chosen ones is shown, over all queries (Jensen-Shannon, in bits).

A fifth of the clips is held out for the test; each video ranks the held-out sounds of its part.
Figures are means and standard deviations over seeds, each with its own split. Hyperparameters
(CCA's ridge and axes, the networks' epoch, and the settings below) were chosen on the validation
part, never on the test. "beside CCA" is the difference to the last CCA above on the same splits.
Needs the extra "train".
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine.progress import silent
from engine.training.data.benchmark_data import LIST_LENGTH, BenchmarkData, TestSet, genre_shares
from engine.training.fitting.metrics import best_tracks, genre_divergence, target_ranks
from engine.training.systems.contract import Scorer, benchmark_config
from engine.training.systems.registry import make_system
from tests.benchmarks.shared_sets import read_av_pairs, read_micro_videos

N_BEST = 10
# Pairs per video: it may have hundreds of viewers, who all add the same information.
N_VIEWERS = 5

# The small components matter: 128 of 1,024 halve the validation recall.
ALL_COMPONENTS = {"n_video_components": 1 << 16, "n_music_components": 1 << 16}
# From random weights, small steps don't converge, and much noise hides the signal.
FROM_RANDOM: Mapping[str, Any] = {
    **ALL_COMPONENTS,
    "batch_size": 256,
    "n_epochs": 40,
    "learning_rate": 2e-3,
    "start_ridge": 0.0,
}
# Fewer pairs than in the simulation: smaller batches and steps, noise instead of dropout.
AV_PAIRS: Mapping[str, Any] = {
    **ALL_COMPONENTS,
    "batch_size": 256,
    "n_epochs": 20,
    "learning_rate": 2e-4,
    "noise": 2.0,
    "dropout": 0.0,
}
MICRO_VIDEOS: Mapping[str, Any] = {**ALL_COMPONENTS, "n_epochs": 20, "learning_rate": 5e-4}

Row = tuple[str, str, Mapping[str, Any], Mapping[str, Any]]
"""Title in the table, name of the system, its settings, and settings of the configuration."""

AV_ROWS: tuple[Row, ...] = (
    ("random", "random", {}, {}),
    ("linear CCA, its own choice", "cca", {}, {}),
    # The best of ridges 1 to 30 and 32 to 128 axes by mean validation Recall@10 over 3 seeds.
    ("linear CCA, best on validation", "cca", {"ridges": (3.0,), "n_axes": (48,)}, {}),
    ("CMVAE from random weights", "cmvae", {}, FROM_RANDOM),
    # CCA with axes weighted by their correlation: the training's gain is the difference to it.
    ("CMVAE as it starts", "cmvae", {}, {**AV_PAIRS, "learning_rate": 1e-9, "n_epochs": 1}),
    ("CMVAE", "cmvae", {}, AV_PAIRS),
)
MICRO_ROWS: tuple[Row, ...] = (
    ("random", "random", {}, {}),
    ("linear CCA", "cca", {}, {}),
    ("CMVAE", "cmvae", {}, MICRO_VIDEOS),
    ("student without the interaction", "debcm-none+within+erasure", {}, MICRO_VIDEOS),
    ("student with the interaction", "debcm", {}, MICRO_VIDEOS),
    ("the same, taste not erased", "debcm-interaction+within", {}, MICRO_VIDEOS),
)


def recall(scorer: Scorer, test: TestSet) -> float:
    """Return the share of videos whose own sound is among the best of their part's sounds."""
    scores = scorer.score(test.queries)
    own = scores[np.arange(test.n), test.targets]
    others = scores if test.candidates_pool is None else scores[:, test.candidates_pool]
    # The target is in the pool and ties with itself.
    return float((target_ranks(own, others) - 0.5 < N_BEST).mean())


def divergence(scorer: Scorer, test: TestSet, genres: npt.NDArray[np.int64], n: int) -> float:
    """Return the divergence between the genres of all lists and of all targets, in bits."""
    lists = best_tracks(scorer.score(test.queries), LIST_LENGTH, test.candidates_pool)
    recommended = genre_shares(lists, genres, n).mean(axis=0, keepdims=True)
    chosen = genre_shares(test.targets[:, None], genres, n).mean(axis=0, keepdims=True)
    return float(genre_divergence(recommended, chosen)[0])


def table(
    read: Callable[[int], BenchmarkData], rows: tuple[Row, ...], seeds: int, has_genres: bool
) -> None:
    """Print a line for each system: its results on the held-out clips, mean ± deviation."""
    sets = [read(seed) for seed in range(seeds)]
    (test,) = sets[0].tests
    pool = test.candidates_pool
    assert pool is not None
    print(f"{sets[0].description} {test.n} held out, chance {N_BEST / len(pool):.3f}")
    of_cca: npt.NDArray[np.float64] | None = None
    for title, name, own, changes in rows:
        values = []
        for seed, data in enumerate(sets):
            config = benchmark_config(**{**changes, "seed": seed})
            training = data.training(with_pgc=False)
            scorer = make_system(name, **own).fit(training, config, silent())
            genres, n_genres = data.ugc.genres, len(data.ugc.genre_names)
            values.append(
                (
                    recall(scorer, data.validation),
                    recall(scorer, data.tests[0]),
                    divergence(scorer, data.tests[0], genres, n_genres),
                )
            )
        columns = np.array(values).T
        shown = {f"validation R@{N_BEST}": columns[0], f"R@{N_BEST}": columns[1]}
        if has_genres:
            shown["genres apart"] = columns[2]
        if name == "cca":
            of_cca = columns[1]
        elif of_cca is not None:
            shown["beside CCA"] = columns[1] - of_cca
        parts = [
            f"{label} {column.mean():.3f}" + (f" ± {column.std(ddof=1):.3f}" if seeds > 1 else "")
            for label, column in shown.items()
        ]
        print(f"  {title:32} {'   '.join(parts)}", flush=True)


def main() -> None:
    """Print the table of each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of av_pairs and micro_videos")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--parts", default="av_pairs,micro_videos")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    parts = arguments.parts.split(",")
    if "av_pairs" in parts:
        folder = arguments.data / "av_pairs"
        table(lambda seed: read_av_pairs(folder, seed), AV_ROWS, arguments.seeds, False)
    if "micro_videos" in parts:
        micro = arguments.data / "micro_videos"
        table(
            lambda seed: read_micro_videos(micro, seed, N_VIEWERS),
            MICRO_ROWS,
            arguments.seeds,
            True,
        )


if __name__ == "__main__":
    main()
