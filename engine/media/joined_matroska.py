"""Matroska and WebM files that were joined end to end, of which libav reads the first two."""

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import FileIO

from engine.media.ebml import (
    CLUSTER,
    ENCODINGS,
    MAGIC,
    PICTURE_OR_SOUND,
    SEGMENT,
    TRACK_ENTRY,
    TRACK_TYPE,
    TRACKS,
    elements,
    is_open_ended,
    number_in,
)
from engine.media.spliced import Piece

_INFO = 0x1549A966
_TIMESTAMP_SCALE = 0x2AD7B1
_USUAL_SCALE = 1_000_000
_TRACK_NUMBER = 0xD7
_CODEC = 0x86
_CODEC_PRIVATE = 0x63A2
_AUDIO = 0xE1
# Their packets hold all that a decoder has to know.
_SELF_DESCRIBED = (b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG1", b"V_MPEG2", b"A_OPUS", b"A_FLAC")
_MOST_PARTS = 1000
_MOST_HEADER_BYTES = 1 << 20
# Of an EBML header up to the kind of file in it.
_HEAD_BYTES = 64

Tracks = dict[int, tuple[bytes, ...]]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MatroskaPart:
    """A whole Matroska file within a file; positions are in bytes.

    Attributes:
        start: of its header.
        segment: start of its segment's header.
        content: start of the segment's content.
        end: of the segment.
        info, tracks: these elements, with their headers.
        clusters: where the packets start.
        known_tracks: how picture and sound are coded, by the track's number.
        scale: of its time stamps, in ns.
    """

    start: int
    segment: int
    content: int
    end: int
    info: Range = (0, 0)
    tracks: Range = (0, 0)
    clusters: int = 0
    known_tracks: Tracks | None = None
    scale: int = _USUAL_SCALE


def matroska_pieces(source: FileIO, size: int) -> tuple[Piece, ...]:
    """Return what makes one file of those that were joined; the whole file where none were.

    Parts that are coded in another way than the first one, and all after them, are left out.

    Args:
        source: open for reading; its position is changed.
        size: of the file, in bytes.
    """
    parts = list(_parts(source, size))
    if len(parts) < 2:
        return ((0, size),)
    parts[-1] = replace(parts[-1], end=size)
    parts = [_described(source, part) for part in parts]
    alike, tracks_of = [parts[0]], parts[0]
    for part in parts[1:]:
        if not _are_alike(part, tracks_of):
            break
        if len(part.known_tracks or ()) > len(tracks_of.known_tracks or ()):
            tracks_of = part
        alike.append(part)
    first = alike[0]
    # Its end isn't known: it contains the others.
    source.seek(first.segment)
    head = source.read(first.content - first.segment)
    n_size = len(head) - 4
    open_head = head[:4] + bytes([0xFF >> n_size - 1]) + b"\xff" * (n_size - 1)
    start: tuple[Piece, ...] = ((first.start, first.segment), open_head)
    if tracks_of is first:
        start += ((first.content, first.end),)
    else:
        start += (first.info, tracks_of.tracks, (first.clusters, first.end))
    return (*start, *((part.clusters, part.end) for part in alike[1:]))


def _parts(source: FileIO, size: int) -> Iterator[MatroskaPart]:
    position = 0
    for _ in range(_MOST_PARTS):
        start, found = position, None
        for kind, content, end in elements(source, position, size):
            if kind == SEGMENT:
                found = position, content, end
                break
            position = end
        if found is None:
            return
        segment, content, end = found
        if is_open_ended(source, segment):
            end = _next_header(source, content, size)
        yield MatroskaPart(start, segment, content, end)
        position = end


def _next_header(source: FileIO, position: int, size: int) -> int:
    """Return where the next file begins after a segment that doesn't tell its length."""
    with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
        position = data.find(MAGIC, position)
        while position >= 0:
            head = data[position : position + _HEAD_BYTES]
            if b"\x42\x82\x88matroska" in head or b"\x42\x82\x84webm" in head:
                return position
            position = data.find(MAGIC, position + 1)
    return size


def _described(source: FileIO, part: MatroskaPart) -> MatroskaPart:
    position = part.content
    for kind, content, end in elements(source, part.content, part.end):
        if kind == CLUSTER:
            return replace(part, clusters=position)
        if kind == _INFO:
            part = replace(part, info=(position, end), scale=_scale(source, content, end))
        elif kind == TRACKS and end - content <= _MOST_HEADER_BYTES:
            known = _known_tracks(source, content, end)
            part = replace(part, tracks=(position, end), known_tracks=known)
        position = end
    return replace(part, clusters=part.end)


def _scale(source: FileIO, first: int, end: int) -> int:
    for kind, content, content_end in elements(source, first, end):
        if kind == _TIMESTAMP_SCALE:
            return number_in(source, content, content_end)
    return _USUAL_SCALE


def _known_tracks(source: FileIO, first: int, end: int) -> Tracks:
    tracks: Tracks = {}
    for kind, content, content_end in elements(source, first, end):
        if kind != TRACK_ENTRY:
            continue
        found: dict[int, bytes] = {}
        for name, at, at_end in elements(source, content, content_end):
            source.seek(at)
            found[name] = source.read(at_end - at)
        codec = found.get(_CODEC, b"").rstrip(b"\0")
        if int.from_bytes(found.get(TRACK_TYPE, b""), "big") not in PICTURE_OR_SOUND:
            continue
        described = b"" if codec in _SELF_DESCRIBED else found.get(_CODEC_PRIVATE, b"")
        layout = found.get(_AUDIO, b"") if codec.startswith(b"A_PCM") else b""
        number = int.from_bytes(found.get(_TRACK_NUMBER, b""), "big")
        tracks[number] = (codec, described, layout, found.get(ENCODINGS, b""))
    return tracks


def _are_alike(part: MatroskaPart, other: MatroskaPart) -> bool:
    """Whether one of the parts' headers serves for both."""
    ours, theirs = part.known_tracks, other.known_tracks
    if not ours or not theirs or part.scale != other.scale:
        return False
    return ours.items() <= theirs.items() or ours.items() >= theirs.items()
