"""STAGE: data, systems and seeds → rows of results; goes on where it stopped."""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import InputError, SoundbedError
from engine.files import write_text
from engine.progress import Progress, ProgressStep
from engine.training.benchmark.cases import CASES_NAME, Cases, cases_of
from engine.training.benchmark.measure import measure
from engine.training.benchmark.results import DATA, TRAINING, Results, Row
from engine.training.benchmark.search import split_settings
from engine.training.benchmark.sources import Source
from engine.training.data.benchmark_data import BenchmarkData, TestSet
from engine.training.systems.contract import System, benchmark_config
from engine.training.systems.registry import make_system
from engine.translation import tr, trn

SETTINGS_NAME = "benchmark.json"
Settings = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Run:
    """One fit: a system, what it learns from, a seed, and where it is measured."""

    source: Source
    system: str
    data: str
    seed: int


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """What came of a benchmark.

    Attributes:
        n_fitted: fits that were made and measured.
        n_kept: fits whose rows were there already.
        failures: what could not be fitted, with the reason.
    """

    n_fitted: int
    n_kept: int
    failures: tuple[tuple[str, str], ...]


def run_benchmark(
    sources: Sequence[Source],
    systems: Sequence[str],
    seeds: Sequence[int],
    out: Path,
    progress: Progress,
    data: Sequence[str] = DATA,
    settings: Settings | None = None,
    changes: Mapping[str, Any] | None = None,
    made_from: str = "",
    make: Callable[..., System] = make_system,
) -> BenchmarkReport:
    """Fit every system on every source and measure it, one fit after the other.

    The rows of a fit are written at once; a fit whose rows are there isn't made again, so that
    cancelling or a crash costs the fit at hand alone. A fit that fails is reported and the others
    go on. Data are made once for each source and seed, so that systems can share a teacher.

    Args:
        sources: the data.
        systems: names of the registry.
        seeds: of the fits and, in simulations, of the data.
        out: the folder of the benchmark.
        progress: steps with each fit, the time left in its stage.
        data: data settings, of `DATA`.
        settings: fields of systems that differ from their defaults, such as searched weights;
            what isn't a field of the system is one of the configuration, for that system alone.
        changes: fields of the shared configuration that differ from `benchmark_config`.
        made_from: what the data are, the same each time that the folder is gone on with.
        make: makes a system by its name and settings.

    Raises:
        InputError: when a results file is damaged or was made with other settings, or no system
            can learn from these data.
        Cancelled: when the user stopped it; finished fits are kept.
    """
    chosen = {name: dict(values) for name, values in (settings or {}).items()}
    books = {source.results: Results(out / source.results) for source in sources}
    made_with = {"data": made_from, "config": dict(changes or {}), "systems": chosen}
    runs = [run for source in sources for run in _runs(source, systems, seeds, data, make)]
    if not runs:
        raise InputError(
            tr("The teacher learns from professionals' pairs, which weren't asked for."),
            remedy=tr("Add ugc+pgc to --data, or other systems."),
        )
    keep_settings(out, made_with)
    waiting = [r for r in runs if not _is_finished(books[r.source.results], r)]
    clock = _Clock(books.values(), waiting)
    failures: list[tuple[str, str]] = []
    at_hand: tuple[Source, int] | None = None
    held: BenchmarkData | None = None
    for n_done, run in enumerate(waiting):
        name = tr("{system}, {data}, {source}, seed {seed}").format(
            system=run.system, data=run.data, source=run.source.name, seed=run.seed
        )
        inner = _FitProgress(progress, clock.stage(name, n_done), n_done, len(waiting))
        inner.step("")
        if held is None or at_hand != (run.source, run.seed):
            at_hand, held = (run.source, run.seed), run.source.make(run.seed)
        if run.data == DATA[1] and held.pgc is None:
            failures.append((name, tr("There are no professionals' pairs in these data.")))
            continue
        own = {**chosen.get(run.system, {}), **run.source.settings.get(run.system, {})}
        try:
            fields, shared = split_settings(make(run.system), own)
            config = benchmark_config(**{**(changes or {}), **shared, "seed": run.seed})
            rows, cases = _fit(make(run.system, **fields), held, run, config, inner)
        except SoundbedError as error:
            logging.getLogger(__name__).warning("%s failed: %s", name, error)
            failures.append((name, str(error)))
            continue
        folder = (out / run.source.results).parent
        Cases(folder / CASES_NAME).add(cases)
        books[run.source.results].add(rows)
        clock.took(run, next(row.value for row in rows if row.metric == "fit_s"))
    return BenchmarkReport(len(waiting) - len(failures), len(runs) - len(waiting), tuple(failures))


def keep_settings(out: Path, settings: Mapping[str, Any], name: str = SETTINGS_NAME) -> None:
    """Write what a folder's results are made with, or check that it is the same as before.

    Args:
        out: the folder.
        settings: what JSON can hold.
        name: of the file.

    Raises:
        InputError: when the folder holds results of other settings.
    """
    path = out / name
    text = json.dumps(settings, indent=2, sort_keys=True) + "\n"
    if not path.exists():
        write_text(path, text)
        return
    try:
        is_same = json.loads(path.read_text(encoding="utf-8")) == json.loads(text)
    except (OSError, ValueError):
        is_same = False
    if not is_same:
        raise InputError(
            tr("The folder holds a benchmark with other settings."),
            path=path,
            remedy=tr("Choose another folder, or the settings of that file."),
        )


def _runs(
    source: Source,
    systems: Sequence[str],
    seeds: Sequence[int],
    data: Sequence[str],
    make: Callable[..., System],
) -> list[Run]:
    wanted = [name for name in systems if source.systems is None or name in source.systems]
    # The teacher comes first: those it teaches then share it, and its own seconds are its own.
    wanted.sort(key=lambda name: name != "teacher")
    settings = [one for one in data if source.data is None or one in source.data]
    return [
        Run(source, name, one, seed)
        for seed in seeds
        for name in wanted
        for one in settings
        if one == DATA[1] or not make(name).needs_pgc
    ]


def _is_finished(results: Results, run: Run) -> bool:
    return results.is_finished(run.system, run.data, run.seed, run.source.test_sets)


def _fit(
    system: System, data: BenchmarkData, run: Run, config: Any, progress: Progress
) -> tuple[list[Row], list[tuple[str, ...]]]:
    pgc = data.pgc if run.data == DATA[1] else None
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    scorer = system.fit(data.ugc, pgc, data.validation, config, progress)
    took = {
        "fit_s": time.perf_counter() - started_s,
        "fit_cpu_s": time.process_time() - started_cpu_s,
    }
    rows = [_row(run, TRAINING, name, value) for name, value in took.items()]
    cases: list[tuple[str, ...]] = []
    for test in _tests(data, run.source):
        progress.check()
        measured = measure(scorer, test, data.ugc)
        rows += [_row(run, test.name, name, v) for name, v in measured.metrics.items()]
        key = (run.system, run.data, str(run.seed), test.name)
        cases += [(*key, *case) for case in cases_of(test, measured.lists, data.ugc)]
    return rows, cases


def _tests(data: BenchmarkData, source: Source) -> list[TestSet]:
    return [test for test in (data.validation, *data.tests) if test.name in source.test_sets]


def _row(run: Run, test_set: str, metric: str, value: float) -> Row:
    return Row(run.system, run.data, run.seed, test_set, metric, float(f"{value:.6g}"))


class _Clock:
    """Estimates the time left from the fits that were made, by system and data setting."""

    def __init__(self, books: Any, waiting: Sequence[Run]) -> None:
        self._waiting = waiting
        self._took: dict[tuple[str, str], list[float]] = {}
        for results in books:
            for row in results.rows:
                if row.metric == "fit_s":
                    self._took.setdefault((row.system, row.data), []).append(row.value)

    def took(self, run: Run, seconds: float) -> None:
        self._took.setdefault((run.system, run.data), []).append(seconds)

    def left_s(self, n_done: int) -> float | None:
        every = [s for times in self._took.values() for s in times]
        if not every:
            return None
        usual = sum(every) / len(every)
        known = {key: sum(times) / len(times) for key, times in self._took.items()}
        return sum(known.get((run.system, run.data), usual) for run in self._waiting[n_done:])

    def stage(self, name: str, n_done: int) -> str:
        left_s = self.left_s(n_done)
        if left_s is None:
            return name
        minutes = max(1, round(left_s / 60))
        return trn(
            "{name} (about {n} minute left)", "{name} (about {n} minutes left)", minutes
        ).format(name=name, n=minutes)


class _FitProgress(Progress):
    """Reports the steps of one fit as those of the whole benchmark."""

    def __init__(self, outer: Progress, stage: str, n_done: int, n_runs: int) -> None:
        super().__init__(self._relay)
        self._outer, self._stage, self._n_done, self._n_runs = outer, stage, n_done, n_runs

    def check(self) -> None:
        """Raise `Cancelled` when the user asked to stop the benchmark."""
        self._outer.check()

    def _relay(self, step: ProgressStep) -> None:
        stage = f"{self._stage}: {step.stage}" if step.stage else self._stage
        self._outer.step(stage, self._n_done, self._n_runs)
