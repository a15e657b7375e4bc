"""The elements of Matroska and WebM files (RFC 8794)."""

from collections.abc import Iterator
from typing import BinaryIO

# How such files start: the header's id.
MAGIC = b"\x1a\x45\xdf\xa3"
SEGMENT = 0x18538067
CLUSTER = 0x1F43B675
TRACKS = 0x1654AE6B
TRACK_ENTRY = 0xAE
TRACK_TYPE = 0x83
ENCODINGS = 0x6D80
PICTURE_OR_SOUND = (1, 2)  # kinds of tracks
_MOST_ELEMENTS = 10_000


def is_open_ended(source: BinaryIO, position: int) -> bool:
    """Whether an element doesn't tell its length, as in recordings that were streamed.

    Args:
        source: open for reading; its position is changed.
        position: of the element.
    """
    found = header(source, position)
    return found is not None and found[2] is None


def elements(source: BinaryIO, position: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the elements of a part of a file.

    Args:
        source: open for reading; its position is changed.
        position, end: the part, in bytes.

    Returns:
        Of each element its id, the position of its content and the end of that.
    """
    for _ in range(_MOST_ELEMENTS):
        if position >= end:
            return
        found = header(source, position)
        if found is None:
            return
        kind, n_head, size = found
        first = position + n_head
        position = end if size is None else min(first + size, end)
        yield kind, first, position


def header(source: BinaryIO, position: int) -> tuple[int, int, int | None] | None:
    """Return an element's id, the lengths of its header and content; that may be unknown.

    Args:
        source: open for reading; its position is changed.
        position: of the element.

    Returns:
        None where no element is.
    """
    source.seek(position)
    head = source.read(12)
    n_id = _n_bytes(head[:1])
    n_size = _n_bytes(head[n_id : n_id + 1])
    if not n_id or not n_size or n_id > 4 or len(head) < n_id + n_size:
        return None
    unknown = (1 << 7 * n_size) - 1
    size = int.from_bytes(head[n_id : n_id + n_size], "big") & unknown
    return int.from_bytes(head[:n_id], "big"), n_id + n_size, None if size == unknown else size


def _n_bytes(first: bytes) -> int:
    """Return the length of a number in Matroska, from its first byte; 0 for none."""
    return 9 - first[0].bit_length() if first and first[0] else 0


def number_in(source: BinaryIO, first: int, end: int) -> int:
    """Return the whole number that is the content of an element."""
    source.seek(first)
    return int.from_bytes(source.read(min(end - first, 8)), "big")
