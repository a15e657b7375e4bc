"""Reads .npz files that may be damaged; pickles in them are never read.

`read_archive` limits what the arrays take. Its readers convert them by `as_floats`, `as_integers`,
`as_features`, `as_text`, `as_texts` and `few`, which refuse what would grow: a byte that becomes a
text takes eighty.
"""

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
# Names of genres, sizes of blocks, names of test sets: what is read value by value.
_MAX_FEW = 1_000
_MAX_REASON = 300
_MAX_TEXT = 10_000
MAX_FEATURE = 1_000_000
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
        raise ValueError(one_line(error)) from error


def one_line(error: Exception) -> str:
    """Return what an error says, short and in one line; its type where it says nothing."""
    # `zipfile` quotes names of any length.
    return " ".join(str(error).split())[:_MAX_REASON] or type(error).__name__


def as_floats(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return numbers of a file as float32.

    Raises:
        ValueError: when they aren't numbers.
    """
    if values.dtype.kind not in "fiu" or values.dtype.itemsize < 2:
        raise ValueError(tr("numbers of another type"))
    return values.astype(np.float32)


def as_integers(values: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return indices of a file as int64.

    Raises:
        ValueError: when they aren't whole numbers.
    """
    if values.dtype.kind not in "iu":
        raise ValueError(tr("an index isn't a whole number"))
    if values.size > _MAX_FEW and values.dtype.itemsize < 4:
        raise ValueError(tr("numbers of another type"))
    return values.astype(np.int64)


def as_texts(values: npt.NDArray[Any]) -> npt.NDArray[np.str_]:
    """Return names of a file as str.

    Raises:
        ValueError: when they aren't text.
    """
    if values.dtype.kind != "U":
        raise ValueError(tr("a name isn't text"))
    return values.astype(np.str_, copy=False)


def as_features(values: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return features of a file as float32.

    Raises:
        ValueError: when they aren't numbers, or are so large that float32 loses what differs.
    """
    found = as_floats(values)
    if (np.isfinite(found) & (np.abs(found) > MAX_FEATURE)).any():
        raise ValueError(
            tr("a feature isn't between {low:,} and {high:,}").format(
                low=-MAX_FEATURE, high=MAX_FEATURE
            )
        )
    return found


def as_text(values: npt.NDArray[Any]) -> str:
    """Return a single short text of a file, such as a version, in one line.

    Raises:
        ValueError: when it isn't one.
    """
    if values.dtype.kind != "U" or values.ndim != 0 or values.dtype.itemsize > 4 * _MAX_TEXT:
        raise ValueError(tr("a name isn't text"))
    return " ".join(str(values).split())


def few(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return values of a file that are read one by one, such as the names of the genres.

    Raises:
        ValueError: when there are too many, or they aren't a list.
    """
    if values.ndim != 1 or len(values) > _MAX_FEW:
        raise ValueError(tr("a list is too long, or isn't one"))
    return values
