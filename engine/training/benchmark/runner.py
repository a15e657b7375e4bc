"""STAGE: data, systems and seeds → rows of results; resumes where it stopped."""

import json
import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import InputError, SoundbedError
from engine.files import write_text
from engine.progress import Progress, ProgressStep
from engine.training.benchmark.configured import Changes, MakeSystem, configured
from engine.training.benchmark.measure import measure
from engine.training.benchmark.results import DATA, Results
from engine.training.benchmark.saving import Fitted, Run, save_fit, save_model
from engine.training.benchmark.sources import Source
from engine.training.data.benchmark_data import BenchmarkData
from engine.training.method.training_config import TrainingConfig
from engine.training.systems.contract import Explained, System
from engine.training.systems.encoder_files import FittedSystem
from engine.training.systems.members import fit_members, scorer_of
from engine.training.systems.registry import make_system
from engine.translation import tr, trn

_log = logging.getLogger(__name__)

SETTINGS_NAME = "benchmark.json"
_FIT_S = "fit_s"
Settings = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class BenchmarkPlan:
    """Which systems are fitted and measured on which data.

    Attributes:
        sources: the data.
        systems: names of the registry.
        seeds: of the fits and, in simulations, of the data.
        data: data settings, of `DATA`.
        settings: fields of systems that differ from their defaults, such as searched weights;
            see `configured`.
        changes: of all systems' configuration.
        made_from: what the data is; it must be the same each time a folder is resumed.
        saves_models: whether the encoders of each fit are saved, where a system has them.
    """

    sources: Sequence[Source]
    systems: Sequence[str]
    seeds: Sequence[int]
    data: Sequence[str] = DATA
    settings: Settings = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    made_from: str = ""
    saves_models: bool = False

    def runs(self, make: MakeSystem) -> list[Run]:
        """Return every fit, in order."""
        return [run for source in self.sources for run in self._runs_on(source, make)]

    def _runs_on(self, source: Source, make: MakeSystem) -> list[Run]:
        wanted = [name for name in self.systems if source.systems is None or name in source.systems]
        # The teacher comes first: others then share it, and the seconds of its fit are its own.
        wanted.sort(key=lambda name: name != "teacher")
        settings = [one for one in self.data if source.data is None or one in source.data]
        return [
            Run(source, name, one, seed)
            for seed in self.seeds
            for name in wanted
            for one in settings
            if one == DATA[1] or not make(name).needs_pgc
        ]

    def settings_of(self, run: Run) -> dict[str, Any]:
        """Return the system's settings in a run: the plan's, then those of the source."""
        own, of_source = self.settings.get(run.system, {}), run.source.settings.get(run.system, {})
        return {**own, **of_source}

    def as_dict(self) -> dict[str, Any]:
        """Return everything that results depend on, as JSON can hold it."""
        systems = {name: dict(values) for name, values in self.settings.items()}
        return {"data": self.made_from, "config": self.changes.as_dict(), "systems": systems}


@dataclass(frozen=True, slots=True)
class BenchmarkReport:
    """The outcome of a benchmark.

    Attributes:
        n_fitted: fits that were made and measured.
        n_kept: fits whose rows were there already.
        failures: what could not be fitted, with the reason.
    """

    n_fitted: int
    n_kept: int
    failures: tuple[tuple[str, str], ...]


def run_benchmark(
    plan: BenchmarkPlan, out: Path, progress: Progress, make: MakeSystem = make_system
) -> BenchmarkReport:
    """Fit every system on every source and measure it, one fit after the other.

    The rows of a fit are written at once; a fit whose rows exist isn't made again, so that
    cancelling or a crash loses only the current fit. A fit that fails is reported and the others
    continue. Data are made once for each source and seed, so that systems can share a teacher.

    Args:
        plan: what is fitted.
        out: the folder of the benchmark.
        progress: steps with each fit, with the time left in the name of its stage.
        make: makes a system by its name and settings.

    Raises:
        InputError: when a results file is damaged or was made with other settings, or no system
            can learn from these data.
        Cancelled: when the user stopped it; finished fits are kept.
    """
    records = {source.results: Results(out / source.results) for source in plan.sources}
    runs = plan.runs(make)
    if not runs:
        raise InputError(
            tr("These systems learn from professionals' pairs, but --data leaves them out."),
            remedy=tr("Add ugc+pgc to --data, or choose other systems."),
        )
    _keep_plan(out, plan, {row.system for kept in records.values() for row in kept.rows})
    remaining = [run for run in runs if not _is_finished(records[run.source.results], run)]
    clock = _Clock(records.values(), remaining)
    current = _CurrentData()
    failures: list[tuple[str, str]] = []
    for n_done, run in enumerate(remaining):
        inner = _FitProgress(progress, clock.stage(run.title, n_done), n_done, len(remaining))
        inner.step("")
        data = current.of(run)
        if run.with_pgc and data.pgc is None:
            failures.append((run.title, tr("This data has no professionals' pairs.")))
            continue
        try:
            system, config = configured(
                make, run.system, plan.settings_of(run), plan.changes, run.seed
            )
            fitted = _fit(system, data, run, config, inner)
            if plan.saves_models:
                save_model(out / run.source.results, run, fitted)
        except SoundbedError as error:
            _log.warning("%s failed: %s", run.title, error)
            failures.append((run.title, str(error)))
            continue
        save_fit(records[run.source.results], run, data, fitted)
        clock.add(run, fitted.of_fit[_FIT_S])
    return BenchmarkReport(len(remaining) - len(failures), len(runs) - len(remaining), (*failures,))


def keep_settings(out: Path, settings: Mapping[str, Any], name: str = SETTINGS_NAME) -> None:
    """Write what a folder's results are made with, or check that it is the same as before.

    Args:
        out: the folder.
        settings: what JSON can hold.
        name: of the file.

    Raises:
        InputError: when the folder has results of other settings.
    """
    path = out / name
    text = _as_text(settings)
    if not path.exists():
        write_text(path, text)
        return
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            tr("what the folder's benchmark was made with can't be read."),
            path=path,
            remedy=tr("Choose another folder."),
        ) from error
    if earlier == json.loads(text):
        return
    if isinstance(earlier, dict) and earlier.get("data") != settings.get("data"):
        raise InputError(
            tr("the folder contains a benchmark of other data."),
            path=path,
            remedy=tr("Choose another folder."),
        )
    raise InputError(
        tr("the folder contains a benchmark with other settings."),
        path=path,
        remedy=tr("Choose another folder, or use the settings in that file."),
    )


def _keep_plan(out: Path, plan: BenchmarkPlan, fitted: Collection[str]) -> None:
    """Write what the results are made with, or check that it is the same as before.

    Systems may join others later, with searched settings of their own; those of a system that was
    fitted can't change.

    Args:
        out: the folder.
        plan: what is about to be fitted.
        fitted: names of the systems that have results.
    """
    settings = json.loads(_as_text(plan.as_dict()))
    try:
        earlier = json.loads((out / SETTINGS_NAME).read_text(encoding="utf-8"))
        known = dict(earlier["systems"])
    except (OSError, ValueError, KeyError, TypeError):
        keep_settings(out, settings)
        return
    own = settings["systems"]
    firm = [name for name in plan.systems if name in fitted or name in known]
    if all(known.get(name, {}) == own.get(name, {}) for name in firm):
        settings["systems"] = {**known, **own}
        if settings == {**earlier, "systems": settings["systems"]}:
            write_text(out / SETTINGS_NAME, _as_text(settings))
            return
    keep_settings(out, settings)


def _as_text(settings: Mapping[str, Any]) -> str:
    return json.dumps(settings, indent=2, sort_keys=True) + "\n"


def _is_finished(results: Results, run: Run) -> bool:
    return results.is_finished(run.system, run.data, run.seed, run.source.test_sets)


def _fit(
    system: System, data: BenchmarkData, run: Run, config: TrainingConfig, progress: Progress
) -> Fitted:
    """Fit a system and measure it on each test set."""
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    training = data.training(run.with_pgc)
    members = fit_members(training, config, progress, system=system)
    took = {
        _FIT_S: time.perf_counter() - started_s,
        "fit_cpu_s": time.process_time() - started_cpu_s,
    }
    scorer, measured = scorer_of(members), {}
    of_fit = {**took, **(scorer.fitted_weights() if isinstance(scorer, Explained) else {})}
    for test in run.tests(data):
        progress.check()
        measured[test.name] = measure(scorer, test, data.ugc)
    return Fitted(FittedSystem(run.system, members, training, config), of_fit, measured)


class _CurrentData:
    """The data of the latest source and seed; runs come in their order."""

    def __init__(self) -> None:
        self._key: tuple[Source, int] | None = None
        self._data: BenchmarkData | None = None

    def of(self, run: Run) -> BenchmarkData:
        if self._data is None or self._key != (run.source, run.seed):
            self._key, self._data = (run.source, run.seed), run.source.make(run.seed)
        return self._data


class _Clock:
    """Estimates the time left from the fits that were made, by system and data setting."""

    def __init__(self, records: Iterable[Results], remaining: Sequence[Run]) -> None:
        self._remaining = remaining
        self._times_s: dict[tuple[str, str], list[float]] = {}
        for results in records:
            for row in results.rows:
                if row.metric == _FIT_S:
                    self._times_s.setdefault((row.system, row.data), []).append(row.value)

    def add(self, run: Run, seconds: float) -> None:
        """Count a fit that was made."""
        self._times_s.setdefault((run.system, run.data), []).append(seconds)

    def left_s(self, n_done: int) -> float | None:
        """Return the seconds that the other fits will take; None before any was made."""
        every = [s for times in self._times_s.values() for s in times]
        if not every:
            return None
        usual = sum(every) / len(every)
        known = {key: sum(times) / len(times) for key, times in self._times_s.items()}
        return sum(known.get((run.system, run.data), usual) for run in self._remaining[n_done:])

    def stage(self, title: str, n_done: int) -> str:
        """Return the title of a fit with the minutes left."""
        left_s = self.left_s(n_done)
        if left_s is None:
            return title
        minutes = max(1, round(left_s / 60))
        return trn(
            "{name} (about {n} minute left)", "{name} (about {n} minutes left)", minutes
        ).format(name=title, n=minutes)


class _FitProgress(Progress):
    """Reports the steps of one fit as those of the whole benchmark."""

    def __init__(self, outer: Progress, stage: str, n_done: int, n_runs: int) -> None:
        super().__init__(self._relay)
        self._outer, self._fit, self._n_done, self._n_runs = outer, stage, n_done, n_runs

    def check(self) -> None:
        """Raise `Cancelled` when the user asked to stop the benchmark."""
        self._outer.check()

    def _relay(self, step: ProgressStep) -> None:
        stage = f"{self._fit}: {step.stage}" if step.stage else self._fit
        self._outer.step(stage, self._n_done, self._n_runs)
