"""STORY: a comparison of systems → search, fits, tables and figures in one folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.locks import exclusive
from engine.progress import Progress
from engine.training.benchmark.configured import Changes, MakeSystem
from engine.training.benchmark.figures import draw_figures
from engine.training.benchmark.results import DATA
from engine.training.benchmark.runner import (
    BenchmarkPlan,
    BenchmarkReport,
    keep_settings,
    run_benchmark,
)
from engine.training.benchmark.search import SearchPlan, search
from engine.training.benchmark.sources import (
    SIMULATION_SETTINGS,
    Source,
    for_search,
    given,
    other_splits,
    simulated,
    splits,
    strengths,
    teacher_weights,
    world_results,
    worlds,
)
from engine.training.benchmark.tables import write_tables
from engine.training.benchmark.world_tables import WORLD_NAME, write_world_tables
from engine.training.data.split_data import SplitData
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.worlds import in_world, world_named
from engine.training.systems.registry import make_system
from engine.translation import tr

SEARCH_SETTINGS_NAME = "search.json"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared on what.

    Attributes:
        world: a simulation's parameters, or a set that was read from a folder.
        systems: names of the registry, or of whatever makes the systems.
        seeds: of fits and, in simulations, of data.
        data: data settings, of `DATA`.
        worlds: names of simulated worlds to run on, the default one only if it is among them;
            none for the world alone.
        with_splits: also the genre interventions X and, of given data, later picks.
        with_sweep: also other strengths of taste and other weights of the teacher.
        with_search: first search learning rate and weights of each system; see `search.py`.
        changes: fields of all systems' configuration that are asked for.
        saves_models: whether the encoders of each fit are saved, where a system has them.
    """

    world: SimulationConfig | SplitData
    systems: tuple[str, ...]
    seeds: tuple[int, ...]
    data: tuple[str, ...] = DATA
    worlds: tuple[str, ...] = ()
    with_splits: bool = False
    with_sweep: bool = False
    with_search: bool = False
    changes: Mapping[str, Any] = field(default_factory=dict)
    saves_models: bool = False

    def __post_init__(self) -> None:
        _require_known(self.data, DATA, tr("There is no data setting called {name}."))
        if not self.seeds:
            raise InputError(tr("A benchmark needs at least one seed."))
        for name in self.worlds:
            world_named(name)
        if self.worlds and isinstance(self.world, SplitData):
            raise InputError(
                tr("Worlds are simulated, but --pairs names a folder."),
                remedy=tr("Leave out --worlds, or use --simulate."),
            )


def compare_systems(
    comparison: Comparison, out: Path, progress: Progress, make: MakeSystem = make_system
) -> BenchmarkReport:
    """Write results, tables and figures of a comparison into a folder; resumes where it stopped.

    Args:
        comparison: what to compare on what.
        out: the folder.
        progress: steps with each trial and fit.
        make: makes a system by its name and settings.

    Raises:
        InputError: when there is no such system, the folder contains something else, or another
            process writes into it.
        Cancelled: when the user stopped it; finished fits are kept.
    """

    def give_up() -> None:
        raise InputError(
            tr("another benchmark writes into this folder."),
            path=out,
            remedy=tr("Wait until it has ended, or choose another folder."),
        )

    with exclusive("benchmark", str(out.resolve()), give_up):
        return _compare(comparison, out, progress, make)


def _compare(
    comparison: Comparison, out: Path, progress: Progress, make: MakeSystem
) -> BenchmarkReport:
    # A name that doesn't exist is refused before anything is written.
    for name in comparison.systems:
        make(name)
    world = comparison.world
    if isinstance(world, SplitData):
        base, is_simulated = given(world), world.first.is_simulated
        made_from, title = world.made_from, world.description
    else:
        base, is_simulated = simulated(world), True
        made_from, title = world.describe(), world.describe(by_seed=True)
    changes = Changes(SIMULATION_SETTINGS if is_simulated else {}, comparison.changes)
    settings: Mapping[str, Mapping[str, Any]] = {}
    if comparison.with_search:
        settings = _searched(comparison, changes, out, progress, make)
    sources, refused = _sources(comparison, base)
    plan = BenchmarkPlan(
        sources,
        comparison.systems,
        comparison.seeds,
        comparison.data,
        settings,
        changes,
        made_from,
        comparison.saves_models,
    )
    _keep_worlds(comparison, out)
    report = run_benchmark(plan, out, progress, make)
    write_tables(out, title)
    write_world_tables(out)
    draw_figures(out, title)
    return replace(report, failures=(*refused, *report.failures))


def _keep_worlds(comparison: Comparison, out: Path) -> None:
    """Write the parameters of each world, or check that they are the same as before."""
    if isinstance(comparison.world, SimulationConfig):
        for name in comparison.worlds:
            described = in_world(name, comparison.world).describe(by_seed=True)
            folder = world_results(out, name).parent
            keep_settings(folder, {"description": described}, WORLD_NAME)


def _searched(
    comparison: Comparison,
    changes: Changes,
    out: Path,
    progress: Progress,
    make: MakeSystem,
) -> Mapping[str, Mapping[str, Any]]:
    """Return the best settings of each system by validation; see `search`."""
    world = comparison.world
    if isinstance(world, SplitData):
        source, seed, described = given(world), comparison.seeds[0], world.made_from
    else:
        config = for_search(world)
        source, seed, described = simulated(config), config.seed, config.describe()
    # Trials made on other data must not count as trials on these.
    keep_settings(out, {"data": described, "config": changes.as_dict()}, SEARCH_SETTINGS_NAME)
    data = source.make(seed).training(with_pgc=True)
    plan = SearchPlan(comparison.systems, seed, changes)
    return search(data, plan, out, progress, make)


def _sources(comparison: Comparison, base: Source) -> tuple[list[Source], list[tuple[str, str]]]:
    """Return the data to compare on, and which splits the data can't bear, with the reason."""
    found, refused = [base], list[tuple[str, str]]()
    if isinstance(comparison.world, SplitData):
        if comparison.with_splits:
            others, refused = other_splits(comparison.world, comparison.seeds)
            found += others
    elif isinstance(comparison.world, SimulationConfig):
        if comparison.worlds:
            found = [*worlds(comparison.world, comparison.worlds)]
        found += splits(comparison.world) if comparison.with_splits else ()
        found += strengths(comparison.world) if comparison.with_sweep else ()
    found += teacher_weights(base) if comparison.with_sweep else ()
    return found, refused


def _require_known(names: Sequence[str], known: Sequence[str], problem: str) -> None:
    for name in names:
        if name not in known:
            raise InputError(
                problem.format(name=name),
                remedy=tr("Choose from {names}.").format(names=", ".join(known)),
            )
