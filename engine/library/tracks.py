"""One row of the library as the rest of the program sees it."""

import json
import math
import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.library.marks import Marks

Origin = Literal["bundled", "own", "folder"]
State = Literal["ready", "offline", "failed"]

# All of a track but its features, which are large and read one at a time.
COLUMNS = (
    "id, path, path_text, content_hash, state, message, title, artist, album, licence, url, "
    "duration_s, features_version, profile_pack, profile, marks"
)


@dataclass(frozen=True, slots=True)
class Track:
    """One piece of music.

    Args:
        id: its number, unique within its origin only.
        origin: "bundled", "own" (the user's library) or "folder" (ranked without being added).
        path: the audio file, absolute.
        title: from the tags, else the file's name; plain text.
        artist, album, licence, url: from the tags, plain text.
        duration_s: length.
        genre: the most probable genre, None when unsure or not analysed; for a track with a score,
            the one it was composed in, which no pack need know.
        genre_probabilities: over the genres of the profile pack, in its order.
        moods: z-score by mood.
        bpm: tempo in beats per minute; None when not analysed.
        key: such as "A minor"; None when not analysed.
        vocals: 0 (instrumental) to 1 (sung); None when not analysed.
        loudness_lufs: integrated loudness; None when not analysed.
        content_hash: of the file's bytes; "" when it could not be read.
        state: "ready", "offline" (its file or drive is away) or "failed" (it can't be used).
        message: why it failed.
        marks: the form of the music, where its score is known.
    """

    id: int
    origin: Origin
    path: Path
    title: str
    artist: str | None = None
    album: str | None = None
    licence: str | None = None
    url: str | None = None
    duration_s: float = 0.0
    genre: str | None = None
    genre_probabilities: tuple[float, ...] = ()
    moods: dict[str, float] = field(default_factory=dict)
    bpm: float | None = None
    key: str | None = None
    vocals: float | None = None
    loudness_lufs: float | None = None
    content_hash: str = ""
    state: State = "ready"
    message: str = ""
    marks: Marks | None = None

    def __post_init__(self) -> None:
        if not self.path.is_absolute():
            raise ValueError(f"a track's path is absolute, got {self.path}")
        if self.duration_s < 0 or not math.isfinite(self.duration_s):
            raise ValueError(f"a duration is finite and not negative, got {self.duration_s}")


@dataclass(frozen=True, slots=True)
class Profile:
    """What the library shows and filters of a track, derived from its features.

    Args:
        genre: the most probable genre, None when unsure.
        genre_probabilities: over the genres of the profile pack, in its order.
        moods: z-score by mood.
        bpm: tempo in beats per minute.
        key: such as "A minor".
        vocals: 0 (instrumental) to 1 (sung).
        loudness_lufs: integrated loudness.
    """

    genre: str | None
    genre_probabilities: tuple[float, ...]
    moods: dict[str, float]
    bpm: float | None
    key: str | None
    vocals: float | None
    loudness_lufs: float | None

    def to_json(self) -> str:
        """Return the profile as one JSON object; what isn't finite becomes null."""
        return json.dumps(
            {
                "genre": self.genre,
                "genre_probabilities": [
                    _rounded(value) or 0.0 for value in self.genre_probabilities
                ],
                "moods": {name: _rounded(value) or 0.0 for name, value in self.moods.items()},
                "bpm": _rounded(self.bpm),
                "key": self.key,
                "vocals": _rounded(self.vocals),
                "loudness_lufs": _rounded(self.loudness_lufs),
            },
            allow_nan=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "Profile":
        """Read what `to_json` wrote."""
        values = json.loads(text)
        return cls(
            genre=values["genre"],
            genre_probabilities=tuple(values["genre_probabilities"]),
            moods=dict(values["moods"]),
            bpm=values["bpm"],
            key=values["key"],
            vocals=values["vocals"],
            loudness_lufs=values["loudness_lufs"],
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), 5)


EMPTY_PROFILE = Profile(None, (), {}, None, None, None, None)


def genre_matrix(tracks: tuple[Track, ...] | list[Track], n_genres: int) -> npt.NDArray[np.float32]:
    """Return the genre probabilities of the tracks, float32 (n, n_genres); even where unknown."""
    even = (1.0 / n_genres,) * n_genres
    rows = [
        track.genre_probabilities if len(track.genre_probabilities) == n_genres else even
        for track in tracks
    ]
    return np.asarray(rows, np.float32).reshape(len(tracks), n_genres)


def path_bytes(path: Path) -> bytes:
    """Return the path as the file system's own bytes."""
    return os.fsencode(path)


def track_of(row: sqlite3.Row, origin: Origin, base: Path | None) -> Track:
    """Return the track of a row read with `COLUMNS`; relative paths are under `base`."""
    path = Path(os.fsdecode(row["path"]))
    if base is not None:
        path = base / path
    profile = EMPTY_PROFILE if row["profile"] is None else Profile.from_json(row["profile"])
    return Track(
        id=row["id"],
        origin=origin,
        path=path,
        title=row["title"],
        artist=row["artist"],
        album=row["album"],
        licence=row["licence"],
        url=row["url"],
        duration_s=row["duration_s"],
        genre=profile.genre,
        genre_probabilities=profile.genre_probabilities,
        moods=profile.moods,
        bpm=profile.bpm,
        key=profile.key,
        vocals=profile.vocals,
        loudness_lufs=profile.loudness_lufs,
        content_hash=row["content_hash"] or "",
        state=row["state"],
        message=row["message"],
        marks=None if row["marks"] is None else Marks.from_json(row["marks"], row["duration_s"]),
    )
