"""What some systems need besides picture and sound; every part may be missing."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from engine.training.data.archives import as_floats, as_integers, as_texts

UNKNOWN_CATEGORY = -1
_OF_VIDEOS = ("text_vectors", "has_text", "categories", "cut_vectors", "clip_ids", "views")
_OF_TRACKS = ("tags", "mood_vectors", "beat_vectors")
_MATRICES = ("text_vectors", "tags", "mood_vectors", "cut_vectors", "beat_vectors", "rhythms")
_DTYPES: dict[str, Any] = {
    "has_text": np.bool_,
    "categories": np.int64,
    "taken": np.int64,
    "clip_ids": np.str_,
}
_LEAST = {"categories": UNKNOWN_CATEGORY, "views": 0}
_PREFIX = "extras_"


@dataclass(frozen=True, slots=True)
class Extras:
    """Further descriptions of the videos, tracks and pairs of a set.

    Attributes:
        text_vectors: float32 (n_videos, D_T), what the uploader wrote; zeros without a text.
        has_text: bool (n_videos,), false where there is no text.
        categories: int64 (n_videos,), the kind of video, -1 when unknown.
        tags: float32 (n_tracks, n_tags), 1 where the track has the tag, else 0.
        mood_vectors: float32 (n_tracks, D_E), how the track feels.
        cut_vectors: float32 (n_videos, n_bins), strength of cuts and motion over the clip.
        beat_vectors: float32 (n_tracks, n_bins), strength of the beats over the track.
        taken: int64 (n_pairs,), order of the pairs in time; lower was earlier.
        clip_ids: str (n_videos,), `clip_fingerprint` of the file that a video is of, "" when
            unknown.
        views: float32 (n_videos,), how often each video was watched.
        rhythms: float32 (n_pairs, 5), how the rhythm of both fits; rows of `rhythm.Rhythm`.
    """

    text_vectors: npt.NDArray[np.float32] | None = None
    has_text: npt.NDArray[np.bool_] | None = None
    categories: npt.NDArray[np.int64] | None = None
    tags: npt.NDArray[np.float32] | None = None
    mood_vectors: npt.NDArray[np.float32] | None = None
    cut_vectors: npt.NDArray[np.float32] | None = None
    beat_vectors: npt.NDArray[np.float32] | None = None
    taken: npt.NDArray[np.int64] | None = None
    clip_ids: npt.NDArray[np.str_] | None = None
    views: npt.NDArray[np.float32] | None = None
    rhythms: npt.NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        if (self.text_vectors is None) != (self.has_text is None):
            raise ValueError("text_vectors and has_text come together")
        for name, part in self.parts().items():
            if part.ndim != (2 if name in _MATRICES else 1):
                raise ValueError(f"{name} has {part.ndim} dimensions")
            if part.dtype.kind == "f" and not np.isfinite(part).all():
                raise ValueError(f"{name} contains NaN or infinity")
        for name, least in _LEAST.items():
            if (part := getattr(self, name)) is not None and (part < least).any():
                raise ValueError(f"{name} has a value below {least}")

    def parts(self) -> dict[str, npt.NDArray[Any]]:
        """Return the existing parts, by name."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: part for name, part in named.items() if part is not None}

    def check_lengths(self, n_videos: int, n_tracks: int, n_pairs: int) -> None:
        """Check that the parts have these numbers of videos, tracks and pairs.

        Raises:
            ValueError: when one doesn't.
        """
        for name, part in self.parts().items():
            n_rows = n_videos if name in _OF_VIDEOS else n_tracks if name in _OF_TRACKS else n_pairs
            if len(part) != n_rows:
                raise ValueError(f"{name} has {len(part)} rows instead of {n_rows}")

    def chosen(
        self,
        videos: npt.NDArray[np.int64],
        tracks: npt.NDArray[np.int64] | None,
        pairs: npt.NDArray[np.int64],
    ) -> Self:
        """Return the rows of the named videos, tracks and pairs.

        Args:
            videos: (n,) rows of videos.
            tracks: (n,) rows of tracks; None keeps all without a copy.
            pairs: (n,) rows of pairs.
        """
        kept = {}
        for name, part in self.parts().items():
            if name in _OF_TRACKS:
                kept[name] = part if tracks is None else part[tracks]
            else:
                kept[name] = part[videos if name in _OF_VIDEOS else pairs]
        return type(self)(**kept)

    def as_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the existing parts under their names in a file."""
        return {_PREFIX + name: part for name, part in self.parts().items()}


def extras_of(values: Mapping[str, npt.NDArray[Any]]) -> Extras:
    """Return the extras among the arrays of a file; other parts stay missing."""
    return Extras(
        **{
            field.name: _of_its_type(field.name, values[_PREFIX + field.name])
            for field in fields(Extras)
            if _PREFIX + field.name in values
        }
    )


def _of_its_type(name: str, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    wanted = _DTYPES.get(name, np.float32)
    if wanted is np.bool_ and values.dtype.kind == "b":
        return values
    if wanted is np.str_:
        return as_texts(values)
    return as_integers(values) if wanted is np.int64 else as_floats(values)


def join_extras(first: Extras, second: Extras, n_videos: tuple[int, int]) -> Extras:
    """Return the extras of two sets as one.

    Where one side has no text, categories or ids of clips, they are marked as missing there. Any
    other part that only one side has, or that is wider on one side, is dropped: it has no missing
    value.

    Args:
        first: of the videos, tracks and pairs that come first.
        second: of those that follow.
        n_videos: of either side.
    """
    first, second = _filled(first, second, n_videos[0]), _filled(second, first, n_videos[1])
    others = second.parts()
    return Extras(
        **{
            name: np.concatenate([part, others[name]])
            for name, part in first.parts().items()
            if name in others
            and part.shape[1:] == others[name].shape[1:]
            and not (name == "has_text" and not _same_text(first, second))
        }
    )


def _filled(extras: Extras, other: Extras, n_videos: int) -> Extras:
    parts = extras.parts()
    if extras.text_vectors is None and other.text_vectors is not None:
        parts["text_vectors"] = np.zeros((n_videos, other.text_vectors.shape[1]), np.float32)
        parts["has_text"] = np.zeros(n_videos, dtype=np.bool_)
    if extras.categories is None and other.categories is not None:
        parts["categories"] = np.full(n_videos, UNKNOWN_CATEGORY, dtype=np.int64)
    if extras.clip_ids is None and other.clip_ids is not None:
        parts["clip_ids"] = np.full(n_videos, "", dtype=np.str_)
    return Extras(**parts)


def _same_text(first: Extras, second: Extras) -> bool:
    one, other = first.text_vectors, second.text_vectors
    return one is not None and other is not None and one.shape[1] == other.shape[1]
