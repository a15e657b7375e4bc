"""Connections to one library file: pragmas, transactions, and errors a user can act on."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from engine.errors import LibraryError, LibraryFromFuture
from engine.library.migrations import BUNDLED_SCHEMA, MIGRATIONS, check_version, migrate
from engine.library.sqlite_errors import explained, is_busy
from engine.translation import tr
from engine.unwritable import data_remedy, reason_of

# As long as another process may write at once: a large music pack, or a snapshot put back.
_BUSY_TIMEOUT_S = 60.0
# A reader does without a library that is locked for longer.
_READING_TIMEOUT_S = 3.0
_RETRY_S = 0.05


class Database:
    """One library file; any thread may read or write at any time, over its own connection.

    Blocks of `writing` inside another one join it: a caller makes one transaction of several
    changes by putting them into a block.

    Args:
        path: the library file; created, with its folders, when it is writable and missing.
        read_only: open as immutable, for a file in a folder that may not be writable. No other
            program may write the file meanwhile.
        schema: what a writable file is migrated to; the least that a read-only one must have.
        timeout_s: how long to wait while another process writes.
        with_snapshot: keep a snapshot of an older file before it is migrated; False for one that
            can be made again.

    Raises:
        LibraryError: when the file is missing (read-only), damaged or not a library.
        LibraryFromFuture: when a newer Soundbed wrote it.
    """

    def __init__(
        self,
        path: Path,
        *,
        read_only: bool = False,
        schema: int | None = None,
        timeout_s: float = _BUSY_TIMEOUT_S,
        with_snapshot: bool = True,
    ) -> None:
        self.path = path.absolute()
        self.read_only = read_only
        self._timeout_s = timeout_s
        # The connection of the writing block that a thread is in.
        self._writing = threading.local()
        if read_only:
            self._check_readable(BUNDLED_SCHEMA if schema is None else schema)
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                tr("the folder of the library can't be created ({reason}).").format(
                    reason=reason_of(error)
                ),
                path=self.path.parent,
                remedy=data_remedy(error),
            ) from error
        self._prepare(MIGRATIONS[:schema], with_snapshot)

    @classmethod
    def open_to_read(cls, path: Path) -> Self:
        """Open the user's library as far as it can be read: unchanged where it can't be written.

        Raises:
            LibraryError, LibraryFromFuture: as for a new object.
        """
        try:
            return cls(path, timeout_s=_READING_TIMEOUT_S)
        except LibraryFromFuture:
            raise
        except LibraryError:
            if not is_frozen(path):
                raise
            # SQLite would make files beside it, unless nobody can change it.
            return cls(path, read_only=True, schema=len(MIGRATIONS))

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
            raise LibraryError(
                tr("this library can't be changed."),
                path=self.path,
                remedy=tr("Make the file and its folder writable."),
            )
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

    def integrity(self, *, quick: bool = False) -> str:
        """Return "ok", or the first fault that SQLite finds.

        Args:
            quick: leave out whether the indexes agree with the tables, which takes longest.
        """
        check = "quick_check" if quick else "integrity_check"
        with self.reading() as connection:
            answer = str(connection.execute(f"PRAGMA {check}(1)").fetchone()[0])
        return " ".join(answer.split())

    def n_broken_references(self) -> int:
        """Return how many rows refer to a row that isn't there."""
        with self.reading() as connection:
            return len(connection.execute("PRAGMA foreign_key_check").fetchall())

    def _prepare(self, migrations: tuple[tuple[str, ...], ...], with_snapshot: bool) -> None:
        """Make the file a library of the newest schema, while others may do the same."""
        until = time.monotonic() + self._timeout_s
        while True:
            try:
                with self._connection() as connection:
                    # Another program's database, or a newer one, must not change by a byte.
                    check_version(connection, self.path)
                    connection.execute("PRAGMA journal_mode = WAL")
                    migrate(connection, self.path, migrations, with_snapshot=with_snapshot)
                return
            except LibraryError as error:
                # SQLite doesn't wait while another process makes the write-ahead log.
                cause = error.__cause__
                is_taken = isinstance(cause, sqlite3.Error) and is_busy(cause)
                if not is_taken or time.monotonic() > until:
                    raise
            time.sleep(_RETRY_S)

    def _check_readable(self, schema: int) -> None:
        if not self.path.is_file():
            raise LibraryError(
                tr("the bundled library is missing."),
                path=self.path,
                remedy=tr("Install Soundbed again."),
            )
        with self.reading() as connection:
            # A file that can't be written can't be migrated.
            version = check_version(connection, self.path)
        if version < schema:
            raise LibraryError(
                tr("this library was written by an older Soundbed, and it can't be changed."),
                path=self.path,
                remedy=tr("Make it writable, or install Soundbed again."),
            )

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
                timeout=self._timeout_s,
                isolation_level=None,
            )
            with closing(connection):
                connection.row_factory = sqlite3.Row
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except sqlite3.Error as error:
            raise explained(error, self.path) from error


def now() -> str:
    """Return the time in UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def sqlite_version() -> str:
    """Return the version of the SQLite that Python was built with."""
    return sqlite3.sqlite_version


def is_frozen(path: Path) -> bool:
    """Return whether a file can be read but not changed, and is all of the library."""
    is_writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return not is_writable and os.access(path, os.R_OK) and not _has_log(path)


def _has_log(path: Path) -> bool:
    """Whether changes wait in the write-ahead log, without which the file is an old state."""
    log = path.with_name(f"{path.name}-wal")
    try:
        return log.stat().st_size > 0
    except FileNotFoundError:
        return False
