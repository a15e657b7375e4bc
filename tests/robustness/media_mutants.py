"""Mutants of media files: the same number and files give the same mutant."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_HEAD_BYTES = 4096
_SIZES = (1, 2, 4, 16, 100, 1000, 10_000)
# Fields of headers that are worth setting to extreme values.
_VALUES = (b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed media file.

    Attributes:
        source: the file that it was made of.
        changes: what was done to it.
        data: its bytes.
    """

    source: Path
    changes: tuple[str, ...]
    data: bytes


def mutant(number: int, sources: Sequence[Path]) -> Mutant:
    """Return a mutant of one of the files.

    Args:
        number: which one.
        sources: files to choose from, in a fixed order.
    """
    chance = random.Random(f"media {number}")
    source = chance.choice(sources)
    data = bytearray(source.read_bytes())
    changes = []
    for _ in range(chance.choice((1, 1, 1, 2, 4, 12))):
        changes.append(_change(data, chance, sources))
    return Mutant(source, tuple(changes), bytes(data))


def _change(data: bytearray, chance: random.Random, sources: Sequence[Path]) -> str:
    if not data:
        return "empty"
    place = chance.randrange(min(len(data), _HEAD_BYTES) if chance.random() < 0.5 else len(data))
    size = min(chance.choice(_SIZES), len(data) // 2 + 1)
    kind = chance.choice(
        ("flip", "flip", "value", "noise", "zeros", "delete", "repeat", "insert", "cut", "other")
    )
    if kind == "flip":
        data[place] ^= 1 << chance.randrange(8)
    elif kind == "value":
        data[place : place + 4] = chance.choice(_VALUES)
    elif kind == "noise":
        data[place : place + size] = chance.randbytes(size)
    elif kind == "zeros":
        data[place : place + size] = bytes(size)
    elif kind == "delete":
        del data[place : place + size]
    elif kind == "repeat":
        data[place:place] = data[place : place + size]
    elif kind == "insert":
        data[place:place] = chance.randbytes(size)
    elif kind == "cut":
        del data[chance.randrange(len(data)) :]
    else:
        other = chance.choice(sources).read_bytes()
        start = chance.randrange(len(other))
        data[place : place + size] = other[start : start + size]
    return kind
