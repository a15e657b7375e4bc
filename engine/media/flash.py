"""Flash video that was joined end to end: each recording has a header, which libav can't pass."""

import io
import mmap
import os
from bisect import bisect_right
from collections.abc import Sequence
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


class SplicedFile(io.RawIOBase):
    """Some ranges of an open file, read as one file.

    Args:
        source: open for reading; its position is changed.
        ranges: start and end of each, in bytes.
    """

    def __init__(self, source: FileIO, ranges: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self._source, self._ranges = source, ranges
        # Where each range starts in the whole, and where the last one ends.
        self._starts = [0]
        for start, end in ranges:
            self._starts.append(self._starts[-1] + end - start)
        self._position = 0
        # PyAV guesses the format from it.
        self.name = str(source.name)

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether it can be read in any order: yes."""
        return True

    def tell(self) -> int:
        """Return the position in the whole."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Change the position; return the new one."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._starts[-1]}
        self._position = max(base[whence] + offset, 0)
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes, at most `size` and at most to the end of a range."""
        if self._position >= self._starts[-1]:
            return b""
        number = bisect_right(self._starts, self._position) - 1
        first = self._position - self._starts[number]
        start, end = self._ranges[number]
        n_left = end - start - first
        self._source.seek(start + first)
        data = self._source.read(n_left if size is None or size < 0 else min(size, n_left))
        self._position += len(data)
        return data
