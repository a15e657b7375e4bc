"""Write what ships with Soundbed: a bill of materials, and a table of all licences.

    python packaging/build_sbom.py [--texts FILE]

Both are made from the wheels that are installed here, with the libraries inside them: codecs, Qt,
BLAS. Run it in the environment that `packaging/run` makes; other systems' wheels hold other files.
The bill is CycloneDX 1.6 as JSON. `--texts` also writes the licence texts in the wheels, for a
bundle that is given to others.
"""

import argparse
import hashlib
import json
import platform
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

from engine import __version__
from engine.files import write_text
from runtime_packages import ROOT, runtime_packages
from wheel_licences import LIBRARIES, OWN_LIBRARIES, licence_of

FOLDER = ROOT / "assets" / "third-party"
SBOM, TABLE = "sbom.cdx.json", "LICENCES.md"
_LIBRARY = re.compile(r"\.(so|dylib|dll)(\.|$)")
_VERSION = re.compile(r"\.so\.([0-9.]+)$|\.([0-9.]+)\.dylib$|-([0-9.]+)\.dll$")
# What FFmpeg says of how it was built, inside its libraries.
_FFMPEG = re.compile(rb"lib(?:av|sw)\w+ license: ([\w .]+)")
_FFMPEG_LICENCES = {
    "GPL version 3 or later": "GPL-3.0-or-later",
    "GPL version 2 or later": "GPL-2.0-or-later",
    "LGPL version 3 or later": "LGPL-3.0-or-later",
    "LGPL version 2.1 or later": "LGPL-2.1-or-later",
}
_TEXT = re.compile(r"licen[sc]e|copying|notice", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library inside a wheel.

    Attributes:
        name: such as "x264".
        version: of the file, "" where its name has none.
        licence: as an SPDX expression.
        path: below the folder of packages.
        sha256: of the file.
    """

    name: str
    version: str
    licence: str
    path: str
    sha256: str


def libraries_of(package: Distribution) -> Iterator[Library]:
    """Yield the libraries of others inside a wheel, in order.

    Raises:
        SystemExit: when the licence of one isn't known.
    """
    for file in sorted(package.files or (), key=str):
        if not _LIBRARY.search(file.name) or any(each.search(str(file)) for each in OWN_LIBRARIES):
            continue
        found = next((row for row in LIBRARIES if re.match(row[0], file.name)), None)
        if found is None:
            raise SystemExit(f"{file}: the licence of this library isn't known; add it")
        data = Path(str(file.locate())).read_bytes()
        stated = _FFMPEG.search(data)
        licence = _FFMPEG_LICENCES[stated[1].decode()] if stated else found[2]
        numbered = _VERSION.search(file.name)
        version = next(filter(None, numbered.groups()), "") if numbered else ""
        yield Library(found[1], version, licence, str(file), hashlib.sha256(data).hexdigest())


def bill(packages: dict[str, Distribution]) -> dict[str, Any]:
    """Return the bill of materials as CycloneDX has it."""
    place = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    own = {"type": "application", "bom-ref": "soundbed", "name": "soundbed",
           "version": __version__, "licenses": [{"expression": "MIT"}]}  # fmt: skip
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": own,
            "properties": [{"name": "soundbed:wheels-of", "value": place}],
        },
        "components": [_component(name, package) for name, package in packages.items()],
        "dependencies": [
            {"ref": "soundbed", "dependsOn": [_purl(name, each) for name, each in packages.items()]}
        ],
    }


def _component(name: str, package: Distribution) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": _purl(name, package),
        "name": name,
        "version": package.version,
        "purl": _purl(name, package),
        "licenses": [{"expression": licence_of(package)}],
    }
    inside = [
        {
            "type": "library",
            "bom-ref": f"{_purl(name, package)}#{library.path}",
            "name": library.name,
            **({"version": library.version} if library.version else {}),
            "licenses": [{"expression": library.licence}],
            "hashes": [{"alg": "SHA-256", "content": library.sha256}],
            "properties": [{"name": "soundbed:file", "value": library.path}],
        }
        for library in libraries_of(package)
    ]
    return component | ({"components": inside} if inside else {})


def table(bill_of_materials: dict[str, Any]) -> str:
    """Return the licences as a table in Markdown."""
    lines = [
        "# What ships with Soundbed",
        "",
        "Packages from PyPI, and the libraries inside their wheels, on "
        f"{bill_of_materials['metadata']['properties'][0]['value']}. Written by "
        f"`packaging/build_sbom.py`; {SBOM} lists each file with its sha256.",
        "",
        "PyAV's wheel calls itself BSD, and carries an FFmpeg with x264 and x265, which are under "
        "the GPL. Soundbed uses neither, and runs without them; whoever bundles Soundbed with this "
        "wheel distributes them, too. opencv's and Qt's wheels carry an FFmpeg without them.",
        "",
        "| Package | Version | Licence | Libraries inside |",
        "|---|---|---|---|",
    ]
    for component in bill_of_materials["components"]:
        inside: dict[str, str] = {}
        for library in component.get("components", ()):
            inside[library["name"]] = library["licenses"][0]["expression"]
        shown = ", ".join(f"{name} ({licence})" for name, licence in sorted(inside.items()))
        licence = component["licenses"][0]["expression"]
        lines.append(f"| {component['name']} | {component['version']} | {licence} | {shown} |")
    return "\n".join(lines) + "\n"


def texts(packages: dict[str, Distribution]) -> str:
    """Return all licence texts and notices in the wheels."""
    parts = []
    for name, package in packages.items():
        for file in sorted(package.files or (), key=str):
            if _TEXT.search(file.name) and not file.name.endswith((".py", ".pyc")):
                text = Path(str(file.locate())).read_text("utf-8", "replace")
                parts.append(f"{'=' * 80}\n{name} {package.version}: {file}\n{'=' * 80}\n{text}")
    return "\n".join(parts)


def _purl(name: str, package: Distribution) -> str:
    return f"pkg:pypi/{name}@{package.version}"


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--texts", type=Path, help="where to write the licence texts")
    arguments = parser.parse_args()
    packages = runtime_packages()
    found = bill(packages)
    write_text(arguments.out / SBOM, json.dumps(found, indent=1) + "\n")
    write_text(arguments.out / TABLE, table(found))
    if arguments.texts is not None:
        write_text(arguments.texts, texts(packages))
    n_inside = sum(len(each.get("components", ())) for each in found["components"])
    print(f"{arguments.out}: {len(packages)} packages, {n_inside} libraries inside them")


if __name__ == "__main__":
    main()
