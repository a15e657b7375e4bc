"""The journal of temporary files: what a killed process left is deleted at the next start.

Each process that has temporary files keeps a file of its own with their names, which it has locked
as long as it lives. A journal that can be locked is therefore one of a process that has ended,
however it ended and whatever process has its number now.
"""

import json
import logging
import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.locks import FileLock, sweep_locks
from engine.paths import data_dir

_log = logging.getLogger(__name__)
# Only such names are ever deleted, whatever a journal says.
PREFIXES = (".soundbed-", ".installing-", "soundbed-")
_MADE_NAME = re.compile(r"(\.soundbed-|\.installing-|soundbed-)[0-9a-f]{16}")
# What an unfinished change put aside, beside or in the temporary folder.
ASIDE = ".soundbed-old"
# A drive that was disconnected may come back; a journal doesn't wait for it longer than this.
_KEPT_S = 90 * 86400.0
_SIGNAL_WAIT_S = 0.5

Kind = Literal["file", "folder", "stage"]


@dataclass(frozen=True, slots=True)
class Temporary:
    """A temporary file or folder.

    Attributes:
        path: its place.
        final: what it will replace; for a stage the folder that its files belong in.
        kind: "file", "folder" (replaces a folder) or "stage" (a folder of files that take their
            places one by one).
    """

    path: Path
    final: Path
    kind: Kind = "file"

    def exists(self) -> bool:
        """Whether it, or what was put aside for it, is there."""
        return os.path.lexists(self.path) or (
            self.kind == "folder" and os.path.lexists(self._aside)
        )

    def delete(self) -> None:
        """Delete it, and put back what had been put aside for it.

        Raises:
            OSError: when that isn't possible now.
        """
        if not self.path.name.startswith(PREFIXES):
            return
        # Raises where the drive is away: it may come back with the file.
        self._lasting_folder.stat()
        if self.kind == "file":
            self.path.unlink(missing_ok=True)
            return
        if self.kind == "folder":
            _put_back(self._aside, self.final)
            _delete_folder(self._aside)
        elif self.path.is_dir():
            for aside in self.path.rglob(f"*{ASIDE}"):
                within = aside.relative_to(self.path)
                _put_back(aside, self.final / within.with_name(within.name[: -len(ASIDE)]))
        _delete_folder(self.path)

    @property
    def _lasting_folder(self) -> Path:
        """The folder that it is in, outside all temporary ones, which may be deleted by now."""
        for parent in reversed(self.path.parents):
            if _MADE_NAME.fullmatch(parent.name):
                return parent.parent
        return self.path.parent

    @property
    def _aside(self) -> Path:
        return self.path.with_name(self.path.name + ASIDE)


class _Journal:
    """The temporary files of this process, in memory and on the disk."""

    def __init__(self) -> None:
        # Re-entrant: a signal may arrive in the middle of an entry.
        self._lock = threading.RLock()
        self._open: dict[Path, Temporary] = {}
        self._file: FileLock | None = None
        self._process = 0

    def add(self, temporary: Temporary) -> None:
        """Note a temporary file before it is made; without a journal that can be written too."""
        with self._lock:
            if self._process != os.getpid():
                # After a fork, the files are the parent's.
                self._open, self._file, self._process = {}, None, os.getpid()
            self._open[temporary.path] = temporary
            try:
                self._write("+", temporary)
            except OSError as error:
                _log.info("no journal of temporary files: %s", error)

    def remove(self, path: Path) -> None:
        """Note that a temporary file is gone."""
        with self._lock:
            temporary = self._open.pop(path, None)
            if temporary is None or self._file is None or self._process != os.getpid():
                return
            with suppress(OSError):
                if self._open:
                    self._write("-", temporary)
                else:
                    self._file.release()
                    self._file = None

    def delete_all(self) -> None:
        """Delete the temporary files of this process, which is about to end."""
        # Another thread may hold the lock for ever, in a process that is told to end.
        if not self._lock.acquire(timeout=_SIGNAL_WAIT_S):
            return
        try:
            if self._process == os.getpid():
                for temporary in tuple(self._open.values()):
                    with suppress(OSError):
                        temporary.delete()
                        self.remove(temporary.path)
        finally:
            self._lock.release()

    def _write(self, sign: str, temporary: Temporary) -> None:
        if self._file is None:
            self._file = _new_file()
        os.write(self._file.handle, _line(sign, temporary))


_journal = _Journal()


@contextmanager
def noted(temporary: Temporary) -> Iterator[Path]:
    """Keep a temporary file in the journal during the block, which makes and deletes it."""
    _journal.add(temporary)
    try:
        yield temporary.path
    finally:
        if not temporary.exists():
            _journal.remove(temporary.path)


def delete_unfinished() -> None:
    """Delete the temporary files of this process, for one that ends in the middle of its work."""
    _journal.delete_all()


def left_behind() -> tuple[Temporary, ...]:
    """Return the temporary files of processes that have ended without deleting them."""
    found: list[Temporary] = []
    for path in _journals():
        lock = FileLock(path)
        with suppress(OSError):
            if lock.acquire():
                try:
                    found += _unfinished_in(path)
                finally:
                    lock.release(keep_file=True)
    return tuple(one for one in found if one.exists())


def sweep() -> int:
    """Delete the temporary files of processes that have ended; return how many there were.

    Those that can't be deleted now, as on a drive that is away, are tried again another time.
    """
    sweep_locks()
    return sum(_sweep(path) for path in _journals())


def start_sweep() -> threading.Thread:
    """Sweep on another thread, which a folder on a network that doesn't answer may stop."""
    thread = threading.Thread(target=sweep, name="soundbed-sweep", daemon=True)
    thread.start()
    return thread


def _sweep(path: Path) -> int:
    lock, n_deleted = FileLock(path), 0
    try:
        if not lock.acquire():
            return 0
        remaining = []
        try:
            for temporary in _unfinished_in(path):
                try:
                    was_there = temporary.exists()
                    temporary.delete()
                    n_deleted += was_there
                    _log.info("deleted what an ended process had left: %s", temporary.path)
                except OSError as error:
                    _log.info("can't be deleted yet: %s", error)
                    remaining.append(temporary)
            is_old = time.time() - path.stat().st_mtime > _KEPT_S
        finally:
            lock.release(keep_file=bool(remaining) and not is_old)
    except OSError as error:
        _log.info("a journal of temporary files can't be read: %s", error)
    return n_deleted


def _folder() -> Path:
    return data_dir() / "unfinished"


def _journals() -> list[Path]:
    try:
        return sorted(_folder().glob("*.jsonl"))
    except OSError:
        return []


def _new_file() -> FileLock:
    _folder().mkdir(parents=True, exist_ok=True)
    while True:
        # The number and the time are for people; the lock says whether the process lives.
        file = FileLock(_folder() / f"{os.getpid()}-{time.time_ns()}.jsonl")
        if file.acquire():
            return file


def _line(sign: str, temporary: Temporary) -> bytes:
    # Names need not be UTF-8.
    paths = [os.fsencode(path).hex() for path in (temporary.path, temporary.final)]
    return (json.dumps([sign, temporary.kind, *paths]) + "\n").encode("ascii")


def _unfinished_in(journal: Path) -> list[Temporary]:
    found: dict[Path, Temporary] = {}
    for line in journal.read_bytes().splitlines():
        try:
            sign, kind, *paths = json.loads(line)
            path, final = (Path(os.fsdecode(bytes.fromhex(each))) for each in paths)
        except (ValueError, TypeError):
            # The process was killed while it wrote the line: the file hadn't been made.
            continue
        if sign == "+":
            found[path] = Temporary(path, final, kind)
        else:
            found.pop(path, None)
    # What is inside another temporary folder goes with it.
    return [each for each in found.values() if found.keys().isdisjoint(each.path.parents)]


def _put_back(aside: Path, final: Path) -> None:
    if os.path.lexists(aside) and not os.path.lexists(final):
        aside.rename(final)


def _delete_folder(path: Path) -> None:
    if os.path.lexists(path):
        shutil.rmtree(path)
