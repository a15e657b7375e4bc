"""The file beside a library with the columns and vectors of its tracks, mapped into memory.

It is made from the rows, which stay what counts: they change in one transaction with the tracks,
and snapshots, undo and music packs work on them. The file is written whole beside its place and
then renamed, never changed: who has the old one open keeps reading it. It says of which state of
the library it is, and a checksum says that it is whole. Snapshots leave it out; it may be deleted
at any time.
"""

import hashlib
import mmap
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import msgspec
import numpy as np

from engine.encoders.wants import AXES, WANTED_GENRES
from engine.files import replacing
from engine.library.columns import INSTRUMENT_NAMES, KEY_NAMES, TrackColumns

_MAGIC: Final = b"SBEDCOL1"
_SUFFIX: Final = ".vectors"
# Two packs are compared at most.
_N_SPACES = 2
_ALIGNED = 64
_MOST_HEADER_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 22
# Type and width of each column but the vectors, whose width is that of the space.
_COLUMNS: Final[dict[str, tuple[str, int]]] = {
    "ids": ("<i8", 1),
    "contents": ("<u8", 1),
    "durations_s": ("<f8", 1),
    "bpm": ("<f8", 1),
    "vocals": ("<f8", 1),
    "loudness_lufs": ("<f8", 1),
    "keys": ("|i1", 1),
    "is_minor": ("|b1", 1),
    "needs_no_credit": ("|b1", 1),
    "has_marks": ("|b1", 1),
    "is_embedded": ("|b1", 1),
    "genres": ("<i4", 1),
    "instruments": ("<u8", 1),
    "shares": ("<f4", len(WANTED_GENRES)),
    "axes": ("<f4", len(AXES)),
}
# What the numbers mean: a program with other names makes the file again.
_MEANING: Final = hashlib.blake2b(
    repr((_COLUMNS, AXES, INSTRUMENT_NAMES, KEY_NAMES)).encode(), digest_size=16
).hexdigest()

_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A state of a library: the last change of its tracks.

    Attributes:
        revision: number of the change.
        token: drawn at random for it, so that two libraries, or one and its restored snapshot,
            never have the same stamp for different states.
    """

    revision: _Count
    token: Annotated[str, msgspec.Meta(max_length=64)]


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands before the columns.

    Attributes:
        meaning: see `_MEANING`.
        space: the embedding space.
        stamp: the state of the library that they are of.
        n_tracks: how many.
        width: length of a vector.
        genre_names: of `TrackColumns`.
        checksum: CRC-32 of everything after the header.
    """

    meaning: str
    space: str
    stamp: Stamp
    n_tracks: _Count
    width: _Count
    genre_names: tuple[str, ...]
    checksum: int


@dataclass(frozen=True, slots=True, eq=False)
class _Opened:
    """A file that is mapped into memory and was checked.

    Attributes:
        identity: tells it from the file that replaces it.
        columns: views of it.
        stamp: the state that they are of.
    """

    identity: tuple[int, int, int]
    columns: TrackColumns
    stamp: Stamp


# Reading a whole file to check it takes a while, so it is done once for each file.
_opened: dict[Path, _Opened] = {}
_opening = threading.Lock()


def path_of(library: Path, space: str) -> Path:
    """Return where the file of a library and an embedding space is."""
    name = hashlib.blake2b(space.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    return library.with_name(f"{library.name}.{name}{_SUFFIX}")


def open_columns(library: Path, space: str) -> tuple[TrackColumns, Stamp] | None:
    """Return the columns of a library, mapped into memory; None without a file that is whole."""
    path = path_of(library, space)
    with _opening:
        try:
            status = path.stat()
            identity = (status.st_ino, status.st_mtime_ns, status.st_size)
            known = _opened.get(path)
            if known is None or known.identity != identity:
                _opened[path] = known = _Opened(identity, *_map(path, space))
        except (OSError, ValueError):
            # `msgspec` raises a kind of ValueError.
            _opened.pop(path, None)
            return None
        return known.columns, known.stamp


def write_columns(library: Path, space: str, columns: TrackColumns, stamp: Stamp) -> None:
    """Write the file of a library and an embedding space; files of spaces no longer used go.

    Args:
        library: the library file.
        space: of the vectors.
        columns: of all ready tracks.
        stamp: the state of the library that they are of.

    Raises:
        ExportError: when it can't be written.
    """
    path = path_of(library, space)
    checksum = 0
    for piece in _pieces(columns):
        checksum = zlib.crc32(piece, checksum)
    header = msgspec.json.encode(
        _Header(
            meaning=_MEANING,
            space=space,
            stamp=stamp,
            n_tracks=len(columns),
            width=columns.vectors.shape[1],
            genre_names=columns.genre_names,
            checksum=checksum,
        )
    )
    start = _MAGIC + len(header).to_bytes(4, "little") + zlib.crc32(header).to_bytes(4, "little")
    with _opening:
        # Windows doesn't replace a file that is mapped.
        _opened.pop(path, None)
    with replacing(path) as beside, beside.open("wb") as stream:
        stream.write(_padded(start + header))
        for piece in _pieces(columns):
            stream.write(piece)
    others = set(library.parent.glob(f"{_escaped(library.name)}.*{_SUFFIX}")) - {path}
    for other in sorted(others, key=_changed_ns, reverse=True)[_N_SPACES - 1 :]:
        with suppress(OSError):
            other.unlink()


def _map(path: Path, space: str) -> tuple[TrackColumns, Stamp]:
    """Map a file into memory.

    Raises:
        OSError: when it can't be read.
        ValueError: when it isn't whole, or of another space or version.
    """
    with path.open("rb") as stream:
        data = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    start = len(_MAGIC) + 8
    n_bytes = int.from_bytes(data[len(_MAGIC) : len(_MAGIC) + 4], "little")
    if data[: len(_MAGIC)] != _MAGIC or not 0 < n_bytes <= _MOST_HEADER_BYTES:
        raise ValueError("not a file of columns")
    encoded = data[start : start + n_bytes]
    if zlib.crc32(encoded) != int.from_bytes(data[start - 4 : start], "little"):
        raise ValueError("the header is damaged")
    header = msgspec.json.decode(encoded, type=_Header)
    if (header.meaning, header.space) != (_MEANING, space):
        raise ValueError("of another space or version")
    layout = {**_COLUMNS, "vectors": ("<f4", header.width)}
    offset = first = len(_padded(data[: start + n_bytes]))
    arrays = {}
    for name, (kind, width) in layout.items():
        n_values = header.n_tracks * width
        n_here = n_values * np.dtype(kind).itemsize
        if offset + n_here > len(data):
            raise ValueError("the file is too short")
        values = np.frombuffer(data, kind, n_values, offset)
        arrays[name] = values if width == 1 and name != "vectors" else values.reshape(-1, width)
        offset += n_here + -n_here % _ALIGNED
    if offset != len(data) or _checksum(data, first) != header.checksum:
        raise ValueError("the file is damaged")
    return TrackColumns(genre_names=header.genre_names, **arrays), header.stamp


def _pieces(columns: TrackColumns) -> Iterator[bytes | memoryview]:
    """Yield what is written of the columns, each with its padding."""
    for name, (kind, _) in {**_COLUMNS, "vectors": ("<f4", 0)}.items():
        array = np.ascontiguousarray(getattr(columns, name), kind)
        yield array.reshape(-1).view(np.uint8).data
        yield bytes(-array.nbytes % _ALIGNED)


def _checksum(data: mmap.mmap, start: int) -> int:
    found = 0
    with memoryview(data) as view:
        for place in range(start, len(view), _CHUNK_BYTES):
            found = zlib.crc32(view[place : place + _CHUNK_BYTES], found)
    return found


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNED)


def _escaped(name: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
