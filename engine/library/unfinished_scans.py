"""Which folders are being scanned: after a quit or a crash, those whose scan is to be continued."""

import os
from dataclasses import dataclass
from pathlib import Path

from engine.library.database import Database, now
from engine.library.folders import Folder


@dataclass(frozen=True, slots=True)
class UnfinishedScans:
    """The scans in one database that were begun and aren't complete."""

    database: Database

    def all(self) -> tuple[Folder, ...]:
        """Return the folders whose scans aren't complete, in the order of their paths."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT id, path, added_at FROM folders "
                "JOIN unfinished_scans ON folder_id = id ORDER BY path"
            ).fetchall()
        return tuple(
            Folder(row["id"], Path(os.fsdecode(row["path"])), row["added_at"]) for row in rows
        )

    def begin(self, folder: Folder) -> bool:
        """Note that the scan of a folder begins; return whether none was begun before.

        Called in the transaction that adds the folder, if it is new.
        """
        with self.database.writing() as connection:
            cursor = connection.execute(
                "INSERT OR IGNORE INTO unfinished_scans (folder_id, begun_at) "
                "SELECT id, ? FROM folders WHERE id = ?",
                (now(), folder.id),
            )
        return cursor.rowcount == 1

    def end(self, folder: Folder) -> None:
        """Note that the scan of a folder is complete."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM unfinished_scans WHERE folder_id = ?", (folder.id,))

    def forget(self, path: Path | None = None) -> None:
        """Continue no scan, or not that of one folder, which the user cancelled."""
        with self.database.writing() as connection:
            for folder in self.all():
                if path in (None, folder.path):
                    connection.execute(
                        "DELETE FROM unfinished_scans WHERE folder_id = ?", (folder.id,)
                    )
