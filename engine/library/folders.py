"""The folders whose music belongs to the library; but for packs, none lies inside another."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError, display_path
from engine.library.history import now
from engine.paths import music_packs_dir
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that the user added.

    Args:
        id: its number.
        path: absolute.
        added_at: time in UTC, ISO 8601.
    """

    id: int
    path: Path
    added_at: str


def all_folders(connection: sqlite3.Connection) -> tuple[Folder, ...]:
    """Return the added folders in the order of their paths."""
    rows = connection.execute("SELECT id, path, added_at FROM folders ORDER BY path")
    return tuple(Folder(row["id"], Path(os.fsdecode(row["path"])), row["added_at"]) for row in rows)


def normalised(path: Path) -> Path:
    """Return the path absolute and without "..", links kept: a link may lead to a drive."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def is_pack_folder(path: Path) -> bool:
    """Return whether an installed music pack may lie in the folder."""
    return path.parent == normalised(music_packs_dir())


def add_folder(connection: sqlite3.Connection, path: Path) -> Folder:
    """Add a folder, or return the one that holds it already; folders inside it become part of it.

    What was removed by hand from the folder is welcome again. The folder of an installed music pack
    stays one of its own, so that the pack can be replaced and removed.
    """
    path = normalised(path)
    inside = []
    for folder in all_folders(connection):
        if path == folder.path or (folder.path in path.parents and not is_pack_folder(path)):
            _welcome_again(connection, folder.id, path)
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


def remove_folder(connection: sqlite3.Connection, path: Path) -> int:
    """Forget a folder with all its tracks; return how many there were.

    Raises:
        InputError: when the folder isn't one of those added.
    """
    path = normalised(path)
    folders = all_folders(connection)
    for folder in folders:
        if folder.path == path:
            n_tracks = connection.execute(
                "SELECT count(*) FROM tracks WHERE folder_id = ?", (folder.id,)
            ).fetchone()[0]
            connection.execute("DELETE FROM folders WHERE id = ?", (folder.id,))
            return int(n_tracks)
    for folder in folders:
        if folder.path in path.parents:
            raise InputError(
                tr("this folder is part of an added folder and can't be removed alone."),
                path=path,
                remedy=tr("Remove the added folder ({path}) or single tracks by number.").format(
                    path=display_path(folder.path)
                ),
            )
    raise InputError(
        tr("this folder isn't in the library."),
        path=path,
        remedy=tr("See the added folders with: soundbed library list"),
    )


def remove_track(connection: sqlite3.Connection, track_id: int) -> str:
    """Forget one track, so that a rescan doesn't bring it back; return its title.

    Raises:
        InputError: when no track has this number.
    """
    row = connection.execute(
        "SELECT folder_id, path, title FROM tracks WHERE id = ?", (track_id,)
    ).fetchone()
    if row is None:
        raise InputError(
            tr("no track of your library has the number {number}.").format(number=track_id),
            remedy=tr("See the numbers with: soundbed library list"),
        )
    if row["folder_id"] is not None:
        connection.execute(
            "INSERT OR IGNORE INTO excluded (folder_id, path) VALUES (?, ?)",
            (row["folder_id"], row["path"]),
        )
    connection.execute("DELETE FROM tracks WHERE id = ?", (track_id,))
    return str(row["title"])


def excluded(connection: sqlite3.Connection, folder_id: int) -> frozenset[bytes]:
    """Return the paths that the user removed by hand from a folder."""
    rows = connection.execute("SELECT path FROM excluded WHERE folder_id = ?", (folder_id,))
    return frozenset(row["path"] for row in rows)


def _welcome_again(connection: sqlite3.Connection, folder_id: int, path: Path) -> None:
    for raw in excluded(connection, folder_id):
        if path in Path(os.fsdecode(raw)).parents:
            connection.execute(
                "DELETE FROM excluded WHERE folder_id = ? AND path = ?", (folder_id, raw)
            )
