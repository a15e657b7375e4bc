"""Writes files and folders so that a crash leaves either the old or the new one, complete."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import ExportError
from engine.translation import tr

# Temporary files of `replacing` that haven't taken their place yet.
_unfinished: set[Path] = set()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that replaces it when the block ends without an error.

    The data is on the disk before the name changes; on any error the temporary file is deleted and
    `path` is unchanged. The suffix is kept, so that writers know the format.

    Raises:
        ExportError: when the folder can't be written or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".soundbed-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise _unwritable(path, error) from error
    beside = Path(name)
    _unfinished.add(beside)
    try:
        yield beside
        _sync(beside)
        # mkstemp makes files private; what the user exports follows their own umask.
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        _unfinished.discard(beside)
    _sync(path.parent)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside `path` that replaces it when the block ends without an error.

    Its contents are on the disk before the name changes; on any error it is deleted and `path` is
    unchanged.

    Raises:
        ExportError: when the folder can't be written or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".soundbed-", dir=path.parent))
    except OSError as error:
        raise _unwritable(path, error) from error
    aside = beside.with_name(f"{beside.name}.old")
    try:
        yield beside
        for inner in beside.rglob("*"):
            _sync(inner)
        # mkdtemp makes folders private; what the user exports follows their own umask.
        beside.chmod(0o777 & ~_umask())
        # No system call of all three systems swaps two folders: the old one steps aside first.
        if path.exists():
            path.rename(aside)
        try:
            beside.rename(path)
        except OSError:
            if aside.exists():
                aside.rename(path)
            raise
    except ExportError as error:
        # The user doesn't know the temporary folder that its path names.
        raise ExportError(error.problem, path=path, remedy=error.remedy) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
        if path.exists():
            shutil.rmtree(aside, ignore_errors=True)
    _sync(path.parent)


def delete_unfinished() -> None:
    """Delete the temporary files of `replacing`, for a process that ends in the middle of it."""
    for beside in tuple(_unfinished):
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all."""
    with replacing(path) as beside:
        beside.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, whole or not at all."""
    write_bytes(path, text.encode("utf-8"))


def _sync(path: Path) -> None:
    """Bring a file's bytes, or a folder's names, to the disk."""
    if path.is_dir():
        # Windows has no handle to a folder; there the rename itself is durable enough.
        if os.name == "posix":
            with suppress(OSError):
                handle = os.open(path, os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
    elif path.is_file() and not path.is_symlink():
        with path.open("rb+") as written:
            os.fsync(written.fileno())


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def _unwritable(path: Path, error: OSError) -> ExportError:
    return ExportError(
        tr("the file can't be written ({reason}).").format(reason=error.strerror or error),
        path=path,
        remedy=tr("Choose another folder or free some space."),
    )
