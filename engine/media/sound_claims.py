"""What the header of a sound file says about its length, for formats whose decoders don't tell."""

import os
import struct

from engine.media.boxes import boxes, boxes_at
from engine.media.ogg_pages import read_pages
from engine.media.spliced import Source

_XING_SEARCH_BYTES = 4096
# Samples of a frame, by the version bits of its header (MPEG 2.5, none, 2, 1), layer III.
_FRAME_SAMPLES = (576, 0, 576, 1152)
_RATES_HZ = ((11025, 12000, 8000), (0, 0, 0), (22050, 24000, 16000), (44100, 48000, 32000))
_MAX_TAGS = 1000
# The first page with sound ends before it, unless a recording of a stream started later.
_EARLY_S = 5.0
# More bytes than this beside the packets of an MP4's index are other sound.
_WHOLE = 1.1
# Headers and tags at the end of an MP3 take less.
_FRAMES = 1.02
# fmt: off
_BOXES = frozenset((
    b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"ssix", b"prft", b"emsg",
    b"free", b"skip", b"wide", b"pnot", b"uuid", b"meta", b"udta", b"pdin", b"junk", b"PICT",
))
# fmt: on


def claimed_headerless_s(file: Source, length_s: float, n_bytes: int) -> float | None:
    """Return the length that an MP3 or a similar file states, or else must have by its size.

    Args:
        file: an open file.
        length_s: of the packets that were found.
        n_bytes: of those packets; where much of the file is in none, it is damaged.
    """
    stated_s = _claimed_mp3_s(file)
    # Where it states much less, its statement is of another file, or damaged.
    is_likely = stated_s is not None and stated_s * _WHOLE >= length_s
    if is_likely or n_bytes == 0:
        return stated_s
    n_sound = file.seek(0, os.SEEK_END) - _after_id3(file)
    return length_s * n_sound / n_bytes if n_sound > _FRAMES * n_bytes else stated_s


def _claimed_mp3_s(file: Source) -> float | None:
    """Return the length that a Xing, Info or VBRI frame states; None without one."""
    file.seek(_after_id3(file))
    head = file.read(_XING_SEARCH_BYTES)
    start = next(
        (at for at in range(len(head) - 4) if head[at] == 0xFF and head[at + 1] & 0xE6 == 0xE2),
        None,
    )
    if start is None:
        return None
    version, rate_index = head[start + 1] >> 3 & 3, head[start + 2] >> 2 & 3
    if rate_index == 3 or not _FRAME_SAMPLES[version]:
        return None
    n_frames = None
    for name in (b"Xing", b"Info"):
        at = head.find(name, start, start + 64)
        if at >= 0 and len(head) >= at + 12 and head[at + 7] & 1:
            (n_frames,) = struct.unpack(">I", head[at + 8 : at + 12])
    at = head.find(b"VBRI", start, start + 64)
    if at >= 0 and len(head) >= at + 18:
        (n_frames,) = struct.unpack(">I", head[at + 14 : at + 18])
    if not n_frames:
        return None
    return float(n_frames * _FRAME_SAMPLES[version] / _RATES_HZ[version][rate_index])


def claimed_boxes_s(file: Source, length_s: float, n_indexed: int) -> float:
    """Return the length that an MP4 had before its index or the boxes after it were damaged.

    Args:
        file: an open file.
        length_s: that its index states.
        n_indexed: bytes of the packets in the index.
    """
    n_content = n_unknown = 0
    is_fragmented = False
    size = file.seek(0, os.SEEK_END)
    length_s = max(length_s, _fragments_s(file, size))
    for kind, start, content, end in boxes(file, 0, size):
        if kind == b"mdat":
            n_content += end - content
        elif kind not in _BOXES:
            # No reader finds anything behind it.
            n_unknown = size - start
            break
        is_fragmented |= kind == b"moof"
    n_found = n_content if is_fragmented else min(n_indexed, n_content)
    if not n_found:
        return length_s
    n_lost = n_unknown + (n_content - n_found if n_content > _WHOLE * n_found else 0)
    return length_s * (1 + n_lost / n_found)


def _fragments_s(file: Source, size: int) -> float:
    """Return the length that a file in fragments states for all of them; 0 where it doesn't."""
    scale = 0
    for head in boxes_at(file, 0, size, b"moov", b"mvhd"):
        file.seek(head.content)
        data = file.read(28)
        scale = int.from_bytes(data[20:24] if data[:1] == b"\1" else data[12:16], "big")
    for box in boxes_at(file, 0, size, b"moov", b"mvex", b"mehd"):
        file.seek(box.content)
        data = file.read(12)
        duration = int.from_bytes(data[4:12] if data[:1] == b"\1" else data[4:8], "big")
        return duration / scale if scale else 0.0
    return 0.0


def sound_bytes(file: Source) -> int:
    """Return how many bytes a file has, without the tags at its start."""
    return max(file.seek(0, os.SEEK_END) - _after_id3(file), 0)


def claimed_ogg_s(file: Source, length_s: float, rate_hz: int) -> float:
    """Return the length that an Ogg file had before some of its pages were damaged.

    Args:
        file: an open file, or a link of one.
        length_s: from the first whole page to the last one.
        rate_hz: in which positions are counted.
    """
    size = file.seek(0, os.SEEK_END)
    pages = read_pages(file, size)
    if not pages.n_lost or not pages.n_sound:
        return length_s
    # The first pages may be among the lost ones; recordings of a stream start late, though.
    by_bytes_s = length_s * (1 + pages.n_lost / pages.n_sound)
    # Where the last page is lost, so is the position that it stated.
    end_s = pages.end / rate_hz
    claimed_s = min(by_bytes_s, end_s if pages.is_ended else by_bytes_s)
    # Decoders may leave out whole pages, too.
    is_from_start = pages.start < _EARLY_S * rate_hz
    return max(length_s, claimed_s, end_s if is_from_start else 0.0)


def _after_id3(file: Source) -> int:
    """Return where the ID3v2 tags at the start of a file end."""
    position = 0
    for _ in range(_MAX_TAGS):
        file.seek(position)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3":
            break
        size = 0
        for byte in head[6:]:
            size = size << 7 | byte & 127
        position += 10 + size + (10 if head[5] & 16 else 0)
    return position
