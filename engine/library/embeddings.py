"""Music embeddings of the tracks: one vector per track and embedding space."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import LibraryError
from engine.library.database import Database
from engine.translation import tr

_STORED = np.dtype("<f4")


@dataclass(frozen=True, slots=True)
class Embeddings:
    """The embeddings in one database."""

    database: Database

    def missing(self, space: str, feature_version: str) -> list[int]:
        """Return the ids of tracks with such features but no vector, ready ones first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM tracks WHERE features IS NOT NULL AND features_version = ? AND "
                "NOT EXISTS (SELECT 1 FROM embeddings WHERE track_id = id AND space = ?) "
                "ORDER BY state != 'ready', id",
                (feature_version, space),
            ).fetchall()
        return [row["id"] for row in rows]

    def store(self, space: str, vectors: Iterable[tuple[int, npt.NDArray[np.float32]]]) -> None:
        """Store the vectors of tracks in one space, replacing older ones; not of removed tracks."""
        with self.database.writing() as connection:
            connection.executemany(
                "INSERT INTO embeddings (track_id, space, vector) "
                "SELECT id, ?, ? FROM tracks WHERE id = ? "
                "ON CONFLICT (track_id, space) DO UPDATE SET vector = excluded.vector",
                (
                    (space, np.ascontiguousarray(vector, _STORED).tobytes(), track_id)
                    for track_id, vector in vectors
                ),
            )

    def delete(self, track_ids: Iterable[int]) -> None:
        """Delete the vectors of tracks in all spaces, which are to be made again."""
        with self.database.writing() as connection:
            connection.executemany(
                "DELETE FROM embeddings WHERE track_id = ?", [(number,) for number in track_ids]
            )

    def delete_others(self, space: str, track_id: int) -> None:
        """Delete the vectors of a track in all other spaces, if it has one in this space."""
        with self.database.writing() as connection:
            connection.execute(
                "DELETE FROM embeddings WHERE track_id = :id AND space != :space AND EXISTS "
                "(SELECT 1 FROM embeddings WHERE track_id = :id AND space = :space)",
                {"id": track_id, "space": space},
            )


def different_lengths(space: str, path: Path) -> LibraryError:
    """Return the error that a library's vectors in one space aren't of one length."""
    return LibraryError(
        tr("the embeddings of the space “{space}” differ in length.").format(space=space),
        path=path,
        remedy=tr("Remove the folders from the library and add them again."),
    )
