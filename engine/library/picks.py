"""Which tracks the user picked for which clips; taste is learnt from them."""

import json
import sqlite3
from dataclasses import dataclass
from typing import ClassVar

from engine.library.database import Database, now
from engine.library.operation import Operation
from engine.library.tracks import Track
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class Pick:
    """A track that the user picked for a clip.

    Attributes:
        clip_hash: content hash of the clip.
        track_hash: content hash of the track, bundled or own.
        track_title: its title when it was picked.
        genre_probabilities: of the track when it was picked.
        picked_at: time in UTC, ISO 8601.
    """

    clip_hash: str
    track_hash: str
    track_title: str
    genre_probabilities: tuple[float, ...]
    picked_at: str

    @classmethod
    def of(cls, clip_hash: str, track: Track) -> "Pick":
        """Return the pick of a track for a clip, now."""
        return cls(
            clip_hash,
            track.file.content_hash,
            track.title,
            track.profile.genre_probabilities,
            now(),
        )


@dataclass(frozen=True, slots=True)
class Picks:
    """The picks in one database; they outlive their tracks."""

    database: Database

    def all(self) -> tuple[Pick, ...]:
        """Return all picks, the oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM picks ORDER BY picked_at, clip_hash, track_hash"
            ).fetchall()
        return tuple(_pick(row) for row in rows)

    def get(self, clip_hash: str, track_hash: str) -> Pick | None:
        """Return the pick of a track for a clip, None when there is none."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT * FROM picks WHERE clip_hash = ? AND track_hash = ?",
                (clip_hash, track_hash),
            ).fetchone()
        return None if row is None else _pick(row)

    def add(self, pick: Pick) -> None:
        """Store a pick; the same track for the same clip counts once."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO picks "
                "(clip_hash, track_hash, track_title, genre_probabilities, picked_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    pick.clip_hash,
                    pick.track_hash,
                    pick.track_title,
                    json.dumps(pick.genre_probabilities),
                    pick.picked_at,
                ),
            )

    def remove(self, clip_hash: str, track_hash: str) -> None:
        """Remove a pick, if it is there."""
        with self.database.writing() as connection:
            connection.execute(
                "DELETE FROM picks WHERE clip_hash = ? AND track_hash = ?", (clip_hash, track_hash)
            )


@dataclass(frozen=True, slots=True)
class AddPick(Operation):
    """Picks a track for a clip.

    Attributes:
        pick: what to store.
    """

    part: ClassVar[type] = Picks

    pick: Pick

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Pick track")

    def apply(self, database: Database) -> "AddPick | RemovePick":
        """Store the pick; the inverse puts back what was there."""
        picks = Picks(database)
        with database.writing():
            before = picks.get(self.pick.clip_hash, self.pick.track_hash)
            picks.add(self.pick)
        if before is not None:
            return AddPick(before)
        return RemovePick(self.pick.clip_hash, self.pick.track_hash)


@dataclass(frozen=True, slots=True)
class RemovePick(Operation):
    """Removes a pick.

    Attributes:
        clip_hash, track_hash: content hashes of the two.
    """

    part: ClassVar[type] = Picks

    clip_hash: str
    track_hash: str

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Remove pick")

    def apply(self, database: Database) -> "AddPick | RemovePick":
        """Remove the pick; the inverse puts it back."""
        picks = Picks(database)
        with database.writing():
            before = picks.get(self.clip_hash, self.track_hash)
            picks.remove(self.clip_hash, self.track_hash)
        return self if before is None else AddPick(before)


def _pick(row: sqlite3.Row) -> Pick:
    return Pick(
        row["clip_hash"],
        row["track_hash"],
        row["track_title"],
        tuple(json.loads(row["genre_probabilities"])),
        row["picked_at"],
    )
