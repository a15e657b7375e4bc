"""Restoring a snapshot: what it would change, and the change, which a snapshot can undo."""

import hashlib
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from engine.errors import LibraryDamaged, LibraryError, LibraryFromFuture, display_path
from engine.files import scratch_folder
from engine.library.database import Database, is_frozen
from engine.library.migrations import check_version
from engine.library.snapshots import Snapshot, Snapshots, check_copy, connected
from engine.library.sqlite_errors import explained, is_busy
from engine.locks import exclusive
from engine.translation import tr, trn
from engine.unwritable import data_remedy, reason_of

_log = logging.getLogger(__name__)
_LONGEST_WAIT_S, _RETRY_S = 60.0, 0.01
_N_NAMED = 5
_IMMUTABLE = "mode=ro&immutable=1"
_Key = tuple[object, ...]
# What a user knows of a library: the name of each thing by its key. A clip's key holds what was
# saved, so that one with another arrangement counts as another one.
_QUERIES = {
    "folders": "SELECT path, path_text FROM folders",
    "tracks": "SELECT path, title FROM tracks",
    "picks": "SELECT clip_hash || track_hash, track_title FROM picks",
    "arrangements": "SELECT clip_hash, path_text, plan FROM clips",
    "edits": """SELECT edit.content_hash, coalesce(edit.title, track.title, edit.content_hash),
        json_array(edit.title, edit.artist, edit.album, edit.genre, edit.moods)
        FROM track_edits AS edit LEFT JOIN tracks AS track
        ON track.content_hash = edit.content_hash""",
    "marks": """SELECT kind || track_hash, coalesce(
            (SELECT title FROM tracks WHERE content_hash = track_hash),
            (SELECT track_title FROM picks WHERE picks.track_hash = decisions.track_hash),
            track_hash) FROM decisions""",
    "shortlists": """SELECT clip_hash, coalesce(
            (SELECT path_text FROM clips WHERE clips.clip_hash = kept.clip_hash), clip_hash),
        group_concat(track_hash) FROM
        (SELECT clip_hash, track_hash FROM shortlists ORDER BY clip_hash, position) AS kept
        GROUP BY clip_hash""",
    "taste": "SELECT genre, genre, share FROM own_taste",
    "queries": """SELECT clip_hash, coalesce(
            (SELECT path_text FROM clips WHERE clips.clip_hash = clip_queries.clip_hash),
            clip_hash), query FROM clip_queries""",
}
# Tables that older libraries don't have.
_NEWER = {
    "edits": "track_edits",
    "marks": "decisions",
    "shortlists": "shortlists",
    "taste": "own_taste",
    "queries": "clip_queries",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What a restore does to one kind of thing, by names.

    Attributes:
        gained: what comes back.
        lost: what is in the library and not in the snapshot.
        replaced: what is in both, with another content.
    """

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = (
            (self.gained, trn("{n} comes back", "{n} come back", len(self.gained))),
            (self.lost, trn("{n} is lost", "{n} are lost", len(self.lost))),
            (self.replaced, trn("{n} changes", "{n} change", len(self.replaced))),
        )
        parts = [f"{text.format(n=len(names))} ({_named(names)})" for names, text in said if names]
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change if a snapshot were restored.

    Attributes:
        set_aside: the folder that a library that can't be used is copied to first, so that all of
            the snapshot is gained; None for one that can be used.
        folders, tracks, picks, arrangements, edits: of the user's library.
        marks: favourites and hidden tracks.
        shortlists: of clips.
        taste: genres of the taste that was set by hand.
        queries: clips with another search, other filters or wishes.
    """

    set_aside: Path | None = None
    folders: Change = field(default_factory=Change)
    tracks: Change = field(default_factory=Change)
    picks: Change = field(default_factory=Change)
    arrangements: Change = field(default_factory=Change)
    edits: Change = field(default_factory=Change)
    marks: Change = field(default_factory=Change)
    shortlists: Change = field(default_factory=Change)
    taste: Change = field(default_factory=Change)
    queries: Change = field(default_factory=Change)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        parts = (getattr(self, kind) for kind in _QUERIES)
        return self.set_aside is None and all(part == Change() for part in parts)

    def sentences(self) -> list[str]:
        """Return translated sentences that say what would change."""
        if self.is_empty:
            return [tr("Nothing would change: your library is the same as this snapshot.")]
        lines = []
        if self.set_aside is not None:
            kept = tr("Your library can't be used as it is now; it will be kept in {folder}.")
            lines.append(kept.format(folder=display_path(self.set_aside)))
        kinds = (
            (tr("Folders: {what}"), self.folders),
            (tr("Tracks: {what}"), self.tracks),
            (tr("Picks: {what}"), self.picks),
            (tr("Clips with music: {what}"), self.arrangements),
            (tr("Favourites and hidden tracks: {what}"), self.marks),
            (tr("Shortlists: {what}"), self.shortlists),
            (tr("Edited tracks: {what}"), self.edits),
            (tr("Genres of my taste: {what}"), self.taste),
            (tr("Searches and filters of clips: {what}"), self.queries),
        )
        lines += [line.format(what=change) for line, change in kinds if change != Change()]
        return lines


def difference(library: Path, snapshot: Snapshot) -> Difference:
    """Compare a snapshot with the library.

    Raises:
        LibraryError: when the snapshot can't be read.
    """
    then = _contents(snapshot.path, _IMMUTABLE)
    mode = _IMMUTABLE if is_frozen(library) else "mode=rw"
    try:
        now, is_usable = _contents(library, mode), _is_usable(library, mode)
    except LibraryError as error:
        _log.info("compared with nothing: %s", error)
        now, is_usable = {kind: {} for kind in _QUERIES}, False
    changes = {kind: _change(now[kind], then[kind]) for kind in _QUERIES}
    return Difference(None if is_usable else Snapshots(library).folder, **changes)


def restore(library: Path, snapshot: Snapshot) -> Snapshot | None:
    """Make the library what it was when a snapshot was taken, in one transaction.

    Others may have it open: they see the old state or the new one. A library that can't be read
    is set aside among the snapshots.

    Returns:
        A snapshot of the state before, which undoes this; None where there was none to be read.

    Raises:
        LibraryError: when the snapshot is damaged or too new, the disk is full, or the library
            stays in use; the library is as it was.
    """
    try:
        with (
            exclusive("restore", str(library)),
            scratch_folder(library.parent, ".soundbed-") as folder,
        ):
            # Copied first: the snapshot of the present state may take the place of the oldest one.
            copy = folder / library.name
            _copy(snapshot.path, copy)
            check_copy(copy, snapshot.path)
            # Of the newest schema, as other processes expect it.
            _update(copy, library, snapshot)
            with _without_writers(library):
                before = _keep_present(library)
            _write_over(copy, library)
    except OSError as error:
        raise _unreadable(library, error) from error
    _log.info("restored a snapshot: %s", snapshot.path)
    return before


def _copy(snapshot: Path, copy: Path) -> None:
    try:
        source = snapshot.open("rb")
    except OSError as error:
        raise LibraryError(
            tr("the snapshot can't be read ({reason}).").format(reason=reason_of(error)),
            path=snapshot,
            remedy=tr("Make it readable, or restore another one."),
        ) from error
    with source, copy.open("wb") as target:
        shutil.copyfileobj(source, target)


def _is_usable(library: Path, mode: str) -> bool:
    """Whether this version of Soundbed can use a library that SQLite can read.

    Raises:
        LibraryError: when SQLite can't.
    """
    try:
        with connected(library, mode) as connection:
            check_version(connection, library)
    except LibraryFromFuture:
        return False
    except sqlite3.Error as error:
        raise explained(error, library) from error
    return True


def _contents(path: Path, mode: str) -> dict[str, dict[_Key, str]]:
    """Return the names of all things by their keys, by kind."""
    found: dict[str, dict[_Key, str]] = {}
    try:
        with connected(path, mode) as connection:
            connection.execute("BEGIN")
            for kind, query in _QUERIES.items():
                found[kind] = {}
                if kind in _NEWER and not _has_table(connection, _NEWER[kind]):
                    continue
                for key, name, *content in connection.execute(query):
                    digest = [hashlib.sha256(str(value).encode()).digest() for value in content]
                    found[kind][(key, *digest)] = name or tr("unnamed")
    except sqlite3.Error as error:
        raise explained(error, path) from error
    return found


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = ?"
    return connection.execute(query, (name,)).fetchone() is not None


def _change(now: Mapping[_Key, str], then: Mapping[_Key, str]) -> Change:
    gained = [(key, name) for key, name in then.items() if key not in now]
    lost = [(key, name) for key, name in now.items() if key not in then]
    kept_keys = {key[0] for key, _ in gained} & {key[0] for key, _ in lost}
    return Change(
        tuple(sorted(name for key, name in gained if key[0] not in kept_keys)),
        tuple(sorted(name for key, name in lost if key[0] not in kept_keys)),
        tuple(sorted(name for key, name in gained if key[0] in kept_keys)),
    )


def _named(names: tuple[str, ...]) -> str:
    shown = ", ".join(display_path(name) for name in names[:_N_NAMED])
    return f"{shown}, …" if len(names) > _N_NAMED else shown


def _update(copy: Path, library: Path, snapshot: Snapshot) -> None:
    """Bring the copy of a snapshot to the present schema; errors don't name the copy."""
    try:
        Database(copy, with_snapshot=False)
    except LibraryError as error:
        if error.__cause__ is None or isinstance(error, LibraryDamaged):
            raise type(error)(error.problem, path=snapshot.path, remedy=error.remedy) from error
        raise LibraryError(
            tr("the snapshot can't be restored ({reason}).").format(reason=error.__cause__),
            path=library,
            remedy=error.remedy,
        ) from error


@contextmanager
def _without_writers(library: Path) -> Iterator[None]:
    """Wait for those who are writing a library and keep others from it, where it can be written.

    What they store would be written over, but wouldn't be in the snapshot that undoes that. SQLite
    writes over a library only outside of transactions: a writer that waits for this one to end
    may, rarely, still come before that.

    Raises:
        LibraryError: when it stays in use.
    """
    with ExitStack() as ending:
        try:
            connection = ending.enter_context(connected(library, "mode=rw"))
            connection.execute(f"PRAGMA busy_timeout = {round(1000 * _LONGEST_WAIT_S)}")
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if is_busy(error):
                raise explained(error, library) from error
            _log.info("nobody is kept from writing: %s", error)
        yield


def _keep_present(library: Path) -> Snapshot | None:
    if not os.path.lexists(library):
        return None
    snapshots = Snapshots(library)
    try:
        return snapshots.take("restore")
    except LibraryDamaged as error:
        _log.warning("set aside: %s", error)
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    try:
        snapshots.folder.mkdir(parents=True, exist_ok=True)
        for ending in ("", "-wal"):
            part = library.with_name(library.name + ending)
            if part.is_file():
                shutil.copyfile(part, snapshots.folder / f"{time}.damaged{ending}")
    except OSError as error:
        raise _unreadable(snapshots.folder, error) from error
    return None


def _write_over(copy: Path, library: Path) -> None:
    until = time.monotonic() + _LONGEST_WAIT_S

    def check(_status: int, _remaining: int, _total: int) -> None:
        if time.monotonic() > until:
            raise LibraryError(
                tr("the library is in use by another program."),
                path=library,
                remedy=tr("Wait until it has finished, then try again."),
            )

    try:
        with connected(copy, "mode=rw") as source, connected(library, "mode=rwc") as present:
            present.execute("PRAGMA synchronous = FULL")
            source.backup(present, progress=check, sleep=_RETRY_S)
    except sqlite3.Error as error:
        problem = explained(error, library)
        if not isinstance(problem, LibraryDamaged):
            raise problem from error
        _take_place(copy, library)


def _take_place(copy: Path, library: Path) -> None:
    """Put the copy in the place of a file that SQLite can't write, so that none has it open."""
    with connected(copy, "mode=rw") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    try:
        # The log of the damaged file doesn't fit the restored one.
        for ending in ("-wal", "-shm"):
            library.with_name(library.name + ending).unlink(missing_ok=True)
        copy.replace(library)
    except OSError as error:
        raise _unreadable(library, error) from error


def _unreadable(path: Path, error: OSError) -> LibraryError:
    return LibraryError(
        tr("the snapshot can't be restored ({reason}).").format(reason=reason_of(error)),
        path=path,
        remedy=data_remedy(error),
    )
