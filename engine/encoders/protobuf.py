"""A small, strict reader of protobuf messages: bounded, and without a copy of what it reads.

It accepts less than protobuf does: only the fields that a table names, each once unless the table
says otherwise, and only whole messages.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["number", "float", "double", "bytes", "message"]
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WIRE: Final[Mapping[str, int]] = {
    "number": _VARINT,
    "float": _FIXED32,
    "double": _FIXED64,
    "bytes": _BYTES,
    "message": _BYTES,
}
_MAX_VARINT_BYTES: Final = 10
_SIGN: Final = 1 << 63
# More fields than this aren't needed by networks of hundreds of layers; reading them takes 1 s.
_MAX_FIELDS: Final = 500_000


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message.

    Attributes:
        name: of the field.
        kind: of its value; "number" is a whole number.
        repeated: whether it may be there several times; numbers may be packed then.
    """

    name: str
    kind: Kind
    repeated: bool = False


Schema = Mapping[int, Field]
Value = int | memoryview


class Reader:
    """Reads messages of one file, and counts their fields."""

    def __init__(self) -> None:
        self._n_fields = 0

    def fields(self, data: memoryview, schema: Schema, message: str) -> Iterator[tuple[str, Value]]:
        """Yield name and value of each field; packed numbers one by one.

        Args:
            data: the bytes of one message.
            schema: its fields by number.
            message: its name, for errors.

        Raises:
            ValueError: when the bytes are damaged, a field is unknown, of another type, or there
                twice, or there are too many.
        """
        place, end, seen = 0, len(data), set()
        while place < end:
            self._n_fields += 1
            if self._n_fields > _MAX_FIELDS:
                raise ValueError("it has too many parts")
            key, place = _varint(data, place)
            number, wire = key >> 3, key & 7
            field = schema.get(number)
            if field is None:
                raise ValueError(f"its {message} has an unknown field, {number}")
            if number in seen and not field.repeated:
                raise ValueError(f"its {message} has “{field.name}” twice")
            seen.add(number)
            if wire == _VARINT == _WIRE[field.kind]:
                value, place = _varint(data, place)
                yield field.name, _signed(value)
            elif wire == _BYTES and (_WIRE[field.kind] == _BYTES or field.repeated):
                length, place = _varint(data, place)
                if length > end - place:
                    raise ValueError(f"its {message} is incomplete")
                yield field.name, data[place : place + length]
                place += length
            elif wire == _WIRE[field.kind]:
                length = 8 if wire == _FIXED64 else 4
                if length > end - place:
                    raise ValueError(f"its {message} is incomplete")
                yield field.name, data[place : place + length]
                place += length
            else:
                raise ValueError(f"“{field.name}” of its {message} is of another type")


def numbers(value: Value, limit: int) -> list[int]:
    """Return the whole numbers of a repeated field: one, or several packed ones.

    Raises:
        ValueError: when there are more than `limit`, or the bytes are damaged.
    """
    if isinstance(value, int):
        return [value]
    found: list[int] = []
    place = 0
    while place < len(value):
        if len(found) == limit:
            raise ValueError("it has too many numbers in one place")
        number, place = _varint(value, place)
        found.append(_signed(number))
    return found


def n_varints(value: Value) -> int:
    """Return how many whole numbers a repeated field has, without reading them."""
    if isinstance(value, int):
        return 1
    # The last byte of each number is below 128.
    return sum(bytes(value).translate(_ENDS))


def text(value: Value, limit: int) -> str:
    """Return a text of at most `limit` bytes.

    Raises:
        ValueError: when it is longer, or not UTF-8.
    """
    if isinstance(value, int) or len(value) > limit:
        raise ValueError("a name in it is too long")
    return bytes(value).decode("utf-8")


_ENDS: Final = bytes(number < 128 for number in range(256))


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    """Return a number and the place after it."""
    value = shift = 0
    for index in range(place, min(place + _MAX_VARINT_BYTES, len(data))):
        byte = data[index]
        value |= (byte & 127) << shift
        if byte < 128:
            return value & 0xFFFF_FFFF_FFFF_FFFF, index + 1
        shift += 7
    raise ValueError("it is incomplete, or isn't an ONNX file")


def _signed(value: int) -> int:
    return value - 2 * _SIGN if value & _SIGN else value
