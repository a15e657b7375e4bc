"""STAGE: a measured fit → everything of it on the disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.training.benchmark.cases import CASES_NAME, Case, Cases, cases_of
from engine.training.benchmark.losses import LOSSES_NAME, add_losses
from engine.training.benchmark.measure import Measured
from engine.training.benchmark.query_ranks import add_queries, queries_path
from engine.training.benchmark.results import DATA, TRAINING, Results, Row
from engine.training.benchmark.sources import Source
from engine.training.data.benchmark_data import BenchmarkData, TestSet
from engine.training.systems.encoder_files import FittedSystem, write_encoders
from engine.training.systems.registry import has_encoders
from engine.translation import tr

MODELS_FOLDER = "models"


@dataclass(frozen=True, slots=True)
class Run:
    """One fit, and where it is measured.

    Attributes:
        source: the data and the test sets.
        system: name of the registry.
        data: what it learns from, one of `DATA`.
        seed: of the fit and, in a simulation, of the data.
    """

    source: Source
    system: str
    data: str
    seed: int

    @property
    def with_pgc(self) -> bool:
        """Whether it learns from professionals' pairs too."""
        return self.data == DATA[1]

    def tests(self, data: BenchmarkData) -> list[TestSet]:
        """Return the test sets of the data that it is measured on."""
        wanted = self.source.test_sets
        return [test for test in (data.validation, *data.tests) if test.name in wanted]

    @property
    def title(self) -> str:
        """What the progress and failures call it."""
        return tr("{system}, {data}, {source}, seed {seed}").format(
            system=self.system, data=self.data, source=self.source.name, seed=self.seed
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A fit, and how it does.

    Attributes:
        system: after its fit.
        of_fit: numbers about the fit itself, such as the seconds that it took.
        measured: by name of the test set.
    """

    system: FittedSystem
    of_fit: Mapping[str, float]
    measured: Mapping[str, Measured]


def save_fit(results: Results, run: Run, data: BenchmarkData, fitted: Fitted) -> None:
    """Save all of one fit; its rows come last, as a fit whose rows exist isn't made again.

    Args:
        results: the file of its rows.
        run: which fit.
        data: what it was measured on.
        fitted: how it went.
    """
    folder = results.path.parent
    rows = [_row(run, TRAINING, name, value) for name, value in fitted.of_fit.items()]
    cases: list[Case] = []
    for test in run.tests(data):
        found = fitted.measured[test.name]
        rows += [_row(run, test.name, name, value) for name, value in found.metrics.items()]
        cases += [
            Case(run.system, run.data, run.seed, test.name, drift)
            for drift in cases_of(test, found.lists, data.ugc)
        ]
        path = queries_path(folder, test.name, run.seed)
        add_queries(path, test, (run.system, run.data), found.ranks)
    Cases(folder / CASES_NAME).add(cases)
    key = (run.source.name, run.system, run.data, str(run.seed))
    add_losses(folder / LOSSES_NAME, key, fitted.system.members)
    results.add(rows)


def save_model(results: Path, run: Run, fitted: Fitted) -> None:
    """Save the encoders of a fit, `models/SOURCE_SYSTEM_DATA_SEED` beside its rows.

    Args:
        results: the file of its rows.
        run: which fit; one without encoders is passed over.
        fitted: how it went.

    Raises:
        TrainingError: when it can't be exported.
    """
    if has_encoders(run.system):
        name = "_".join((run.source.name.replace("/", "-"), run.system, run.data, str(run.seed)))
        write_encoders(results.parent / MODELS_FOLDER / name, fitted.system)


def _row(run: Run, test_set: str, metric: str, value: float) -> Row:
    return Row(run.system, run.data, run.seed, test_set, metric, float(f"{value:.6g}"))
