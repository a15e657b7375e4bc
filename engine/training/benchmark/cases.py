"""What systems rank for uploaders who left their main genre (Fig. 5), in a separate file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.files import write_text
from engine.training.benchmark.measure import drifted
from engine.training.benchmark.results import as_csv, damaged, read_csv
from engine.training.data.benchmark_data import TestSet
from engine.training.data.pairs import PairSet
from engine.translation import tr

CASES_NAME = "drift.csv"
COLUMNS = ("system", "data", "seed", "test_set", "query", "main", "chosen", "recommended")
N_CASES = 4
_SEPARATOR = "|"
_UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Drift:
    """One query of an uploader who left their main genre, and what was recommended.

    Attributes:
        query: row in the test set.
        main: the uploader's main genre.
        chosen: genre of the track they chose.
        recommended: genres of the recommended tracks, best first.
    """

    query: str
    main: str
    chosen: str
    recommended: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A drift, and the fit that recommended.

    Attributes:
        system, data, seed, test_set: as in `Row`.
        drift: the query and its list.
    """

    system: str
    data: str
    seed: int
    test_set: str
    drift: Drift

    @property
    def fit(self) -> tuple[str, str, int, str]:
        """The fit and the test set."""
        return self.system, self.data, self.seed, self.test_set


def cases_of(test: TestSet, lists: npt.NDArray[np.int64], catalogue: PairSet) -> list[Drift]:
    """Return the clearest drifts of a test set.

    Args:
        test: queries with what was chosen.
        lists: int64 (n, k) recommended tracks, best first.
        catalogue: names the genres of the tracks.
    """
    names = (*catalogue.genre_names, _UNKNOWN)  # an unsure genre, -1, names the last
    genres = catalogue.genres
    return [
        Drift(
            query=str(row),
            main=names[int(test.queries.tastes[row].argmax())],
            chosen=names[int(genres[test.targets[row]])],
            recommended=tuple(names[int(genre)] for genre in genres[lists[row]]),
        )
        for row in drifted(test, genres)[:N_CASES]
    ]


class Cases:
    """The cases in one file.

    Args:
        path: of the file; it need not exist yet.

    Raises:
        InputError: when the file exists and contains something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cases = [_parsed(path, cells) for cells in read_csv(path, COLUMNS)]

    def add(self, cases: Sequence[Case]) -> None:
        """Add the cases of one fit, replacing its earlier ones."""
        if cases:
            renewed = {case.fit for case in cases}
            self.cases = [*(case for case in self.cases if case.fit not in renewed), *cases]
            write_text(self.path, as_csv(COLUMNS, map(_cells, self.cases)))


def _cells(case: Case) -> tuple[str, ...]:
    drift = case.drift
    recommended = _SEPARATOR.join(drift.recommended)
    fit = (case.system, case.data, str(case.seed), case.test_set)
    return (*fit, drift.query, drift.main, drift.chosen, recommended)


def _parsed(path: Path, cells: Sequence[str]) -> Case:
    system, data, seed, test_set, query, main, chosen, recommended = cells
    if not seed.isdecimal():
        raise damaged(path, tr("a seed isn't a number"))
    drift = Drift(query, main, chosen, tuple(recommended.split(_SEPARATOR)))
    return Case(system, data, int(seed), test_set, drift)
