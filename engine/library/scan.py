"""Finding the audio files of a folder, and identifying files by their bytes."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
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
        modified_ns: time of its last change.
    """

    path: Path
    size_bytes: int
    modified_ns: int


def find_audio(folder: Path, suffixes: frozenset[str], progress: Progress) -> list[FoundFile]:
    """Return the audio files of a folder and its subfolders, in the order of their paths.

    Hidden files and folders are left out. A link to a file counts as the file; links to folders
    aren't followed, so that a loop ends and nothing outside the chosen folder is read.

    Args:
        folder: where to look.
        suffixes: lower-case endings with their dot.
        progress: reports how many were found.

    Raises:
        InputError: when it isn't a folder, or can't be read.
    """
    if not folder.is_dir():
        raise InputError(
            tr("this folder doesn't exist.")
            if not folder.exists()
            else tr("this is a file, not a folder."),
            path=folder,
            remedy=tr("Choose the folder with the music."),
        )
    found = []
    for file in _walk(folder):
        if Path(file.name).suffix.lower() in suffixes:
            entry = _stat(Path(file.path))
            if entry is not None:
                found.append(entry)
        progress.step(tr("Looking for audio files"), len(found))
    return sorted(found, key=lambda file: os.fsencode(file.path))


def content_hash(path: Path) -> str:
    """Return a digest of a file's bytes; of very large files, of 64 MiB spread over them.

    Raises:
        OSError: when it can't be read.
    """
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


def _walk(folder: Path) -> Iterator["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        raise InputError(
            tr("this folder can't be read ({reason}).").format(reason=error.strerror),
            path=folder,
            remedy=tr("Change its permissions, or choose another folder."),
        ) from error
    waiting = [listed[::-1]]
    while waiting:
        if not waiting[-1]:
            waiting.pop()
            continue
        entry = waiting[-1].pop()
        if entry.name.startswith("."):
            continue
        try:
            if entry.is_dir(follow_symlinks=False):
                with os.scandir(entry.path) as entries:
                    inner = sorted(entries, key=lambda item: os.fsencode(item.name))
                waiting.append(inner[::-1])
            elif entry.is_file():
                yield entry
        except OSError:
            # A folder that can't be read must not hide the others.
            continue


def _stat(path: Path) -> FoundFile | None:
    try:
        status = path.stat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return FoundFile(path, status.st_size, status.st_mtime_ns)
