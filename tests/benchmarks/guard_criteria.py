"""Which criterion chooses erasure and teacher rightly, on the worlds and seeds of development.

    python -m tests.benchmarks.guard_criteria FILE.csv [--videos 6000]

For each world and seed, a student without a teacher, one beside a teacher, and the teacher alone
are fitted with and without erasure, less the pairs that `debcm-guarded` holds out. Each criterion
chooses erasure (by the student without a teacher) and then, at the erasure that professionals'
ranks choose, the teacher. What it costs is the true NDCG@15 below the better choice. Fits that are
in the file aren't made again.
"""

import argparse
import csv
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from statistics import mean

from engine.progress import silent
from engine.training.benchmark.measure import measure
from engine.training.benchmark.search import validation_recall
from engine.training.benchmark.sources import SIMULATION_SETTINGS
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.fitting.swaps import hold_out_swaps
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.simulation.worlds import DEVELOPMENT_SEEDS, DEVELOPMENT_WORLDS, in_world
from engine.training.systems.contract import Scorer, benchmark_config
from engine.training.systems.debcm import DebCM
from engine.training.systems.guarded import (
    ALONE,
    WITH,
    WITHOUT,
    Choice,
    Guarded,
    harms,
    professional_ranks,
    swap_likelihood,
)

TEACHERS = (WITHOUT, WITH, ALONE)
RANKS = "professionals' ranks"
NUMBERS = ("recall", "fair_recall", "swaps", "ranks", "truth")


@dataclass(frozen=True, slots=True)
class Tried:
    """One fit.

    Attributes:
        world, seed, erased, teacher: what was fitted where.
        recall, fair_recall: on validation, see `validation_recall`.
        swaps: log-likelihood of held-out swaps.
        ranks: minus the mean rank of professionals' music.
        harmed: whether erasure makes these ranks worse by more than two errors.
        truth: true NDCG@15 under do.
    """

    world: str
    seed: int
    erased: bool
    teacher: str
    recall: float
    fair_recall: float
    swaps: float
    ranks: float
    harmed: bool
    truth: float


CRITERIA: Mapping[str, Callable[[Tried], float]] = {
    "recall": lambda tried: tried.recall,
    "recall, inverse taste": lambda tried: tried.fair_recall,
    "swaps": lambda tried: tried.swaps,
    # Erased unless harmed.
    RANKS: lambda tried: float(tried.erased != tried.harmed),
}


def main() -> None:
    """Fit what the file lacks, and print what each criterion costs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--videos", type=int, default=6_000)
    arguments = parser.parse_args()
    found = read(arguments.file)
    for world in DEVELOPMENT_WORLDS:
        for seed in DEVELOPMENT_SEEDS:
            if not any((tried.world, tried.seed) == (world, seed) for tried in found):
                found += fits_of(world, seed, arguments.videos)
                write(arguments.file, found)
    print(f"Simulated data, {arguments.videos} videos, seeds {DEVELOPMENT_SEEDS}: loss of NDCG")
    for world in DEVELOPMENT_WORLDS:
        for name, value in CRITERIA.items():
            losses = [losses_of(found, world, seed, value) for seed in DEVELOPMENT_SEEDS]
            erasure, teacher = (mean(part) for part in zip(*losses, strict=True))
            # Professionals' ranks say nothing of the teacher, which has learnt from them.
            of_teacher = "" if name == RANKS else f", teacher {teacher:.3f}"
            print(f"{world:22} {name:22} erasure {erasure:.3f}{of_teacher}")


def fits_of(world: str, seed: int, n_videos: int) -> list[Tried]:
    """Return all fits in one world."""
    data = simulate(in_world(world, SimulationConfig(n_videos=n_videos, seed=seed)))
    settings = {**SIMULATION_SETTINGS, "seed": seed, "within_uploaders": True}
    config, guarded = benchmark_config(**settings), Guarded(DebCM(), "debcm-guarded")
    held_out = hold_out_swaps(data.ugc, guarded.held_out_share, seed)
    rest = replace(data.training(with_pgc=True), ugc=data.ugc.take(~held_out))
    scorers = {
        (erased, teacher): guarded.fit_as(rest, config, Choice(erased, teacher), silent())
        for erased in (False, True)
        for teacher in TEACHERS
    }
    assert data.pgc is not None
    ranks = {e: professional_ranks(scorers[e, WITHOUT], data.pgc, seed) for e in (False, True)}
    harmed = harms(ranks[False], ranks[True])
    tried = []
    for (erased, teacher), scorer in scorers.items():
        recall, fair = validation_recall(scorer, data.validation, rest.ugc)
        swaps = swap_likelihood(scorer, data.ugc.take(held_out), rest.ugc)
        assert swaps is not None
        evidence = (recall, fair, swaps, -float(ranks[erased][0].mean()), harmed)
        tried.append(Tried(world, seed, erased, teacher, *evidence, truth_of(data, scorer)))
    return tried


def truth_of(data: BenchmarkData, scorer: Scorer) -> float:
    """Return the true NDCG@15 under do."""
    do = next(test for test in data.tests if test.name == "do")
    return measure(scorer, do, data.ugc).metrics["true_ndcg@15"]


def losses_of(
    found: list[Tried], world: str, seed: int, value: Callable[[Tried], float]
) -> tuple[float, float]:
    """Return what a criterion's choices of erasure and of teacher cost."""
    own = [tried for tried in found if (tried.world, tried.seed) == (world, seed)]
    without = [tried for tried in own if tried.teacher == WITHOUT]
    erased = not own[0].harmed
    with_teachers = [tried for tried in own if tried.erased == erased]
    losses = []
    for choices in (without, with_teachers):
        best = max(tried.truth for tried in choices)
        losses.append(best - max(choices, key=value).truth)
    return losses[0], losses[1]


def read(path: Path) -> list[Tried]:
    """Return the fits of a file; a missing one has none."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [
            Tried(
                world=row["world"],
                seed=int(row["seed"]),
                erased=row["erased"] == "True",
                teacher=row["teacher"],
                harmed=row["harmed"] == "True",
                **{name: float(row[name]) for name in NUMBERS},
            )
            for row in csv.DictReader(file)
        ]


def write(path: Path, found: list[Tried]) -> None:
    """Write all fits."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([field.name for field in fields(Tried)])
        writer.writerows(astuple(tried) for tried in found)


if __name__ == "__main__":
    main()
