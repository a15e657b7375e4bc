"""Reads .npy files, also those with Python objects; the only module that uses pickle.

A pickle can call any function. Here only arrays, numbers and strings can come out of one: any
other name is refused before it is looked up, and numpy's own classes are replaced by plain
stand-ins, so that only the code of this module handles what a file says.

A pickle can also repeat what it holds: ten lists of ten references each are a structure of ten
thousand million values. So its operations are read before they are performed, what they make is
counted, and a part that occurs several times is converted once. Whoever reads on sees every
occurrence: values are counted as often as they occur, and neither they nor the depth may exceed
what a file of its size can need.
"""

import os
import pickle
import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from engine.errors import TrainingError
from engine.training.data.archives import one_line
from engine.translation import tr
from engine.untrusted import check_array

_PLAIN_KINDS = "biufU"
# What reading may make, in bytes: so many times the file, and a little.
_MAX_GROWTH = 8
_SPARE_BYTES = 2**20
# Of a structure, each part counted as often as it occurs: so many for each byte of the file, as
# rows may share a list of shares or negatives, and a few more; never more than the last number.
_VALUES_PER_BYTE = 16
_SPARE_VALUES = 100_000
_MAX_VALUES = 50_000_000
# Lists within lists: a row is one, its negatives are another.
_MAX_DEPTH = 8
# Whole numbers of 64 bits: longer ones fit into no array.
_MAX_INTEGER = 2**63
# Operations for dictionaries, sets, other classes and pieces outside the file: no array needs them.
_REFUSED = frozenset(
    {
        *("DICT", "EMPTY_DICT", "SETITEM", "SETITEMS", "EMPTY_SET", "ADDITEMS", "FROZENSET"),
        *("PERSID", "BINPERSID", "EXT1", "EXT2", "EXT4", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX"),
        *("NEXT_BUFFER", "READONLY_BUFFER"),
    }
)
_PUTS = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
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
            n_bytes = os.fstat(file.fileno()).st_size
            if not _holds_objects(file, n_bytes):
                file.seek(0)
                return np.asarray(np.load(file, allow_pickle=False))
            if allow_pickle:
                # The header has been read: what follows is the pickle.
                start = file.tell()
                _check_operations(file, n_bytes)
                file.seek(start)
                budget = _Budget(_MAX_GROWTH * n_bytes + _SPARE_BYTES)
                n_values = min(_VALUES_PER_BYTE * n_bytes + _SPARE_VALUES, _MAX_VALUES)
                return _Converter(budget, n_values).array(_Unpickler(file, budget).load())
    except FileNotFoundError as error:
        raise TrainingError(
            tr("there is no such file."), path=path, remedy=tr("Check the folder.")
        ) from error
    except _READ_ERRORS as error:
        raise TrainingError(
            tr("the file contains no usable array ({reason}).").format(reason=one_line(error)),
            path=path,
            remedy=tr("Get a new copy of the file."),
        ) from error
    raise TrainingError(
        tr("the file contains Python objects, which can run code when they are read."),
        path=path,
        remedy=tr("If you trust its source, add --allow-pickle."),
    )


def _holds_objects(file: BinaryIO, n_bytes: int) -> bool:
    dtype = check_array(file, n_bytes)
    if dtype.hasobject and dtype != np.dtype(object):
        raise ValueError(tr("a structure of objects"))
    return bool(dtype.hasobject)


def _check_operations(file: BinaryIO, n_bytes: int) -> None:
    """Read a pickle without performing it.

    Raises:
        ValueError: when it is incomplete, or has operations that no array needs.
    """
    for operation, argument, _ in pickletools.genops(file):
        if operation.name in _REFUSED:
            raise ValueError(
                tr("it contains a {kind}, which isn't an array, number or string").format(
                    kind=operation.name.lower()
                )
            )
        # The table of parts is as long as the largest number in it.
        if operation.name in _PUTS and not 0 <= int(argument or 0) <= n_bytes:
            raise ValueError(tr("an array of an impossible type"))


class _Budget:
    """How many bytes may still be made."""

    def __init__(self, n_bytes: int) -> None:
        self._left = n_bytes

    def spend(self, n_bytes: int) -> None:
        self._left -= n_bytes
        if self._left < 0:
            raise pickle.UnpicklingError(tr("it contains far more than the file is large"))


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
    """Stands in for numpy.ndarray: shape, type and content as the file states them."""

    shape: Any = None
    dtype: np.dtype[Any] | None = None
    order: Any = "C"
    data: Any = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, self.shape, stand_in, is_fortran, self.data = state
        self.dtype = stand_in.dtype
        self.order = "F" if is_fortran else "C"


def _reconstruct(*_: object) -> _Array:
    return _Array()


def _from_buffer(data: bytes, stand_in: _Dtype, shape: tuple[int, ...], order: str) -> _Array:
    array = _Array()
    array.__setstate__((1, shape, stand_in, order == "F", data))
    return array


def _no_bytes() -> bytes:
    return b""


class _Unpickler(pickle.Unpickler):
    """Reads arrays, numbers and strings, and nothing else."""

    def __init__(self, file: BinaryIO, budget: _Budget) -> None:
        super().__init__(file)
        self._budget = budget
        self._allowed: dict[tuple[str, str], Callable[..., Any]] = {
            ("numpy", "dtype"): _Dtype,
            ("numpy", "ndarray"): _Array,
            ("_codecs", "encode"): self._encode,
            ("__builtin__", "bytes"): _no_bytes,
            **{
                (f"numpy.{core}.{module}", name): stand_in
                for core in ("core", "_core")
                for module, name, stand_in in (
                    ("multiarray", "_reconstruct", _reconstruct),
                    ("multiarray", "scalar", self._scalar),
                    ("numeric", "_frombuffer", _from_buffer),
                )
            },
        }

    def find_class(self, module: str, name: str) -> Any:
        """Return the stand-in for a name that numpy's pickles use; refuse any other."""
        try:
            return self._allowed[module, name]
        except KeyError as error:
            raise pickle.UnpicklingError(
                tr("it asks for {name}, which isn't an array, number or string").format(
                    name=f"{module}.{name}"
                )
            ) from error

    def _scalar(self, stand_in: _Dtype, data: bytes) -> Any:
        if stand_in.dtype == np.dtype(object):
            raise pickle.UnpicklingError(tr("an array of an impossible type"))
        self._budget.spend(stand_in.dtype.itemsize)
        return np.frombuffer(data, stand_in.dtype)[0].item()

    def _encode(self, text: str, encoding: str) -> bytes:
        # How pickle protocols without bytes write them, as numpy up to 1.16 did.
        if encoding != "latin1":
            raise pickle.UnpicklingError(tr("an array of an impossible type"))
        self._budget.spend(len(text))
        return text.encode("latin1")


@dataclass(frozen=True, slots=True)
class _Part:
    """A converted part.

    Attributes:
        content: an array, a list, or a value.
        n_values: in it, each counted as often as it occurs.
        depth: how many lists or arrays of objects are within each other.
    """

    content: Any
    n_values: int
    depth: int


class _Converter:
    """Replaces stand-ins by their arrays, each once, and counts the values.

    Args:
        budget: of the bytes that may be made.
        n_values: how many values there may be, each counted as often as it occurs.
    """

    def __init__(self, budget: _Budget, n_values: int) -> None:
        self._budget = budget
        self._n_values = n_values
        # By identity: None while it is converted.
        self._known: dict[int, _Part | None] = {}

    def array(self, value: Any) -> npt.NDArray[Any]:
        """Return the array that a pickle holds."""
        if not isinstance(value, _Array):
            raise pickle.UnpicklingError(tr("it contains no array"))
        content: npt.NDArray[Any] = self._converted(value, 0).content
        return content

    def _converted(self, value: Any, level: int) -> _Part:
        if isinstance(value, int) and not -_MAX_INTEGER <= value < _MAX_INTEGER:
            raise pickle.UnpicklingError(tr("a whole number is too large"))
        if isinstance(value, str | int | float):
            return _Part(value, 1, 0)
        if not isinstance(value, _Array | list | tuple):
            raise pickle.UnpicklingError(
                tr("it contains a {kind}, which isn't an array, number or string").format(
                    kind=type(value).__name__
                )
            )
        # A part that was converted elsewhere may lie deeper here.
        key = id(value)
        if key not in self._known:
            if level > _MAX_DEPTH:
                raise _too_deep()
            self._known[key] = None
            self._known[key] = self._content(value, level)
        found = self._known[key]
        if found is None or found.n_values > self._n_values:
            raise pickle.UnpicklingError(tr("it contains far more than the file is large"))
        if level + found.depth > _MAX_DEPTH:
            raise _too_deep()
        return found

    def _content(self, value: _Array | list[Any] | tuple[Any, ...], level: int) -> _Part:
        if not isinstance(value, _Array):
            return self._list(value, level)
        if value.dtype is None:
            raise pickle.UnpicklingError(tr("it contains no array"))
        if value.dtype != np.dtype(object):
            self._budget.spend(len(value.data))
            flat = np.frombuffer(value.data, value.dtype).copy()
            return _Part(flat.reshape(value.shape, order=value.order), 1 + flat.size, 0)
        values = self._list(value.data, level)
        flat = np.empty(len(values.content), dtype=object)
        flat[:] = values.content
        shaped = flat.reshape(value.shape, order=value.order)
        return _Part(shaped, values.n_values, values.depth)

    def _list(self, value: list[Any] | tuple[Any, ...], level: int) -> _Part:
        parts = [self._converted(part, level + 1) for part in value]
        return _Part(
            [part.content for part in parts],
            1 + sum(part.n_values for part in parts),
            1 + max((part.depth for part in parts), default=0),
        )


def _too_deep() -> pickle.UnpicklingError:
    return pickle.UnpicklingError(tr("its lists are nested too deep"))
