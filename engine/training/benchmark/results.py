"""The measured values, one in each row, in a file that is complete at every moment."""

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from engine.errors import InputError
from engine.files import write_text
from engine.translation import tr

RESULTS_NAME = "results.csv"
COLUMNS = ("system", "data", "seed", "test_set", "metric", "value")
DATA = ("ugc", "ugc+pgc")
"""What systems learn from: uploaders' pairs alone, or professionals' pairs too."""
TRAINING = "training"
"""In the place of a test set: the time that the fit itself took."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measured value.

    Attributes:
        system: name of the registry.
        data: one of `DATA`.
        seed: of the fit and, in a simulation, of the data.
        test_set: where it was measured, or `TRAINING`.
        metric: such as "recall@15"; the ending "_all" means ranked among all tracks instead of 100
            negatives, "_low" and "_high" the bootstrap interval over queries.
        value: finite.
    """

    system: str
    data: str
    seed: int
    test_set: str
    metric: str
    value: float

    def __post_init__(self) -> None:
        if self.data not in DATA:
            raise ValueError(f"data is {self.data!r}")
        if not math.isfinite(self.value):
            raise ValueError(f"{self.metric} is {self.value}")


@dataclass(frozen=True, slots=True)
class Mean:
    """A metric over seeds.

    Attributes:
        mean: over the seeds.
        spread: sample standard deviation over the seeds, None for a single one.
        n_seeds: how many there are.
    """

    mean: float
    spread: float | None
    n_seeds: int

    def __str__(self) -> str:
        """The mean with its spread; of a single seed the value alone."""
        alone = f"{self.mean:.3f}"
        return alone if self.spread is None else f"{alone} ± {self.spread:.3f}"


class Results:
    """The rows of one results file.

    Args:
        path: of the file; it need not exist yet.

    Raises:
        InputError: when the file exists and contains something other than results.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: tuple[Row, ...] = read_rows(path)

    def is_finished(self, system: str, data: str, seed: int, test_sets: Sequence[str]) -> bool:
        """Whether a fit was measured on all these test sets."""
        found = {
            r.test_set for r in self.rows if (r.system, r.data, r.seed) == (system, data, seed)
        }
        return set(test_sets) <= found

    def add(self, rows: Sequence[Row]) -> None:
        """Add the rows of one fit, replacing its earlier ones on the same test sets.

        The file on the disk holds all of these rows or none.
        """
        renewed = {(row.system, row.data, row.seed, row.test_set) for row in rows}
        kept = (r for r in self.rows if (r.system, r.data, r.seed, r.test_set) not in renewed)
        self.rows = (*kept, *rows)
        write_text(self.path, as_csv(COLUMNS, map(astuple, self.rows)))

    def values(self, system: str, data: str, test_set: str, metric: str) -> dict[int, float]:
        """Return a metric's value for each seed that it was measured with."""
        wanted = (system, data, test_set, metric)
        return {
            row.seed: row.value
            for row in self.rows
            if (row.system, row.data, row.test_set, row.metric) == wanted
        }

    def mean(self, system: str, data: str, test_set: str, metric: str) -> Mean | None:
        """Return a metric's mean and spread over the seeds, None where it wasn't measured."""
        values = list(self.values(system, data, test_set, metric).values())
        if not values:
            return None
        spread = float(np.std(values, ddof=1)) if len(values) > 1 else None
        return Mean(float(np.mean(values)), spread, len(values))

    def fits(self) -> tuple[tuple[str, str], ...]:
        """Return each (system, data) that has rows, in the order of the file."""
        return tuple(dict.fromkeys((row.system, row.data) for row in self.rows))

    def test_sets(self) -> tuple[str, ...]:
        """Return the test sets that have rows, in the order of the file."""
        return tuple(dict.fromkeys(row.test_set for row in self.rows if row.test_set != TRAINING))


def read_rows(path: Path) -> tuple[Row, ...]:
    """Read a results file; a missing one has no rows.

    Raises:
        InputError: when it can't be read or holds something else.
    """
    rows = []
    for line, cells in enumerate(read_csv(path, COLUMNS), start=2):
        try:
            system, data, seed, test_set, metric, value = cells
            rows.append(Row(system, data, int(seed), test_set, metric, float(value)))
        except ValueError as error:
            reason = tr("line {line}: {reason}").format(line=line, reason=error)
            raise damaged(path, reason) from error
    return tuple(rows)


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return the rows as the text of a .csv file under their columns."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def read_csv(path: Path, columns: Sequence[str]) -> list[list[str]]:
    """Return the rows of a .csv file of ours; a missing one has no rows.

    Raises:
        InputError: when it can't be read or has other columns.
    """
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8")
        lines = list(csv.reader(io.StringIO(text, newline="")))
    except (OSError, ValueError, csv.Error) as error:
        raise damaged(path, str(error)) from error
    if not lines or tuple(lines[0]) != tuple(columns):
        raise damaged(path, tr("its columns aren't {names}").format(names=",".join(columns)))
    for line, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(columns):
            raise damaged(path, tr("line {line} is cut off").format(line=line))
    if not text.endswith("\n"):
        raise damaged(path, tr("line {line} is cut off").format(line=len(lines)))
    return lines[1:]


def damaged(path: Path, reason: str) -> InputError:
    """Return the error for a file that contains something other than benchmark results."""
    return InputError(
        tr("the file contains no benchmark results ({reason}).").format(reason=reason),
        path=path,
        remedy=tr("Choose another folder, or move the file away to start over."),
    )
