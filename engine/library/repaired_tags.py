"""Tags that were read in a wrong encoding and are shown repaired; the files stay as they are."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from engine.library.database import Database
from engine.library.operation import Operation
from engine.library.tracks import TAG_NAMES, Tracks
from engine.media.tags import Tags
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class RepairedTags:
    """The repaired tags in one database, with what the files say."""

    database: Database

    def as_read(self) -> dict[int, Tags]:
        """Return what the files of repaired tracks say, by the tracks' numbers."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT track_id, tags FROM tags_as_read").fetchall()
        return {row["track_id"]: Tags(**json.loads(row["tags"])) for row in rows}

    def of_file(self, path: Path, tags: Tags) -> Tags:
        """Return the tags to store of a file that was read again: still repaired, if it was.

        Args:
            path: the file.
            tags: what it says now; where that is something else, the repair is forgotten.
        """
        with self.database.writing() as connection:
            row = connection.execute(
                f"SELECT id, {', '.join(TAG_NAMES)}, tags FROM tracks "
                "JOIN tags_as_read ON track_id = id WHERE path = ?",
                (os.fsencode(path),),
            ).fetchone()
            if row is None:
                return tags
            if Tags(**json.loads(row["tags"])) == tags:
                return Tags(**{name: row[name] for name in TAG_NAMES})
            connection.execute("DELETE FROM tags_as_read WHERE track_id = ?", (row["id"],))
        return tags

    def copy(self, source_id: int, track_id: int) -> None:
        """Note for the copy of a track what its file says, so that an undo changes it, too."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO tags_as_read (track_id, tags) "
                "SELECT ?, tags FROM tags_as_read WHERE track_id = ?",
                (track_id, source_id),
            )


@dataclass(frozen=True, slots=True)
class RepairTags(Operation):
    """Shows other tags of tracks than those in their files.

    Attributes:
        changes: the numbers of tracks, each with its new tags.
    """

    part: ClassVar[type] = Tracks

    changes: tuple[tuple[int, Tags], ...]

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Repair tags")

    def apply(self, database: Database) -> "RepairTags":
        """Change the tags; the inverse shows those from before."""
        before = []
        with database.writing() as connection:
            as_read = RepairedTags(database).as_read()
            for track_id, tags in self.changes:
                row = connection.execute(
                    f"SELECT {', '.join(TAG_NAMES)} FROM tracks WHERE id = ?", (track_id,)
                ).fetchone()
                if row is None:
                    continue  # removed meanwhile
                current = Tags(**dict(row))
                before.append((track_id, current))
                original = as_read.get(track_id, current)
                connection.execute("DELETE FROM tags_as_read WHERE track_id = ?", (track_id,))
                if tags != original:
                    connection.execute(
                        "INSERT INTO tags_as_read (track_id, tags) VALUES (?, ?)",
                        (track_id, json.dumps(asdict(original))),
                    )
                values = {**asdict(tags), "title": tags.title or current.title, "id": track_id}
                connection.execute(
                    f"UPDATE tracks SET {', '.join(f'{name} = :{name}' for name in TAG_NAMES)} "
                    "WHERE id = :id",
                    values,
                )
        return RepairTags(tuple(before))


def undo_all(database: Database) -> RepairTags:
    """Return the operation that shows all tags as they are in the files."""
    return RepairTags(tuple(_sorted(RepairedTags(database).as_read().items())))


def _sorted(changes: Iterable[tuple[int, Tags]]) -> list[tuple[int, Tags]]:
    return sorted(changes, key=lambda change: change[0])
