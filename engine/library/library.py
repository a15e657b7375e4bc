"""One library: a database and the parts that it is made of."""

import logging
from pathlib import Path
from typing import Self

from engine.errors import LibraryDamaged, LibraryFromFuture
from engine.library.clip_queries import ClipQueries
from engine.library.clips import Clips
from engine.library.columns import ColumnRows
from engine.library.columns_loading import load_columns
from engine.library.database import Database
from engine.library.decisions import Decisions
from engine.library.embeddings import Embeddings
from engine.library.file_checks import FileChecks
from engine.library.files import Files
from engine.library.folders import Folders
from engine.library.genre_tags import GenreTags
from engine.library.left_out import LeftOutFiles
from engine.library.operation import Operation
from engine.library.own_taste import OwnTaste
from engine.library.picks import Picks
from engine.library.removed import Removed
from engine.library.repaired_tags import RepairedTags
from engine.library.shortlists import Shortlists
from engine.library.track_edits import TrackEdits
from engine.library.tracks import Origin, Tracks
from engine.library.unfinished_scans import UnfinishedScans
from engine.paths import bundled_library_dir, user_library

BUNDLED_NAME = "library.sqlite"
_log = logging.getLogger(__name__)


class Library:
    """Tracks with their files, folders and embeddings, and the user's decisions.

    Any thread may call any part at any time; one writes at a time. Changes that belong together
    go into one block of `database.writing()`.

    Args:
        database: where all of it is stored.
        origin: of its tracks.
    """

    def __init__(self, database: Database, origin: Origin) -> None:
        self.database = database
        self.origin: Origin = origin
        self.tracks = Tracks(database, origin)
        self.files = Files(database)
        self.checks = FileChecks(database)
        self.left_out = LeftOutFiles(database)
        self.repaired_tags = RepairedTags(database)
        self.edits = TrackEdits(database)
        self.genre_tags = GenreTags(database)
        self.folders = Folders(database)
        self.unfinished_scans = UnfinishedScans(database)
        self.embeddings = Embeddings(database)
        self.picks = Picks(database)
        self.own_taste = OwnTaste(database)
        self.decisions = Decisions(database)
        self.shortlists = Shortlists(database)
        self.clips = Clips(database)
        self.clip_queries = ClipQueries(database)
        self.removed = Removed(database)

    @classmethod
    def open(cls, path: Path | None = None) -> Self:
        """Open the user's library; create it when it is missing.

        Raises:
            LibraryError: when it is damaged, or newer than this program.
        """
        return cls(Database(path or user_library()), "own")

    @classmethod
    def open_to_read(cls, path: Path | None = None) -> Self:
        """Open the user's library to read it, also where it can't be written.

        Raises:
            LibraryError: when it is damaged, locked, or newer than this program.
        """
        return cls(Database.open_to_read(path or user_library()), "own")

    @classmethod
    def open_cache(cls, path: Path, origin: Origin = "folder") -> Self:
        """Open a library of what can be computed again; one that can't be used is made anew.

        Raises:
            LibraryError: when it can't be written.
        """
        try:
            return cls(Database(path, with_snapshot=False), origin)
        except (LibraryDamaged, LibraryFromFuture) as error:
            _log.warning("made anew: %s", error)
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            return cls(Database(path, with_snapshot=False), origin)

    @classmethod
    def open_bundled(cls, folder: Path | None = None) -> Self:
        """Open the bundled library, read-only.

        Raises:
            LibraryError: when it is missing or damaged.
        """
        path = (folder or bundled_library_dir()) / BUNDLED_NAME
        return cls(Database(path, read_only=True), "bundled")

    def columns(self, space: str) -> tuple[ColumnRows, ...]:
        """Return all ready tracks as columns, with their vectors in an embedding space.

        Raises:
            LibraryError: when a profile can't be read, or the vectors differ in length.
        """
        return load_columns(self.database, space)

    def apply(self, operation: Operation) -> Operation | None:
        """Make a change; return the operation that undoes it, see `Operation.apply`."""
        return operation.apply(self.database)
