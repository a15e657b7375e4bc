"""The files that can't be used, or only in part, with the reasons."""

import os
from dataclasses import dataclass
from pathlib import Path

from engine.library.database import Database
from engine.library.left_out import LeftOut, LeftOutFiles
from engine.library.reasons import FileCheck, Reason


@dataclass(frozen=True, slots=True)
class ProblemFile:
    """A file that can't be used, or only in part.

    Attributes:
        track_id: its track's number.
        path: the file.
        check: the reason.
        message: what is wrong and what to do, translated when it was found; "" where the reason
            says all.
        is_usable: whether it is ranked all the same.
    """

    track_id: int
    path: Path
    check: FileCheck
    message: str
    is_usable: bool

    @property
    def reason(self) -> Reason:
        """The code of the reason."""
        return self.check.reason


@dataclass(frozen=True, slots=True)
class Problems:
    """What scans couldn't use.

    Attributes:
        files: tracks of the library, in the order of their paths.
        left_out: files and folders that are no tracks, in that order too.
    """

    files: tuple[ProblemFile, ...]
    left_out: tuple[LeftOut, ...]


def find_problems(database: Database) -> Problems:
    """Return what the scans of a library couldn't use."""
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT id, path, state, message, reason, found_s, claimed_s, decoder FROM tracks "
            "LEFT JOIN file_checks ON track_id = id "
            "WHERE state = 'failed' OR reason IS NOT NULL ORDER BY path"
        ).fetchall()
    files = (
        ProblemFile(
            row["id"],
            Path(os.fsdecode(row["path"])),
            FileCheck(
                # Of a file that an earlier version couldn't use, the reason wasn't stored.
                row["reason"] or "unreadable",
                row["found_s"],
                row["claimed_s"],
                row["decoder"] or "",
            ),
            row["message"],
            row["state"] != "failed",
        )
        for row in rows
    )
    return Problems(tuple(files), LeftOutFiles(database).all())
