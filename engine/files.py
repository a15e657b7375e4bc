"""Writes files and folders so that a crash leaves either the old or the new one, complete."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from engine.errors import ExportError
from engine.locks import exclusive
from engine.translation import tr
from engine.unfinished import ASIDE, Temporary, noted
from engine.unwritable import export_remedy, reason_of

_PREFIX = ".soundbed-"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path` that replaces it when the block ends without an error.

    The data is on the disk before the name changes; on any error the temporary file is deleted and
    `path` is unchanged. The suffix is kept, so that writers know the format.

    Raises:
        ExportError: when the folder can't be written or the disk is full.
    """
    beside = _unused(path.parent, path.suffix)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with noted(Temporary(beside, path)):
            try:
                # Private, until it takes its place.
                os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                yield beside
                _sync(beside)
                # What the user exports follows their own umask.
                beside.chmod(0o666 & ~_umask())
                beside.replace(path)
            finally:
                with suppress(OSError):
                    beside.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    _sync(path.parent)


@contextmanager
def replacing_all(paths: Sequence[Path]) -> Iterator[Mapping[Path, Path]]:
    """Yield a temporary path for each path; when the block ends without an error, all are replaced.

    All of them or none: every file is complete and on the disk before the first name changes, and
    where a name can't be changed, those changed before are changed back. On any error the
    temporary files are deleted. Folders that don't exist are made. Names are kept, so that writers
    know the format; a path that the block doesn't write is an error.

    Raises:
        ExportError: when a folder can't be written or the disk is full; it names one of `paths`.
    """
    stages: dict[Path, Path] = {}
    staged: dict[Path, Path] = {}
    path = paths[0]
    journal = ExitStack()
    try:
        for path in paths:
            base = existing_folder(path.parent)
            if base not in stages:
                stages[base] = _unused(base)
                journal.enter_context(noted(Temporary(stages[base], base, "stage")))
                stages[base].mkdir(0o700)
            staged[path] = stages[base] / path.relative_to(base)
            staged[path].parent.mkdir(parents=True, exist_ok=True)
        yield staged
        for path in paths:
            _sync(staged[path])
        _move_all(staged)
    except ExportError as error:
        # The user doesn't know the temporary files.
        finals = {str(temporary): final for final, temporary in staged.items()}
        named = finals.get(str(error.path), path)
        raise ExportError(error.problem, path=named, remedy=error.remedy) from error
    except OSError as error:
        finals = {str(temporary): final for final, temporary in staged.items()}
        raise _unwritable(finals.get(str(error.filename), path), error) from error
    finally:
        for stage in stages.values():
            shutil.rmtree(stage, ignore_errors=True)
        journal.close()
    for folder in {path.parent for path in paths}:
        _sync(folder)


def _unused(folder: Path, suffix: str = "") -> Path:
    return folder / f"{_PREFIX}{secrets.token_hex(8)}{suffix}"


def existing_folder(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _move_all(staged: Mapping[Path, Path]) -> None:
    """Move each temporary file to its place; where one can't be moved, move all back."""
    moved: list[Path] = []
    made: list[Path] = []
    try:
        for path, temporary in staged.items():
            made += _make_folders(path.parent)
            if len(staged) > 1:
                _put_aside(path, _aside(temporary))
            moved.append(path)
            temporary.replace(path)
    except OSError:
        for path in reversed(moved):
            with suppress(OSError):
                if _aside(staged[path]).exists():
                    _aside(staged[path]).replace(path)
                elif not staged[path].exists():
                    path.unlink()
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise


def _make_folders(folder: Path) -> list[Path]:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]


def _aside(temporary: Path) -> Path:
    return temporary.with_name(temporary.name + ASIDE)


def _put_aside(path: Path, aside: Path) -> None:
    """Keep what is at `path`, so that it can be put back."""
    if not path.exists() and not path.is_symlink():
        return
    try:
        # A second name: at no moment is there no file at the first one.
        aside.hardlink_to(path)
    except OSError:
        path.rename(aside)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside `path` that replaces it when the block ends without an error.

    Its contents are on the disk before the name changes; on any error it is deleted and `path` is
    unchanged.

    Raises:
        ExportError: when the folder can't be written or the disk is full.
    """
    beside = _unused(path.parent)
    # Two processes that replaced one folder at once would leave neither.
    with exclusive("folder", str(path.absolute())):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with noted(Temporary(beside, path, "folder")):
                try:
                    beside.mkdir(0o700)
                    yield beside
                    _take_place(beside, path)
                finally:
                    shutil.rmtree(beside, ignore_errors=True)
        except ExportError as error:
            # The user doesn't know the temporary folder that its path names.
            raise ExportError(error.problem, path=path, remedy=error.remedy) from error
        except OSError as error:
            raise _unwritable(path, error, is_folder=True) from error
    _sync(path.parent)


@contextmanager
def scratch_folder(inside: Path | None = None, prefix: str = "soundbed-") -> Iterator[Path]:
    """Yield a new folder that is deleted when the block ends, or at the next start.

    Args:
        inside: where to make it; None for the system's folder of temporary files.
        prefix: of its name.

    Raises:
        OSError: when it can't be made.
    """
    base = Path(tempfile.gettempdir()) if inside is None else inside
    folder = base / f"{prefix}{secrets.token_hex(8)}"
    with noted(Temporary(folder, base, "stage")):
        folder.mkdir(0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _take_place(beside: Path, path: Path) -> None:
    """Replace a folder by a temporary one; on an error the old one is back."""
    for inner in beside.rglob("*"):
        _sync(inner)
    # What the user exports follows their own umask.
    beside.chmod(0o777 & ~_umask())
    # No system call of all three systems swaps two folders: the old one steps aside first.
    aside = _aside(beside)
    if path.exists():
        path.rename(aside)
    try:
        beside.rename(path)
    except OSError:
        if aside.exists():
            aside.rename(path)
        raise
    shutil.rmtree(aside, ignore_errors=True)


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


def _unwritable(path: Path, error: OSError, *, is_folder: bool = False) -> ExportError:
    problem = (
        tr("the folder can't be written ({reason}).")
        if is_folder
        else tr("the file can't be written ({reason}).")
    )
    return ExportError(
        problem.format(reason=reason_of(error)),
        path=path,
        remedy=export_remedy(error),
    )
