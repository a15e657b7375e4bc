"""Locks between processes, kept by the operating system: those of a process that dies are free."""

import hashlib
import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.paths import data_dir

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_log = logging.getLogger(__name__)
_POLL_S = 0.05
# Beyond all that is written to a lock file: Windows doesn't let others read locked bytes.
_LOCKED_BYTE = 2**30


class FileLock:
    """A file that at most one process, or one thread of it, has locked.

    The file is deleted when the lock is released.

    Args:
        path: the file; created when it is missing, in a folder that exists.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    @property
    def handle(self) -> int:
        """The open file, while it is locked."""
        if self._handle is None:
            raise ValueError("the file isn't locked")
        return self._handle

    def acquire(self) -> bool:
        """Lock the file if no one else has; return whether it is locked.

        Raises:
            OSError: when the file can't be made, or the disk knows no locks.
        """
        while True:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _lock(handle)
                is_named = _is_at(handle, self.path)
            except (BlockingIOError, PermissionError):
                os.close(handle)
                return False
            except BaseException:
                os.close(handle)
                raise
            if is_named:
                self._handle = handle
                return True
            # Its owner has deleted it meanwhile: a lock on it would be worth nothing.
            os.close(handle)

    def release(self, *, keep_file: bool = False) -> None:
        """Unlock the file, and delete it unless it is to be kept."""
        handle, self._handle = self._handle, None
        if handle is None:
            return
        # Where open files can be deleted, no one else may lock it in between.
        if not keep_file and sys.platform != "win32":
            with suppress(OSError):
                self.path.unlink()
        os.close(handle)
        if not keep_file and sys.platform == "win32":
            with suppress(OSError):
                self.path.unlink()


@contextmanager
def exclusive(kind: str, name: str, wait: Callable[[], None] | None = None) -> Iterator[None]:
    """Run the block while no other process or thread is in one of the same kind and name.

    Where no lock can be made, as in a data folder that can't be written, the block runs anyway.

    Args:
        kind: a word, such as "pack".
        name: what is locked, any text.
        wait: called again and again while another one has the lock; raises to give up.
    """
    key = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:24]
    lock = FileLock(_folder() / f"{kind}-{key}.lock")
    try:
        lock.path.parent.mkdir(parents=True, exist_ok=True)
        while not lock.acquire():
            if wait is not None:
                wait()
            time.sleep(_POLL_S)
    except OSError as error:
        _log.info("no lock: %s", error)
    try:
        yield
    finally:
        lock.release()


def sweep_locks() -> None:
    """Delete the lock files of processes that have ended."""
    for path in _folder().glob("*.lock"):
        lock = FileLock(path)
        with suppress(OSError):
            if lock.acquire():
                lock.release()


def _folder() -> Path:
    return data_dir() / "locks"


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        # What is written comes at the end of the file, not at the locked byte.
        os.lseek(handle, 0, os.SEEK_END)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_at(handle: int, path: Path) -> bool:
    """Whether the open file still has this name."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
