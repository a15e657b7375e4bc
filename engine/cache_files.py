"""What is kept to save time, and can be deleted at any moment."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from engine.paths import cache_dir

# What a running training resumes from isn't among them, nor what other programs keep there.
_NAMES = (
    "clips",
    "clip-queries.npz",
    "levels",
    "music-packs.sqlite",
    "references",
    "sounds",
    "training-features",
    "waveforms",
)


def cache_size() -> int:
    """Return how many bytes the analyses of clips, waveforms and the like take."""
    total = 0
    for path in _files():
        with suppress(OSError):
            total += path.stat().st_size
    return total


def clear_cache() -> int:
    """Delete what can be computed again; return how many bytes are still there.

    A file that can't be deleted, such as one in use on Windows, stays.
    """
    for name in _NAMES:
        path = cache_dir() / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return cache_size()


def _files() -> Iterator[Path]:
    for name in _NAMES:
        path = cache_dir() / name
        with suppress(OSError):
            if path.is_file():
                yield path
            elif path.is_dir() and not path.is_symlink():
                yield from (each for each in path.rglob("*") if each.is_file())
