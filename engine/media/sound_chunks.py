"""How long a WAV, AIFF, AU, CAF or Wave64 file is by its header and the sizes of its chunks."""

import os
from dataclasses import dataclass
from typing import Literal

from engine.media.spliced import Source

_MAX_CHUNKS = 1000
_UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0xFFFFFFFF_FFFFFFFF)
# A program that streams doesn't know the size and writes a large one or nothing.
_LARGE = 0x7FFFF000
_AU_HEADER_BYTES = 24


@dataclass(frozen=True, slots=True)
class _Form:
    """How a format writes its chunks.

    Attributes:
        magic: how its files start.
        first: where the first chunk is.
        n_kind, n_size: bytes of a chunk's kind and size.
        order: of the bytes of a size.
        sound: the kind of the chunk that holds the sound.
        aligned: chunks start at multiples of it.
        counts_head: whether a chunk's size counts its kind and size.
        total: where the size of all chunks is stated; None where it isn't.
    """

    magic: bytes
    first: int
    n_kind: int
    n_size: int
    order: Literal["little", "big"]
    sound: bytes
    aligned: int = 2
    counts_head: bool = False
    total: int | None = 4


_FORMS = (
    _Form(b"RIFF", 12, 4, 4, "little", b"data"),
    _Form(b"RF64", 12, 4, 4, "little", b"data"),
    _Form(b"RIFX", 12, 4, 4, "big", b"data"),
    _Form(b"FORM", 12, 4, 4, "big", b"SSND"),
    _Form(b"caff", 8, 4, 8, "big", b"data", aligned=1, total=None),
    _Form(b"riff", 40, 16, 8, "little", b"data", aligned=8, counts_head=True),
)


def claimed_chunk_s(file: Source, rate_hz: int, length_s: float) -> float | None:
    """Return the length that a file had by its header or its bytes; None where they don't tell.

    Args:
        file: an open file.
        rate_hz: its sample rate.
        length_s: of what can be read.
    """
    file.seek(0)
    magic = file.read(4)
    if magic == b".snd":
        return _claimed_au_s(file, length_s)
    form = next((form for form in _FORMS if form.magic == magic), None)
    if form is None:
        return None
    chunks = _chunks(file, form)
    at_sound = next((at for at, chunk in enumerate(chunks) if chunk[0][:4] == form.sound), None)
    if at_sound is None:
        return None
    _, size, start = chunks[at_sound]
    n_file = file.seek(0, os.SEEK_END)
    n_read = max(min(size, n_file - start), 0)
    if size in _UNKNOWN_SIZES or n_read == 0 or (form.n_size == 4 and size >= _LARGE):
        return None
    n_claimed = size + _n_in_no_chunk(file, form, chunks, n_file)
    return max(length_s * n_claimed / n_read, _stated_s(file, form, chunks, rate_hz))


def _stated_s(
    file: Source, form: _Form, chunks: list[tuple[bytes, int, int]], rate_hz: int
) -> float:
    """Return the length by the number of samples that AIFF and packed CAF state; 0 without one."""
    for kind, _, start in chunks:
        if form.magic == b"FORM" and kind == b"COMM":
            file.seek(start + 2)
            return int.from_bytes(file.read(4) or b"", "big") / rate_hz
        if form.magic == b"caff" and kind == b"pakt":
            file.seek(start + 8)
            return int.from_bytes(file.read(8) or b"", "big") / rate_hz
    return 0.0


def _claimed_au_s(file: Source, length_s: float) -> float | None:
    file.seek(0)
    header = file.read(_AU_HEADER_BYTES)
    start, size = int.from_bytes(header[4:8], "big"), int.from_bytes(header[8:12], "big")
    n_there = file.seek(0, os.SEEK_END) - start
    if size in _UNKNOWN_SIZES or n_there <= 0:
        return None
    # Nothing but sound is behind the header.
    return length_s * max(size, n_there) / min(size, n_there)


def _n_in_no_chunk(
    file: Source, form: _Form, chunks: list[tuple[bytes, int, int]], n_file: int
) -> int:
    """Return how many bytes behind the last chunk the file counts as its own."""
    if form.magic == b"riff":
        return 0  # libsndfile reads on
    end = n_file
    if form.total is not None:
        file.seek(form.total)
        total = int.from_bytes(file.read(form.n_size), form.order)
        if total not in _UNKNOWN_SIZES:
            end = min(total + 8, n_file)
    _, size, start = chunks[-1]
    return max(end - (start + size), 0)


def _chunks(file: Source, form: _Form) -> list[tuple[bytes, int, int]]:
    """Return kind, size and start of the chunks, up to the first one that isn't there."""
    found: list[tuple[bytes, int, int]] = []
    end, long_size = form.first, 0
    while len(found) < _MAX_CHUNKS:
        # Some programs don't align chunks; others fill the gap with zeros, which are no kind.
        places = dict.fromkeys((end, end + -end % form.aligned))
        chunk = next((chunk for place in places if (chunk := _chunk(file, form, place))), None)
        if chunk is None:
            break
        kind, size, start = chunk
        if form.magic == b"RF64" and kind == b"ds64":
            file.seek(start + 8)
            long_size = int.from_bytes(file.read(8) or b"", "little")
        elif form.magic == b"RF64" and kind == b"data" and size == 0xFFFFFFFF:
            size = long_size
        found.append((kind, size, start))
        end = start + size
    return found


def _chunk(file: Source, form: _Form, place: int) -> tuple[bytes, int, int] | None:
    file.seek(place)
    n_head = form.n_kind + form.n_size
    head = file.read(n_head) or b""
    kind, size = head[: form.n_kind], int.from_bytes(head[form.n_kind :], form.order)
    size -= n_head if form.counts_head else 0
    is_one = len(head) == n_head and _is_kind(kind[:4]) and size >= 0
    return (kind, size, place + n_head) if is_one else None


def _is_kind(kind: bytes) -> bool:
    return kind.isascii() and kind.decode("ascii").isprintable()
