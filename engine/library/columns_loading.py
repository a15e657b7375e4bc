"""All tracks as columns: from the file beside the library, and what has changed since."""

import logging
import sqlite3

import numpy as np

from engine.errors import ExportError
from engine.library.changes import changed_since, stamp_of
from engine.library.columns import ColumnRows, TrackColumns
from engine.library.columns_file import Stamp, open_columns, write_columns
from engine.library.columns_reading import read_columns
from engine.library.database import Database

_log = logging.getLogger(__name__)
# The rows of smaller libraries are read at once, without a file.
_LEAST = 2_000
# Reading so many changed rows takes a tenth of a second: then a new file is worth its time.
_MANY = 1_000


def load_columns(database: Database, space: str) -> tuple[ColumnRows, ...]:
    """Return all ready tracks with their vectors in an embedding space, as the rows say.

    Args:
        database: of the library.
        space: of the vectors.

    Raises:
        LibraryError: when a profile can't be read, or the vectors differ in length.
    """
    with database.reading() as connection:
        stamp = stamp_of(connection)
        stored = _stored(connection, database, space) if stamp else None
        if stored is not None:
            return stored
        columns = read_columns(connection, space, database.path)
    if stamp is not None:
        _write(database, space, columns, stamp)
    return ((columns, np.arange(len(columns))),)


def refresh_columns(database: Database, space: str) -> None:
    """Write the file of an embedding space anew where many tracks have changed since.

    Raises:
        LibraryError: as in `load_columns`.
    """
    with database.reading() as connection:
        stamp = stamp_of(connection)
        if stamp is None or _n_tracks(connection) < _LEAST:
            return
        opened = open_columns(database.path, space)
        changed = None if opened is None else changed_since(connection, opened[1])
        if changed is not None and len(changed) < _MANY:
            return
        columns = read_columns(connection, space, database.path)
    _write(database, space, columns, stamp)


def _stored(
    connection: sqlite3.Connection, database: Database, space: str
) -> tuple[ColumnRows, ...] | None:
    """Return the tracks of the file, and those that have changed; None without a file for it."""
    opened = open_columns(database.path, space)
    if opened is None:
        return None
    columns, stamp = opened
    changed = changed_since(connection, stamp)
    if changed is None:
        return None
    if not len(changed):
        return ((columns, np.arange(len(columns))),)
    numbers = ", ".join(map(str, changed.tolist()))
    newer = read_columns(connection, space, database.path, f"id IN ({numbers})")
    kept = np.flatnonzero(~np.isin(columns.ids, changed))
    return (columns, kept), (newer, np.arange(len(newer)))


def _write(database: Database, space: str, columns: TrackColumns, stamp: Stamp) -> None:
    if database.read_only or len(columns) < _LEAST:
        return
    try:
        write_columns(database.path, space, columns, stamp)
    except (ExportError, OSError) as error:
        # The rows are read again next time.
        _log.info("the columns of the tracks aren't stored: %s", error)


def _n_tracks(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM tracks").fetchone()[0])
