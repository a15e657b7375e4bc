"""What each part earns, on the worlds that the default was decided on; before any judged seed.

    python -m tests.benchmarks.development [--seeds 10,11,12] [--videos 12000] [--data ugc,ugc+pgc]

Worlds with a quarter as many professionals' pairs as videos; systems with their default settings,
the interaction also with forty times the learning rate for its own weights (`taste_rate`). Prints a
line for each fit: recall and true NDCG@15 under `do`, the taste slope, the taste weights after the
fit (`TASTE_WEIGHTS`), then the means over the seeds.
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from engine.progress import silent
from engine.training.benchmark.measure import measure
from engine.training.benchmark.sources import SIMULATION_SETTINGS
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.contract import Explained, Scorer, benchmark_config
from engine.training.systems.registry import make_system

FAST = {"taste_rate": 40.0}
Row = tuple[str, Mapping[str, Any]]
"""A system, and settings of the shared configuration that differ for it."""
ROWS: Mapping[str, tuple[Row, ...]] = {
    "ugc": (
        ("cmvae", {}),
        ("cmvae+within", {}),
        ("cmvae+erasure", {}),
        ("cmvae+within+erasure", {}),
        ("debcm-interaction", {}),
        ("debcm-interaction", FAST),
        ("debcm-interaction+within", {}),
        ("debcm-interaction+within", FAST),
        ("debcm", {}),
        ("debcm", FAST),
    ),
    "ugc+pgc": (
        ("cmvae", {}),
        ("cmvae+within", {}),
        ("cmvae+erasure", {}),
        ("cmvae+within+erasure", {}),
        ("teacher", {}),
        ("teacher+erasure", {}),
        ("debcm-none", {}),
        ("debcm-none+erasure", {}),
        ("debcm-interaction", FAST),
        ("debcm", {}),
        ("debcm", FAST),
    ),
}


def world(seed: int, n_videos: int) -> BenchmarkData:
    """Return the world of a seed."""
    return simulate(SimulationConfig(n_videos=n_videos, n_pgc=n_videos // 4, seed=seed))


def under_do(scorer: Scorer, data: BenchmarkData) -> tuple[float, float, float]:
    """Return recall@15, true NDCG@15 and the taste slope under `do`."""
    (test,) = (test for test in data.tests if test.name == "do")
    found = measure(scorer, test, data.ugc).metrics
    return found["recall@15"], found["true_ndcg@15"], found["taste_slope"]


def main() -> None:
    """Print every fit, and the means."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="10,11,12")
    parser.add_argument("--videos", type=int, default=12_000)
    parser.add_argument("--data", default=",".join(ROWS))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    found = defaultdict(list)
    for seed in map(int, arguments.seeds.split(",")):
        data = world(seed, arguments.videos)
        config = benchmark_config(**SIMULATION_SETTINGS, seed=seed)
        for kind in arguments.data.split(","):
            training = data.training(with_pgc=kind == "ugc+pgc")
            for name, settings in ROWS[kind]:
                own = replace(config, **settings)
                scorer = make_system(name).fit(training, own, silent())
                title = " ".join([name, *(f"{key}={value:g}" for key, value in settings.items())])
                values = under_do(scorer, data)
                weights = scorer.fitted_weights() if isinstance(scorer, Explained) else {}
                shown = " ".join(f"{key} {value:.3f}" for key, value in weights.items())
                print(seed, kind, title, *(f"{value:.3f}" for value in values), shown, flush=True)
                found[kind, title].append(values)
    for (kind, title), of_seeds in found.items():
        print("mean", kind, title, *(f"{value:.3f}" for value in np.mean(of_seeds, axis=0)))


if __name__ == "__main__":
    main()
