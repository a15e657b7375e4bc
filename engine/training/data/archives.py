"""Reads .npz files that may be damaged; pickles in them are never read."""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.translation import tr

_ZIP_MAGIC = b"PK"
_READ_ERRORS = (
    OSError,
    ValueError,
    TypeError,  # not even an archive
    AttributeError,
    KeyError,
    EOFError,
    MemoryError,
    RuntimeError,  # a flipped bit that says "encrypted", or of an unknown compression
    zipfile.BadZipFile,
    zlib.error,
)


def read_archive(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of a .npz file by name.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it can't be read, in one line that says why.
    """
    try:
        with path.open("rb") as file:
            # numpy takes anything else for a pickle, and its error advises to load it unsafely.
            if file.read(len(_ZIP_MAGIC)) != _ZIP_MAGIC:
                raise ValueError(tr("it isn't an .npz archive"))
            file.seek(0)
            with np.load(file, allow_pickle=False) as archive:
                return {name: _read_member(archive, name) for name in archive.files}
    except FileNotFoundError:
        raise
    except _READ_ERRORS as error:
        raise ValueError(" ".join(str(error).split()) or type(error).__name__) from error


def _read_member(archive: Any, name: str) -> npt.NDArray[Any]:
    try:
        array: npt.NDArray[Any] = archive[name]
    except ValueError as error:
        if "allow_pickle" in str(error):
            raise ValueError(tr("{name} contains Python objects").format(name=name)) from error
        raise
    return array
