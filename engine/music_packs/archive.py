"""The file of a music pack: a zip of uncompressed members, checked in full when it is read.

The audio and the features are compressed already; without compression nothing can unpack to more
than the size of the file. Files are extracted by the names in the checked manifest alone.
"""

import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

from engine.errors import InputError, MusicPackError
from engine.music_packs.manifest import (
    MANIFEST_NAME,
    MAX_MANIFEST_BYTES,
    MAX_TRACKS,
    Member,
    MusicPack,
    get_again,
    manifest_bytes,
    parse_manifest,
)
from engine.path_checks import is_file, is_there
from engine.translation import tr
from engine.untrusted import check_directory

_CHUNK_BYTES = 1 << 20
_MAX_ENTRIES = 2 * MAX_TRACKS + 1000
# The oldest date a zip can hold: the same music gives the same bytes at any time.
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_ENCRYPTED = 0x1


class PackWriter:
    """Writes a pack's members one by one, the manifest last.

    Args:
        stream: where the bytes go.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            # The unfinished file is deleted; closing it may fail on a full disk.
            with suppress(Exception):
                self._zip.close()

    def add_bytes(self, name: str, data: bytes) -> None:
        """Write a small member."""
        self._zip.writestr(_info(name), data)
        self.members[name] = Member(len(data), hashlib.sha256(data).hexdigest())

    def add_file(self, name: str, path: Path, step: Callable[[], None]) -> None:
        """Copy a file into the pack; `step` is called between its chunks."""
        digest = hashlib.sha256()
        n_bytes = 0
        with path.open("rb") as source:
            info = _info(name)
            info.file_size = os.fstat(source.fileno()).st_size
            with self._zip.open(info, "w", force_zip64=info.file_size >= 2**31) as target:
                while chunk := source.read(_CHUNK_BYTES):
                    step()
                    digest.update(chunk)
                    n_bytes += len(chunk)
                    target.write(chunk)
        self.members[name] = Member(n_bytes, digest.hexdigest())

    def finish(self, pack: MusicPack) -> None:
        """Write the manifest and the list of members."""
        self._zip.writestr(_info(MANIFEST_NAME), manifest_bytes(pack))
        self._zip.close()


class PackReader:
    """An open pack whose list of members was checked; its bytes are checked as they are read.

    Attributes:
        path: the pack.
        manifest: the bytes of its manifest.
        pack: its contents.
        digest: sha256 of the manifest, which identifies the pack.
    """

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.path = path
        self._zip = archive
        entries = _checked_entries(archive, path)
        if MANIFEST_NAME not in entries:
            raise _damaged(tr("it has no manifest"), path)
        manifest = entries.pop(MANIFEST_NAME)
        if manifest.file_size > MAX_MANIFEST_BYTES:
            raise _damaged(tr("its manifest is too large"), path)
        self.manifest = self._zip.read(manifest)
        self.pack = parse_manifest(self.manifest, path)
        self.digest = hashlib.sha256(self.manifest).hexdigest()
        for name in sorted(entries.keys() - self.pack.members.keys()):
            raise _damaged(tr("“{name}” isn't declared in its manifest").format(name=name), path)
        for name, member in self.pack.members.items():
            if name not in entries:
                raise _damaged(tr("“{name}” is missing").format(name=name), path)
            if entries[name].file_size != member.size_bytes:
                raise _edited(name, path)

    @property
    def size_bytes(self) -> int:
        """The size of all members."""
        return sum(member.size_bytes for member in self.pack.members.values())

    def read(self, name: str) -> bytes:
        """Return the bytes of a small member.

        Raises:
            MusicPackError: they have another sha256 than the manifest says.
        """
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a member; whether they are right is known after the last chunk.

        Raises:
            MusicPackError: they have another sha256 than the manifest says.
        """
        digest = hashlib.sha256()
        with _explaining(self.path), self._zip.open(name) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != self.pack.members[name].sha256:
            raise _edited(name, self.path)


@contextmanager
def open_pack(path: Path) -> Iterator[PackReader]:
    """Open a pack and check its list of members and its manifest.

    Raises:
        InputError: when there is no such file.
        MusicPackError: when it isn't a music pack, is damaged, edited, too new, or has no licences.
    """
    if not is_file(path):
        raise InputError(
            tr("this music pack doesn't exist.")
            if not is_there(path)
            else tr("this is a folder, not a music pack."),
            path=path,
            remedy=tr("Choose a file made with: soundbed library build-pack"),
        )
    with _explaining(path):
        with path.open("rb") as file:
            check_directory(file, _MAX_ENTRIES)
        archive = zipfile.ZipFile(path)
    with archive:
        with _explaining(path):
            reader = PackReader(archive, path)
        yield reader


def _checked_entries(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        shown = info.orig_filename[:80]
        kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
        if info.filename != info.orig_filename or info.is_dir() or kind not in (0, stat.S_IFREG):
            raise _damaged(tr("“{name}” is not a regular file").format(name=shown), path)
        if info.filename in entries:
            raise _damaged(tr("it contains “{name}” twice").format(name=shown), path)
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise _damaged(tr("“{name}” is compressed").format(name=shown), path)
        if info.flag_bits & _ENCRYPTED:
            raise _damaged(tr("“{name}” is encrypted").format(name=shown), path)
        entries[info.filename] = info
    # Overlapping entries add up to more than the file.
    if sum(info.file_size for info in infos) > path.stat().st_size:
        raise _damaged(tr("its files are larger than the pack"), path)
    return entries


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged(str(error) or type(error).__name__, path) from error
    except (ValueError, OverflowError, OSError) as error:
        raise _damaged(str(error), path) from error


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.create_system = _UNIX
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def _damaged(reason: str, path: Path) -> MusicPackError:
    return MusicPackError(
        tr("this music pack can't be used ({reason}).").format(reason=reason[:200]),
        path=path,
        remedy=get_again(),
    )


def _edited(name: str, path: Path) -> MusicPackError:
    return MusicPackError(
        tr("“{name}” in the music pack was edited or truncated.").format(name=name),
        path=path,
        remedy=get_again(),
    )
