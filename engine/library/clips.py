"""What was saved with each clip: how music lies under it, with its history."""

import os
from dataclasses import dataclass
from pathlib import Path

from engine.library.database import Database, now


@dataclass(frozen=True, slots=True)
class Clips:
    """The saved arrangements in one database, by the content hash of their clips."""

    database: Database

    def load(self, clip_hash: str) -> str | None:
        """Return what was saved with a clip, None when nothing was."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT plan FROM clips WHERE clip_hash = ?", (clip_hash,)
            ).fetchone()
        return None if row is None else str(row["plan"])

    def save(self, clip_hash: str, clip: Path, text: str) -> None:
        """Save with a clip, replacing what was saved before.

        Args:
            clip_hash: its content hash.
            clip: where it lies now.
            text: the arrangements, as JSON.
        """
        raw = os.fsencode(clip)
        with self.database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO clips (clip_hash, path, path_text, plan, saved_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (clip_hash, raw, raw.decode("utf-8", "replace"), text, now()),
            )
