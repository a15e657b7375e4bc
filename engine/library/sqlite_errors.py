"""What SQLite reports, as errors that a user can act on."""

import sqlite3
from pathlib import Path

from engine.errors import LibraryDamaged, LibraryError
from engine.translation import tr

_FORBIDDEN = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
_UNREADABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, *_FORBIDDEN)


def explained(error: sqlite3.Error, path: Path) -> LibraryError:
    """Return what an error of SQLite means for a library file, and what to do."""
    code = _code(error)
    if is_busy(error):
        return LibraryError(
            tr("the library is in use by another program."),
            path=path,
            remedy=tr("Wait until it has finished, then try again."),
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path, str(error))
    if code in _UNREADABLE:
        return LibraryError(
            tr("the library can't be read or written ({reason}).").format(reason=error),
            path=path,
            remedy=_remedy(code),
        )
    return LibraryError(
        tr("the library can't be used ({reason}).").format(reason=error),
        path=path,
        remedy=tr("Send the log file with a bug report."),
    )


def damaged(path: Path, reason: str) -> LibraryDamaged:
    """Return the error that a library file is damaged."""
    return LibraryDamaged(
        tr("the library is damaged ({reason}).").format(reason=reason),
        path=path,
        remedy=tr(
            "Restore a snapshot of it (on the command line: soundbed library snapshots), or move "
            "the file away to start a new one."
        ),
    )


def is_busy(error: sqlite3.Error) -> bool:
    """Return whether another connection was in the way."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _remedy(code: int) -> str:
    if code == sqlite3.SQLITE_FULL:
        return tr("Free some space on its drive.")
    if code in _FORBIDDEN:
        return tr("Make the file and its folder writable.")
    # SQLite doesn't tell why.
    return tr("Check that its drive works and has free space, and that its folder is writable.")


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
