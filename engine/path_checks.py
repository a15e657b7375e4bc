"""Whether a file or folder of the user's is there; one on a drive that fails isn't.

`Path.exists`, `is_file` and `is_dir` raise up to Python 3.13 where a drive fails, such as a network
drive that went away. No path of the user's is asked with them.
"""

import stat
from pathlib import Path


def is_there(path: Path) -> bool:
    """Return whether anything is at the path."""
    return _mode(path) is not None


def is_file(path: Path) -> bool:
    """Return whether a file is at the path."""
    mode = _mode(path)
    return mode is not None and stat.S_ISREG(mode)


def is_folder(path: Path) -> bool:
    """Return whether a folder is at the path."""
    mode = _mode(path)
    return mode is not None and stat.S_ISDIR(mode)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        # A name with a null byte is a ValueError.
        return None
