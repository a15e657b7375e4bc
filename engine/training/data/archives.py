"""Reads .npz files that may be damaged; pickles in them are never read."""

import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.translation import tr
from engine.untrusted import check_arrays, check_directory

_ZIP_MAGIC = b"PK"
_MAX_ARRAYS = 10_000
# Zeros compress a thousandfold, features hardly: a small file may still hold a large empty matrix.
_MAX_BYTES = 64 * 2**20
_MAX_RATIO = 20
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
            n_bytes = file.seek(0, os.SEEK_END)
            check_directory(file, _MAX_ARRAYS)
            with zipfile.ZipFile(file) as archive:
                check_arrays(archive, _MAX_ARRAYS, _MAX_BYTES + _MAX_RATIO * n_bytes)
            file.seek(0)
            with np.load(file, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
    except FileNotFoundError:
        raise
    except _READ_ERRORS as error:
        raise ValueError(" ".join(str(error).split()) or type(error).__name__) from error
