"""Flash video that was joined end to end: each recording has a header, which libav can't pass."""

import mmap
import os
from io import FileIO

_MAGIC = b"FLV\x01"
_HEADER_BYTES = 13  # with the size of the tag before, which is 0
_HEADER_END = b"\0\0\0\x09\0\0\0\0"
_TAGS = (8, 9, 18)  # sound, picture, data
_MOST_BYTES = 2 << 30


def flash_ranges(source: FileIO) -> tuple[tuple[int, int], ...]:
    """Return the parts of a Flash video without the headers but the first, in bytes.

    Args:
        source: open for reading; it is left at its start. Any file.

    Returns:
        Start and end of each part; one part for every other file.
    """
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    head = source.read(4)
    source.seek(0)
    if head != _MAGIC or size > _MOST_BYTES:
        return ((0, size),)
    found: list[tuple[int, int]] = []
    start = 0
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position = data.find(_MAGIC, _HEADER_BYTES)
        while position >= 0:
            after = position + _HEADER_BYTES
            is_header = data[position + 5 : after] == _HEADER_END
            if is_header and after < size and data[after] & 0x1F in _TAGS:
                found.append((start, position))
                start = after
            position = data.find(_MAGIC, position + 1)
    return (*found, (start, size))
