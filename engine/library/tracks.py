"""A track: its file, its tags, its profile and the marks of its score."""

import math
import os
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from engine.encoders.profile import Profile
from engine.errors import InputError, LibraryError, RemovedMeanwhile, display_path
from engine.library.database import Database
from engine.library.marks import Marks
from engine.library.shown_rows import (
    SHOWN_EXTRAS,
    UNEDITED,
    edited_fields_of,
    source_of,
    stated_profile_of,
)
from engine.media.tags import Tags
from engine.translation import tr

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

Origin = Literal["bundled", "own", "folder"]
State = Literal["ready", "offline", "failed"]

FILE_COLUMNS = (
    "id, path, size_bytes, modified_ns, content_hash, duration_s, state, message, features_version"
)
# Listeners count 84 beats a minute as 168 and the other way round, but seldom those between.
_SLOW_BPM, _FAST_BPM = 75.0, 120.0
TAG_NAMES = tuple(field.name for field in fields(Tags))
# A track without its features, which are large and read one at a time.
COLUMNS = f"{FILE_COLUMNS}, {', '.join(TAG_NAMES)}, profile, marks, {SHOWN_EXTRAS}"
# SQLite takes at least 999 numbers in one statement.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class TrackFile:
    """The audio file of a track.

    Attributes:
        path: absolute; relative to its folder while the bundled library is being made.
        size_bytes, modified_ns: as they were when the file was last read.
        content_hash: of its bytes; "" when it couldn't be read.
        duration_s: length; 0 when unknown.
        features_version: of the stored features, None when there are none.
        id: its track's number, unique within its origin only; 0 before it is in a library.
        origin: "bundled", "own" (the user's library) or "folder" (ranked without being added).
        state: "ready", "offline" (the file or its drive is away) or "failed" (it can't be used).
        message: why it failed, or why a ready one couldn't be analysed again.
    """

    path: Path
    size_bytes: int = 0
    modified_ns: int = 0
    content_hash: str = ""
    duration_s: float = 0.0
    features_version: str | None = None
    id: int = 0
    origin: Origin = "folder"
    state: State = "ready"
    message: str = ""

    def __post_init__(self) -> None:
        if self.duration_s < 0 or not math.isfinite(self.duration_s):
            raise ValueError(f"a duration is finite and not negative, got {self.duration_s}")


@dataclass(frozen=True, slots=True)
class Track:
    """One piece of music.

    Attributes:
        file: the audio file and its state.
        tags: title, artist, album, licence and web address.
        profile: genre, moods, tempo and the like.
        marks: the form of the music, where its score is known.
        genre_tag: the genre that the file states, as it is; "" for none.
        edited: which of its tags, genre and moods are what the user says.
    """

    file: TrackFile
    tags: Tags = field(default_factory=Tags)
    profile: Profile = field(default_factory=Profile)
    marks: Marks | None = None
    genre_tag: str = ""
    edited: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.file.path.is_absolute():
            raise ValueError(f"a track's path is absolute, got {self.file.path}")

    @property
    def path(self) -> Path:
        """The audio file, absolute."""
        return self.file.path

    @property
    def title(self) -> str:
        """The title from the tags, else the file's name."""
        return self.tags.title or display_path(self.file.path.stem)

    @property
    def genre(self) -> str | None:
        """The genre, None when unsure."""
        return self.profile.genre

    @property
    def other_bpm(self) -> float | None:
        """Another tempo that counts as the same: half of a fast one, twice a slow one.

        None in between, and for a track with marks, whose tempo is that of its score.
        """
        bpm = self.profile.bpm
        if bpm is None or self.marks is not None or _SLOW_BPM <= bpm < _FAST_BPM:
            return None
        return bpm / 2 if bpm >= _FAST_BPM else bpm * 2


@dataclass(frozen=True, slots=True)
class Tracks:
    """The tracks in one database.

    Attributes:
        database: where they are stored.
        origin: of all its tracks.
        with_edits: as they are shown; False for what scans and the analysis wrote.
    """

    database: Database
    origin: Origin
    with_edits: bool = True

    def all(self) -> tuple[Track, ...]:
        """Return all tracks in the order of their numbers, failed and offline ones too."""
        with self.database.reading() as connection:
            rows = self._select(connection, "ORDER BY id").fetchall()
        return tuple(self._track(row) for row in rows)

    def each(self) -> Iterator[Track]:
        """Yield all tracks as `all` returns them, read in blocks; one that is added may come."""
        last = 0
        while True:
            # No transaction stays open: who takes the tracks may be slow.
            with self.database.reading() as connection:
                rows = self._select(
                    connection, "WHERE id > ? ORDER BY id LIMIT ?", last, _BATCH
                ).fetchall()
            if not rows:
                return
            last = rows[-1]["id"]
            yield from map(self._track, rows)

    def get(self, track_id: int) -> Track:
        """Return one track.

        Raises:
            RemovedMeanwhile: when no track has this number.
        """
        with self.database.reading() as connection:
            row = self._select(connection, "WHERE id = ?", track_id).fetchone()
        if row is None:
            raise no_track(self.database, track_id)
        return self._track(row)

    def some(self, track_ids: Iterable[int]) -> dict[int, Track]:
        """Return the tracks of these numbers; those that aren't there are left out."""
        with self.database.reading() as connection:
            rows = self._rows_of(connection, COLUMNS, track_ids)
            return {row["id"]: self._track(row) for row in rows}

    def names(self, track_ids: Iterable[int]) -> dict[int, tuple[str, Path]]:
        """Return title and path of tracks, which are read faster than all of them."""
        with self.database.reading() as connection:
            return {
                row["id"]: (row["title"] or display_path(path.stem), path)
                for row in self._rows_of(connection, "id, title, path", track_ids)
                for path in (self._full_path(row["path"]),)
            }

    def ids_below(self, folder: Path) -> npt.NDArray[np.int64]:
        """Return the numbers of the tracks whose files are in a folder, ascending."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT id, path FROM tracks ORDER BY id").fetchall()
        ids = [row["id"] for row in rows if folder in self._full_path(row["path"]).parents]
        return np.asarray(ids, np.int64)

    def at(self, path: Path) -> Track | None:
        """Return the track of an audio file, None when there is none."""
        if self._base is not None:
            if not path.is_relative_to(self._base):
                return None
            path = path.relative_to(self._base)
        with self.database.reading() as connection:
            row = self._select(connection, "WHERE path = ?", os.fsencode(path)).fetchone()
        return None if row is None else self._track(row)

    def features(self, track_id: int) -> "MusicFeatures":
        """Return the stored features of a track.

        Raises:
            RemovedMeanwhile: when there is no such track, or it was never analysed.
        """
        from engine.music.features import MusicFeatures

        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT features FROM tracks WHERE id = ? AND features IS NOT NULL", (track_id,)
            ).fetchone()
        if row is None:
            raise no_track(self.database, track_id)
        return MusicFeatures.from_bytes(row["features"])

    def is_empty(self) -> bool:
        """Return whether there is no track at all."""
        with self.database.reading() as connection:
            return connection.execute("SELECT 1 FROM tracks LIMIT 1").fetchone() is None

    def n_by_state(self) -> dict[State, int]:
        """Return how many tracks are ready, offline and failed."""
        counts: dict[State, int] = {"ready": 0, "offline": 0, "failed": 0}
        with self.database.reading() as connection:
            for row in connection.execute("SELECT state, count(*) AS n FROM tracks GROUP BY state"):
                counts[row["state"]] = row["n"]
        return counts

    @property
    def _base(self) -> Path | None:
        # Bundled paths are relative, so that the package may be installed anywhere.
        return self.database.path.parent if self.origin == "bundled" else None

    def _full_path(self, raw: bytes) -> Path:
        path = Path(os.fsdecode(raw))
        return path if self._base is None else self._base / path

    def _source(self, connection: sqlite3.Connection) -> str:
        return source_of(connection) if self.with_edits else UNEDITED

    def _select(
        self, connection: sqlite3.Connection, condition: str, *values: object
    ) -> sqlite3.Cursor:
        source = self._source(connection)
        return connection.execute(f"SELECT {COLUMNS} FROM {source} {condition}", values)

    def _rows_of(
        self, connection: sqlite3.Connection, columns: str, track_ids: Iterable[int]
    ) -> Iterator[sqlite3.Row]:
        ids, source = list(track_ids), self._source(connection)
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            places = ", ".join("?" * len(some))
            yield from connection.execute(
                f"SELECT {columns} FROM {source} WHERE id IN ({places})", some
            )

    def _track(self, row: sqlite3.Row) -> Track:
        tags, profile, marks = parts_of(row)
        return Track(
            file_of(row, self.origin, self._base),
            tags,
            profile,
            marks,
            row["genre_tag"] or "",
            edited_fields_of(row),
        )


def no_track(database: Database, track_id: int) -> RemovedMeanwhile:
    """Return the error that a track isn't there, or was never analysed."""
    return RemovedMeanwhile(
        tr("the library has no analysed track number {number}.").format(number=track_id),
        path=database.path,
        remedy=tr("Rescan your music; on the command line: soundbed library rescan"),
    )


def file_of(row: sqlite3.Row, origin: Origin, base: Path | None = None) -> TrackFile:
    """Return the file of a row read with `FILE_COLUMNS`; relative paths are below `base`."""
    path = Path(os.fsdecode(row["path"]))
    return TrackFile(
        path=path if base is None else base / path,
        size_bytes=row["size_bytes"],
        modified_ns=row["modified_ns"],
        content_hash=row["content_hash"] or "",
        duration_s=row["duration_s"],
        features_version=row["features_version"],
        id=row["id"],
        origin=origin,
        state=row["state"],
        message=row["message"],
    )


def parts_of(row: sqlite3.Row) -> tuple[Tags, Profile, Marks | None]:
    """Return tags, profile and marks of a row.

    Raises:
        LibraryError: when profile or marks can't be read.
    """
    marks = None
    try:
        if row["marks"] is not None:
            marks = Marks.from_json(row["marks"], row["duration_s"])
    except InputError as error:
        raise _damaged(row, error.problem) from error
    return Tags(**{name: row[name] for name in TAG_NAMES}), profile_of(row), marks


def profile_of(row: sqlite3.Row) -> Profile:
    """Return the profile of a row.

    Raises:
        LibraryError: when it can't be read.
    """
    try:
        return stated_profile_of(row)
    except (ValueError, RecursionError) as error:
        raise _damaged(row, error) from error


def _damaged(row: sqlite3.Row, reason: object) -> LibraryError:
    return LibraryError(
        tr("the stored profile of this track is damaged ({reason}).").format(reason=reason),
        path=os.fsdecode(row["path"]),
        remedy=tr("Restore a snapshot, in the window or by: soundbed library restore latest"),
    )
