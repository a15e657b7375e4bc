"""The data of a benchmark: a simulation and its variants, or one set from a folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from engine.errors import TrainingError
from engine.training.benchmark.results import RESULTS_NAME
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.data.given_splits import SHARES
from engine.training.data.split_data import SplitData
from engine.training.simulation.interventions import intervention_split
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.simulation.worlds import DEFAULT, in_world
from engine.training.systems.registry import DEFAULT_SYSTEM

COMPARED = ("cmvae", "decrs", "debcm", DEFAULT_SYSTEM)
"""Run on the variants: the best without debiasing, the best of the papers' debiased ones, DebCM
with all parts, and ours."""
STRENGTHS = (0.0, 0.5, 1.0, 2.0)
"""Of taste on exposure and on choice, in every combination."""
TEACHER_WEIGHTS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
"""λ of Eq. 10 for Figure 4; the paper's own range belongs to another scale of the loss."""
SEARCH_SEED = 10
"""Of the simulated world that weights are searched in."""
_LEAST_SEARCHED = 200
SWEEP_FOLDER, TEACHER_FOLDER, WORLDS_FOLDER = "sweep", "teacher_weight", "worlds"
VALIDATION = "validation"


SIMULATION_SETTINGS = {"n_video_components": 64, "n_music_components": 64}
"""Of the shared configuration, for simulated data: 64 components were as good as all 256 for
`cmvae` on validation, and a third faster. Real features lose by it (half the recall of av_pairs).
"""


@dataclass(frozen=True, slots=True)
class Source:
    """Data that systems are compared on, made when needed.

    Attributes:
        name: for the progress.
        test_sets: names of what is measured.
        make: the data of a seed; the same seed gives the same data.
        results: the file of its rows, relative to the folder of the benchmark.
        systems: the only ones that are run on it; None for all that are wanted.
        data: the only data settings that are run; None for all that are wanted.
        settings: fields of each system that differ from its defaults here.
    """

    name: str
    test_sets: tuple[str, ...]
    make: Callable[[int], BenchmarkData]
    results: Path = Path(RESULTS_NAME)
    systems: tuple[str, ...] | None = None
    data: tuple[str, ...] | None = None
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def given(data: SplitData) -> Source:
    """Return a set that was read from a folder; every seed has its own split."""
    names = (VALIDATION, *(test.name for test in data.first.tests))
    return Source(data.first.name, names, data.split)


def other_splits(
    data: SplitData, seeds: Sequence[int]
) -> tuple[list[Source], list[tuple[str, str]]]:
    """Return the further splits that a given set can bear, in the same results, and why not others.

    They are the genre interventions X (Fig. 3), and the later picks of each uploader (Fig. 5).

    Args:
        data: the set.
        seeds: each must allow the split.

    Returns:
        The splits; and the name of each other one, with the reason.
    """
    found, refused = [], []
    for name, split in data.others.items():
        try:
            for seed in seeds:
                split(seed)
        except TrainingError as error:
            refused.append((name, str(error)))
        else:
            found.append(Source(name, (name,), split))
    return found, refused


def simulated(config: SimulationConfig) -> Source:
    """Return the simulated world; every seed makes its own."""
    return Source(
        "simulated",
        (VALIDATION, "diverse", "matching", "do", "do_own"),
        lambda seed: simulate(replace(config, seed=seed)),
    )


def for_search(config: SimulationConfig) -> SimulationConfig:
    """Return the world that weights are searched in: half as large, of a seed without results."""
    return replace(
        config,
        n_videos=max(config.n_videos // 2, _LEAST_SEARCHED),
        n_pgc=max(config.n_pgc // 2, 1),
        seed=SEARCH_SEED,
    )


def splits(config: SimulationConfig) -> tuple[Source, ...]:
    """Return the genre interventions X with disjoint tracks (Fig. 3), in the same results."""
    return tuple(
        Source(
            (name := f"x{round(100 * share)}"),
            (name,),
            partial(_split, config, share),
            systems=COMPARED,
        )
        for share in SHARES
    )


def _split(config: SimulationConfig, share: float, seed: int) -> BenchmarkData:
    return intervention_split(replace(config, seed=seed), share)


def strengths(config: SimulationConfig) -> tuple[Source, ...]:
    """Return worlds with other strengths of taste, each with separate results.

    The strengths of `config` itself are in the main results and are left out.
    """
    found = []
    for exposure in STRENGTHS:
        for choice in STRENGTHS:
            if (exposure, choice) == (config.exposure_strength, config.choice_strength):
                continue
            world = replace(config, exposure_strength=exposure, choice_strength=choice)
            folder = strength_folder(exposure, choice)
            found.append(
                replace(
                    simulated(world),
                    name=folder.name,
                    results=folder / RESULTS_NAME,
                    systems=COMPARED,
                )
            )
    return tuple(found)


def strength_folder(exposure: float, choice: float) -> Path:
    """Return the folder of the results for these strengths of taste."""
    return Path(SWEEP_FOLDER) / f"exposure-{exposure:g}_choice-{choice:g}"


def worlds(config: SimulationConfig, names: Sequence[str]) -> tuple[Source, ...]:
    """Return named worlds of the size of `config`, each with separate results.

    The default world is in the main results, where splits and sweeps refer to it.

    Args:
        config: what the worlds have in common.
        names: of `WORLDS`.

    Raises:
        InputError: when there is no world of that name.
    """
    return tuple(
        replace(simulated(in_world(name, config)), name=name, results=world_results(Path(), name))
        for name in names
    )


def world_results(out: Path, name: str) -> Path:
    """Return the file of the results in this world, in the folder of the benchmark."""
    folder = out if name == DEFAULT else out / WORLDS_FOLDER / name
    return folder / RESULTS_NAME


def teacher_weights(base: Source) -> tuple[Source, ...]:
    """Return the base data with other weights of the teacher in debcm (Fig. 4)."""
    return tuple(
        replace(
            base,
            name=f"{TEACHER_FOLDER} {weight:g}",
            results=teacher_folder(weight) / RESULTS_NAME,
            systems=("debcm",),
            data=("ugc+pgc",),
            settings={"debcm": {"teacher_weight": weight}},
        )
        for weight in TEACHER_WEIGHTS
    )


def teacher_folder(weight: float) -> Path:
    """Return the folder of the results for this weight of the teacher."""
    return Path(TEACHER_FOLDER) / f"weight-{weight:g}"
