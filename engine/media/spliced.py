"""Ranges of a file, read as one file."""

import io
import os
from bisect import bisect_right
from collections.abc import Sequence
from io import FileIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_SEARCHED_BYTES = 1 << 16

# Start and end in the file, or other bytes in their place.
Piece = tuple[int, int] | bytes


class SplicedFile(io.RawIOBase):
    """Some pieces of an open file, read as one file.

    Args:
        source: open for reading; its position is changed.
        pieces: ranges of the file in bytes, or bytes themselves.
    """

    def __init__(self, source: FileIO, pieces: Sequence[Piece]) -> None:
        super().__init__()
        self._source, self._pieces = source, pieces
        # Where each piece starts in the whole, and where the last one ends.
        self._starts = [0]
        for piece in pieces:
            length = len(piece) if isinstance(piece, bytes) else piece[1] - piece[0]
            self._starts.append(self._starts[-1] + length)
        self._position = 0
        # PyAV and libsndfile guess the format from it.
        self.name = str(source.name)

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether it can be read in any order: yes."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Change the position; return the new one."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._starts[-1]}
        self._position = max(base[whence] + offset, 0)
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer with the next bytes, at most to the end of a piece; return how many."""
        if self._position >= self._starts[-1]:
            return 0
        number = bisect_right(self._starts, self._position) - 1
        first = self._position - self._starts[number]
        wanted = memoryview(buffer)[: self._starts[number + 1] - self._position]
        piece = self._pieces[number]
        if isinstance(piece, bytes):
            n_read = min(len(wanted), len(piece) - first)
            wanted[:n_read] = piece[first : first + n_read]
        else:
            self._source.seek(piece[0] + first)
            n_read = self._source.readinto(wanted)
        self._position += n_read
        return n_read


Source = FileIO | SplicedFile


def next_place(file: Source, wanted: bytes, position: int) -> int | None:
    """Return where some bytes are next in a file, from a position on; None if they aren't.

    Args:
        file: open for reading; its position is changed.
        wanted: the bytes.
        position: in bytes.
    """
    file.seek(position)
    kept = b""
    while data := file.read(_SEARCHED_BYTES):
        found = (kept + data).find(wanted)
        if found >= 0:
            return position - len(kept) + found
        position += len(data)
        kept = (kept + data)[1 - len(wanted) :]
    return None
