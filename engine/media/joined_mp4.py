"""Fragmented MP4 files that were joined end to end, read with the first one's header."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import FileIO

from engine.media.boxes import Box, boxes, boxes_at
from engine.media.spliced import Piece

_MOST_HEADER_BYTES = 4 << 20
_TFHD_HAS_OFFSET = 1
_ENTRIES = (b"mdia", b"minf", b"stbl", b"stsd")
# Bit rates, which differ from recording to recording.
_UNIMPORTANT = (b"btrt",)
_VISUAL_ENTRY_BYTES, _SOUND_ENTRY_BYTES = 78, 28

Tracks = dict[int, tuple[bytes, ...]]


@dataclass(slots=True)
class _Part:
    """A whole MP4 within a file: its start, its tracks and its fragments."""

    start: int
    tracks: Tracks | None = None
    has_sound_or_picture: bool = False
    fragments: list[tuple[int, int]] = field(default_factory=list)


def mp4_pieces(source: FileIO, size: int) -> tuple[Piece, ...]:
    """Return what makes one file of those that were joined; the whole file where none were.

    Parts that are coded in another way than the first one, or that aren't in fragments, and all
    after them, are left out.

    Args:
        source: open for reading; its position is changed.
        size: of the file, in bytes.
    """
    parts = _parts(source, size)
    pieces: list[Piece] = []
    position = 0
    for part in parts[1:]:
        if not part.fragments or not parts[0].fragments or part.tracks != parts[0].tracks:
            return (*pieces, (position, part.start))
        for place, offset in _offsets(source, part):
            pieces += [(position, place), (offset + part.start).to_bytes(8, "big")]
            position = place + 8
    return (*pieces, (position, size))


def _parts(source: FileIO, size: int) -> list[_Part]:
    """Return the files that have a header and content; what follows a file belongs to it."""
    parts: list[_Part] = []
    waiting = _Part(0)
    for kind, start, content, end in boxes(source, 0, size):
        if kind == b"ftyp":
            waiting = _Part(start)
        elif kind == b"moov" and waiting.tracks is None and end - start <= _MOST_HEADER_BYTES:
            waiting.tracks = _tracks(source, content, end)
        elif kind == b"moof":
            waiting.fragments.append((content, end))
        elif kind == b"mdat":
            waiting.has_sound_or_picture = True
        is_known = parts and parts[-1] is waiting
        if waiting.tracks and waiting.has_sound_or_picture and not is_known:
            parts.append(waiting)
    return parts


def _tracks(source: FileIO, position: int, end: int) -> Tracks:
    """Return how the tracks of a header are coded, by their ids."""
    tracks: Tracks = {}
    for track in boxes_at(source, position, end, b"trak"):
        numbers = list(boxes_at(source, track.content, track.end, b"tkhd"))
        clocks = list(boxes_at(source, track.content, track.end, b"mdia", b"mdhd"))
        entries = list(boxes_at(source, track.content, track.end, *_ENTRIES))
        if not numbers or not clocks or not entries:
            continue
        # After version and flags, two times.
        header = _read(source, numbers[0])
        number = header[20:24] if header[:1] == b"\x01" else header[12:16]
        clock = _read(source, clocks[0])
        scale = clock[20:24] if clock[:1] == b"\x01" else clock[12:16]
        description = (scale, *_entry(source, entries[0].content + 8, entries[0].end))
        tracks[int.from_bytes(number, "big")] = description
    return tracks


def _entry(source: FileIO, position: int, end: int) -> Iterator[bytes]:
    """Yield the kind and the settings of the first sample entry."""
    for kind, _, content, entry_end in boxes(source, position, end):
        yield kind
        source.seek(content)
        fixed = source.read(_VISUAL_ENTRY_BYTES)
        is_sound = kind in (b"mp4a", b"Opus", b"fLaC", b"ac-3", b"ec-3", b"alac")
        n_fixed = _SOUND_ENTRY_BYTES if is_sound else _VISUAL_ENTRY_BYTES
        yield fixed[:_SOUND_ENTRY_BYTES] if is_sound else fixed[24:28]
        for box in boxes(source, content + n_fixed, entry_end):
            if box.kind == b"esds":
                yield _decoder_settings(_read(source, box))
            elif box.kind not in _UNIMPORTANT:
                yield box.kind + _read(source, box)
        return


def _decoder_settings(data: bytes) -> bytes:
    """Return the descriptor 5 within the descriptors of an `esds` (ISO/IEC 14496-1, 7.2.6)."""
    position = 4
    while position < len(data):
        tag, length = data[position], 0
        position += 1
        while position < len(data):
            byte = data[position]
            position += 1
            length = length << 7 | byte & 0x7F
            if not byte & 0x80:
                break
        if tag == 5:
            return data[position : position + length]
        # What precedes the descriptors inside.
        position += {3: 3, 4: 13}.get(tag, length)
    return b""


def _read(source: FileIO, box: Box) -> bytes:
    source.seek(box.content)
    return source.read(min(box.end - box.content, _MOST_HEADER_BYTES))


def _offsets(source: FileIO, part: _Part) -> Iterator[tuple[int, int]]:
    """Yield where fragments tell the place of their content in the file, and what they tell."""
    for first, end in part.fragments:
        for box in boxes_at(source, first, end, b"traf", b"tfhd"):
            header = _read(source, box)
            if int.from_bytes(header[1:4], "big") & _TFHD_HAS_OFFSET and len(header) >= 16:
                yield box.content + 8, int.from_bytes(header[8:16], "big")
