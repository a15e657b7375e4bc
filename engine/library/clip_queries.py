"""What the user last asked for in the list of each clip, found again by the clip's bytes."""

from dataclasses import dataclass
from typing import ClassVar

from engine.library.database import Database, now
from engine.library.operation import Operation
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class ClipQueries:
    """The queries in the user's library, as text that `engine.stories.saved_query` understands."""

    database: Database

    def get(self, clip_hash: str) -> str | None:
        """Return the query of a clip, None when none was saved."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT query FROM clip_queries WHERE clip_hash = ?", (clip_hash,)
            ).fetchone()
        return None if row is None else str(row["query"])


@dataclass(frozen=True, slots=True)
class SaveClipQuery(Operation):
    """Saves what is asked for with a clip; what follows from typing is no step to undo.

    Attributes:
        clip_hash: content hash of the clip.
        query: the query as text.
    """

    part: ClassVar[type] = ClipQueries

    clip_hash: str
    query: str

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Save search and filters")

    def apply(self, database: Database) -> None:
        """Save the query in the place of the one before."""
        with database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO clip_queries (clip_hash, query, saved_at) VALUES (?, ?, ?)",
                (self.clip_hash, self.query, now()),
            )
