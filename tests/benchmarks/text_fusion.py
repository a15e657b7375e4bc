"""On simulated videos: does text help CMVAE beside the picture, and does bad text harm it?

    python -m tests.benchmarks.text_fusion [--videos 6000] [--seeds 3]

CMVAE fuses the uploaders' text with the picture by a product of experts (Yi et al. 2021). After
one fit on the uploaders' pairs of a simulation (`soundbed simulate`), the same queries are asked
with the picture alone, the text alone, both, and with bad text beside the picture: the text of
another video, or Gaussian noise as wide as a text. A video without text is judged by its picture;
only those that have one are asked here.

Recall@15 among 100 negatives (Eq. 11-13) of each test set, mean ± standard deviation over the
seeds, each with a simulation of its own; beside bad text the difference to the picture alone,
paired by seed. Needs the extra "train".
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
from engine.training.simulation.simulate import simulate
from engine.training.systems.cmvae import Cmvae, FusedScorer
from engine.training.systems.contract import benchmark_config

N_EPOCHS = 20


def recall(scorer: FusedScorer, test: TestSet, asked: npt.NDArray[np.bool_]) -> float:
    """Return Recall@15 among the negatives of the queries that are asked."""
    own = scorer.score(test.queries, test.targets[:, None])[:, 0]
    ranks = target_ranks(own, scorer.score(test.queries, test.negatives))[asked]
    return float(inverse_popularity_weights(test.popularity[asked]) @ recall_at(ranks, LIST_LENGTH))


def exchanged(queries: Queries, rng: np.random.Generator) -> Queries:
    """Return the queries with the texts dealt out among the videos that have one."""
    texts, has_text = _texts(queries)
    dealt = texts.copy()
    rows = np.flatnonzero(has_text)
    order = rng.permutation(rows)
    # Each gets that of the next in a random ring: never its own.
    dealt[order] = texts[np.roll(order, 1)]
    return replace(queries, text_vectors=dealt)


def drowned(queries: Queries, rng: np.random.Generator) -> Queries:
    """Return the queries with Gaussian noise of each feature's mean and spread for text."""
    texts, has_text = _texts(queries)
    known = texts[has_text]
    noise = known.mean(axis=0) + known.std(axis=0) * rng.normal(size=texts.shape)
    return replace(queries, text_vectors=np.where(has_text[:, None], noise, 0).astype(np.float32))


def _texts(queries: Queries) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    if queries.text_vectors is None or queries.has_text is None:
        raise ValueError("these queries have no text")
    return queries.text_vectors, queries.has_text


def measure_seed(data: BenchmarkData, system: Cmvae, seed: int) -> dict[str, dict[str, float]]:
    """Return the recall of each way to ask, by test set."""
    config = benchmark_config(**SIMULATION_SETTINGS, seed=seed, n_epochs=N_EPOCHS)
    scorer = system.fit(data.ugc, None, data.validation, config, silent())
    if not isinstance(scorer, FusedScorer):
        raise TypeError("this system reads no text")
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
            "picture": ask(text=False),
            "text": ask(video=False),
            "both": ask(),
            "text of another": ask(lambda queries: exchanged(queries, rng)),
            "noise for text": ask(lambda queries: drowned(queries, rng)),
        }
    return found


def main() -> None:
    """Print a line for each way to ask, by test set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--videos", type=int, default=6000)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = []
    for seed in range(arguments.seeds):
        data = simulate(SimulationConfig(n_videos=arguments.videos, seed=seed))
        found.append(measure_seed(data, Cmvae(use_text=True), seed))
    print(f"{data.ugc.n_pairs} simulated pairs; queries with text alone are asked")
    for name in found[0]:
        for way in found[0][name]:
            values, pictures = (
                np.array([one[name][kind] for one in found]) for kind in (way, "picture")
            )
            apart = values - pictures
            spread = (values.std(ddof=1), apart.std(ddof=1)) if len(found) > 1 else (0.0, 0.0)
            print(
                f"{name:10} {way:16} {values.mean():.3f} ± {spread[0]:.3f}"
                f"   beside the picture {apart.mean():+.3f} ± {spread[1]:.3f}"
            )


if __name__ == "__main__":
    main()
