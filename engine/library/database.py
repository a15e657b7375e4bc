"""Connections to one library file: pragmas, transactions, and errors a user can act on."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import LibraryError
from engine.library.migrations import BUNDLED_SCHEMA, MIGRATIONS, check_version, migrate
from engine.translation import tr

_BUSY_TIMEOUT_S = 15.0


class Database:
    """One library file; any thread may read or write at any time, over its own connection.

    Blocks of `writing` inside another one join it: a caller makes one transaction of several
    changes by putting them into a block.

    Args:
        path: the library file; created, with its folders, when it is writable and missing.
        read_only: open as immutable, for a file in a folder that may not be writable. No other
            program may write the file meanwhile.
        schema: what a writable file is migrated to.

    Raises:
        LibraryError: when the file is missing (read-only), damaged or not a library.
        LibraryFromFuture: when a newer Soundbed wrote it.
    """

    def __init__(
        self, path: Path, *, read_only: bool = False, schema: int = len(MIGRATIONS)
    ) -> None:
        self.path = path.absolute()
        self.read_only = read_only
        # The connection of the writing block that a thread is in.
        self._writing = threading.local()
        if read_only:
            if not self.path.is_file():
                raise LibraryError(
                    tr("the bundled library is missing."),
                    path=path,
                    remedy=tr("Install Soundbed again."),
                )
            with self.reading() as connection:
                # A file that can't be written can't be migrated.
                version = check_version(connection, self.path)
            if version < BUNDLED_SCHEMA:
                raise LibraryError(
                    tr("this library was written by an older Soundbed."),
                    path=path,
                    remedy=tr("Install Soundbed again."),
                )
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                tr("the folder of the library can't be created ({reason}).").format(
                    reason=error.strerror
                ),
                path=self.path.parent,
                remedy=tr("Make it writable."),
            ) from error
        with self._connection() as connection:
            # Another program's database, or a newer one, must not change by a byte.
            check_version(connection, self.path)
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection, self.path, MIGRATIONS[:schema])

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection whose reads see one state; in a writing block, with its changes."""
        current = self._current()
        if current is not None:
            yield current
            return
        with self._connection() as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection in a write transaction: all of the block is stored, or nothing."""
        if self.read_only:
            raise LibraryError(tr("the bundled library can't be changed."), path=self.path)
        current = self._current()
        if current is not None:
            yield current
            return
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._writing.connection = connection
            try:
                yield connection
            except BaseException:
                # A full disk makes SQLite roll back on its own.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._writing.connection = None
            connection.execute("COMMIT")

    def integrity(self) -> str:
        """Return "ok", or the first fault that SQLite's integrity check finds."""
        with self.reading() as connection:
            return str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])

    def _current(self) -> sqlite3.Connection | None:
        return getattr(self._writing, "connection", None)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # A URI takes any bytes of a path, percent-encoded, "?" and "#" too.
        mode = "mode=ro&immutable=1" if self.read_only else "mode=rwc"
        try:
            connection = sqlite3.connect(
                f"{self.path.as_uri()}?{mode}",
                uri=True,
                timeout=_BUSY_TIMEOUT_S,
                isolation_level=None,
            )
            with closing(connection):
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except sqlite3.Error as error:
            raise _explained(error, self.path) from error


def now() -> str:
    """Return the time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def sqlite_version() -> str:
    """Return the version of the SQLite that Python was built with."""
    return sqlite3.sqlite_version


def _explained(error: sqlite3.Error, path: Path) -> LibraryError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryError(
            tr("the library is in use by another program."),
            path=path,
            remedy=tr("Wait until it has finished, then try again."),
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return LibraryError(
            tr("the library is damaged ({reason}).").format(reason=error),
            path=path,
            remedy=tr("Move the file away to start a new library, or restore a backup."),
        )
    if code in (
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_PERM,
    ):
        return LibraryError(
            tr("the library can't be read or written ({reason}).").format(reason=error),
            path=path,
            remedy=tr("Check that the disk has free space and that the folder is writable."),
        )
    return LibraryError(
        tr("the library can't be used ({reason}).").format(reason=error),
        path=path,
        remedy=tr("Send the log file with a bug report."),
    )
