"""Finding the audio files of a folder, and identifying files by their bytes."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.library.left_out import LeftOut
from engine.path_checks import is_folder, is_there
from engine.progress import Progress
from engine.translation import tr

_CHUNK_BYTES = 1 << 20
# Files beyond this are identified by their size and this many chunks spread over them: reading a
# whole four-hour clip would take minutes, and editing one changes some of the chunks.
_N_CHUNKS = 64


@dataclass(frozen=True, slots=True)
class FoundFile:
    """An audio file on the disk.

    Attributes:
        path: absolute when the scanned folder was.
        size_bytes: its size.
        modified_ns: when its bytes were last changed, as its programs say.
        changed_ns: when bytes, name or rights were last changed, as the system says; 0 if unknown.
        inode: device and number of the file, equal for hard links; () if unknown.
    """

    path: Path
    size_bytes: int
    modified_ns: int
    changed_ns: int = 0
    inode: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """What a folder holds.

    Attributes:
        files: the audio files, in the order of their paths.
        left_out: linked folders, formats that can't be read and the like, in that order too.
    """

    files: tuple[FoundFile, ...]
    left_out: tuple[LeftOut, ...]


def find_audio(
    folder: Path,
    suffixes: frozenset[str],
    progress: Progress,
    unreadable: frozenset[str] = frozenset(),
) -> Scan:
    """Return the audio files of a folder and its subfolders.

    Hidden files and folders are left out. A link to a file counts as the file; links to folders
    aren't followed, so that a loop ends and nothing outside the chosen folder is read.

    Args:
        folder: where to look.
        suffixes: lower-case endings with their dot.
        progress: reports how many were found.
        unreadable: endings of music in formats that can't be read, which is reported.

    Raises:
        InputError: when it isn't a folder, or can't be read.
    """
    if not is_folder(folder):
        raise InputError(
            tr("this folder doesn't exist.")
            if not is_there(folder)
            else tr("this is a file, not a folder."),
            path=folder,
            remedy=tr("Choose the folder with the music."),
        )
    files: list[FoundFile] = []
    left_out: list[LeftOut] = []
    for entry in _walk(folder, left_out):
        path = Path(entry.path)
        suffix = Path(entry.name).suffix.lower()
        if suffix in unreadable:
            left_out.append(LeftOut(path, "format"))
        elif suffix in suffixes:
            try:
                status = path.stat()
            except OSError:
                continue  # a link that leads nowhere, or removed meanwhile
            if stat.S_ISREG(status.st_mode):
                files.append(
                    FoundFile(
                        *(path, status.st_size, status.st_mtime_ns, status.st_ctime_ns),
                        (status.st_dev, status.st_ino) if status.st_ino else (),
                    )
                )
            else:
                left_out.append(LeftOut(path, "not a file"))
        progress.step(tr("Looking for audio files"), len(files))
    return Scan(
        tuple(sorted(files, key=lambda file: os.fsencode(file.path))),
        tuple(sorted(left_out, key=lambda each: os.fsencode(each.path))),
    )


def n_new_audio(
    folder: Path, suffixes: frozenset[str], known: frozenset[bytes], progress: Progress
) -> int:
    """Return how many audio files of a folder aren't known, by their names alone: fast.

    Args:
        folder: where to look, as in `find_audio`; one that isn't there has none.
        suffixes: lower-case endings with their dot.
        known: the paths of known files.
        progress: may cancel.
    """
    n_new = 0
    try:
        for entry in _walk(folder, []):
            progress.check()
            name = os.fsencode(entry.path)
            n_new += Path(entry.name).suffix.lower() in suffixes and name not in known
    except InputError:
        return 0
    return n_new


def content_hash(path: Path) -> str:
    """Return a digest of a file's bytes; of very large files, of 64 MiB spread over them.

    Raises:
        OSError: when it can't be read, or is a pipe or a device, which may have no end.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    digest = hashlib.blake2b(digest_size=20)
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        digest.update(size.to_bytes(8, "little"))
        if size <= _N_CHUNKS * _CHUNK_BYTES:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
        else:
            for index in range(_N_CHUNKS):
                stream.seek((size - _CHUNK_BYTES) * index // (_N_CHUNKS - 1))
                digest.update(stream.read(_CHUNK_BYTES))
    return digest.hexdigest()


def _walk(folder: Path, left_out: list[LeftOut]) -> Iterator["os.DirEntry[str]"]:
    """Yield all visible entries that aren't folders; note the folders that are left out."""
    try:
        waiting = [_listed(folder)]
    except OSError as error:
        raise InputError(
            tr("this folder can't be read ({reason}).").format(reason=error.strerror),
            path=folder,
            remedy=tr("Change its permissions, or choose another folder."),
        ) from error
    while waiting:
        if not waiting[-1]:
            waiting.pop()
            continue
        entry = waiting[-1].pop()
        if entry.name.startswith("."):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(_listed(entry.path))
            elif not entry.is_dir():
                yield entry
            elif not _is_inside(entry.path, folder):
                left_out.append(LeftOut(Path(entry.path), "linked folder"))
        except OSError:
            # A folder that can't be read must not hide the others.
            left_out.append(LeftOut(Path(entry.path), "closed folder"))


def _listed(folder: Path | str) -> list["os.DirEntry[str]"]:
    """Return the entries of a folder, the last name first."""
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: os.fsencode(entry.name), reverse=True)


def _is_inside(link: str, folder: Path) -> bool:
    """Whether a link leads into the folder, where its files are found anyway."""
    return Path(os.path.realpath(link)).is_relative_to(os.path.realpath(folder))
