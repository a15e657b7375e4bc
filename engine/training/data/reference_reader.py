"""DebCM's data format: read, so that holders of TT-150k-genre can train at once, and written.

A folder with visual_features_resnet_V.npy (N, D), music_features.npy and
new_music_smile_features_norm.npy (M, 128), train.npy (rows of video, track, genre as text, genre
shares of the uploader, propensity), 100neg/val.npy and 100neg/test.npy (rows of video, track,
other tracks), video_popularity_val.npy and video_popularity_test.npy (the weights of Eq. 13) and
user_prior_mean.npy. The professionals' pairs lie in data_pgc, with names of their own. Rows that
mix kinds are arrays of Python objects. What the format has no room for (who the uploaders are,
when they picked, genres of tracks that nobody picked, further test sets) goes into soundbed.npz
beside it, without which the format is read all the same.
"""

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.training.data.archives import read_archive
from engine.training.data.benchmark_data import (
    BenchmarkData,
    Queries,
    TestSet,
    target_popularity,
)
from engine.training.data.extras import Extras
from engine.training.data.object_arrays import read_array
from engine.training.data.pairs import UNKNOWN_GENRE, PairSet, require_alike
from engine.training.data.tastes import Tastes, tastes_of
from engine.translation import tr

VERSION = "reference-1"
PICTURES = "visual_features_resnet_V.npy"
SOUNDS = ("music_features.npy", "new_music_smile_features_norm.npy")
TRAIN = "train.npy"
PRIOR = "user_prior_mean.npy"
PGC = "data_pgc"
PGC_PICTURES = "mv_video_resnet_features.npy"
PGC_SOUNDS = ("vggish_features.npy", "opensmile_features_norm.npy")
SIDE = "soundbed.npz"
_MOST_PICKS = 512

Indices = npt.NDArray[np.int64]


def asked_file(name: str) -> str:
    """Return the file of a test set, "val" for validation and "test" for the first test."""
    return f"100neg/{name}.npy"


def weights_file(name: str) -> str:
    """Return the file with the inverse popularity weights of a test set."""
    return f"video_popularity_{name}.npy"


def read_reference(folder: Path, allow_pickle: bool) -> BenchmarkData:
    """Return the data of a folder in DebCM's format.

    Args:
        folder: with the files; the professionals' in data_pgc, in it or beside it.
        allow_pickle: leave of the user to read arrays of Python objects, the restricted way.

    Raises:
        TrainingError: when a file is missing, damaged, doesn't fit the others, or holds objects
            other than arrays, numbers and strings, or any without leave.
    """
    try:
        return _Reading(folder, allow_pickle).data()
    except (ValueError, TypeError, KeyError, IndexError) as error:
        # Each file by itself is sound, as far as was looked; together they aren't.
        raise _unfit(folder, " ".join(str(error).split())) from error


class _Reading:
    """One folder being read; every fault names its file."""

    def __init__(self, folder: Path, allow_pickle: bool) -> None:
        self._folder = folder
        self._allow_pickle = allow_pickle
        self._side = _read_side(folder / SIDE)

    def data(self) -> BenchmarkData:
        pictures = self._features(PICTURES)
        sounds = self._sounds(SOUNDS)
        everything = self._pairs(pictures, sounds)
        training = everything.take(np.arange(everything.n_pairs))
        tastes = tastes_of(training)
        names = [str(name) for name in np.atleast_1d(self._side.get("tests", np.array("test")))]
        if not names or not all(name.isidentifier() for name in names):
            raise _unfit(self._folder / SIDE, tr("a test set has an impossible name"))
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

    def _pairs(
        self, pictures: npt.NDArray[np.float32], sounds: list[npt.NDArray[np.float32]]
    ) -> PairSet:
        path = self._folder / TRAIN
        rows = self._rows(TRAIN, 5)
        videos, tracks = _indices(path, rows[:, 0]), _indices(path, rows[:, 1])
        prior = self._numbers(PRIOR)
        names = tuple(
            str(name)
            for name in self._side.get("genre_names", [f"genre {n}" for n in range(len(prior))])
        )
        picked = np.array([_genre(path, text, names) for text in rows[:, 2]], dtype=np.int64)
        genres = np.full(len(sounds[0]), UNKNOWN_GENRE, dtype=np.int64)
        if len(tracks) and tracks.max() >= len(genres):
            raise _unfit(path, tr("it names a track that isn't there"))
        genres[tracks] = picked
        known = self._beside("genres", len(genres), "i")
        genres = genres if known is None else known
        uploaders = self._beside("uploaders", len(rows), "U")
        if uploaders is None:
            try:
                shares = np.array([np.asarray(row, dtype=np.float64) for row in rows[:, 3]])
            except (ValueError, TypeError) as error:
                raise _unfit(path, tr("an uploader's genre shares aren't numbers")) from error
            if shares.shape != (len(rows), len(names)) or not np.isfinite(shares).all():
                raise _unfit(path, tr("an uploader's genre shares don't fit the prior"))
            uploaders = uploaders_by_histogram(shares, picked)
        taken = self._beside("taken", len(rows), "i")
        return _pair_set(
            path,
            pictures,
            sounds,
            videos,
            tracks,
            uploaders,
            genres,
            names,
            self._folder.name,
            Extras(taken=taken),
        )

    def _test_set(
        self,
        name: str,
        file: str,
        pictures: npt.NDArray[np.float32],
        training: PairSet,
        tastes: Tastes,
    ) -> TestSet:
        path = self._folder / asked_file(file)
        rows = self._rows(asked_file(file), 3)
        videos, targets = _indices(path, rows[:, 0]), _indices(path, rows[:, 1])
        if len({np.size(row) for row in rows[:, 2]}) != 1 or not np.size(rows[0, 2]):
            raise _unfit(path, tr("its rows name different numbers of tracks, or none"))
        negatives = np.stack([_indices(path, np.ravel(row)) for row in rows[:, 2]])
        if videos.max() >= len(pictures):
            raise _unfit(path, tr("it names a video that isn't there"))
        if max(targets.max(), negatives.max()) >= training.n_tracks:
            raise _unfit(path, tr("it names a track that isn't there"))
        uploaders = self._beside(f"uploaders_{file}", len(rows), "U")
        # The format doesn't say who asks: then it's anyone, with the mean taste.
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
            raise _unfit(path, str(error)) from error

    def _popularity(
        self, file: str, targets: Indices, training: PairSet
    ) -> npt.NDArray[np.float32]:
        weights = self._numbers(file)
        if weights.shape != targets.shape or not (weights > 0).all():
            raise _unfit(self._folder / file, tr("its weights don't fit the test set"))
        # Eq. 13 knows weights up to a factor: it's taken from the training picks.
        share = target_popularity(targets, training.pairs[:, 1], training.n_tracks)
        return np.asarray(np.mean(share * weights) / weights, dtype=np.float32)

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
            raise _unfit(path, tr("its rows aren't pairs of video and track"))
        rows = rows.reshape(-1, 2)
        tracks = _indices(path, rows[:, 1])
        genres = self._beside("pgc_genres", len(sounds[0]), "i")
        pairs = _pair_set(
            path,
            self._features(str(folder / PGC_PICTURES)),
            sounds,
            _indices(path, rows[:, 0]),
            tracks,
            np.full(len(rows), "professionals"),
            np.full(len(sounds[0]), UNKNOWN_GENRE) if genres is None else genres,
            training.genre_names,
            PGC,
            Extras(taken=np.arange(len(rows)) if training.extras.taken is not None else None),
        )
        require_alike(training, pairs, path)
        return pairs

    def _beside(self, name: str, n: int, kind: str) -> npt.NDArray[Any] | None:
        """What soundbed.npz holds of that name, None where it holds nothing."""
        values = self._side.get(name)
        if values is not None and (values.shape != (n,) or values.dtype.kind != kind):
            raise _unfit(self._folder / SIDE, tr("{name} doesn't fit the rest").format(name=name))
        return values

    def _features(self, name: str) -> npt.NDArray[np.float32]:
        features = self._array(name)
        path = self._folder / name
        if features.ndim != 2 or features.dtype.kind not in "fiu":
            raise _unfit(path, tr("it's no matrix of numbers"))
        if not np.isfinite(features).all():
            raise _unfit(path, tr("it holds NaN or infinity"))
        return np.asarray(features, dtype=np.float32)

    def _sounds(self, names: Sequence[str]) -> list[npt.NDArray[np.float32]]:
        parts = [self._features(name) for name in names]
        if len({len(part) for part in parts}) != 1:
            path = self._folder / names[-1]
            raise _unfit(path, tr("the two files of music features differ in length"))
        return parts

    def _numbers(self, name: str) -> npt.NDArray[np.float64]:
        try:
            numbers = np.asarray(self._array(name), dtype=np.float64).ravel()
        except (ValueError, TypeError) as error:
            raise _unfit(self._folder / name, tr("it's no list of numbers")) from error
        if not len(numbers) or not np.isfinite(numbers).all():
            raise _unfit(self._folder / name, tr("it holds NaN or infinity, or nothing"))
        return numbers

    def _rows(self, name: str, n_columns: int) -> npt.NDArray[Any]:
        rows = self._array(name)
        if rows.ndim != 2 or rows.shape[1] < n_columns - (n_columns == 5) or not len(rows):
            raise _unfit(
                self._folder / name,
                tr("its rows don't have {n} columns, or there are none").format(n=n_columns),
            )
        return rows

    def _array(self, name: str) -> npt.NDArray[Any]:
        return read_array(self._folder / name, self._allow_pickle)


def uploaders_by_histogram(
    histograms: npt.NDArray[np.float64], genres: Indices
) -> npt.NDArray[np.str_]:
    """Return a name (n,) for the uploader of each pair, of whom only the genre shares are known.

    Rows with equal shares are divided into uploaders with as few picks as these shares allow:
    three rows of (1/3, 2/3) are one uploader, six are two. Taking all six for one person would
    leave the answer in a leave-one-out histogram, since strangers with one pick each in the same
    genre would vouch for one another; this way the worst is that a history looks shorter.

    Args:
        histograms: (n, n_genres), rows summing to 1.
        genres: (n,) genre of each pair's track.
    """
    shares, groups = np.unique(histograms.round(4), axis=0, return_inverse=True)
    groups = groups.reshape(-1)
    counts = np.array([_fewest_picks(row) for row in shares])
    per_genre = counts[groups, genres]
    order = np.lexsort([genres, groups])
    cells = groups[order] * histograms.shape[1] + genres[order]
    first = np.flatnonzero(np.diff(cells, prepend=-1))
    place = np.empty(len(genres), dtype=np.int64)
    place[order] = np.arange(len(genres)) - np.repeat(first, np.diff([*first, len(genres)]))
    # A pick outside its uploader's own shares can't be placed: it stands alone.
    member = np.where(per_genre > 0, place // per_genre.clip(min=1), -1 - np.arange(len(genres)))
    return np.array(
        [f"uploader {group}.{number}" for group, number in zip(groups, member, strict=True)]
    )


def _fewest_picks(shares: npt.NDArray[np.float64]) -> Indices:
    sizes = np.arange(1, _MOST_PICKS + 1)[:, None]
    picks = sizes * shares
    # Shares are rounded to four digits: that much per pick is no sign of a larger history.
    whole = (np.abs(picks - picks.round()) <= 1e-4 * sizes).all(axis=1)
    size = int(whole.argmax()) if whole.any() else _MOST_PICKS - 1
    return np.asarray(picks[size].round(), dtype=np.int64)


def _pair_set(
    path: Path,
    pictures: npt.NDArray[np.float32],
    sounds: list[npt.NDArray[np.float32]],
    videos: Indices,
    tracks: Indices,
    uploaders: npt.NDArray[np.str_],
    genres: Indices,
    genre_names: tuple[str, ...],
    origin: str,
    extras: Extras,
) -> PairSet:
    if videos.max(initial=-1) >= len(pictures):
        raise _unfit(path, tr("it names a video that isn't there"))
    try:
        return PairSet(
            video_vectors=pictures,
            music_vectors=np.concatenate(sounds, axis=1),
            pairs=np.stack([videos, tracks], axis=1),
            weights=np.ones(len(videos), dtype=np.float32),
            uploaders=np.asarray(uploaders, dtype=np.str_),
            genres=np.asarray(genres, dtype=np.int64),
            sources=_sources(videos, tracks, len(pictures)),
            genre_names=genre_names,
            video_blocks=(pictures.shape[1],),
            music_blocks=tuple(part.shape[1] for part in sounds),
            video_version=VERSION,
            music_version=VERSION,
            origin=origin,
            extras=extras,
        )
    except ValueError as error:
        raise _unfit(path, str(error)) from error


def _sources(videos: Indices, tracks: Indices, n_videos: int) -> npt.NDArray[np.str_]:
    # All that the format says of what belongs together: videos that carry one piece of music.
    sources = np.full(n_videos, -1)
    sources[videos] = tracks
    return sources.astype(np.str_)


def _read_side(path: Path) -> dict[str, npt.NDArray[Any]]:
    if not path.exists():
        return {}
    try:
        return read_archive(path)
    except (OSError, ValueError) as error:
        raise _unfit(path, str(error)) from error


def _indices(path: Path, column: npt.NDArray[Any]) -> Indices:
    try:
        numbers = column.astype(np.float64)
    except (ValueError, TypeError) as error:
        raise _unfit(path, tr("a video or track isn't a number")) from error
    # Row numbers are far below where floating point skips whole numbers.
    whole = np.isfinite(numbers) & (numbers >= 0) & (numbers < 2**53)
    if not whole.all() or (numbers % 1).any():
        raise _unfit(path, tr("a video or track isn't a row number"))
    return np.asarray(numbers.astype(np.int64))


def _genre(path: Path, text: object, names: tuple[str, ...]) -> int:
    # The reference evaluates the text; here it may be a number, a list of one, or a name.
    try:
        value = ast.literal_eval(str(text).strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = names.index(str(text).strip()) if str(text).strip() in names else None
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    if type(value) is not int or not 0 <= value < len(names):
        raise _unfit(path, tr("it names an unknown genre: “{name}”").format(name=str(text)[:40]))
    return value


def _unfit(path: Path, reason: str) -> TrainingError:
    return TrainingError(
        tr("The file can't be used ({reason}).").format(reason=reason),
        path=path,
        remedy=tr("Get the data again from where they come from."),
    )
