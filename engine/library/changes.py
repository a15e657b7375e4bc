"""Which tracks of a library have changed since a state of it that somebody knows."""

import sqlite3

import numpy as np
import numpy.typing as npt

from engine.library.columns_file import Stamp


def stamp_of(connection: sqlite3.Connection) -> Stamp | None:
    """Return the state of a library; None for one of an older schema, such as the bundled one."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'changes'").fetchone():
        return None
    row = connection.execute(
        "SELECT revision, hex(token) AS token FROM changes ORDER BY revision DESC LIMIT 1"
    ).fetchone()
    return None if row is None else Stamp(row["revision"], row["token"])


def changed_since(connection: sqlite3.Connection, stamp: Stamp) -> npt.NDArray[np.int64] | None:
    """Return the numbers of the tracks changed since a state; None where that isn't known."""
    row = connection.execute(
        "SELECT hex(token) AS token FROM changes WHERE revision = ?", (stamp.revision,)
    ).fetchone()
    if row is None or row["token"] != stamp.token:
        return None
    rows = connection.execute(
        "SELECT DISTINCT track_id FROM changes WHERE revision > ? ORDER BY track_id",
        (stamp.revision,),
    ).fetchall()
    return np.fromiter((row["track_id"] for row in rows), np.int64, len(rows))
