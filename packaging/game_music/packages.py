"""Debian packages: downloaded with apt-get, checked by sha256, read as tar files."""

import hashlib
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

from game_music.games import Source

_TOOLS = {"apt-get": "apt", "dpkg-deb": "dpkg"}
_MAX_COPYRIGHT_BYTES = 2**20


class PackageError(Exception):
    """A package can't be downloaded or read; the message says what to do."""


def check_tools() -> None:
    """Raise PackageError on other systems than Debian."""
    missing = [name for name in _TOOLS if shutil.which(name) is None]
    if missing:
        raise PackageError(
            f"{', '.join(missing)} isn't installed: run this on Debian 12, or in a container of it"
        )


def fetch(source: Source, folder: Path) -> Path:
    """Return the package's file in the folder, downloading it where it is missing.

    Raises:
        PackageError: when this version isn't available, or its file isn't the pinned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = _find(source, folder)
    if path is None:
        done = subprocess.run(
            ["apt-get", "download", "-q", f"{source.package}={source.version}"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        path = _find(source, folder)
        if done.returncode or path is None:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise PackageError(
                f"{source.package} {source.version} can't be downloaded ({reason}): run apt-get "
                f"update, or put its file from snapshot.debian.org into {folder}"
            )
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != source.sha256:
        raise PackageError(f"{path} isn't the pinned file: delete it and try again")
    return path


def unpack(source: Source, deb: Path, folder: Path) -> tuple[str, list[tuple[str, Path]]]:
    """Copy the music of a package to a folder.

    Returns:
        The text of its debian/copyright, and (path in the package, file) of each track.

    Raises:
        PackageError: when it can't be read, or has no copyright file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copyright_text = ""
    pieces = []
    with _contents(deb) as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            if not member.isfile():
                continue
            stream = archive.extractfile(member)
            if stream is None:
                continue
            if name == f"usr/share/doc/{source.package}/copyright":
                copyright_text = stream.read(_MAX_COPYRIGHT_BYTES).decode("utf-8", "replace")
            elif fnmatchcase(name, source.music):
                target = folder / Path(name).name
                _copy(stream, target)
                pieces.append((name, target))
    if not copyright_text:
        raise PackageError(f"{deb} has no copyright file")
    return copyright_text, sorted(pieces)


def _find(source: Source, folder: Path) -> Path | None:
    # apt-get writes the colon of an epoch as %3a.
    version = source.version.replace(":", "%3a")
    return next(iter(sorted(folder.glob(f"{source.package}_{version}_*.deb"))), None)


@contextmanager
def _contents(deb: Path) -> Iterator[tarfile.TarFile]:
    process = subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(deb)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        with process, tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            yield archive
    except tarfile.TarError as error:
        raise PackageError(f"{deb} can't be read: delete it and try again") from error
    finally:
        process.kill()


def _copy(stream: IO[bytes], target: Path) -> None:
    beside = target.with_name(f"{target.name}.part")
    with beside.open("wb") as out:
        shutil.copyfileobj(stream, out)
    if target.is_file() and target.read_bytes() == beside.read_bytes():
        # Unchanged, so that it isn't analysed again.
        beside.unlink()
    else:
        beside.replace(target)
