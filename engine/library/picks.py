"""Which tracks the user chose for which clips; taste learns from it."""

import json
from dataclasses import dataclass

from engine.library.database import Database, now
from engine.library.tracks import Track


@dataclass(frozen=True, slots=True)
class Pick:
    """A track that the user chose for a clip.

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
        return tuple(
            Pick(
                row["clip_hash"],
                row["track_hash"],
                row["track_title"],
                tuple(json.loads(row["genre_probabilities"])),
                row["picked_at"],
            )
            for row in rows
        )

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
