"""The reasons why files can't be used, or only in part, kept for each track."""

import sqlite3
from dataclasses import dataclass

from engine.library.database import Database
from engine.library.reasons import FileCheck


@dataclass(frozen=True, slots=True)
class FileChecks:
    """The reasons in one database; tracks without one have nothing wrong with them."""

    database: Database

    def all(self) -> dict[int, FileCheck]:
        """Return the reasons by the numbers of the tracks."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT track_id, reason, found_s, claimed_s, decoder FROM file_checks"
            ).fetchall()
        return {row["track_id"]: _check(row) for row in rows}

    def of(self, track_id: int) -> FileCheck | None:
        """Return what is wrong with a track's file; None where nothing is."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT reason, found_s, claimed_s, decoder FROM file_checks WHERE track_id = ?",
                (track_id,),
            ).fetchone()
        return None if row is None else _check(row)

    def set(self, track_id: int, check: FileCheck | None) -> None:
        """Store what is wrong with a track's file; None where nothing is."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM file_checks WHERE track_id = ?", (track_id,))
            if check is not None:
                connection.execute(
                    "INSERT INTO file_checks (track_id, reason, found_s, claimed_s, decoder) "
                    "VALUES (?, ?, ?, ?, ?)",
                    (track_id, check.reason, check.found_s, check.claimed_s, check.decoder),
                )

    def copy(self, source_id: int, track_id: int) -> None:
        """Give a track the reason of another one with the same bytes."""
        with self.database.writing() as connection:
            connection.execute("DELETE FROM file_checks WHERE track_id = ?", (track_id,))
            connection.execute(
                "INSERT INTO file_checks (track_id, reason, found_s, claimed_s, decoder) "
                "SELECT ?, reason, found_s, claimed_s, decoder FROM file_checks "
                "WHERE track_id = ?",
                (track_id, source_id),
            )


def _check(row: sqlite3.Row) -> FileCheck:
    return FileCheck(row["reason"], row["found_s"], row["claimed_s"], row["decoder"])
