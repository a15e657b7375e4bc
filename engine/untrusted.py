"""Limits on what files from somewhere else may make their readers do.

A few bytes can ask for gigabytes: a list of empty lists, a table of contents of a million files,
an array whose header says that it is larger than the disk. These checks read such claims before a
parser believes them. They raise ValueError with the reason; the reader names file and remedy.
"""

import json
import math
import os
import struct
import tokenize
import zipfile
from typing import IO, Any, Final

import numpy as np

_END: Final = struct.Struct("<4s4H2LH")
_END_64_PLACE: Final = struct.Struct("<4sLQL")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
# The part of an entry in the directory that comes before its name.
_ENTRY_BYTES: Final = 46
_LENGTHS: Final = struct.Struct("<3H")
_LENGTHS_PLACE: Final = 28
# Name, extra fields and comment of an entry.
_MAX_ENTRY_BYTES: Final = 500
# What numpy raises beside ValueError: it reads a header as Python's own parser does.
_HEADER_ERRORS: Final = (
    *(TypeError, LookupError, ArithmeticError, AttributeError, RecursionError, MemoryError),
    *(SyntaxError, tokenize.TokenError),
)


def check_json(data: bytes, max_values: int) -> None:
    """Check that a JSON text has few enough values to be read, whatever they are.

    Args:
        data: the text.
        max_values: more than the text may have.

    Raises:
        ValueError: when it has more.
    """
    # Each value but the first comes after a comma, or an opening bracket.
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) >= max_values:
        raise ValueError("it has too many values")


def check_keys(data: bytes) -> None:
    """Check that no object of a JSON text has a key twice: readers disagree on which counts.

    Args:
        data: the text; `check_json` comes first.

    Raises:
        ValueError: when one has, or the text isn't JSON.
        RecursionError: when it is nested too deep.
    """
    json.loads(data, object_pairs_hook=_unique)


def check_directory(file: IO[bytes], max_entries: int) -> None:
    """Check a zip file's table of contents before `zipfile` reads it.

    Args:
        file: of any place; its end must be that of the archive, without a comment.
        max_entries: how many files it may list.

    Raises:
        ValueError: when it lists more, is too large, or isn't in its place.
    """
    n_bytes = file.seek(0, os.SEEK_END)
    end = _read_at(file, n_bytes - _END.size, _END)
    if end is None or end[0] != b"PK\x05\x06" or end[-1] != 0:
        raise ValueError("it isn't a zip file, or is incomplete")
    n_entries, size, start = end[4], end[5], end[6]
    after = n_bytes - _END.size
    place = _read_at(file, after - _END_64_PLACE.size, _END_64_PLACE)
    if place is not None and place[0] == b"PK\x06\x07":
        after -= _END_64_PLACE.size + _END_64.size
        wide = _read_at(file, after, _END_64)
        if wide is None or wide[0] != b"PK\x06\x06" or place[2] != after:
            raise ValueError("its table of contents is damaged")
        n_entries, size, start = wide[7], wide[8], wide[9]
    if n_entries > max_entries or size > max_entries * _MAX_ENTRY_BYTES:
        raise ValueError("it contains too many files")
    if start + size != after:
        raise ValueError("its table of contents isn't in its place")
    file.seek(start)
    if _n_entries(file.read(size), max_entries) != n_entries:
        raise ValueError("its table of contents is damaged")
    file.seek(0)


def check_arrays(archive: zipfile.ZipFile, max_arrays: int, max_bytes: int) -> None:
    """Check that an archive holds plain arrays, and that reading them takes no more than allowed.

    Args:
        archive: an .npz file, open.
        max_arrays: how many it may have.
        max_bytes: their size together.

    Raises:
        ValueError: when it has more, or a header says more than there is.
        OSError, zipfile.BadZipFile, zlib.error: when it is damaged.
    """
    members = archive.infolist()
    if len(members) > max_arrays:
        raise ValueError("too many arrays")
    if sum(member.file_size for member in members) > max_bytes:
        raise ValueError("the arrays are too large")
    for member in members:
        if not member.filename.endswith(".npy"):
            raise ValueError("one isn't an array")
        with archive.open(member) as stream:
            if check_array(stream, member.file_size).hasobject:
                name = member.filename.removesuffix(".npy")
                raise ValueError(f"{name} contains Python objects")


def check_array(stream: IO[bytes], n_bytes: int) -> np.dtype[Any]:
    """Read the header of an .npy file and check that it says no more than there is.

    Args:
        stream: at its start; then at the start of the numbers.
        n_bytes: of the file.

    Returns:
        The type of the numbers.

    Raises:
        ValueError: when it says more, or has another format.
    """
    # numpy allocates what the header says before it reads a byte of the array.
    try:
        version = np.lib.format.read_magic(stream)
        if version == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
        elif version == (2, 0):
            shape, _, dtype = np.lib.format.read_array_header_2_0(stream)
        else:
            raise ValueError("an array has another format")
    except _HEADER_ERRORS as error:
        raise ValueError(f"the header of an array is damaged ({type(error).__name__})") from error
    if any(length < 0 for length in shape):
        raise ValueError("an array has an impossible shape")
    # Empty texts take no bytes, but as many of them as the header says take memory all the same.
    if not dtype.hasobject and math.prod(shape) * max(dtype.itemsize, 1) > n_bytes:
        raise ValueError("an array is shorter than its header says")
    return dtype


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _read_at(file: IO[bytes], place: int, form: struct.Struct) -> tuple[Any, ...] | None:
    """Return what is at a place of the file; None where it can't be."""
    if place < 0:
        return None
    file.seek(place)
    data = file.read(form.size)
    return form.unpack(data) if len(data) == form.size else None


def _n_entries(directory: bytes, limit: int) -> int:
    """Return how many entries a directory has; -1 when it is damaged or has more than `limit`."""
    place = n = 0
    while place < len(directory):
        if directory[place : place + 4] != b"PK\x01\x02" or n == limit:
            return -1
        if len(directory) < place + _ENTRY_BYTES:
            return -1
        lengths = _LENGTHS.unpack_from(directory, place + _LENGTHS_PLACE)
        place += _ENTRY_BYTES + sum(lengths)
        n += 1
    return n if place == len(directory) else -1
