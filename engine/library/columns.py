"""What ranking needs of all tracks of a library, as columns instead of one object for each."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

from engine.encoders.instruments import INSTRUMENTS
from engine.encoders.track_axes import axes_of, genre_shares
from engine.library.licences import needs_no_credit
from engine.music.key import MODES, PITCH_CLASSES

if TYPE_CHECKING:
    from engine.encoders.profile import Profile
    from engine.library.tracks import Track

Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]
ColumnRows = tuple["TrackColumns", Int64Array]
"""Tracks, and which rows of them count, int64 (n,), ascending."""

# "woodwinds" can be asked for, and a music pack may list it.
INSTRUMENT_NAMES: Final = (*INSTRUMENTS, "woodwinds")
KEY_NAMES: Final = tuple(f"{name} {mode}" for mode in MODES for name in PITCH_CLASSES)
_KEYS = {name: number for number, name in enumerate(KEY_NAMES)}
_BITS = {name: 1 << number for number, name in enumerate(INSTRUMENT_NAMES)}


@dataclass(frozen=True, slots=True, eq=False)
class TrackColumns:
    """n ready tracks of one library.

    Attributes:
        ids: int64 (n,), numbers of the tracks, ascending.
        contents: uint64 (n,), equal for files with the same bytes; 0 where unknown.
        durations_s: float64 (n,).
        bpm, vocals, loudness_lufs: float64 (n,), as in a profile; NaN where unknown.
        keys: int8 (n,), index into `KEY_NAMES`; -1 where unknown.
        is_minor: bool (n,), whether the key is a minor one.
        needs_no_credit: bool (n,), whether the licence asks for no credit.
        has_marks: bool (n,), whether the score is known.
        is_embedded: bool (n,), whether there is a vector.
        genres: int32 (n,), index into `genre_names`; -1 when unsure.
        instruments: uint64 (n,), a bit for each of `INSTRUMENT_NAMES`.
        shares: float32 (n, 14), probabilities of the genres of wants.
        axes: float32 (n, 26), see `axes_of`.
        vectors: float32 (n, d), of length 1; 0 where there is none.
        genre_names: the genres of the tracks, in alphabetical order.
    """

    ids: Int64Array
    contents: npt.NDArray[np.uint64]
    durations_s: npt.NDArray[np.float64]
    bpm: npt.NDArray[np.float64]
    vocals: npt.NDArray[np.float64]
    loudness_lufs: npt.NDArray[np.float64]
    keys: npt.NDArray[np.int8]
    is_minor: npt.NDArray[np.bool_]
    needs_no_credit: npt.NDArray[np.bool_]
    has_marks: npt.NDArray[np.bool_]
    is_embedded: npt.NDArray[np.bool_]
    genres: npt.NDArray[np.int32]
    instruments: npt.NDArray[np.uint64]
    shares: Float32Array
    axes: Float32Array
    vectors: Float32Array
    genre_names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, tracks: "Sequence[Track]", vectors: Float32Array | None = None) -> Self:
        """Return the columns of tracks.

        Args:
            tracks: n of them.
            vectors: float32 (n, d); None where they aren't embedded.
        """
        columns = cls.from_facts(
            TrackFacts(
                track.file.id,
                track.file.content_hash,
                track.file.duration_s,
                track.profile,
                track.marks is not None,
                track.tags.licence,
            )
            for track in tracks
        )
        return columns if vectors is None else columns.embedded(vectors)

    @classmethod
    def from_facts(cls, facts: "Iterable[TrackFacts]") -> Self:
        """Return columns without vectors."""
        facts = list(facts)
        profiles = [each.profile for each in facts]
        names = tuple(sorted({profile.genre for profile in profiles if profile.genre}))
        codes = {name: code for code, name in enumerate(names)}
        n = len(facts)
        return cls(
            ids=np.fromiter((each.id for each in facts), np.int64, n),
            contents=np.fromiter((content_key(each.content_hash) for each in facts), np.uint64, n),
            durations_s=np.fromiter((each.duration_s for each in facts), np.float64, n),
            bpm=_numbers(profile.bpm for profile in profiles),
            vocals=_numbers(profile.vocals for profile in profiles),
            loudness_lufs=_numbers(profile.loudness_lufs for profile in profiles),
            keys=np.fromiter((_KEYS.get(each.key or "", -1) for each in profiles), np.int8, n),
            needs_no_credit=np.fromiter(
                (needs_no_credit(each.licence) for each in facts), np.bool_, n
            ),
            is_minor=np.fromiter(
                ((profile.key or "").endswith("minor") for profile in profiles), np.bool_, n
            ),
            has_marks=np.fromiter((each.has_marks for each in facts), np.bool_, n),
            is_embedded=np.zeros(n, np.bool_),
            genres=np.fromiter((codes.get(profile.genre or "", -1) for profile in profiles),
                               np.int32, n),
            instruments=np.fromiter(
                (instrument_bits(profile.instruments) for profile in profiles), np.uint64, n
            ),
            shares=genre_shares(profiles),
            axes=axes_of(profiles),
            vectors=np.zeros((n, 0), np.float32),
            genre_names=names,
        )  # fmt: skip

    def embedded(
        self, vectors: Float32Array, is_embedded: npt.NDArray[np.bool_] | None = None
    ) -> Self:
        """Return the columns with vectors, float32 (n, d); of all tracks unless it says of which.

        Raises:
            ValueError: when there are more or fewer vectors than tracks.
        """
        if len(vectors) != len(self):
            raise ValueError("there must be as many vectors as tracks")
        if is_embedded is None:
            is_embedded = np.ones(len(self), np.bool_)
        return replace(self, vectors=vectors, is_embedded=is_embedded)

    def take(self, rows: Int64Array) -> Self:
        """Return the given rows, in their order."""
        return replace(self, **{name: getattr(self, name)[rows] for name in _ARRAYS})


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """What is read of one track.

    Attributes:
        id: its number.
        content_hash: of its file; "" where unknown.
        duration_s: its length.
        profile: genre, moods and the like.
        has_marks: whether its score is known.
        licence: as its tags say; None where unknown.
    """

    id: int
    content_hash: str
    duration_s: float
    profile: "Profile"
    has_marks: bool
    licence: str | None


def content_key(content_hash: str) -> int:
    """Return 64 bits that are equal for equal content hashes; 0 for an unknown one."""
    if not content_hash:
        return 0
    digest = hashlib.blake2b(content_hash.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1


def instrument_bits(names: Iterable[str]) -> int:
    """Return a number with a bit for each instrument; names that aren't known have none."""
    bits = 0
    for name in names:
        bits |= _BITS.get(name, 0)
    return bits


def joined(parts: Sequence[TrackColumns]) -> TrackColumns:
    """Return the tracks of all parts, one after the other; at least one part."""
    names = tuple(sorted({name for part in parts for name in part.genre_names}))
    values: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS
    }
    values["genres"] = np.concatenate([_coded(part, names) for part in parts])
    return replace(parts[0], genre_names=names, **values)


_ARRAYS = tuple(field.name for field in fields(TrackColumns) if field.name != "genre_names")


def _numbers(values: Iterable[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _coded(columns: TrackColumns, names: tuple[str, ...]) -> npt.NDArray[np.int32]:
    """Return the genres as indexes into other names, which contain all of them."""
    codes = [names.index(name) for name in columns.genre_names]
    # The last one is for -1.
    return np.asarray([*codes, -1], np.int32)[columns.genres]
