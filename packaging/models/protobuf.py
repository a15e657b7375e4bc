"""Read protobuf messages without their schema."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A protobuf message.

    Attributes:
        numbers: values of the varint fields, by field number.
        texts: values of the other fields as bytes, by field number.
    """

    numbers: dict[int, list[int]]
    texts: dict[int, list[bytes]]


def read_message(data: bytes) -> Message:
    """Return the fields of an encoded message."""
    message = Message({}, {})
    position = 0
    while position < len(data):
        tag, position = read_varint(data, position)
        number, wire_type = tag >> 3, tag & 7
        if wire_type == 0:
            value, position = read_varint(data, position)
            message.numbers.setdefault(number, []).append(value)
            continue
        if wire_type == 2:
            length, position = read_varint(data, position)
        elif wire_type in (1, 5):
            length = 8 if wire_type == 1 else 4
        else:
            raise SystemExit(f"Unknown wire type {wire_type} in the message.")
        message.texts.setdefault(number, []).append(data[position : position + length])
        position += length
    return message


def read_varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the number at a position, and the position behind it."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
