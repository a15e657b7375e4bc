"""The boxes of MP4 and MOV files (ISO/IEC 14496-12)."""

from collections.abc import Iterator
from typing import NamedTuple

from engine.media.spliced import Source

# How such files start.
FIRST_BOXES = frozenset((b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp"))
_MOST_BOXES = 400_000


class Box(NamedTuple):
    """A box, by its place in the file, in bytes.

    Attributes:
        kind: its four characters.
        start: of its header.
        content: start of its content.
        end: of its content.
    """

    kind: bytes
    start: int
    content: int
    end: int


def boxes(source: Source, position: int, end: int) -> Iterator[Box]:
    """Yield the boxes in a part of a file.

    Args:
        source: open for reading; its position is changed.
        position, end: the part, in bytes.
    """
    for _ in range(_MOST_BOXES):
        if position + 8 > end:
            return
        source.seek(position)
        head = source.read(16)
        size, n_head = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, n_head = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = end - position
        if size < n_head:
            return
        box_end = min(position + size, end)
        yield Box(head[4:8], position, position + n_head, box_end)
        position = box_end


def boxes_at(source: Source, position: int, end: int, *path: bytes) -> Iterator[Box]:
    """Yield the boxes at a path of kinds, in a part of a file.

    Args:
        source, position, end: as in `boxes`.
        path: kinds, each within the one before.
    """
    levels = [boxes(source, position, end)]
    for _ in range(_MOST_BOXES):
        box = next(levels[-1], None)
        if box is None:
            levels.pop()
            if not levels:
                return
        elif box.kind == path[len(levels) - 1]:
            if len(levels) == len(path):
                yield box
            else:
                levels.append(boxes(source, box.content, box.end))
