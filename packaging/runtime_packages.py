"""Which packages Soundbed needs at run time, with those that they need, on any system."""

import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
# Builds and installs Soundbed itself.
BUILD_TOOL = "setuptools"
_SYSTEMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
_PYTHONS = ("3.11", "3.12", "3.13", "3.14")


class MissingPackageError(Exception):
    """A package that another system needs isn't installed here."""


def runtime_packages() -> dict[str, Distribution]:
    """Return the installed packages by their normalised names, in order.

    Raises:
        MissingPackageError: when one isn't installed.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, Distribution] = {}
    waiting = [Requirement(text) for text in project["dependencies"]]
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        if name in found or not _is_needed(needed):
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError as error:
            raise MissingPackageError(f"{needed} isn't installed") from error
        waiting += [Requirement(text) for text in found[name].requires or ()]
    return dict(sorted(found.items()))


def _is_needed(requirement: Requirement) -> bool:
    """Return whether some system needs it; extras don't count."""
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate(place) for place in _places())


def _places() -> Iterator[dict[str, str]]:
    for system, platform, name in _SYSTEMS:
        for python in _PYTHONS:
            yield {
                "extra": "",
                "sys_platform": system,
                "platform_system": platform,
                "os_name": name,
                "python_version": python,
                "python_full_version": f"{python}.0",
                "implementation_name": "cpython",
                "platform_python_implementation": "CPython",
            }
