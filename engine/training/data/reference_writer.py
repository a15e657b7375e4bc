"""Writes benchmark data in DebCM's format, for its own code and for comparing both formats."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.files import write_text
from engine.training.data.benchmark_data import BenchmarkData, TestSet
from engine.training.data.benchmark_files import describe, whole_folder
from engine.training.data.pairs import PairSet
from engine.training.data.reference_format import (
    PGC,
    PGC_PICTURES,
    PGC_SOUNDS,
    PICTURES,
    PRIOR,
    SIDE,
    SOUNDS,
    TRAIN,
    queries_file,
    weights_file,
)
from engine.training.data.tastes import tastes_of
from engine.translation import tr


def write_reference(
    data: BenchmarkData, folder: Path, parameters: Mapping[str, object] | None = None
) -> None:
    """Write the data into a new or empty folder; see `reference_format.py`.

    Texts, tags, moods, rhythm and the true match have no place there and are left out.

    Args:
        data: what to write.
        folder: where.
        parameters: of the simulation, for the README.

    Raises:
        TrainingError: when the music isn't described by two blocks of features, or a training
            track has no genre.
        ExportError: when the folder isn't empty or can't be written.
    """
    with whole_folder(folder) as beside:
        (beside / "100neg").mkdir()
        tests = (data.validation, *data.tests)
        pictures = [data.ugc.video_vectors, *(test.queries.video_vectors for test in tests)]
        np.save(beside / PICTURES, np.concatenate(pictures))
        _save_sounds(data.ugc, beside, SOUNDS)
        _save_rows(beside / TRAIN, _training_rows(data.ugc))
        np.save(beside / PRIOR, tastes_of(data.ugc).mean)
        files = ["val", "test", *(f"test_{test.name}" for test in data.tests[1:])]
        start = data.ugc.n_videos
        for file, test in zip(files, tests, strict=True):
            _save_rows(beside / queries_file(file), _query_rows(test, start))
            inverse = 1.0 / test.popularity.astype(np.float64)
            np.save(beside / weights_file(file), inverse / inverse.sum())
            start += test.n
        if data.pgc is not None:
            (beside / PGC).mkdir()
            np.save(beside / PGC / PGC_PICTURES, data.pgc.video_vectors)
            _save_sounds(data.pgc, beside / PGC, PGC_SOUNDS)
            np.save(beside / PGC / TRAIN, data.pgc.pairs)
        np.savez_compressed(beside / SIDE, **_side(data, files))  # type: ignore[arg-type]  # numpy's stubs reject **arrays
        write_text(beside / "README.txt", describe(data, parameters) + _NOTE)


_NOTE = """
This folder is in the data format of DebCM's public code. soundbed.npz holds what that
format has no room for. train.npy and 100neg/*.npy hold Python objects: reading them
takes --allow-pickle.
"""


def _training_rows(ugc: PairSet) -> list[tuple[object, ...]]:
    genres = ugc.genres[ugc.pairs[:, 1]]
    if (genres < 0).any():
        raise TrainingError(
            tr("A track has no genre; DebCM's format needs one."),
            remedy=tr("Leave out the tracks without a genre."),
        )
    tastes, _ = tastes_of(ugc).of(ugc.uploaders)
    return [
        (int(video), int(track), str(genre), taste.tolist(), float(taste[genre]))
        for (video, track), genre, taste in zip(ugc.pairs, genres, tastes, strict=True)
    ]


def _query_rows(test: TestSet, first_video: int) -> list[tuple[object, ...]]:
    return [
        (first_video + row, int(target), others)
        for row, (target, others) in enumerate(zip(test.targets, test.negatives, strict=True))
    ]


def _side(data: BenchmarkData, files: list[str]) -> dict[str, npt.NDArray[Any]]:
    side: dict[str, npt.NDArray[Any]] = {
        "genre_names": np.asarray(data.ugc.genre_names),
        "genres": data.ugc.genres,
        "uploaders": data.ugc.uploaders,
        "tests": np.asarray([test.name for test in data.tests]),
        "is_simulated": np.asarray(data.is_simulated),
        "description": np.asarray(data.description),
    }
    if data.ugc.extras.taken is not None:
        side["taken"] = data.ugc.extras.taken
    if data.pgc is not None:
        side["pgc_genres"] = data.pgc.genres
    for file, test in zip(files, (data.validation, *data.tests), strict=True):
        if test.queries.uploaders is not None:
            side[f"uploaders_{file}"] = test.queries.uploaders
    return side


def _save_sounds(pairs: PairSet, folder: Path, names: tuple[str, str]) -> None:
    if len(pairs.music_blocks) != len(names):
        raise TrainingError(
            tr("DebCM's format has two blocks of music features; these pairs have {n}.").format(
                n=len(pairs.music_blocks)
            ),
            remedy=tr("Write simulated data, or use Soundbed's own format."),
        )
    first = pairs.music_blocks[0]
    np.save(folder / names[0], pairs.music_vectors[:, :first])
    np.save(folder / names[1], pairs.music_vectors[:, first:])


def _save_rows(path: Path, rows: list[tuple[object, ...]]) -> None:
    table = np.empty((len(rows), len(rows[0])), dtype=object)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            table[number, column] = value
    np.save(path, table, allow_pickle=True)
