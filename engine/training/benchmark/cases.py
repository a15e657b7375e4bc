"""What systems rank for uploaders who left their main genre, beside the results (Fig. 5)."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.files import write_text
from engine.training.benchmark.measure import drifted
from engine.training.benchmark.results import as_csv, read_csv
from engine.training.data.benchmark_data import TestSet
from engine.training.data.pairs import PairSet

CASES_NAME = "drift.csv"
COLUMNS = ("system", "data", "seed", "test_set", "query", "main", "chosen", "recommended")
N_CASES = 4
_JOINT = "|"
_UNKNOWN = "?"


def cases_of(
    test: TestSet, lists: npt.NDArray[np.int64], catalogue: PairSet
) -> list[tuple[str, ...]]:
    """Return the clearest cases of drift: query, main genre, chosen genre, recommended genres.

    Args:
        test: queries with what was chosen.
        lists: int64 (n, k) recommended tracks, best first.
        catalogue: names the genres of the tracks.
    """
    names = (*catalogue.genre_names, _UNKNOWN)  # an unsure genre, -1, names the last
    genres = catalogue.genres
    return [
        (
            str(row),
            names[int(test.queries.tastes[row].argmax())],
            names[int(genres[test.targets[row]])],
            _JOINT.join(names[int(genre)] for genre in genres[lists[row]]),
        )
        for row in drifted(test, genres)[:N_CASES]
    ]


class Cases:
    """The rows of one file of cases.

    Args:
        path: of the file; it need not be there yet.

    Raises:
        InputError: when the file is there and holds something else.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[tuple[str, ...]] = [tuple(cells) for cells in read_csv(path, COLUMNS)]

    def add(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Add the cases of one fit, in the place of older ones of it."""
        if rows:
            renewed = {row[:4] for row in rows}
            self.rows = [*(row for row in self.rows if row[:4] not in renewed), *rows]
            write_text(self.path, as_csv(COLUMNS, self.rows))

    def genres(self, row: tuple[str, ...]) -> list[str]:
        """Return the recommended genres of a row, best first."""
        return row[7].split(_JOINT)
