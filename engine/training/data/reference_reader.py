"""Reads benchmark data in DebCM's format (see `reference_format.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.training.data.archives import few, one_line, read_archive
from engine.training.data.benchmark_data import (
    BenchmarkData,
    Queries,
    TestSet,
    target_popularity,
)
from engine.training.data.extras import Extras
from engine.training.data.object_arrays import read_array
from engine.training.data.pairs import UNKNOWN_GENRE, PairSet, require_alike
from engine.training.data.reference_columns import (
    genre_number,
    row_numbers,
    uploaders_by_histogram,
)
from engine.training.data.reference_format import (
    PGC,
    PGC_PICTURES,
    PGC_SOUNDS,
    PICTURES,
    PRIOR,
    SIDE,
    SOUNDS,
    TRAIN,
    VERSION,
    queries_file,
    unfit,
    weights_file,
)
from engine.training.data.tastes import Tastes, tastes_of
from engine.translation import tr

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


def read_reference(folder: Path, allow_pickle: bool) -> BenchmarkData:
    """Return the data of a folder in DebCM's format.

    Args:
        folder: with the files; the professionals' in data_pgc, in it or beside it.
        allow_pickle: whether arrays of Python objects may be read, in the restricted way.

    Raises:
        TrainingError: when a file is missing, damaged or doesn't fit the others, or has Python
            objects that aren't allowed or aren't arrays, numbers or strings.
    """
    try:
        return _Reading(folder, allow_pickle).data()
    except (ValueError, TypeError, KeyError, IndexError) as error:
        # Each file by itself was readable; together they don't fit.
        raise unfit(folder, one_line(error)) from error


@dataclass(frozen=True, slots=True)
class _Features:
    """Descriptions of videos and tracks.

    Attributes:
        pictures: float32 (n_videos, D_V).
        sounds: float32 (n_tracks, D) each, side by side in a music vector.
    """

    pictures: Floats
    sounds: Sequence[Floats]


@dataclass(frozen=True, slots=True)
class _Picks:
    """Who picked which track for which video.

    Attributes:
        videos: int64 (n,).
        tracks: int64 (n,).
        uploaders: str (n,).
        genres: int64 (n_tracks,), -1 when unknown.
        taken: int64 (n,), order in time; None when unknown.
    """

    videos: Indices
    tracks: Indices
    uploaders: npt.NDArray[np.str_]
    genres: Indices
    taken: Indices | None


class _Reading:
    """One folder that is read; every error names its file."""

    def __init__(self, folder: Path, allow_pickle: bool) -> None:
        self._folder = folder
        self._allow_pickle = allow_pickle
        self._side = _read_side(folder / SIDE)

    def data(self) -> BenchmarkData:
        pictures = self._features(PICTURES)
        sounds = self._sounds(SOUNDS)
        # The same file has the pictures of the test sets: training keeps only its own.
        all_videos = self._pairs(pictures, sounds)
        training = all_videos.take(np.arange(all_videos.n_pairs))
        tastes = tastes_of(training)
        names = [str(name) for name in few(self._side.get("tests", np.array(["test"])))]
        if not names or not all(name.isidentifier() for name in names):
            raise unfit(self._folder / SIDE, tr("a test set has an impossible name"))
        tests = [
            self._test_set(name, file, pictures, training, tastes)
            for name, file in zip(
                ["validation", *names],
                ["val", "test", *(f"test_{name}" for name in names[1:])],
                strict=True,
            )
        ]
        return BenchmarkData(
            name=self._folder.resolve().name,
            ugc=training,
            pgc=self._professionals(training),
            validation=tests[0],
            tests=tuple(tests[1:]),
            is_simulated=bool(self._side.get("is_simulated", False)),
            description=str(
                self._side.get("description", f"{self._folder.name}, in DebCM's format.")
            ),
        )

    def _pairs(self, pictures: Floats, sounds: list[Floats]) -> PairSet:
        path = self._folder / TRAIN
        rows = self._rows(TRAIN, 5)
        videos, tracks = row_numbers(path, rows[:, 0]), row_numbers(path, rows[:, 1])
        prior = few(self._numbers(PRIOR))
        names = tuple(
            str(name)
            for name in few(
                self._side.get("genre_names", np.array([f"genre {n}" for n in range(len(prior))]))
            )
        )
        picked = np.array([genre_number(path, text, names) for text in rows[:, 2]], dtype=np.int64)
        genres = np.full(len(sounds[0]), UNKNOWN_GENRE, dtype=np.int64)
        if len(tracks) and tracks.max() >= len(genres):
            raise unfit(path, tr("it names a track that doesn't exist"))
        genres[tracks] = picked
        known = self._beside("genres", len(genres), "i")
        genres = genres if known is None else known
        uploaders = self._beside("uploaders", len(rows), "U")
        if uploaders is None:
            try:
                shares = np.array([np.asarray(row, dtype=np.float64) for row in rows[:, 3]])
            except (ValueError, TypeError) as error:
                raise unfit(path, tr("an uploader's genre shares aren't numbers")) from error
            if shares.shape != (len(rows), len(names)) or not np.isfinite(shares).all():
                raise unfit(path, tr("an uploader's genre shares don't fit the prior"))
            uploaders = uploaders_by_histogram(shares, picked)
        taken = self._beside("taken", len(rows), "i")
        picks = _Picks(videos, tracks, uploaders, genres, taken)
        return _pair_set(path, _Features(pictures, sounds), picks, names, self._folder.name)

    def _test_set(
        self,
        name: str,
        file: str,
        pictures: Floats,
        training: PairSet,
        tastes: Tastes,
    ) -> TestSet:
        path = self._folder / queries_file(file)
        rows = self._rows(queries_file(file), 3)
        videos, targets = row_numbers(path, rows[:, 0]), row_numbers(path, rows[:, 1])
        if len({np.size(row) for row in rows[:, 2]}) != 1 or not np.size(rows[0, 2]):
            raise unfit(path, tr("its rows name different numbers of tracks, or none"))
        negatives = np.stack([row_numbers(path, np.ravel(row)) for row in rows[:, 2]])
        if videos.max() >= len(pictures):
            raise unfit(path, tr("it names a video that doesn't exist"))
        if max(targets.max(), negatives.max()) >= training.n_tracks:
            raise unfit(path, tr("it names a track that doesn't exist"))
        uploaders = self._beside(f"uploaders_{file}", len(rows), "U")
        # The format doesn't say who asks: an unknown uploader has the mean taste.
        known = np.zeros(len(rows), dtype=np.str_) if uploaders is None else uploaders
        histograms, drifts = tastes.of(known)
        try:
            return TestSet(
                name=name,
                queries=Queries(pictures[videos], histograms, drifts=drifts, uploaders=uploaders),
                targets=targets,
                negatives=negatives,
                popularity=self._popularity(weights_file(file), targets, training),
            )
        except ValueError as error:
            raise unfit(path, str(error)) from error

    def _popularity(self, file: str, targets: Indices, training: PairSet) -> Floats:
        weights = self._numbers(file)
        if weights.shape == targets.shape and (weights > 0).all():
            # Eq. 13 defines weights up to a factor, which the training picks give.
            share = target_popularity(targets, training.pairs[:, 1], training.n_tracks)
            with np.errstate(over="ignore", under="ignore"):
                popularity = np.asarray(np.mean(share * weights) / weights, dtype=np.float32)
            if np.isfinite(popularity).all() and (popularity > 0).all():
                return popularity
        raise unfit(self._folder / file, tr("its weights don't fit the test set"))

    def _professionals(self, training: PairSet) -> PairSet | None:
        for folder in (self._folder / PGC, self._folder.resolve().parent / PGC):
            if folder.is_dir():
                break
        else:
            return None
        path = folder / TRAIN
        sounds = self._sounds([str(folder / name) for name in PGC_SOUNDS])
        rows = np.asarray(read_array(path, self._allow_pickle))
        if not rows.size or rows.shape[-1] != 2:
            raise unfit(path, tr("its rows aren't pairs of video and track"))
        rows = rows.reshape(-1, 2)
        genres = self._beside("pgc_genres", len(sounds[0]), "i")
        picks = _Picks(
            row_numbers(path, rows[:, 0]),
            row_numbers(path, rows[:, 1]),
            np.full(len(rows), "professionals"),
            np.full(len(sounds[0]), UNKNOWN_GENRE) if genres is None else genres,
            np.arange(len(rows)) if training.extras.taken is not None else None,
        )
        features = _Features(self._features(str(folder / PGC_PICTURES)), sounds)
        pairs = _pair_set(path, features, picks, training.genre_names, PGC)
        require_alike(training, pairs, path)
        return pairs

    def _beside(self, name: str, n: int, kind: str) -> npt.NDArray[Any] | None:
        """Return the values of that name in soundbed.npz, None where there are none."""
        values = self._side.get(name)
        if values is not None and (values.shape != (n,) or values.dtype.kind != kind):
            raise unfit(self._folder / SIDE, tr("{name} doesn't fit the rest").format(name=name))
        return values

    def _features(self, name: str) -> Floats:
        features = self._array(name)
        path = self._folder / name
        if features.ndim != 2 or features.dtype.kind not in "fiu":
            raise unfit(path, tr("it isn't a matrix of numbers"))
        if not np.isfinite(features).all():
            raise unfit(path, tr("it contains NaN or infinity"))
        return np.asarray(features, dtype=np.float32)

    def _sounds(self, names: Sequence[str]) -> list[Floats]:
        parts = [self._features(name) for name in names]
        if len({len(part) for part in parts}) != 1:
            path = self._folder / names[-1]
            raise unfit(path, tr("the two files of music features differ in length"))
        return parts

    def _numbers(self, name: str) -> npt.NDArray[np.float64]:
        try:
            numbers = np.asarray(self._array(name), dtype=np.float64).ravel()
        except (ValueError, TypeError) as error:
            raise unfit(self._folder / name, tr("it isn't a list of numbers")) from error
        if not len(numbers) or not np.isfinite(numbers).all():
            raise unfit(self._folder / name, tr("it is empty, or contains NaN or infinity"))
        return numbers

    def _rows(self, name: str, n_columns: int) -> npt.NDArray[Any]:
        rows = self._array(name)
        if rows.ndim != 2 or rows.shape[1] < n_columns - (n_columns == 5) or not len(rows):
            raise unfit(
                self._folder / name,
                tr("its rows don't have {n} columns, or there are none").format(n=n_columns),
            )
        return rows

    def _array(self, name: str) -> npt.NDArray[Any]:
        return read_array(self._folder / name, self._allow_pickle)


def _pair_set(
    path: Path, features: _Features, picks: _Picks, genre_names: tuple[str, ...], origin: str
) -> PairSet:
    pictures, videos = features.pictures, picks.videos
    if videos.max(initial=-1) >= len(pictures):
        raise unfit(path, tr("it names a video that doesn't exist"))
    try:
        return PairSet(
            video_vectors=pictures,
            music_vectors=np.concatenate(features.sounds, axis=1),
            pairs=np.stack([videos, picks.tracks], axis=1),
            weights=np.ones(len(videos), dtype=np.float32),
            uploaders=np.asarray(picks.uploaders, dtype=np.str_),
            genres=np.asarray(picks.genres, dtype=np.int64),
            sources=_sources(videos, picks.tracks, len(pictures)),
            genre_names=genre_names,
            video_blocks=(pictures.shape[1],),
            music_blocks=tuple(part.shape[1] for part in features.sounds),
            video_version=VERSION,
            music_version=VERSION,
            origin=origin,
            extras=Extras(taken=picks.taken),
        )
    except ValueError as error:
        raise unfit(path, str(error)) from error


def _sources(videos: Indices, tracks: Indices, n_videos: int) -> npt.NDArray[np.str_]:
    # The format says no more about what belongs together than videos with the same track.
    sources = np.full(n_videos, -1)
    sources[videos] = tracks
    return sources.astype(np.str_)


def _read_side(path: Path) -> dict[str, npt.NDArray[Any]]:
    if not path.exists():
        return {}
    try:
        return read_archive(path)
    except (OSError, ValueError) as error:
        raise unfit(path, str(error)) from error
