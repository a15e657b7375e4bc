"""File names that text can hold, and those that it can't; and where a clip is."""

from pathlib import Path

from engine.paths import data_dir


def is_utf8(path: Path | str) -> bool:
    """Return whether the name is valid text: on Linux a file name can be any bytes."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def folder_of(clip: Path) -> Path:
    """Return the folder of a clip, or the home if Soundbed wrote it among its own data.

    That is the clip of a photograph; users would hardly find what they save beside it.
    """
    return Path.home() if data_dir() in clip.parents else clip.parent
