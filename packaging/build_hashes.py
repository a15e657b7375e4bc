"""Write the sha256 of all files of the packages that Soundbed needs at run time.

    python packaging/build_hashes.py

`packaging/setup.sh` installs from the result with pip's --require-hashes: a file that was replaced
after its release isn't installed. The versions are those of constraints.txt; the hashes are those
that the package index states, for all systems and versions of Python. Run it again when
constraints.txt changes. torch, for training alone, isn't among them: it is pinned by its version.
"""

import argparse
import json
import re
import urllib.request
from pathlib import Path

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)

from engine.files import write_text
from runtime_packages import BUILD_TOOL, ROOT, runtime_packages

TARGET = ROOT / "packaging" / "runtime.txt"
_INDEX = "https://pypi.org/simple"
_TYPE = "application/vnd.pypi.simple.v1+json"
_HEAD = """\
# The files of all packages that Soundbed needs at run time, by their sha256, for every system.
# Written by packaging/build_hashes.py; installed by packaging/setup.sh.
"""


def pinned() -> dict[str, str]:
    """Return the versions in constraints.txt by normalised name."""
    text = (ROOT / "packaging" / "constraints.txt").read_text("utf-8")
    return {
        str(canonicalize_name(name)): version
        for name, version in re.findall(r"^([\w.-]+)==(\S+)$", text, re.MULTILINE)
    }


def hashes_of(name: str, version: str, index: str) -> list[str]:
    """Return the sha256 of each file of a release, in order."""
    request = urllib.request.Request(f"{index}/{name}/", headers={"Accept": _TYPE})
    with urllib.request.urlopen(request, timeout=120) as answer:
        files = json.load(answer)["files"]
    return sorted(
        {each["hashes"]["sha256"] for each in files if version_of(each["filename"]) == version}
    )


def version_of(file_name: str) -> str | None:
    """Return the version of a wheel or source archive; None of anything else."""
    try:
        if file_name.endswith(".whl"):
            return str(parse_wheel_filename(file_name)[1])
        return str(parse_sdist_filename(file_name)[1])
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None


def as_requirements(hashes: dict[tuple[str, str], list[str]]) -> str:
    """Return a requirements file.

    Args:
        hashes: by name and version.
    """
    blocks = [
        f"{name}=={version} \\\n" + " \\\n".join(f"    --hash=sha256:{sha256}" for sha256 in files)
        for (name, version), files in hashes.items()
    ]
    return _HEAD + "\n".join(blocks) + "\n"


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--index", default=_INDEX, help="the package index")
    parser.add_argument("--out", type=Path, default=TARGET)
    arguments = parser.parse_args()
    versions = pinned()
    hashes = {}
    for name in sorted({*runtime_packages(), BUILD_TOOL}):
        found = hashes_of(name, versions[name], arguments.index)
        if not found:
            raise SystemExit(f"{name} {versions[name]}: the index has no such release")
        hashes[name, versions[name]] = found
    write_text(arguments.out, as_requirements(hashes))
    n_files = sum(len(files) for files in hashes.values())
    print(f"{arguments.out}: {len(hashes)} packages, {n_files} files")


if __name__ == "__main__":
    main()
