"""Flash video that was joined end to end: each recording has a header, which libav can't pass."""

import mmap
from io import FileIO

from engine.media.spliced import Piece

MAGIC = b"FLV\x01"
_HEADER_BYTES = 13  # with the size of the tag before, which is 0
_HEADER_END = b"\0\0\0\x09\0\0\0\0"
_TAGS = (8, 9, 18)  # sound, picture, data
_MOST_BYTES = 2 << 30


def flash_pieces(source: FileIO, size: int) -> tuple[Piece, ...]:
    """Return what makes one file of those that were joined; the whole file where none were.

    Args:
        source: open for reading.
        size: of the file, in bytes.
    """
    if size > _MOST_BYTES:
        return ((0, size),)
    found: list[tuple[int, int]] = []
    start = 0
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position = data.find(MAGIC, _HEADER_BYTES)
        while position >= 0:
            after = position + _HEADER_BYTES
            is_header = data[position + 5 : after] == _HEADER_END
            if is_header and after < size and data[after] & 0x1F in _TAGS:
                found.append((start, position))
                start = after
            position = data.find(MAGIC, position + 1)
    return (*found, (start, size))
