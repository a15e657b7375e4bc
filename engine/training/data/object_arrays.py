"""Reads .npy files, also those with Python objects; the only module that uses pickle.

A pickle can call any function. Here only arrays, numbers and strings can come out of one: any
other name is refused before it is looked up, and numpy's own classes are replaced by plain
stand-ins, so that only the code of this module handles what a file says.
"""

import pickle
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.translation import tr

_PLAIN_KINDS = "biufU"
_READ_ERRORS = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    MemoryError,
    OverflowError,
    ImportError,
    RecursionError,
    pickle.UnpicklingError,
)


def read_array(path: Path, allow_pickle: bool) -> npt.NDArray[Any]:
    """Return the array of a .npy file.

    Args:
        path: the file.
        allow_pickle: whether an array of Python objects may be read, in the restricted way.

    Raises:
        TrainingError: when the file is missing or damaged, or has Python objects that aren't
            allowed or aren't arrays, numbers or strings.
    """
    try:
        with path.open("rb") as file:
            if not _holds_objects(file):
                file.seek(0)
                return np.asarray(np.load(file, allow_pickle=False))
            if allow_pickle:
                # The header has been read: what follows is the pickle.
                return _array_of(_Unpickler(file).load())
    except FileNotFoundError as error:
        raise TrainingError(
            tr("there is no such file."), path=path, remedy=tr("Check the folder.")
        ) from error
    except _READ_ERRORS as error:
        raise TrainingError(
            tr("the file contains no usable array ({reason}).").format(
                reason=" ".join(str(error).split()) or type(error).__name__
            ),
            path=path,
            remedy=tr("Get a new copy of the file."),
        ) from error
    raise TrainingError(
        tr("the file contains Python objects, which can run code when they are read."),
        path=path,
        remedy=tr("If you trust its source, add --allow-pickle."),
    )


def _holds_objects(file: BinaryIO) -> bool:
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        _, _, dtype = np.lib.format.read_array_header_1_0(file)
    elif version == (2, 0):
        _, _, dtype = np.lib.format.read_array_header_2_0(file)
    else:
        raise ValueError(tr("an unknown version of the format"))
    if dtype.hasobject and dtype != np.dtype(object):
        raise ValueError(tr("a structure of objects"))
    return bool(dtype.hasobject)


class _Dtype:
    """Stands in for numpy.dtype: a plain type by its name and byte order."""

    def __init__(self, name: object, *_: object) -> None:
        if not isinstance(name, str):
            raise pickle.UnpicklingError(tr("an array of an impossible type"))
        self.dtype = np.dtype(name)
        if self.dtype.kind not in _PLAIN_KINDS and self.dtype != np.dtype(object):
            raise pickle.UnpicklingError(tr("an array of an impossible type"))

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, order, *structure = state[:5]
        if any(part is not None for part in structure):
            raise pickle.UnpicklingError(tr("an array of an impossible type"))
        self.dtype = self.dtype.newbyteorder(order)


class _Array:
    """Stands in for numpy.ndarray: shape, type and content from the file."""

    content: npt.NDArray[Any]

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, stand_in, is_fortran, data = state
        dtype = stand_in.dtype
        order: Any = "F" if is_fortran else "C"
        if dtype == np.dtype(object):
            flat = np.empty(len(data), dtype=object)
            flat[:] = [_plain(value) for value in data]
        else:
            flat = np.frombuffer(data, dtype).copy()
        self.content = flat.reshape(shape, order=order)


def _reconstruct(*_: object) -> _Array:
    return _Array()


def _from_buffer(data: bytes, stand_in: _Dtype, shape: tuple[int, ...], order: str) -> _Array:
    array = _Array()
    array.__setstate__((1, shape, stand_in, order == "F", data))
    return array


def _scalar(stand_in: _Dtype, data: bytes) -> Any:
    if stand_in.dtype == np.dtype(object):
        raise pickle.UnpicklingError(tr("an array of an impossible type"))
    return np.frombuffer(data, stand_in.dtype)[0].item()


def _encode(text: str, encoding: str) -> bytes:
    # How pickle protocols without bytes write them, as numpy up to 1.16 did.
    if encoding != "latin1":
        raise pickle.UnpicklingError(tr("an array of an impossible type"))
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


_ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy", "dtype"): _Dtype,
    ("numpy", "ndarray"): _Array,
    ("_codecs", "encode"): _encode,
    ("__builtin__", "bytes"): _no_bytes,
    **{
        (f"numpy.{core}.{module}", name): stand_in
        for core in ("core", "_core")
        for module, name, stand_in in (
            ("multiarray", "_reconstruct", _reconstruct),
            ("multiarray", "scalar", _scalar),
            ("numeric", "_frombuffer", _from_buffer),
        )
    },
}


class _Unpickler(pickle.Unpickler):
    """Reads arrays, numbers and strings, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in for a name that numpy's pickles use; refuse any other."""
        try:
            return _ALLOWED[module, name]
        except KeyError as error:
            raise pickle.UnpicklingError(
                tr("it asks for {name}, which isn't an array, number or string").format(
                    name=f"{module}.{name}"
                )
            ) from error


def _array_of(value: Any) -> npt.NDArray[Any]:
    if not isinstance(value, _Array):
        raise pickle.UnpicklingError(tr("it contains no array"))
    return value.content


def _plain(value: Any) -> Any:
    """Return a value with stand-ins replaced by their arrays."""
    if isinstance(value, _Array):
        return value.content
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, str | int | float):
        return value
    raise pickle.UnpicklingError(
        tr("it contains a {kind}, which isn't an array, number or string").format(
            kind=type(value).__name__
        )
    )
