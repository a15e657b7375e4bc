"""The boxes of MP4 and MOV files (ISO/IEC 14496-12)."""

from collections.abc import Iterator

from engine.media.sound_parts import Source

Box = tuple[bytes, int, int, int]
_MOST_BOXES = 400_000


def boxes(source: Source, position: int, end: int) -> Iterator[Box]:
    """Yield kind, start, start of the content and end of the boxes in a part of a file.

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
        yield head[4:8], position, position + n_head, box_end
        position = box_end
