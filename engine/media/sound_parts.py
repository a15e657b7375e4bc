"""The parts of a sound file that is several files end to end, each with a header of its own.

A chained Ogg (radio recordings, `cat a.ogg b.ogg`) may change rate, channels and codec at each
link (RFC 3533, 4). Decoders stop at the end of the first one, so each is read as a file.
"""

import re
import struct
from collections.abc import Iterator
from io import FileIO

from engine.media.file_cache import cached_by_file

_CHUNK_BYTES = 1 << 20
# Longer than any of the patterns below.
_OVERLAP_BYTES = 64
# An Ogg page of version 0 that begins a stream; "fLaC" and the start of a STREAMINFO block.
_OGG_BEGINNING = re.compile(rb"OggS\x00[\x02\x03\x06\x07]")
_FLAC_BEGINNING = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")
_RIFF_BEGINNING = re.compile(rb"RIFF....WAVE", re.DOTALL)
# A tag with its size, in which decoders would find noise that looks like MP3 frames.
_ID3_TAG = re.compile(rb"ID3[\x02-\x04]\x00[\x00\x10\x20\x40\x80\xc0\xe0][\x00-\x7f]{4}")
_OGG_HEADER_BYTES = 27
_MAX_PARTS = 10_000
_MAX_TAGS = 4
_ID3V1_BYTES = 128
_UNKNOWN_RIFF_SIZES = (0, 0xFFFFFFFF)


@cached_by_file
def part_ranges(file: FileIO, size: int) -> tuple[tuple[int, int], ...]:
    """Return where the parts of an open file start and end, in bytes; one part for most files."""
    file.seek(0)
    head = file.read(12)
    has_tags = False
    if head.startswith(b"OggS"):
        starts = _ogg_links(file, size)
    elif head.startswith(b"fLaC"):
        starts = list(_find(file, _FLAC_BEGINNING))
    elif head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] >= b"\xe0"):
        starts = [0, *(position for position in _find(file, _ID3_TAG) if position > 0)]
        has_tags = True
    elif head[:4] == b"RIFF" and head[8:] == b"WAVE":
        starts = _riff_files(file, size)
    else:
        starts = [0]
    starts = [0, *starts[1:_MAX_PARTS]]
    ends = [*starts[1:], size]
    if has_tags:
        ends = [_before_tags(file, *span) for span in zip(starts, ends, strict=True)]
    return tuple(zip(starts, ends, strict=True))


def _before_tags(file: FileIO, start: int, end: int) -> int:
    """Return where the APE and Lyrics3 tags at the end of a part start; there may be ID3v1, too.

    Decoders would take a picture in them for sound; they know ID3v1 themselves.
    """
    before = end
    for _ in range(_MAX_TAGS):
        file.seek(max(before - _ID3V1_BYTES, 0))
        tail = file.read(min(_ID3V1_BYTES, before))
        if tail.startswith(b"TAG") and before == end:
            before -= _ID3V1_BYTES
            continue
        if tail[-32:-24] == b"APETAGEX":
            # Its size counts the footer, and not the header, which some tags lack.
            n_tag = int.from_bytes(tail[-20:-16], "little") + (tail[-9] >> 7) * 32
        elif tail.endswith(b"LYRICS200") and tail[-15:-9].isdigit():
            n_tag = int(tail[-15:-9]) + 15
        else:
            # ID3v1 alone is left to decoders.
            return end if before >= end - _ID3V1_BYTES else before
        if not start < before - n_tag < before:
            return end
        before -= n_tag
    return before


def _ogg_links(file: FileIO, size: int) -> list[int]:
    """Return where links begin: streams that are played together begin on adjacent pages."""
    starts: list[int] = []
    page_end = -1
    for position in list(_find(file, _OGG_BEGINNING)):
        if position != page_end:
            starts.append(position)
        file.seek(position)
        header = file.read(_OGG_HEADER_BYTES + 255)
        n_segments = header[_OGG_HEADER_BYTES - 1] if len(header) >= _OGG_HEADER_BYTES else 0
        lengths = header[_OGG_HEADER_BYTES : _OGG_HEADER_BYTES + n_segments]
        page_end = position + _OGG_HEADER_BYTES + n_segments + sum(lengths)
    return starts


def _riff_files(file: FileIO, size: int) -> list[int]:
    """Return where WAVs begin; usually each one tells its length."""
    starts: list[int] = []
    position = 0
    while position + 12 <= size and len(starts) < _MAX_PARTS:
        file.seek(position)
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            # Damage has moved the next one, or something else is behind the last one.
            return list(_find(file, _RIFF_BEGINNING))
        starts.append(position)
        (length,) = struct.unpack("<I", head[4:8])
        if length in _UNKNOWN_RIFF_SIZES:
            break
        position += 8 + length + length % 2
    return starts


def _find(file: FileIO, pattern: "re.Pattern[bytes]") -> Iterator[int]:
    """Yield the positions of a pattern in the file."""
    position = 0
    kept = b""
    last = -1
    file.seek(0)
    while chunk := file.read(_CHUNK_BYTES):
        data = kept + chunk
        base = position - len(kept)
        for match in pattern.finditer(data):
            if base + match.start() > last:
                last = base + match.start()
                yield last
        position += len(chunk)
        kept = data[-_OVERLAP_BYTES:]
