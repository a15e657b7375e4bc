"""Benchmark data on disk: .npz files without pickles and a README, complete or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import ExportError, TrainingError
from engine.files import replacing, replacing_folder, write_text
from engine.training.data.archives import few, read_archive
from engine.training.data.benchmark_data import BenchmarkData, Queries, TestSet
from engine.training.data.pairs import load_pairs, require_alike, save_pairs
from engine.translation import tr
from engine.unwritable import export_remedy, reason_of

FORMAT = "soundbed-benchmark-1"
INDEX = "benchmark.npz"
_UGC, _PGC = "ugc.npz", "pgc.npz"
_QUERY = "query_"


def save_benchmark(
    data: BenchmarkData, folder: Path, parameters: Mapping[str, object] | None = None
) -> None:
    """Write the data into a new or empty folder.

    ugc.npz and pgc.npz are sets of pairs, each test set has its own file, and benchmark.npz
    lists them.

    Args:
        data: what to write.
        folder: where.
        parameters: of the simulation, for the README.

    Raises:
        ExportError: when the folder isn't empty or can't be written.
    """
    with whole_folder(folder) as beside:
        save_pairs(data.ugc, beside / _UGC)
        if data.pgc is not None:
            save_pairs(data.pgc, beside / _PGC)
        for test in (data.validation, *data.tests):
            _write(beside / _file_of(test.name), _arrays_of(test))
        names = [test.name for test in data.tests]
        _write(
            beside / INDEX,
            {
                "format": np.asarray(FORMAT),
                "name": np.asarray(data.name),
                "validation": np.asarray(data.validation.name),
                "tests": np.asarray(names),
                "has_pgc": np.asarray(data.pgc is not None),
                "is_simulated": np.asarray(data.is_simulated),
                "description": np.asarray(data.description),
            },
        )
        write_text(beside / "README.txt", describe(data, parameters))


def describe(data: BenchmarkData, parameters: Mapping[str, object] | None = None) -> str:
    """Return a description for people; its first sentence says whether the data are real."""
    lines = [
        data.description,
        "",
        f"{data.ugc.n_pairs} training pairs of uploaders, {data.ugc.n_tracks} tracks.",
    ]
    if data.pgc is not None:
        lines.append(f"{data.pgc.n_pairs} pairs of professionals, {data.pgc.n_tracks} tracks.")
    lines += [
        f"Test set {test.name}: {test.n} videos, each with its track and "
        f"{test.negatives.shape[1]} others."
        for test in (data.validation, *data.tests)
    ]
    lines += ["", "Use it with: soundbed benchmark --pairs FOLDER"]
    if parameters:
        lines += ["", "Parameters (explained in engine/training/simulation/parameters.py):"]
        lines += [f"  {name} = {value}" for name, value in parameters.items()]
    return "\n".join([*lines, ""])


def load_benchmark(folder: Path) -> BenchmarkData:
    """Read what `save_benchmark` wrote.

    Raises:
        TrainingError: when a file is missing, damaged, or doesn't fit the others.
    """
    index = _read(folder / INDEX)
    path = folder / INDEX
    try:
        if str(index.get("format", "")) != FORMAT:
            raise ValueError(tr("not a benchmark of this version"))
        names = [str(index["validation"]), *(str(name) for name in few(index["tests"]))]
        tests = []
        for name in names:
            path = folder / _file_of(name)
            tests.append(_test_set(name, _read(path)))
        path = folder / INDEX
        ugc = load_pairs(folder / _UGC)
        pgc = load_pairs(folder / _PGC) if bool(index["has_pgc"]) else None
        if pgc is not None:
            require_alike(ugc, pgc, folder / _PGC)
        return BenchmarkData(
            name=str(index["name"]),
            ugc=ugc,
            pgc=pgc,
            validation=tests[0],
            tests=tuple(tests[1:]),
            is_simulated=bool(index["is_simulated"]),
            description=str(index["description"]),
        )
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise _unusable(path, error) from error


def require_new(folder: Path) -> None:
    """Check that a folder doesn't exist or is empty.

    Raises:
        ExportError: when it isn't empty, or can't be read.
    """
    try:
        is_taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise _unwritable(folder, error) from error
    if is_taken:
        raise ExportError(
            tr("something with this name already exists."),
            path=folder,
            remedy=tr("Choose a new or empty folder."),
        )


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `folder` that replaces it if the block ends without an error.

    Raises:
        ExportError: when `folder` isn't empty, or can't be written.
    """
    require_new(folder)
    with replacing_folder(folder) as beside:
        yield beside


def _arrays_of(test: TestSet) -> dict[str, npt.NDArray[Any]]:
    arrays = {}
    for owner, prefix in ((test, ""), (test.queries, _QUERY)):
        for field in fields(owner):
            value = getattr(owner, field.name)
            if isinstance(value, np.ndarray):
                arrays[prefix + field.name] = value
    return arrays


def _test_set(name: str, arrays: dict[str, npt.NDArray[Any]]) -> TestSet:
    queries = {
        field.name: arrays[_QUERY + field.name]
        for field in fields(Queries)
        if _QUERY + field.name in arrays
    }
    parts = {field.name: arrays[field.name] for field in fields(TestSet) if field.name in arrays}
    try:
        return TestSet(name=name, queries=Queries(**queries), **parts)
    except TypeError as error:
        raise ValueError(tr("a part is missing")) from error


def _file_of(name: str) -> str:
    # A name comes from a file: it must not lead out of the folder.
    if not name.isidentifier():
        raise ValueError(tr("a test set has an impossible name"))
    return f"test_{name}.npz"


def _write(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]  # numpy's stubs reject **arrays


def _read(path: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        return read_archive(path)
    except FileNotFoundError as error:
        raise TrainingError(
            tr("there is no such file."),
            path=path,
            remedy=tr("Make the data with: soundbed simulate."),
        ) from error
    except ValueError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: Exception) -> TrainingError:
    return TrainingError(
        tr("the file contains no usable benchmark data ({reason}).").format(reason=error),
        path=path,
        remedy=tr("Make the data again with: soundbed simulate."),
    )


def _unwritable(folder: Path, error: OSError) -> ExportError:
    return ExportError(
        tr("the folder can't be written ({reason}).").format(reason=reason_of(error)),
        path=folder,
        remedy=export_remedy(error),
    )
