"""How each system did on each query, saved for paired comparisons.

A file for each test set and seed, `queries/TEST_SET-SEED.npz` beside the results file, complete at
every moment. Its arrays, all of the n queries in one order:

- `targets` int64, the chosen tracks; `weights` float64, λ_v of Eq. 13, summing to 1; `uploaders`
  str, who asked, empty where nobody knows.
- for each fit, `SYSTEM/DATA/rank` and `SYSTEM/DATA/rank_all` float32, how many tracks rank before
  the target among its negatives and among all tracks (0 is first, equal scores count half), and
  `SYSTEM/DATA/true_ndcg` float32 where the true match is known.

The metrics of `results.csv` are their means: Recall@15 is the mean of `rank < 15` by `weights`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.files import replacing
from engine.training.benchmark.results import damaged
from engine.training.data.archives import read_archive
from engine.training.data.benchmark_data import TestSet
from engine.training.fitting.metrics import inverse_popularity_weights
from engine.translation import tr

QUERIES_FOLDER = "queries"
FORMAT = "soundbed-queries-1"
_COMMON = ("format", "targets", "weights", "uploaders")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QueryRanks:
    """How one fit did on each query of a test set.

    Attributes:
        rank: float64 (n,), tracks before the target among its negatives, 0 for the first place.
        rank_all: float64 (n,), among all tracks.
        true_ndcg: float64 (n,), against the true match; None where it isn't known.
    """

    rank: Floats
    rank_all: Floats
    true_ndcg: Floats | None = None


@dataclass(frozen=True, slots=True)
class SavedQueries:
    """The queries of one test set and seed, and how each fit did on them.

    Attributes:
        targets: int64 (n,), the chosen tracks.
        weights: float64 (n,), λ_v of Eq. 13, summing to 1.
        uploaders: str (n,), who asked; empty texts where nobody knows.
        fits: by system and data setting.
    """

    targets: npt.NDArray[np.int64]
    weights: Floats
    uploaders: npt.NDArray[np.str_]
    fits: Mapping[tuple[str, str], QueryRanks]

    @classmethod
    def of(cls, test: TestSet) -> "SavedQueries":
        """Return the queries of a test set, without any fit."""
        uploaders = test.queries.uploaders
        return cls(
            test.targets,
            inverse_popularity_weights(test.popularity),
            np.full(test.n, "") if uploaders is None else uploaders,
            {},
        )


def queries_path(folder: Path, test_set: str, seed: int) -> Path:
    """Return the file of a test set and seed.

    Args:
        folder: of the results file.
        test_set: its name.
        seed: of the fits.
    """
    return folder / QUERIES_FOLDER / f"{test_set}-{seed}.npz"


def add_queries(path: Path, test: TestSet, fit: tuple[str, str], ranks: QueryRanks) -> None:
    """Add one fit to a file, replacing its earlier ranks; the file is complete at every moment.

    Args:
        path: see `queries_path`.
        test: the test set.
        fit: system and data setting.
        ranks: of the fit on this test set.

    Raises:
        InputError: when the file contains something else, or other queries.
    """
    queries = SavedQueries.of(test)
    before = read_queries(path) if path.exists() else queries
    if not np.array_equal(before.targets, queries.targets):
        raise damaged(path, tr("it has other queries"))
    arrays: dict[str, Any] = {
        "format": np.array(FORMAT),
        "targets": queries.targets,
        "weights": queries.weights,
        "uploaders": queries.uploaders,
    }
    for (system, data), one in {**before.fits, fit: ranks}.items():
        arrays[f"{system}/{data}/rank"] = one.rank.astype(np.float32)
        arrays[f"{system}/{data}/rank_all"] = one.rank_all.astype(np.float32)
        if one.true_ndcg is not None:
            arrays[f"{system}/{data}/true_ndcg"] = one.true_ndcg.astype(np.float32)
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez_compressed(file, **arrays)


def read_queries(path: Path) -> SavedQueries:
    """Read a file.

    Raises:
        FileNotFoundError: when there is none.
        InputError: when it contains something else.
    """
    try:
        arrays = read_archive(path)
        if str(arrays["format"]) != FORMAT:
            raise ValueError(tr("written by another version"))
        n = len(arrays["targets"])
        if any(values.shape != (n,) for name, values in arrays.items() if name != "format"):
            raise ValueError(tr("its arrays are of different lengths"))
        if any(name.count("/") != 2 for name in arrays if name not in _COMMON):
            raise ValueError(tr("an array belongs to no fit"))
        fits = {
            (system, data): _ranks_of(arrays, f"{system}/{data}")
            for system, data, kind in (name.split("/") for name in arrays if name not in _COMMON)
            if kind == "rank"
        }
        return SavedQueries(
            arrays["targets"].astype(np.int64),
            arrays["weights"].astype(np.float64),
            arrays["uploaders"].astype(np.str_),
            fits,
        )
    except FileNotFoundError:
        raise
    except (ValueError, TypeError, KeyError) as error:
        raise damaged(path, str(error)) from error


def _ranks_of(arrays: Mapping[str, npt.NDArray[Any]], fit: str) -> QueryRanks:
    truth = arrays.get(f"{fit}/true_ndcg")
    return QueryRanks(
        arrays[f"{fit}/rank"].astype(np.float64),
        arrays[f"{fit}/rank_all"].astype(np.float64),
        None if truth is None else truth.astype(np.float64),
    )
