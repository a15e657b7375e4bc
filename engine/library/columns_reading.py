"""Reads the columns that ranking needs from the rows of a library."""

import sqlite3
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.library.columns import TrackColumns, TrackFacts, joined
from engine.library.embeddings import different_lengths
from engine.library.shown_rows import SHOWN_EXTRAS, source_of
from engine.library.tracks import profile_of

_BATCH = 1_000


def read_columns(
    connection: sqlite3.Connection, space: str, path: Path, condition: str = "1"
) -> TrackColumns:
    """Return the ready tracks with their vectors in an embedding space.

    Args:
        connection: reads one state of the library.
        space: of the embeddings.
        path: the library file, for errors.
        condition: SQL, which tracks are read.

    Raises:
        LibraryError: when a profile can't be read, or the vectors differ in length.
    """
    wanted = f"FROM {source_of(connection)} WHERE state = 'ready' AND {condition}"
    n_tracks = int(connection.execute(f"SELECT count(*) {wanted}").fetchone()[0])
    parts: list[TrackColumns] = []
    is_embedded = np.zeros(n_tracks, np.bool_)
    vectors = np.zeros((n_tracks, 0), np.float32)
    rows = connection.execute(
        "SELECT id, path, content_hash, duration_s, licence, profile, "
        "marks IS NOT NULL AS has_marks, "
        f"{SHOWN_EXTRAS}, "
        "(SELECT vector FROM embeddings WHERE track_id = id AND space = ?) AS vector "
        f"{wanted} ORDER BY id",
        (space,),
    )
    n_read = 0
    while batch := rows.fetchmany(_BATCH):
        parts.append(TrackColumns.from_facts(_facts(row) for row in batch))
        places = [n_read + place for place, row in enumerate(batch) if row["vector"] is not None]
        if places:
            stored = _matrix([batch[place - n_read]["vector"] for place in places], space, path)
            if vectors.shape[1] == 0:
                vectors = np.zeros((n_tracks, stored.shape[1]), np.float32)
            elif vectors.shape[1] != stored.shape[1]:
                raise different_lengths(space, path)
            vectors[places], is_embedded[places] = stored, True
        n_read += len(batch)
    if not parts:
        return TrackColumns.from_facts(())
    return joined(parts).embedded(vectors, is_embedded)


def _facts(row: sqlite3.Row) -> TrackFacts:
    return TrackFacts(
        row["id"],
        row["content_hash"] or "",
        row["duration_s"],
        profile_of(row),
        bool(row["has_marks"]),
        row["licence"],
    )


def _matrix(stored: list[bytes], space: str, path: Path) -> npt.NDArray[np.float32]:
    if len({len(vector) for vector in stored}) != 1:
        raise different_lengths(space, path)
    return np.frombuffer(b"".join(stored), "<f4").reshape(len(stored), -1)
