"""Tell whether a media file is encrypted (copy protection), from the marks in its bytes.

libav opens such files as if nothing were wrong, and decodes noise.
"""

from collections.abc import Iterator
from io import FileIO

from engine.media.boxes import FIRST_BOXES, boxes, boxes_at
from engine.media.ebml import (
    CLUSTER,
    ENCODINGS,
    PICTURE_OR_SOUND,
    SEGMENT,
    TRACK_ENTRY,
    TRACK_TYPE,
    TRACKS,
    elements,
    number_in,
)
from engine.media.ebml import MAGIC as MATROSKA_MAGIC
from engine.media.file_cache import cached_by_file

# Sample entries of ISO/IEC 23001-7 (CENC), of FairPlay and of Audible.
_ENCRYPTED_ENTRIES = frozenset((b"encv", b"enca", b"drmi", b"drms", b"aavd", b"aaxc"))
_SAMPLE_TABLE = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")

# Elements of Matroska by their ids.
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


@cached_by_file
def is_encrypted(source: FileIO, size: int) -> bool:
    """Whether the picture or the sound of an open media file is encrypted."""
    source.seek(0)
    head = source.read(2048)
    if head[4:8] in FIRST_BOXES:
        return any(entry in _ENCRYPTED_ENTRIES for entry in _sample_entries(source, size))
    if head[:4] == MATROSKA_MAGIC:
        return _is_matroska_encrypted(source, size)
    if head[:16] == _ASF:
        return _is_asf_encrypted(source)
    if head[:3] == b"FLV":
        return _is_flash_encrypted(source)
    if head[:4] == b"\0\0\1\xba":
        return _is_program_stream_encrypted(source, size)
    return _first_packet(head) is not None and _is_transport_stream_encrypted(source, size)


def _sample_entries(source: FileIO, size: int) -> Iterator[bytes]:
    """Yield the four characters that name each stream's coding in an MP4 or MOV."""
    for table in boxes_at(source, 0, size, *_SAMPLE_TABLE):
        # After version, flags and the number of entries.
        yield from (entry.kind for entry in boxes(source, table.content + 8, table.end))


def _is_matroska_encrypted(source: FileIO, size: int) -> bool:
    for kind, first, last in elements(source, 0, size):
        if kind != SEGMENT:
            continue
        for part, first_of, last_of in elements(source, first, last):
            if part == CLUSTER:
                break  # the tracks come before
            if part == TRACKS:
                return any(
                    _is_track_encrypted(source, *span)
                    for entry, *span in elements(source, first_of, last_of)
                    if entry == TRACK_ENTRY
                )
    return False


def _is_track_encrypted(source: FileIO, first: int, last: int) -> bool:
    is_encrypted = False
    kind = 0
    for part, begin, end in elements(source, first, last):
        if part == TRACK_TYPE:
            kind = number_in(source, begin, end)
        elif part == ENCODINGS:
            for encoding, begin_of, end_of in elements(source, begin, end):
                if encoding == _ENCODING:
                    is_encrypted |= _is_encoding_encryption(source, begin_of, end_of)
    return is_encrypted and kind in PICTURE_OR_SOUND


def _is_encoding_encryption(source: FileIO, first: int, last: int) -> bool:
    return any(
        part == _ENCRYPTION or (part == _ENCODING_TYPE and number_in(source, begin, end) == 1)
        for part, begin, end in elements(source, first, last)
    )


def _is_asf_encrypted(source: FileIO) -> bool:
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


def _is_flash_encrypted(source: FileIO) -> bool:
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


def _is_program_stream_encrypted(source: FileIO, size: int) -> bool:
    n_packets = n_encrypted = 0
    for part in _samples(source, size):
        position = part.find(b"\0\0\1")
        while 0 <= position < len(part) - 9:
            kind, flags = part[position + 3], part[position + 6]
            if 0xE0 <= kind <= 0xEF and flags >> 6 == 2:
                n_packets += 1
                n_encrypted += bool(flags & 0x30)
            position = part.find(b"\0\0\1", position + 4)
    # Of a DVD's packets, some are encrypted and some not.
    return n_encrypted > 0.1 * n_packets


def _is_transport_stream_encrypted(source: FileIO, size: int) -> bool:
    n_packets = n_encrypted = n_clear_pictures = 0
    for part in _samples(source, size):
        found = _first_packet(part)
        if found is None:
            continue
        first, n_bytes = found
        for position in range(first, len(part) - 187, n_bytes):
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


def _samples(source: FileIO, size: int) -> Iterator[bytes]:
    """Yield some parts of a file, spread over it."""
    step = max(size // _N_SAMPLES, _SAMPLE_BYTES)
    for position in range(0, size, step):
        source.seek(position)
        yield source.read(_SAMPLE_BYTES)
