"""The genres that files state, as they are, kept by content hash."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.library.database import Database
from engine.library.tracks import FILE_COLUMNS, TrackFile, file_of


@dataclass(frozen=True, slots=True)
class GenreTags:
    """The genre tags in one database; "" for files that state none."""

    database: Database

    def set(self, tags: Iterable[tuple[str, str]]) -> None:
        """Store the genre tags of files, by their content hashes."""
        with self.database.writing() as connection:
            connection.executemany(
                "INSERT INTO genre_tags (content_hash, genre_tag) VALUES (?, ?) "
                "ON CONFLICT (content_hash) DO UPDATE SET genre_tag = excluded.genre_tag "
                "WHERE genre_tag IS NOT excluded.genre_tag",
                tags,
            )

    def unread(self) -> tuple[TrackFile, ...]:
        """Return usable files whose tag wasn't read, such as those of an earlier version.

        Tracks with a score have the genre that they were composed in.
        """
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT {FILE_COLUMNS} FROM tracks WHERE state = 'ready' AND marks IS NULL AND "
                "NOT EXISTS (SELECT 1 FROM genre_tags "
                "WHERE genre_tags.content_hash = tracks.content_hash) ORDER BY id"
            ).fetchall()
        return tuple(file_of(row, "own") for row in rows)
