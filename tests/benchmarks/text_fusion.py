"""Whether text improves CMVAE on simulated videos, and how much wrong text harms it.

    python -m tests.benchmarks.text_fusion [--videos 6000] [--seeds 3]

CMVAE fuses the uploaders' text with the video by a product of experts (Yi et al. 2021). After
training on the uploaders' pairs of a simulation (`soundbed simulate`), the same queries are made
with the video only, the text only, both, and the video with wrong text: that of another video, or
Gaussian noise with the mean and spread of the texts. Only videos with a text are used.

Prints Recall@15 among 100 negatives (Eq. 11-13) of each test set, mean ± standard deviation over
seeds, each with its own simulation, and the difference to the video only, paired by seed. Needs the
extra "train".
"""

import argparse
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from engine.progress import silent
from engine.training.benchmark.sources import SIMULATION_SETTINGS
from engine.training.data.benchmark_data import LIST_LENGTH, BenchmarkData, Queries, TestSet
from engine.training.fitting.metrics import inverse_popularity_weights, recall_at, target_ranks
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.cmvae import Cmvae, FusedScorer
from engine.training.systems.contract import benchmark_config

N_EPOCHS = 20


def recall(scorer: FusedScorer, test: TestSet, asked: npt.NDArray[np.bool_]) -> float:
    """Return Recall@15 among the negatives of the queries that are asked."""
    own = scorer.score(test.queries, test.targets[:, None])[:, 0]
    ranks = target_ranks(own, scorer.score(test.queries, test.negatives))[asked]
    return float(inverse_popularity_weights(test.popularity[asked]) @ recall_at(ranks, LIST_LENGTH))


def exchanged(queries: Queries, rng: np.random.Generator) -> Queries:
    """Return the queries with the texts exchanged among the videos that have one."""
    texts, has_text = _texts(queries)
    mixed = texts.copy()
    rows = np.flatnonzero(has_text)
    order = rng.permutation(rows)
    # Each gets the text of the next one in random order, never its own.
    mixed[order] = texts[np.roll(order, 1)]
    return replace(queries, text_vectors=mixed)


def with_noise(queries: Queries, rng: np.random.Generator) -> Queries:
    """Return the queries with Gaussian noise of each feature's mean and spread as text."""
    texts, has_text = _texts(queries)
    known = texts[has_text]
    noise = known.mean(axis=0) + known.std(axis=0) * rng.normal(size=texts.shape)
    return replace(queries, text_vectors=np.where(has_text[:, None], noise, 0).astype(np.float32))


def _texts(queries: Queries) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    if queries.text_vectors is None or queries.has_text is None:
        raise ValueError("these queries have no text")
    return queries.text_vectors, queries.has_text


def measure_seed(data: BenchmarkData, system: Cmvae, seed: int) -> dict[str, dict[str, float]]:
    """Return the recall of each kind of query, by test set."""
    config = benchmark_config(**SIMULATION_SETTINGS, seed=seed, n_epochs=N_EPOCHS)
    scorer = system.fit(data.training(with_pgc=False), config, silent())
    if not isinstance(scorer, FusedScorer):
        raise TypeError("this system doesn't use text")
    rng = np.random.default_rng(seed)
    found: dict[str, dict[str, float]] = {}
    for test in data.tests:
        _, has_text = _texts(test.queries)

        def ask(
            change: Callable[[Queries], Queries] = lambda queries: queries,
            video: bool = True,
            text: bool = True,
            test: TestSet = test,
            asked: npt.NDArray[np.bool_] = has_text,
        ) -> float:
            scorer.uses_video, scorer.uses_text = video, text
            return recall(scorer, replace(test, queries=change(test.queries)), asked)

        found[test.name] = {
            "video": ask(text=False),
            "text": ask(video=False),
            "both": ask(),
            "text of another": ask(lambda queries: exchanged(queries, rng)),
            "noise as text": ask(lambda queries: with_noise(queries, rng)),
        }
    return found


def main() -> None:
    """Print a line for each kind of query, by test set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--videos", type=int, default=6000)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = []
    for seed in range(arguments.seeds):
        data = simulate(SimulationConfig(n_videos=arguments.videos, seed=seed))
        found.append(measure_seed(data, Cmvae(use_text=True), seed))
    print(f"{data.ugc.n_pairs} simulated pairs; only queries with text are used")
    for name in found[0]:
        for way in found[0][name]:
            values, by_video = (
                np.array([one[name][kind] for one in found]) for kind in (way, "video")
            )
            apart = values - by_video
            spread = (values.std(ddof=1), apart.std(ddof=1)) if len(found) > 1 else (0.0, 0.0)
            print(
                f"{name:10} {way:16} {values.mean():.3f} ± {spread[0]:.3f}"
                f"   difference to video only {apart.mean():+.3f} ± {spread[1]:.3f}"
            )


if __name__ == "__main__":
    main()
