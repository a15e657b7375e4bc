"""Removed folders and tracks, kept for a day so that they are restored without a new analysis."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from engine.errors import InputError
from engine.library.database import Database, now
from engine.library.folders import Folder, Folders, is_pack_folder
from engine.library.operation import Operation
from engine.library.tracks import Tracks
from engine.translation import tr

# Longer than a session of the window, where a removal can be undone.
KEPT = timedelta(days=1)
# The rows that belong to a folder, and those that belong to a track, by table. Each table has a
# twin whose name begins with "removed_".
_OF_FOLDER = {
    "folders": "id = ?",
    "excluded": "folder_id = ?",
    "tracks": "folder_id = ?",
    "embeddings": "track_id IN (SELECT id FROM tracks WHERE folder_id = ?)",
    "file_checks": "track_id IN (SELECT id FROM tracks WHERE folder_id = ?)",
    "tags_as_read": "track_id IN (SELECT id FROM tracks WHERE folder_id = ?)",
}
# Tables with one or more rows of each track.
_DETAILS = ("embeddings", "file_checks", "tags_as_read")
_OF_TRACK = {"tracks": "id = ?", **dict.fromkeys(_DETAILS, "track_id = ?")}


@dataclass(frozen=True, slots=True)
class Removed:
    """The removed folders and tracks in one database."""

    database: Database

    def folders(self) -> dict[int, Path]:
        """Return the paths of the removed folders by the numbers of their removals."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT removal_id, path FROM removed_folders").fetchall()
        return {row["removal_id"]: Path(os.fsdecode(row["path"])) for row in rows}

    def purge(self, removal_id: int) -> None:
        """Delete what one removal kept, which can't be undone any more."""
        with self.database.writing() as connection:
            for table in _OF_FOLDER:
                connection.execute(
                    f"DELETE FROM removed_{table} WHERE removal_id = ?", (removal_id,)
                )
            connection.execute("DELETE FROM removals WHERE id = ?", (removal_id,))

    def purge_old(self) -> tuple[Path, ...]:
        """Delete what was removed more than a day ago; return the folders among it."""
        before = (datetime.now(UTC) - KEPT).isoformat(timespec="seconds")
        with self.database.writing() as connection:
            folders = connection.execute(
                "SELECT path FROM removed_folders JOIN removals ON removals.id = removal_id "
                "WHERE removed_at < ?",
                (before,),
            ).fetchall()
            for table in _OF_FOLDER:
                connection.execute(
                    f"DELETE FROM removed_{table} WHERE removal_id IN "
                    "(SELECT id FROM removals WHERE removed_at < ?)",
                    (before,),
                )
            connection.execute("DELETE FROM removals WHERE removed_at < ?", (before,))
        return tuple(Path(os.fsdecode(row["path"])) for row in folders)

    def remove_folder(self, folder: Folder) -> tuple[int, int]:
        """Remove a folder, keeping all rows; return the removal's number and how many tracks."""
        with self.database.writing():
            removal_id = self._keep(_OF_FOLDER, folder.id)
            n_tracks = Folders(self.database).remove(folder.path)
        return removal_id, n_tracks

    def remove_track(self, track_id: int) -> tuple[int, str]:
        """Remove a track, keeping its rows; return the removal's number and the title."""
        with self.database.writing():
            removal_id = self._keep(_OF_TRACK, track_id)
            title = Folders(self.database).remove_track(track_id)
        return removal_id, title

    def restore_folder(self, removal_id: int) -> Path:
        """Restore a folder with its tracks.

        Raises:
            InputError: when it is no longer kept, or the folder was added again.
        """
        with self.database.writing() as connection:
            row = self._kept_row("folders", removal_id)
            path = Path(os.fsdecode(row["path"]))
            if any(_overlap(path, folder.path) for folder in Folders(self.database).all()):
                raise _is_back(path)
            folder_id = _insert(connection, "folders", dict(row))
            self._restore_tracks(removal_id, folder_id)
            for excluded in self._kept_rows("excluded", removal_id):
                _insert(connection, "excluded", {**dict(excluded), "folder_id": folder_id})
            self.purge(removal_id)
        return path

    def restore_track(self, removal_id: int) -> int:
        """Restore a track; return its number.

        Raises:
            InputError: when it is no longer kept, its file was added again, or its folder is no
                longer in the library.
        """
        with self.database.writing() as connection:
            raw = self._kept_row("tracks", removal_id)["path"]
            path = Path(os.fsdecode(raw))
            folder = Folders(self.database).around(path)
            if folder is None:
                raise InputError(
                    tr("the folder of this track is no longer in the library."),
                    path=path,
                    remedy=tr("Add the folder again."),
                )
            connection.execute(
                "DELETE FROM excluded WHERE folder_id = ? AND path = ?", (folder.id, raw)
            )
            (track_id,) = self._restore_tracks(removal_id, folder.id)
            self.purge(removal_id)
        return track_id

    def _keep(self, tables: Mapping[str, str], row_id: int) -> int:
        with self.database.writing() as connection:
            cursor = connection.execute("INSERT INTO removals (removed_at) VALUES (?)", (now(),))
            removal_id = int(cursor.lastrowid or 0)
            for table, condition in tables.items():
                names = ", ".join(_columns(connection, table))
                connection.execute(
                    f"INSERT INTO removed_{table} (removal_id, {names}) "
                    f"SELECT ?, {names} FROM {table} WHERE {condition}",
                    (removal_id, row_id),
                )
        return removal_id

    def _restore_tracks(self, removal_id: int, folder_id: int) -> list[int]:
        ids: dict[int, int] = {}
        with self.database.writing() as connection:
            for row in self._kept_rows("tracks", removal_id):
                known = connection.execute("SELECT 1 FROM tracks WHERE path = ?", (row["path"],))
                if known.fetchone() is not None:
                    raise _is_back(Path(os.fsdecode(row["path"])))
                ids[row["id"]] = _insert(
                    connection, "tracks", {**dict(row), "folder_id": folder_id}
                )
            for table in _DETAILS:
                for row in self._kept_rows(table, removal_id):
                    _insert(connection, table, {**dict(row), "track_id": ids[row["track_id"]]})
        return list(ids.values())

    def _kept_row(self, table: str, removal_id: int) -> sqlite3.Row:
        for row in self._kept_rows(table, removal_id):
            return row
        raise InputError(tr("This can't be undone any more."), remedy=tr("Add the folder again."))

    def _kept_rows(self, table: str, removal_id: int) -> Iterator[sqlite3.Row]:
        """Yield the rows one by one: together, the features of a large folder fill the memory."""
        with self.database.writing() as connection:
            names = ", ".join(_columns(connection, table))
            yield from connection.execute(
                f"SELECT {names} FROM removed_{table} WHERE removal_id = ?", (removal_id,)
            )


@dataclass(frozen=True, slots=True)
class RemoveFolder(Operation):
    """Removes an added folder or an installed music pack; the files stay where they are.

    Attributes:
        path: the folder.
    """

    part: ClassVar[type] = Tracks

    path: Path

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Remove folder")

    def apply(self, database: Database) -> "RestoreFolder":
        """Remove the folder; the inverse restores it."""
        with database.writing():
            folder = Folders(database).at(self.path)
            removal_id, n_tracks = Removed(database).remove_folder(folder)
        return RestoreFolder(removal_id, folder.path, n_tracks)


@dataclass(frozen=True, slots=True)
class RestoreFolder(Operation):
    """Restores a removed folder with its tracks.

    Attributes:
        removal_id: which removal to undo.
        path: the folder.
        n_tracks: how many are restored.
    """

    part: ClassVar[type] = Tracks

    removal_id: int
    path: Path
    n_tracks: int

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Restore folder")

    def apply(self, database: Database) -> RemoveFolder:
        """Restore the folder; the inverse removes it."""
        return RemoveFolder(Removed(database).restore_folder(self.removal_id))


@dataclass(frozen=True, slots=True)
class RemoveTrack(Operation):
    """Removes one of the user's own tracks; a rescan doesn't bring it back.

    Attributes:
        track_id: its number.
    """

    part: ClassVar[type] = Tracks

    track_id: int

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Remove track")

    def apply(self, database: Database) -> "RestoreTrack":
        """Remove the track; the inverse restores it."""
        return RestoreTrack(*Removed(database).remove_track(self.track_id))


@dataclass(frozen=True, slots=True)
class RestoreTrack(Operation):
    """Restores a removed track.

    Attributes:
        removal_id: which removal to undo.
        title: of the track.
    """

    part: ClassVar[type] = Tracks

    removal_id: int
    title: str

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Restore track")

    def apply(self, database: Database) -> RemoveTrack:
        """Restore the track; the inverse removes it."""
        return RemoveTrack(Removed(database).restore_track(self.removal_id))


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return [row["name"] for row in rows]


def _insert(connection: sqlite3.Connection, table: str, values: Mapping[str, object]) -> int:
    """Insert a row, with its old number where that is free; return the number."""
    if "id" in values:
        taken = connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (values["id"],))
        if taken.fetchone() is not None:
            values = {**values, "id": None}
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    cursor = connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
    return int(cursor.lastrowid or 0)


def _overlap(path: Path, added: Path) -> bool:
    """Whether a folder can't be in the library together with an added one."""
    return (
        path == added
        or (added in path.parents and not is_pack_folder(path))
        or (path in added.parents and not is_pack_folder(added))
    )


def _is_back(path: Path) -> InputError:
    return InputError(
        tr("this can't be undone, because it was added again."),
        path=path,
        remedy=tr("Remove it from the library first."),
    )
