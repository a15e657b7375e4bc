"""STORY: what is asked of a benchmark → search, runs, tables and figures in one folder."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.progress import Progress
from engine.training.benchmark.figures import draw_figures
from engine.training.benchmark.results import DATA
from engine.training.benchmark.runner import BenchmarkReport, keep_settings, run_benchmark
from engine.training.benchmark.search import search
from engine.training.benchmark.sources import (
    SIMULATION_SETTINGS,
    Source,
    given,
    simulated,
    splits,
    strengths,
    teacher_weights,
)
from engine.training.benchmark.tables import write_tables
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.simulation.parameters import SimulationConfig
from engine.training.systems.contract import System
from engine.training.systems.registry import SYSTEMS, make_system
from engine.translation import tr

SEARCH_SETTINGS_NAME = "search.json"


@dataclass(frozen=True, slots=True)
class Question:
    """What a benchmark is to answer.

    Attributes:
        world: what is simulated, or a set that was read from a folder.
        systems: names of the registry.
        seeds: of fits and, in simulations, of data.
        data: data settings, of `DATA`.
        with_splits: the genre interventions X as well (simulation only).
        with_sweep: other strengths of taste, and other weights of the teacher, as well.
        with_search: search weights on the first seed's validation set before.
        changes: fields of the shared configuration that differ from `benchmark_config`.
    """

    world: SimulationConfig | BenchmarkData
    systems: tuple[str, ...]
    seeds: tuple[int, ...]
    data: tuple[str, ...] = DATA
    with_splits: bool = False
    with_sweep: bool = False
    with_search: bool = False
    changes: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        _known(self.systems, tuple(SYSTEMS), tr("There is no system called {name}."))
        _known(self.data, DATA, tr("There is no data setting called {name}."))
        if not self.seeds:
            raise InputError(tr("A benchmark needs at least one seed."))
        if self.with_splits and isinstance(self.world, BenchmarkData):
            raise InputError(
                tr("Splits by genre need a simulation."), remedy=tr("Leave out --splits.")
            )


def compare(
    question: Question,
    out: Path,
    progress: Progress,
    make: Callable[..., System] = make_system,
) -> BenchmarkReport:
    """Answer a question in a folder: results, tables and figures; goes on where it stopped.

    Args:
        question: what to compare on what.
        out: the folder.
        progress: steps with each trial and fit.
        make: makes a system by its name and settings.

    Raises:
        InputError: when the folder holds something else.
        Cancelled: when the user stopped it; what was finished is kept.
    """
    world = question.world
    if isinstance(world, BenchmarkData):
        base, is_simulated = given(world), world.is_simulated
        made_from = title = world.description
    else:
        base, is_simulated = simulated(world), True
        made_from, title = world.describe(), world.describe(by_seed=True)
    changes = {**(SIMULATION_SETTINGS if is_simulated else {}), **(question.changes or {})}
    settings: Mapping[str, Mapping[str, Any]] = {}
    if question.with_search:
        first = question.seeds[0]
        # Trials on other data would be taken for trials on these.
        keep_settings(out, {"data": made_from, "config": changes}, SEARCH_SETTINGS_NAME)
        settings = search(
            base.make(first), question.systems, first, out, progress, changes, make=make
        )
    report = run_benchmark(
        _sources(question, base),
        question.systems,
        question.seeds,
        out,
        progress,
        question.data,
        settings,
        changes,
        made_from,
        make,
    )
    write_tables(out, title)
    draw_figures(out, title)
    return report


def _sources(question: Question, base: Source) -> Sequence[Source]:
    found = [base]
    if isinstance(question.world, SimulationConfig):
        found += splits(question.world) if question.with_splits else ()
        found += strengths(question.world) if question.with_sweep else ()
    found += teacher_weights(base) if question.with_sweep else ()
    return found


def _known(names: Sequence[str], known: Sequence[str], problem: str) -> None:
    for name in names:
        if name not in known:
            raise InputError(
                problem.format(name=name),
                remedy=tr("Choose among {names}.").format(names=", ".join(known)),
            )
