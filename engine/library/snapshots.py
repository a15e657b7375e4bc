"""Snapshots: copies of a library file, made daily and before each migration and restore."""

import logging
import os
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from engine.errors import ExportError, InputError, LibraryError
from engine.files import replacing
from engine.library.sqlite_errors import damaged, explained
from engine.locks import exclusive
from engine.translation import tr
from engine.unwritable import data_remedy, reason_of

_log = logging.getLogger(__name__)
Kind = Literal["daily", "update", "restore"]
# How many of each kind are kept. Together they may take so many bytes; the newest two always stay.
_KEPT: dict[Kind, int] = {"daily": 10, "update": 5, "restore": 5}
_MOST_BYTES = 4 * 2**30
_N_SURE = 2
_SPARE_BYTES = 100 * 2**20
# Tables of what the user has put into a library.
_CONTENT = (
    *("folders", "tracks", "picks", "clips"),
    *("decisions", "shortlists", "own_taste", "track_edits"),
)
_TIME_FORMAT = "%Y-%m-%dT%H%M%SZ"
# Where SQLite's header says that a file has a write-ahead log, and that it has none.
_LOG_OFFSET, _NO_LOG = 18, b"\x01\x01"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy of a library.

    Attributes:
        name: of its file without the suffix; chosen by users.
        path: its file.
        kind: "daily", "update" (before a newer Soundbed changed the schema) or "restore" (before
            another snapshot was restored).
        made_at: time in UTC, ISO 8601.
        size_bytes: of the file.
    """

    name: str
    path: Path
    kind: Kind
    made_at: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Snapshots:
    """The snapshots of one library.

    Attributes:
        library: its file.
    """

    library: Path

    @property
    def folder(self) -> Path:
        """Where they are."""
        return self.library.with_name(f"{self.library.stem}-snapshots")

    def all(self) -> tuple[Snapshot, ...]:
        """Return the snapshots, the newest first."""
        try:
            found = [_snapshot(path) for path in self.folder.glob("*.sqlite")]
        except OSError as error:
            _log.warning("the snapshots can't be listed: %s", error)
            return ()
        usable = [snapshot for snapshot in found if snapshot is not None]
        # Of one second, "-10" comes after "-2".
        usable.sort(key=lambda each: (each.made_at, len(each.name), each.name), reverse=True)
        return tuple(usable)

    def find(self, name: str) -> Snapshot:
        """Return a snapshot by its name, or the newest one for "latest".

        Raises:
            InputError: when there is none.
        """
        found = self.all()
        for snapshot in found:
            if name in (snapshot.name, "latest"):
                return snapshot
        if found:
            raise InputError(
                tr("There is no snapshot “{name}” of your library.").format(name=name),
                remedy=tr("See them with: soundbed library snapshots"),
            )
        raise InputError(
            tr("There is no snapshot of your library yet."),
            remedy=tr("One is made on each day on which it changes."),
        )

    def folders(self) -> frozenset[Path]:
        """Return the added folders of all snapshots, which restoring one brings back."""
        found: set[Path] = set()
        for snapshot in self.all():
            try:
                with connected(snapshot.path, "mode=ro&immutable=1") as connection:
                    rows = connection.execute("SELECT path FROM folders").fetchall()
            except sqlite3.Error as error:
                _log.warning("a snapshot can't be read: %s: %s", snapshot.path, error)
                continue
            found.update(Path(os.fsdecode(row[0])) for row in rows)
        return frozenset(found)

    def take(self, kind: Kind) -> Snapshot:
        """Copy the library as it is stored now; older snapshots make room.

        Others may read and write the library meanwhile.

        Raises:
            LibraryError: when it can't be read or is damaged, or the disk is full.
        """
        with exclusive("snapshots", str(self.library)):
            self._check_space()
            path = self._unused(kind)
            try:
                with replacing(path) as beside:
                    copy_database(self.library, beside)
                    check_copy(beside, self.library)
            except ExportError as error:
                raise LibraryError(
                    tr("a snapshot of the library can't be made ({reason}).").format(
                        reason=reason_of(error)
                    ),
                    path=error.path,
                    remedy=data_remedy(error),
                ) from error
            taken = _snapshot(path)
            if taken is None:
                raise FileNotFoundError(path)
            self._rotate()
        _log.info("took a snapshot: %s", path)
        return taken

    def take_daily(self) -> Snapshot | None:
        """Take a snapshot if there is none of today and the library has changed since the last.

        There is none of an empty library, such as one that was just made: it would be the latest.

        Raises:
            LibraryError: as in `take`.
        """
        found = self.all()
        try:
            if found and found[0].path.stat().st_mtime_ns > _changed_ns(self.library):
                return None
        except OSError as error:
            _log.info("no snapshot: %s", error)
            return None
        today = datetime.now(UTC).date().isoformat()
        if any(each.kind == "daily" and each.made_at.startswith(today) for each in found):
            return None
        return None if _is_empty(self.library) else self.take("daily")

    def _check_space(self) -> None:
        needed = self.library.stat().st_size + _SPARE_BYTES
        free = shutil.disk_usage(self.library.parent).free
        if free < needed:
            raise LibraryError(
                tr("the disk is too full for a snapshot: {needed} MB are needed, {free} MB are "
                   "free.").format(needed=needed >> 20, free=free >> 20),
                path=self.library,
                remedy=tr("Free some space."),
            )  # fmt: skip

    def _unused(self, kind: Kind) -> Path:
        time = datetime.now(UTC).strftime(_TIME_FORMAT)
        # Numbered within a second, also where the first of them made room.
        stem = f"{time}-{kind}"
        names = [each.name for each in self.all() if each.name.startswith(stem)]
        if not names:
            return self.folder / f"{stem}.sqlite"
        number = names[0][len(stem) + 1 :] or "1"
        return self.folder / f"{stem}-{int(number) + 1}.sqlite"

    def _rotate(self) -> None:
        n_of: dict[Kind, int] = defaultdict(int)
        n_bytes = 0
        for number, snapshot in enumerate(self.all()):
            n_of[snapshot.kind] += 1
            n_bytes += snapshot.size_bytes
            is_old = n_of[snapshot.kind] > _KEPT[snapshot.kind] or n_bytes > _MOST_BYTES
            if is_old and number >= _N_SURE:
                n_bytes -= snapshot.size_bytes
                try:
                    snapshot.path.unlink()
                except OSError as error:
                    _log.warning("an old snapshot can't be deleted: %s", error)


def copy_database(source: Path, target: Path) -> None:
    """Copy a database, as it was last stored, to one file without a log beside it.

    Raises:
        LibraryError: when it can't be read.
    """
    try:
        # Without a journal: only the whole copy is of use, and a file beside it would be left.
        with connected(source, "mode=rw") as reading, connected(target, "mode=rwc") as copy:
            copy.execute("PRAGMA journal_mode = OFF")
            copy.execute("PRAGMA synchronous = OFF")
            reading.backup(copy)
    except sqlite3.Error as error:
        raise explained(error, source) from error
    with target.open("rb+") as file:
        file.seek(_LOG_OFFSET)
        file.write(_NO_LOG)


def check_copy(copy: Path, library: Path) -> None:
    """Raise LibraryError, naming the library, when its copy is damaged."""
    try:
        with connected(copy, "mode=ro&immutable=1") as connection:
            answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        raise explained(error, library) from error
    if answer != "ok":
        raise damaged(library, " ".join(answer.split()))


@contextmanager
def connected(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Yield a plain connection to a database file; `mode` is that of SQLite's URIs."""
    uri = f"{path.absolute().as_uri()}?{mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=60.0, isolation_level=None)) as connection:
        yield connection


def _snapshot(path: Path) -> Snapshot | None:
    """Return the snapshot in a file; None for a file of another kind of name."""
    time, _, rest = path.stem.partition("Z-")
    try:
        made_at = datetime.strptime(f"{time}Z", _TIME_FORMAT).replace(tzinfo=UTC)
        size_bytes = path.stat().st_size
    except (ValueError, OSError):
        return None
    for kind in get_args(Kind):
        if rest.split("-")[0] == kind:
            at = made_at.isoformat(timespec="seconds")
            return Snapshot(path.stem, path, kind, at, size_bytes)
    return None


def _is_empty(library: Path) -> bool:
    """Whether there is nothing in a library that a snapshot would bring back."""
    query = " UNION ALL ".join(f"SELECT 1 FROM {table}" for table in _CONTENT)
    try:
        with connected(library, "mode=rw") as connection:
            return connection.execute(f"{query} LIMIT 1").fetchone() is None
    except sqlite3.Error as error:
        raise explained(error, library) from error


def _changed_ns(library: Path) -> int:
    """Return when the library was last written."""
    changed = library.stat().st_mtime_ns
    log = library.with_name(f"{library.name}-wal")
    if os.path.lexists(log) and log.stat().st_size:
        changed = max(changed, log.stat().st_mtime_ns)
    return changed
