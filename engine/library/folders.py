"""The folders whose music belongs to the library; only music packs may be inside another one."""

import os
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError, RemovedMeanwhile, display_path
from engine.library.database import Database, now
from engine.paths import music_packs_dir
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that the user added.

    Attributes:
        id: its number.
        path: absolute.
        added_at: time in UTC, ISO 8601.
    """

    id: int
    path: Path
    added_at: str


def normalised(path: Path) -> Path:
    """Return the path absolute and without ".."; links stay: one may lead to a drive."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def is_pack_folder(path: Path) -> bool:
    """Return whether an installed music pack may be in the folder."""
    return path.parent == normalised(music_packs_dir())


@dataclass(frozen=True, slots=True)
class Folders:
    """The added folders in one database, and the files excluded from them."""

    database: Database

    def all(self) -> tuple[Folder, ...]:
        """Return the added folders in the order of their paths."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT id, path, added_at FROM folders ORDER BY path"
            ).fetchall()
        return tuple(
            Folder(row["id"], Path(os.fsdecode(row["path"])), row["added_at"]) for row in rows
        )

    def add(self, path: Path) -> Folder:
        """Add a folder, or return the one that holds it; folders inside it become part of it.

        Tracks that were removed from the folder one by one may come back. The folder of an
        installed music pack stays separate, so that the pack can be replaced and removed.
        """
        path = normalised(path)
        inside = []
        with self.database.writing() as connection:
            for folder in self.all():
                if path == folder.path or (
                    folder.path in path.parents and not is_pack_folder(path)
                ):
                    self._include_again(folder, path)
                    return folder
                if path in folder.path.parents and not is_pack_folder(folder.path):
                    inside.append(folder)
            raw, added_at = os.fsencode(path), now()
            cursor = connection.execute(
                "INSERT INTO folders (path, path_text, added_at) VALUES (?, ?, ?)",
                (raw, raw.decode("utf-8", "replace"), added_at),
            )
            added = Folder(int(cursor.lastrowid or 0), path, added_at)
            for folder in inside:
                connection.execute(
                    "UPDATE tracks SET folder_id = ? WHERE folder_id = ?", (added.id, folder.id)
                )
                connection.execute("DELETE FROM folders WHERE id = ?", (folder.id,))
        return added

    def around(self, file: Path) -> Folder | None:
        """Return the innermost added folder that a file is in: a pack may be inside another one."""
        above = [folder for folder in self.all() if folder.path in file.parents]
        return max(above, key=lambda each: len(each.path.parts), default=None)

    def place_of(self, file: Path) -> Folder:
        """Return the added folder that a file belongs to now.

        Raises:
            RemovedMeanwhile: when the folder, or the file by itself, was removed.
        """
        folder = self.around(file)
        if folder is not None:
            with self.database.reading() as connection:
                row = connection.execute(
                    "SELECT 1 FROM excluded WHERE folder_id = ? AND path = ?",
                    (folder.id, os.fsencode(file)),
                ).fetchone()
            if row is None:
                return folder
        raise RemovedMeanwhile(
            tr("this was removed from the library meanwhile."),
            path=file,
            remedy=tr("Add its folder again to get it back."),
        )

    def at(self, path: Path) -> Folder:
        """Return the added folder of this path.

        Raises:
            InputError: when it isn't an added folder.
        """
        path = normalised(path)
        folders = self.all()
        for folder in folders:
            if folder.path == path:
                return folder
        for folder in folders:
            if folder.path in path.parents:
                raise InputError(
                    tr("this folder is part of an added folder and can't be removed by itself."),
                    path=path,
                    remedy=tr(
                        "Remove the added folder ({path}), or single tracks by number."
                    ).format(path=display_path(folder.path)),
                )
        raise InputError(
            tr("this folder isn't in the library."),
            path=path,
            remedy=tr("See the added folders with: soundbed library list"),
        )

    def remove(self, path: Path) -> int:
        """Remove a folder with all its tracks; return how many there were.

        Raises:
            InputError: when it isn't an added folder.
        """
        with self.database.writing() as connection:
            folder = self.at(path)
            removed = connection.execute("DELETE FROM tracks WHERE folder_id = ?", (folder.id,))
            connection.execute("DELETE FROM folders WHERE id = ?", (folder.id,))
            return removed.rowcount

    def remove_track(self, track_id: int) -> str:
        """Remove one track, so that a rescan doesn't bring it back; return its title.

        Raises:
            InputError: when no track has this number.
        """
        with self.database.writing() as connection:
            row = connection.execute(
                "DELETE FROM tracks WHERE id = ? RETURNING folder_id, path, title", (track_id,)
            ).fetchone()
            if row is None:
                raise InputError(
                    tr("No track in your library has the number {number}.").format(number=track_id),
                    remedy=tr("See the numbers with: soundbed library list"),
                )
            if row["folder_id"] is not None:
                connection.execute(
                    "INSERT OR IGNORE INTO excluded (folder_id, path) VALUES (?, ?)",
                    (row["folder_id"], row["path"]),
                )
        return str(row["title"])

    def excluded(self, folder: Folder) -> frozenset[bytes]:
        """Return the paths of the tracks that the user removed from a folder one by one."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT path FROM excluded WHERE folder_id = ?", (folder.id,)
            ).fetchall()
        return frozenset(row["path"] for row in rows)

    def _include_again(self, folder: Folder, path: Path) -> None:
        with self.database.writing() as connection:
            connection.executemany(
                "DELETE FROM excluded WHERE folder_id = ? AND path = ?",
                (
                    (folder.id, raw)
                    for raw in self.excluded(folder)
                    if path in Path(os.fsdecode(raw)).parents
                ),
            )
