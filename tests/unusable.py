"""Ways in which a library becomes unusable, for tests of what still works without it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path


def not_a_database(path: Path) -> None:
    path.write_bytes(b"no database " * 1000)


def half_of_it(path: Path) -> None:
    _one_file(path)
    os.truncate(path, path.stat().st_size // 2)


def broken_inside(path: Path) -> None:
    """Overwrite all pages but the first: it opens, and reading its tracks fails."""
    _one_file(path)
    size = path.stat().st_size
    with path.open("rb+") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def broken_at_the_end(path: Path) -> None:
    """Overwrite the last page alone: it opens, and only what is in that page can't be read."""
    _one_file(path)
    with path.open("rb+") as file:
        file.seek(-4096, os.SEEK_END)
        file.write(b"\xa5" * 4096)


def of_a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
        connection.commit()
    _one_file(path)


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.commit()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


# Each leaves the file so that neither its tracks nor its picks can be read.
WAYS: Sequence[Callable[[Path], None]] = (
    not_a_database,
    half_of_it,
    broken_inside,
    of_a_newer_version,
    of_another_program,
    a_folder,
)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep everyone else from reading or writing a library during the block."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("CREATE TABLE IF NOT EXISTS theirs (x)")
        yield
        connection.execute("ROLLBACK")


def as_an_ordinary_user(arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run Python so that permissions count, which the administrator's don't."""
    command = [sys.executable, *arguments]
    if os.geteuid() == 0:
        taken = "-dac_override,-dac_read_search"
        setpriv = shutil.which("setpriv")
        assert setpriv is not None, "setpriv, of util-linux, is needed to test as the administrator"
        command = [setpriv, f"--bounding-set={taken}", f"--inh-caps={taken}", *command]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def _one_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
