"""What was saved with each clip: the arrangements of its music, with their history."""

import os
from dataclasses import dataclass
from pathlib import Path

from engine.library.database import Database, now


@dataclass(frozen=True, slots=True)
class SavedClip:
    """What was saved with a clip.

    Attributes:
        clip_hash: content hash of the clip.
        path: where the clip was when it was saved.
        text: the arrangements, as JSON.
    """

    clip_hash: str
    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Clips:
    """The saved clips in one database."""

    database: Database

    def get(self, clip_hash: str) -> SavedClip | None:
        """Return what was saved with a clip, None when nothing was."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT path, plan FROM clips WHERE clip_hash = ?", (clip_hash,)
            ).fetchone()
        if row is None:
            return None
        return SavedClip(clip_hash, Path(os.fsdecode(row["path"])), row["plan"])

    def save(self, clip: SavedClip) -> None:
        """Save with a clip, replacing what was saved before."""
        raw = os.fsencode(clip.path)
        with self.database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO clips (clip_hash, path, path_text, plan, saved_at) "
                "VALUES (?, ?, ?, ?, ?)",
                (clip.clip_hash, raw, raw.decode("utf-8", "replace"), clip.text, now()),
            )

    def remove(self, clip_hash: str) -> None:
        """Remove what was saved with a clip."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM clips WHERE clip_hash = ?", (clip_hash,))
