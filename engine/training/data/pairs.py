"""Pairs of videos and tracks: the one form of data that training reads."""

from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.files import replacing
from engine.training.data.archives import (
    as_features,
    as_floats,
    as_integers,
    as_text,
    as_texts,
    few,
    read_archive,
)
from engine.training.data.extras import Extras, extras_of, join_extras
from engine.translation import tr, trn

FORMAT = "soundbed-pairs-1"
UNKNOWN_GENRE = -1
# With fewer pairs, even a validation split means nothing.
MIN_PAIRS = 16
_FLOATS = ("video_vectors", "music_vectors", "weights")
# Of real content it is at least 1.
_MIN_LENGTH = 1e-6
# The experts of a clip, in the order of their columns.
CONTENT, DYNAMICS = 0, 1


@dataclass(frozen=True, slots=True)
class PairSet:
    """Matched pairs with what is known about each side.

    A video may be in several pairs, and so may a track; a track may be in none, as the rest of a
    catalogue is. A known pair is never used as a negative of another pair.

    Attributes:
        video_vectors: float32 (n_videos, D_V), `VideoFeatures.vector`.
        music_vectors: float32 (n_tracks, D_M), `MusicFeatures.vector`.
        pairs: int64 (n_pairs, 2), video and track of each pair.
        weights: float32 (n_pairs,), how often each pair is drawn, relative to the others.
        uploaders: str (n_pairs,), who chose the track for the video.
        genres: int64 (n_tracks,), index into `genre_names`, UNKNOWN_GENRE when unsure.
        sources: str (n_videos,); videos of one source stay on one side of a split.
        genre_names: the genres that taste is counted in.
        video_blocks: sizes of the feature blocks of a video vector, summing to D_V.
        music_blocks: sizes of the feature blocks of a music vector, summing to D_M.
        video_version: feature version of the video vectors.
        music_version: feature version of the music vectors.
        origin: what the data are, for the model card.
        video_experts: how many blocks of a video vector each expert reads, in their order; empty
            when one reads all. An expert has nothing to say of a video whose vector is zero in all
            of its columns.
        extras: what some systems need besides picture and sound.
    """

    video_vectors: npt.NDArray[np.float32]
    music_vectors: npt.NDArray[np.float32]
    pairs: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]
    uploaders: npt.NDArray[np.str_]
    genres: npt.NDArray[np.int64]
    sources: npt.NDArray[np.str_]
    genre_names: tuple[str, ...]
    video_blocks: tuple[int, ...]
    music_blocks: tuple[int, ...]
    video_version: str
    music_version: str
    origin: str
    video_experts: tuple[int, ...] = ()
    extras: Extras = field(default_factory=Extras)

    def __post_init__(self) -> None:
        for name in ("video_vectors", "music_vectors"):
            _require(getattr(self, name).ndim == 2, f"{name} isn't a matrix")
        _require(self.pairs.ndim == 2 and self.pairs.shape[1] == 2, "pairs isn't (n, 2)")
        for name, length in (
            ("weights", self.n_pairs),
            ("uploaders", self.n_pairs),
            ("genres", self.n_tracks),
            ("sources", self.n_videos),
        ):
            _require(getattr(self, name).shape == (length,), f"{name} isn't ({length},)")
        for name in _FLOATS:
            _require(
                bool(np.isfinite(getattr(self, name)).all()), f"{name} contains NaN or infinity"
            )
        _require(bool((self.weights > 0).all()), "a weight isn't positive")
        if self.n_pairs:
            highest = self.pairs.max(axis=0)
            _require(int(self.pairs.min()) >= 0, "an index in pairs is negative")
            _require(int(highest[0]) < self.n_videos, "pairs names a video that doesn't exist")
            _require(int(highest[1]) < self.n_tracks, "pairs names a track that doesn't exist")
        named = (self.genres >= -1) & (self.genres < len(self.genre_names))
        _require(bool(named.all()), "a genre has no name")
        _require(sum(self.video_blocks) == self.video_vectors.shape[1], "video_blocks don't sum")
        _require(sum(self.music_blocks) == self.music_vectors.shape[1], "music_blocks don't sum")
        n_read = sum(self.video_experts)
        all_read = n_read == len(self.video_blocks) and min(self.video_experts) > 0
        _require(not self.video_experts or all_read, "video_experts don't share video_blocks")
        self.extras.check_lengths(self.n_videos, self.n_tracks, self.n_pairs)

    @property
    def n_videos(self) -> int:
        """How many videos there are."""
        return int(self.video_vectors.shape[0])

    @property
    def n_tracks(self) -> int:
        """How many tracks there are."""
        return int(self.music_vectors.shape[0])

    @property
    def n_pairs(self) -> int:
        """How many pairs there are."""
        return int(self.pairs.shape[0])

    @property
    def pair_genres(self) -> npt.NDArray[np.int64]:
        """(n_pairs,): genre index of each pair's track, UNKNOWN_GENRE when unsure."""
        return self.genres[self.pairs[:, 1]]

    @property
    def positives(self) -> npt.NDArray[np.bool_]:
        """(n_videos, n_tracks): true where a pair is known."""
        known = np.zeros((self.n_videos, self.n_tracks), dtype=np.bool_)
        known[self.pairs[:, 0], self.pairs[:, 1]] = True
        return known

    @property
    def one_track_per_video(self) -> bool:
        """Whether no video is in two pairs."""
        return len(np.unique(self.pairs[:, 0])) == self.n_pairs

    @property
    def expert_columns(self) -> tuple[slice, ...]:
        """The columns of a video vector that each expert reads."""
        ends = np.cumsum(self.video_blocks)
        last = np.cumsum(self.video_experts or (len(self.video_blocks),)) - 1
        stops = [int(ends[block]) for block in last]
        return tuple(slice(*span) for span in zip([0, *stops], stops, strict=False))

    def without_expert(self, expert: int) -> Self:
        """Return the pairs with videos of which an expert has nothing to say.

        Args:
            expert: its number, such as `DYNAMICS`.
        """
        silent = self.video_vectors.copy()
        silent[:, self.expert_columns[expert]] = 0.0
        return replace(self, video_vectors=silent)

    def require_pictures(self, path: Path) -> None:
        """Check that each clip that an expert reads shows something.

        Args:
            path: where the pairs come from, for the message.

        Raises:
            TrainingError: when the features of one are all 0; no pack can read it.
        """
        if not self.video_experts:
            return
        content = self.video_vectors[:, self.expert_columns[CONTENT]].astype(np.float64)
        empty = np.flatnonzero(np.linalg.norm(content, axis=1) < _MIN_LENGTH)
        if len(empty):
            raise TrainingError(
                tr("clip {n} has no picture features: all of them are 0.").format(n=empty[0] + 1),
                path=path,
                remedy=tr("Leave it out, or prepare it again from the finished edit."),
            )

    def require(self, n_pairs: int, path: Path | None) -> None:
        """Check that there are enough pairs to learn from.

        Raises:
            TrainingError: when there are fewer than `n_pairs` pairs, videos or tracks.
        """
        found = min(self.n_pairs, self.n_videos, self.n_tracks)
        if found < n_pairs:
            raise TrainingError(
                trn(
                    "there is {found} pair; training needs at least {needed}.",
                    "there are {found} pairs; training needs at least {needed}.",
                    found,
                ).format(found=found, needed=n_pairs),
                path=path,
                remedy=tr("Add more finished edits to the folder or the table."),
            )

    def cautions(self) -> tuple[str, ...]:
        """Return the reasons why taste and match can't be separated; training continues anyway."""
        found = []
        if len(np.unique(self.uploaders)) < 2:
            found.append(
                tr(
                    "All pairs are by one uploader, so only the professionals' pairs can "
                    "separate taste from match. Give each uploader a subfolder, or name them"
                    " in the table."
                )
            )
        if len(np.unique(self.genres[self.genres >= 0])) < 2:
            found.append(tr("The tracks have fewer than two known genres, so taste isn't learnt."))
        return tuple(found)

    def of_videos(self, chosen: npt.NDArray[np.bool_]) -> Self:
        """Return the pairs of the chosen videos, with only the videos and tracks they need.

        Args:
            chosen: (n_videos,) mask.
        """
        rows = chosen[self.pairs[:, 0]]
        tracks = np.unique(self.pairs[rows, 1])
        new_track = np.zeros(self.n_tracks, dtype=np.int64)
        new_track[tracks] = np.arange(len(tracks))
        kept = self._of_rows(np.flatnonzero(rows), np.flatnonzero(chosen))
        return replace(
            kept,
            music_vectors=self.music_vectors[tracks],
            pairs=np.stack([kept.pairs[:, 0], new_track[kept.pairs[:, 1]]], axis=1),
            genres=self.genres[tracks],
            extras=kept.extras.chosen(np.arange(kept.n_videos), tracks, np.arange(kept.n_pairs)),
        )

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Self:
        """Return the chosen pairs, with only their videos and with the whole catalogue.

        Args:
            rows: (n,) rows of pairs, or a mask (n_pairs,).
        """
        chosen = np.arange(self.n_pairs)[rows]
        return self._of_rows(chosen, np.unique(self.pairs[chosen, 0]))

    def _of_rows(self, rows: npt.NDArray[np.int64], videos: npt.NDArray[np.int64]) -> Self:
        new_video = np.zeros(self.n_videos, dtype=np.int64)
        new_video[videos] = np.arange(len(videos))
        pairs = self.pairs[rows]
        return replace(
            self,
            video_vectors=self.video_vectors[videos],
            pairs=np.stack([new_video[pairs[:, 0]], pairs[:, 1]], axis=1),
            weights=self.weights[rows],
            uploaders=self.uploaders[rows],
            sources=self.sources[videos],
            extras=self.extras.chosen(videos, None, rows),
        )


def join(first: PairSet, second: PairSet) -> PairSet:
    """Return both sets as one; their videos and tracks stay separate.

    Raises:
        TrainingError: when their features are of different versions.
    """
    require_alike(first, second)
    offset = np.array([first.n_videos, first.n_tracks])
    stacked = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in (*_FLOATS, "uploaders", "genres", "sources")
    }
    return PairSet(
        pairs=np.concatenate([first.pairs, second.pairs + offset]),
        genre_names=first.genre_names,
        video_blocks=first.video_blocks,
        music_blocks=first.music_blocks,
        video_version=first.video_version,
        music_version=first.music_version,
        origin=joined_origins(first.origin, second.origin),
        video_experts=first.video_experts,
        extras=join_extras(first.extras, second.extras, (first.n_videos, second.n_videos)),
        **stacked,
    )


def joined_origins(*origins: str) -> str:
    """Return what several data are, each once; "; " stands between them."""
    parts = (part for origin in origins for part in origin.split("; ") if part)
    return "; ".join(dict.fromkeys(parts))


def require_alike(first: PairSet, second: PairSet, path: Path | None = None) -> None:
    """Check that two sets have the same genres and the same kind of features.

    Args:
        first: the set that sets the standard.
        second: the set that has to match it.
        path: of the second, for the message.

    Raises:
        TrainingError: when they don't match.
    """
    if first.genre_names != second.genre_names:
        raise TrainingError(
            tr("the two sets of pairs name different genres."),
            path=path,
            remedy=tr("Prepare both with the same genres in the same order."),
        )
    if _feature_kind(first) != _feature_kind(second):
        raise TrainingError(
            tr("the two sets of pairs have features of different versions or sizes."),
            path=path,
            remedy=tr("Prepare both with the same version of Soundbed."),
        )


def save_pairs(pairs: PairSet, path: Path) -> None:
    """Write a set as .npz without pickled objects, completely or not at all."""
    names = [part.name for part in fields(PairSet) if part.name != "extras"]
    arrays = {name: np.asarray(getattr(pairs, name)) for name in names}
    arrays |= pairs.extras.as_arrays()
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez_compressed(file, format=np.asarray(FORMAT), **arrays)  # type: ignore[arg-type]  # numpy's stubs reject **arrays


def load_pairs(path: Path) -> PairSet:
    """Read a set that `save_pairs` wrote.

    Raises:
        TrainingError: when the file is missing, damaged, or isn't a set of pairs.
    """
    try:
        values = read_archive(path)
        if str(values.pop("format", "")) != FORMAT:
            raise ValueError(tr("not a set of pairs of this version"))
        return PairSet(
            video_vectors=as_features(values["video_vectors"]),
            music_vectors=as_features(values["music_vectors"]),
            pairs=as_integers(values["pairs"]),
            weights=as_floats(values["weights"]),
            uploaders=as_texts(values["uploaders"]),
            genres=as_integers(values["genres"]),
            sources=as_texts(values["sources"]),
            genre_names=tuple(str(name) for name in few(values["genre_names"])),
            video_blocks=tuple(int(size) for size in few(values["video_blocks"])),
            music_blocks=tuple(int(size) for size in few(values["music_blocks"])),
            video_version=as_text(values["video_version"]),
            music_version=as_text(values["music_version"]),
            origin=as_text(values["origin"]),
            # Pairs of earlier versions have no experts.
            video_experts=tuple(int(n) for n in few(values.get("video_experts", np.zeros(0)))),
            extras=extras_of(values),
        )
    except FileNotFoundError as error:
        raise TrainingError(
            tr("there is no such file."), path=path, remedy=tr("Check the name.")
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        is_missing = isinstance(error, KeyError)
        reason = tr("it has no {name}").format(name=error.args[0]) if is_missing else error
        raise TrainingError(
            tr("the file contains no usable pairs ({reason}).").format(reason=reason),
            path=path,
            remedy=tr("Prepare it again from the finished edits."),
        ) from error


def _feature_kind(pairs: PairSet) -> tuple[object, ...]:
    return (
        pairs.video_version,
        pairs.music_version,
        pairs.video_blocks,
        pairs.music_blocks,
        pairs.video_experts,
    )


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise ValueError(problem)
