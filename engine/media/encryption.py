"""Tell whether a media file is encrypted (copy protection), from the marks in its bytes.

libav opens such files as if nothing were wrong, and decodes noise.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from engine.media.ebml import EBML, SEGMENT, elements, number_in

# Sample entries of ISO/IEC 23001-7 (CENC), of FairPlay and of Audible.
_ENCRYPTED_ENTRIES = frozenset((b"encv", b"enca", b"drmi", b"drms", b"aavd", b"aaxc"))
_ISO_FIRST = frozenset((b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp"))
_ISO_PARENTS = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl"))
_MOST_BOXES = 100_000

# Elements of Matroska by their ids.
_TRACKS = 0x1654AE6B
_CLUSTER = 0x1F43B675
_TRACK_ENTRY = 0xAE
_TRACK_TYPE = 0x83
_ENCODINGS = 0x6D80
_ENCODING = 0x6240
_ENCRYPTION = 0x5035
_ENCODING_TYPE = 0x5033

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
# The Content Encryption Object, its extended and its advanced form.
_ASF_ENCRYPTION = frozenset(
    bytes.fromhex(each)
    for each in (
        "fbb3112223bdd211b4b700a0c955fc6e",
        "14e68a292226174cb935dae07ee9289c",
        "338505438169e6499b74ad12cb86d58c",
    )
)

# Transport packets are as long in a plain file, in one of a camera, and with error correction.
_TS_SIZES = (188, 192, 204)
_TS_NULL = 0x1FFF
_SAMPLE_BYTES = 1 << 20
_N_SAMPLES = 4
_MOSTLY = 0.5
_MANY_TAGS = 200


def is_encrypted(source: BinaryIO) -> bool:
    """Whether the picture or the sound of a media file is encrypted.

    Args:
        source: open for reading; it is left at its start.
    """
    try:
        source.seek(0)
        head = source.read(2048)
        if head[4:8] in _ISO_FIRST:
            return any(entry in _ENCRYPTED_ENTRIES for entry in _sample_entries(source))
        if head[:4] == EBML.to_bytes(4, "big"):
            return _is_matroska_encrypted(source)
        if head[:16] == _ASF:
            return _is_asf_encrypted(source)
        if head[:3] == b"FLV":
            return _is_flash_encrypted(source)
        if head[:4] == b"\0\0\1\xba":
            return _is_program_stream_encrypted(source)
        return _first_packet(head) is not None and _is_transport_stream_encrypted(source)
    finally:
        source.seek(0)


def _sample_entries(source: BinaryIO) -> Iterator[bytes]:
    """Yield the four characters that name each stream's coding in an MP4 or MOV."""
    # Parts of the file still to be read, each with its end.
    spans = [(0, source.seek(0, os.SEEK_END))]
    n_boxes = 0
    while spans and n_boxes < _MOST_BOXES:
        position, end = spans.pop()
        n_boxes += 1
        if position + 8 > end:
            continue
        source.seek(position)
        head = source.read(16)
        size, kind, n_head = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, n_head = int.from_bytes(head[8:16], "big"), 16
        elif size == 0:
            size = end - position
        if size < n_head:
            continue
        spans.append((position + size, end))
        inner = position + n_head, min(position + size, end)
        if kind in _ISO_PARENTS:
            spans.append(inner)
        elif kind == b"stsd":
            yield from _entries_of(source, *inner)


def _entries_of(source: BinaryIO, position: int, end: int) -> Iterator[bytes]:
    position += 8  # version, flags, number of entries
    while position + 8 <= end:
        source.seek(position)
        head = source.read(8)
        size = int.from_bytes(head[:4], "big")
        yield head[4:]
        if size < 8:
            return
        position += size


def _is_matroska_encrypted(source: BinaryIO) -> bool:
    end = source.seek(0, os.SEEK_END)
    for kind, first, last in elements(source, 0, end):
        if kind != SEGMENT:
            continue
        for part, first_of, last_of in elements(source, first, last):
            if part == _CLUSTER:
                break  # the tracks come before
            if part == _TRACKS:
                return any(
                    _is_track_encrypted(source, *span)
                    for entry, *span in elements(source, first_of, last_of)
                    if entry == _TRACK_ENTRY
                )
    return False


def _is_track_encrypted(source: BinaryIO, first: int, last: int) -> bool:
    is_encrypted = False
    kind = 0
    for part, begin, end in elements(source, first, last):
        if part == _TRACK_TYPE:
            kind = number_in(source, begin, end)
        elif part == _ENCODINGS:
            for encoding, begin_of, end_of in elements(source, begin, end):
                if encoding == _ENCODING:
                    is_encrypted |= _is_encoding_encryption(source, begin_of, end_of)
    return is_encrypted and kind in (1, 2)  # picture, sound


def _is_encoding_encryption(source: BinaryIO, first: int, last: int) -> bool:
    return any(
        part == _ENCRYPTION or (part == _ENCODING_TYPE and number_in(source, begin, end) == 1)
        for part, begin, end in elements(source, first, last)
    )


def _is_asf_encrypted(source: BinaryIO) -> bool:
    source.seek(16)
    end = min(int.from_bytes(source.read(8), "little"), _SAMPLE_BYTES)
    position = 30  # after the header's own fields
    while position + 24 <= end:
        source.seek(position)
        head = source.read(24)
        size = int.from_bytes(head[16:], "little")
        if head[:16] in _ASF_ENCRYPTION:
            return True
        if size < 24:
            return False
        position += size
    return False


def _is_flash_encrypted(source: BinaryIO) -> bool:
    source.seek(5)
    position = int.from_bytes(source.read(4), "big") + 4
    for _ in range(_MANY_TAGS):
        source.seek(position)
        head = source.read(11)
        if len(head) < 11:
            return False
        if head[0] & 0x20:  # the tag went through a filter
            return True
        position += 11 + int.from_bytes(head[1:4], "big") + 4
    return False


def _is_program_stream_encrypted(source: BinaryIO) -> bool:
    n_packets = n_encrypted = 0
    for part in _samples(source):
        position = part.find(b"\0\0\1")
        while 0 <= position < len(part) - 9:
            kind, flags = part[position + 3], part[position + 6]
            if 0xE0 <= kind <= 0xEF and flags >> 6 == 2:
                n_packets += 1
                n_encrypted += bool(flags & 0x30)
            position = part.find(b"\0\0\1", position + 4)
    # Of a DVD's packets, some are encrypted and some not.
    return n_encrypted > 0.1 * n_packets


def _is_transport_stream_encrypted(source: BinaryIO) -> bool:
    n_packets = n_encrypted = n_clear_pictures = 0
    for part in _samples(source):
        found = _first_packet(part)
        if found is None:
            continue
        first, size = found
        for position in range(first, len(part) - 187, size):
            packet = part[position : position + 188]
            if packet[0] != 0x47 or not packet[3] & 0x10:
                continue
            if (packet[1] << 8 | packet[2]) & _TS_NULL in (_TS_NULL, 0):
                continue
            n_packets += 1
            n_encrypted += packet[3] >> 6 != 0
            n_clear_pictures += _starts_picture(packet)
    return n_encrypted > _MOSTLY * n_packets and not n_clear_pictures


def _first_packet(part: bytes) -> tuple[int, int] | None:
    """Return where the first transport packet starts, and the distance between packets."""
    for size in _TS_SIZES:
        for first in range(min(size, len(part))):
            if part[first] == 0x47:
                others = part[first : first + 8 * size : size]
                if len(others) >= 5 and set(others) == {0x47}:
                    return first, size
    return None


def _starts_picture(packet: bytes) -> bool:
    """Whether a transport packet starts a packet of a picture that isn't encrypted."""
    if not packet[1] & 0x40 or packet[3] >> 6:
        return False
    first = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
    return packet[first : first + 3] == b"\0\0\1" and 0xE0 <= packet[first + 3] <= 0xEF


def _samples(source: BinaryIO) -> Iterator[bytes]:
    """Yield some parts of a file, spread over it."""
    size = source.seek(0, os.SEEK_END)
    step = max(size // _N_SAMPLES, _SAMPLE_BYTES)
    for position in range(0, size, step):
        source.seek(position)
        yield source.read(_SAMPLE_BYTES)
