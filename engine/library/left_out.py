"""What a scan left out: linked folders, films, formats that can't be read."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.library.database import Database
from engine.translation import tr

Cause = Literal["film", "format", "linked folder", "closed folder", "not a file"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that a scan left out.

    Attributes:
        path: absolute when the scanned folder was.
        cause: why.
        size_bytes, modified_ns: of a file that had to be opened to know.
        decoder: the version of the decoders that opened it.
    """

    path: Path
    cause: Cause
    size_bytes: int = 0
    modified_ns: int = 0
    decoder: str = ""

    @property
    def explanation(self) -> str:
        """Why it was left out, as one sentence, translated."""
        return {
            "film": tr("it is a film, not music."),
            "format": tr("its format can't be read; convert it to FLAC, MP3 or WAV."),
            "linked folder": tr("it is a link to another folder; add that folder by itself."),
            "closed folder": tr("the folder can't be read; change its permissions."),
            "not a file": tr("it is a pipe, a socket or a device."),
        }[self.cause]


@dataclass(frozen=True, slots=True)
class LeftOutFiles:
    """What the last scans left out, in one database."""

    database: Database

    def below(self, root: Path) -> tuple[LeftOut, ...]:
        """Return what was left out in a folder and its subfolders, in the order of the paths."""
        return tuple(each for each in self.all() if root in each.path.parents)

    def all(self) -> tuple[LeftOut, ...]:
        """Return everything that was left out, in the order of the paths."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT path, cause, size_bytes, modified_ns, decoder FROM left_out ORDER BY path"
            ).fetchall()
        return tuple(
            LeftOut(
                Path(os.fsdecode(row["path"])),
                row["cause"],
                row["size_bytes"],
                row["modified_ns"],
                row["decoder"],
            )
            for row in rows
        )

    def replace(self, folder_id: int, root: Path, left_out: Iterable[LeftOut]) -> None:
        """Store what a new scan of a folder left out.

        Args:
            folder_id: the added folder that was scanned, whole or in part.
            root: the scanned folder.
            left_out: all of it.
        """
        with self.database.writing() as connection:
            connection.executemany(
                "DELETE FROM left_out WHERE path = ?",
                [(os.fsencode(old.path),) for old in self.below(root)],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO left_out "
                "(path, path_text, folder_id, cause, size_bytes, modified_ns, decoder) "
                "SELECT ?, ?, id, ?, ?, ?, ? FROM folders WHERE id = ?",
                [
                    (
                        os.fsencode(each.path),
                        os.fsencode(each.path).decode("utf-8", "replace"),
                        each.cause,
                        each.size_bytes,
                        each.modified_ns,
                        each.decoder,
                        folder_id,
                    )
                    for each in left_out
                ],
            )
