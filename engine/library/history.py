"""What the user decided: picks (which taste learns from) and the plan of each clip."""

import json
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from engine.library.tracks import Track


@dataclass(frozen=True, slots=True)
class Pick:
    """A track that the user chose for a clip.

    Args:
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


def now() -> str:
    """Return the time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def add_pick(connection: sqlite3.Connection, clip_hash: str, track: Track) -> None:
    """Remember that the user chose the track for the clip; choosing it again counts once."""
    connection.execute(
        "INSERT INTO picks (clip_hash, track_hash, track_title, genre_probabilities, picked_at) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT (clip_hash, track_hash) DO UPDATE SET "
        "track_title = excluded.track_title, "
        "genre_probabilities = excluded.genre_probabilities, picked_at = excluded.picked_at",
        (
            clip_hash,
            track.file.content_hash,
            track.title,
            json.dumps(list(track.profile.genre_probabilities)),
            now(),
        ),
    )


def remove_pick(connection: sqlite3.Connection, clip_hash: str, track_hash: str) -> None:
    """Forget a choice."""
    connection.execute(
        "DELETE FROM picks WHERE clip_hash = ? AND track_hash = ?", (clip_hash, track_hash)
    )


def picks(connection: sqlite3.Connection) -> tuple[Pick, ...]:
    """Return all picks, the oldest first."""
    rows = connection.execute("SELECT * FROM picks ORDER BY picked_at, clip_hash, track_hash")
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


def save_plan(connection: sqlite3.Connection, clip_hash: str, clip: Path, plan: str) -> None:
    """Keep the plan of a clip, replacing an older one."""
    raw = os.fsencode(clip)
    connection.execute(
        "INSERT INTO clips (clip_hash, path, path_text, plan, saved_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (clip_hash) DO UPDATE SET path = excluded.path, "
        "path_text = excluded.path_text, plan = excluded.plan, saved_at = excluded.saved_at",
        (clip_hash, raw, raw.decode("utf-8", "replace"), plan, now()),
    )


def load_plan(connection: sqlite3.Connection, clip_hash: str) -> str | None:
    """Return the plan of a clip, None when there is none."""
    row = connection.execute("SELECT plan FROM clips WHERE clip_hash = ?", (clip_hash,)).fetchone()
    return None if row is None else str(row["plan"])
