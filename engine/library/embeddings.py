"""Music embeddings beside the tracks: one vector per track and embedding space."""

import sqlite3
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from engine.errors import LibraryError
from engine.translation import tr

_STORED = np.dtype("<f4")


def store(
    connection: sqlite3.Connection,
    space: str,
    vectors: Iterable[tuple[int, npt.NDArray[np.float32]]],
) -> None:
    """Keep the vectors of tracks in one space, replacing older ones."""
    connection.executemany(
        "INSERT INTO embeddings (track_id, space, vector) VALUES (?, ?, ?) "
        "ON CONFLICT (track_id, space) DO UPDATE SET vector = excluded.vector",
        (
            (track_id, space, np.ascontiguousarray(vector, _STORED).tobytes())
            for track_id, vector in vectors
        ),
    )


def load(
    connection: sqlite3.Connection, space: str
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Return the ids (n,) and unit vectors (n, d) of all ready tracks in one space.

    Raises:
        LibraryError: when the stored vectors differ in length.
    """
    rows = connection.execute(
        "SELECT track_id, vector FROM embeddings JOIN tracks ON tracks.id = track_id "
        "WHERE space = ? AND state = 'ready' ORDER BY track_id",
        (space,),
    ).fetchall()
    if not rows:
        return np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
    if len({len(row["vector"]) for row in rows}) != 1:
        raise LibraryError(
            tr("the embeddings of the space “{space}” differ in length.").format(space=space),
            remedy=tr("Remove the folders from the library and add them again."),
        )
    ids = np.fromiter((row["track_id"] for row in rows), np.int64, len(rows))
    vectors = np.frombuffer(b"".join(row["vector"] for row in rows), _STORED)
    return ids, vectors.reshape(len(rows), -1).astype(np.float32)


def missing(connection: sqlite3.Connection, space: str, versions: Iterable[str]) -> list[int]:
    """Return the ids of analysed tracks without a vector in the space, offline ones too.

    Args:
        connection: an open connection.
        space: the embedding space.
        versions: the feature versions that the space's encoder reads.
    """
    accepted = sorted(versions)
    marks = ", ".join("?" * len(accepted))
    rows = connection.execute(
        f"SELECT id FROM tracks WHERE features IS NOT NULL AND features_version IN ({marks}) "
        "AND NOT EXISTS (SELECT 1 FROM embeddings WHERE track_id = id AND space = ?) ORDER BY id",
        (*accepted, space),
    ).fetchall()
    return [row["id"] for row in rows]
