"""File names that text can hold, and those that it can't."""

from pathlib import Path


def is_utf8(path: Path | str) -> bool:
    """Return whether the name is valid text: on Linux a file name can be any bytes."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
