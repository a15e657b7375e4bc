"""The pages of an Ogg file: which are damaged, and what length the last one states (RFC 3533)."""

import zlib
from dataclasses import dataclass

from engine.media.spliced import Source, next_place

_HEADER_BYTES = 27
_UNKNOWN_POSITION = (1 << 64) - 1
_FIRST, _LAST = 2, 4
# How the first packet of a stream with sound starts.
_SOUND = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"fLaC", b"Speex   ")
# Other bytes that look like pages are hostile, and cost more time than they are worth.
_MOST_DAMAGED = 10_000
# The checksum is a CRC-32 whose bits are the other way round than zlib's.
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages of one stream say.

    Attributes:
        n_sound: bytes of the whole pages with a position, which hold sound.
        n_lost: bytes that are in no whole page of a stream whose first page is there; all of a page
            that the file's end cuts off.
        start, end: the first and the last position of a page with sound, in samples.
        is_ended: whether the last whole page is one of them, and says that it is the last one.
    """

    n_sound: int
    n_lost: int
    start: int
    end: int
    is_ended: bool


def read_pages(file: Source, size: int) -> Pages:
    """Walk through the pages of a file.

    Args:
        file: an Ogg file, or a link of one.
        size: its length in bytes.
    """
    n_sound = n_lost = n_damaged = position = 0
    is_ended = False
    streams: set[bytes] = set()
    # How many samples decoders leave out at the start of each stream with sound.
    skipped: dict[bytes, int] = {}
    places: list[int] = []
    while position < size:
        file.seek(position)
        page = _page(file)
        if page:
            if page[5] & _FIRST:
                streams.add(page[14:18])
                if page[_HEADER_BYTES + page[26] :].startswith(_SOUND):
                    skipped[page[14:18]] = _pre_skip(page)
            is_known = page[14:18] in streams
            is_ended = is_known and bool(page[5] & _LAST)
            place = int.from_bytes(page[6:14], "little")
            if not is_known:
                n_lost += len(page)
            elif place != _UNKNOWN_POSITION:
                n_sound += len(page) if place else 0
                if place and page[14:18] in skipped:
                    places = [*places[:1], max(place - skipped[page[14:18]], 0)]
            position += len(page)
            continue
        n_damaged += 1
        following = next_place(file, b"OggS", position + 1) if n_damaged < _MOST_DAMAGED else None
        if following is None:
            # Where damage ends the search, the last page is still to come.
            is_ended = is_ended and n_damaged < _MOST_DAMAGED
            file.seek(position)
            n_lost += max(_stated_bytes(file), size - position)
            break
        n_lost += following - position
        position = following
    start, end = (places[0], places[-1]) if places else (0, 0)
    return Pages(n_sound, n_lost, start, end, is_ended)


def _page(file: Source) -> bytes:
    """Return the page at the file's position; nothing where there is no whole one."""
    header = file.read(_HEADER_BYTES) or b""
    if len(header) < _HEADER_BYTES or header[:4] != b"OggS":
        return b""
    lengths = file.read(header[26]) or b""
    body = file.read(sum(lengths)) or b""
    page = header + lengths + body
    if len(lengths) < header[26] or len(body) < sum(lengths):
        return b""
    return page if _checksum(page) == int.from_bytes(page[22:26], "little") else b""


def _pre_skip(page: bytes) -> int:
    """Return how many samples the first page of an Opus stream states (RFC 7845); 0 of others."""
    head = page[_HEADER_BYTES + page[26] :]
    return int.from_bytes(head[10:12], "little") if head.startswith(b"OpusHead") else 0


def _stated_bytes(file: Source) -> int:
    """Return the size of the page that starts at the file's position, by its header."""
    header = file.read(_HEADER_BYTES) or b""
    if len(header) < _HEADER_BYTES or header[:4] != b"OggS":
        return 0
    return _HEADER_BYTES + header[26] + sum(file.read(header[26]) or b"")


def _checksum(page: bytes) -> int:
    mirrored = (page[:22] + bytes(4) + page[26:]).translate(_MIRRORED)
    found = zlib.crc32(mirrored, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(found.to_bytes(4, "little").translate(_MIRRORED), "big")
