"""Write blocks of sound as a Broadcast Wave file: 24 bits, with the time it starts at.

The chunks are those of EBU Tech 3285 (`bext`, version 1) and 3306 (RF64, for more than 4 GB), which
libsndfile can't write together.
"""

import struct
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.files import replacing

_Samples = npt.NDArray[np.float32]

_SAMPLE_BYTES = 3
_PCM = 1
_UNKNOWN_SIZE = 0xFFFFFFFF  # of a chunk whose size is in the ds64 chunk
_RIFF_LIMIT_BYTES = 0xFFFFFFFF
_FULL_SCALE = 2**23 - 1
_ORIGINATOR = "Soundbed"


@dataclass(frozen=True, slots=True)
class WavFormat:
    """What the header of a WAV file says.

    Attributes:
        rate_hz: sample rate.
        n_samples: of each channel.
        n_channels: 1 or 2.
        first_sample: when the sound starts, in samples since midnight: its time reference.
        description: up to 256 characters, ASCII in the file.
        written_at: seconds since 1970.
    """

    rate_hz: int
    n_samples: int
    n_channels: int = 2
    first_sample: int = 0
    description: str = ""
    written_at: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        if self.n_channels not in (1, 2) or self.rate_hz <= 0:
            raise ValueError("a WAV file has one or two channels and a rate above zero")
        if self.n_samples < 0 or not 0 <= self.first_sample < 2**64:
            raise ValueError("a WAV file has a length and a time from zero")

    @property
    def frame_bytes(self) -> int:
        """How many bytes one sample of all channels has."""
        return self.n_channels * _SAMPLE_BYTES

    @property
    def data_bytes(self) -> int:
        """How many bytes all samples have."""
        return self.n_samples * self.frame_bytes


def write_wav(path: Path, blocks: Iterable[_Samples], about: WavFormat) -> None:
    """Write sound with 24 bits per sample; samples beyond full scale are clipped.

    Args:
        path: replaced when it exists, once everything is written.
        blocks: float32 (n, n_channels) each; what is missing in the end is silence.
        about: the length and the other facts of the header.

    Raises:
        ExportError: when the file can't be written.
    """
    with replacing(path) as beside, beside.open("wb") as file:
        head = header(about)
        file.write(head)
        for block in _cut(blocks, about.n_samples):
            file.write(_as_24_bit(block))
        # Silence where blocks are missing, and chunks have an even length.
        file.truncate(len(head) + about.data_bytes + about.data_bytes % 2)


def header(about: WavFormat) -> bytes:
    """Return everything before the samples.

    A file that could be too long for a plain WAV is RF64, whose sizes have 64 bits; any other has
    a chunk of that length to be skipped, as the standard asks for.
    """
    size = about.data_bytes
    chunks = _chunk(b"bext", _broadcast_extension(about)) + _chunk(b"fmt ", _format(about))
    # "WAVE", the chunk of sizes, the others, and the head of the samples.
    riff_size = 4 + 36 + len(chunks) + 8 + size + size % 2
    if riff_size <= _RIFF_LIMIT_BYTES:
        start = struct.pack("<4sI4s", b"RIFF", riff_size, b"WAVE")
        return start + _chunk(b"JUNK", bytes(28)) + chunks + struct.pack("<4sI", b"data", size)
    sizes = struct.pack("<QQQI", riff_size, size, about.n_samples, 0)
    start = struct.pack("<4sI4s", b"RF64", _UNKNOWN_SIZE, b"WAVE")
    return start + _chunk(b"ds64", sizes) + chunks + struct.pack("<4sI", b"data", _UNKNOWN_SIZE)


def _format(about: WavFormat) -> bytes:
    return struct.pack(
        "<HHIIHH",
        _PCM,
        about.n_channels,
        about.rate_hz,
        about.rate_hz * about.frame_bytes,
        about.frame_bytes,
        8 * _SAMPLE_BYTES,
    )


def _broadcast_extension(about: WavFormat) -> bytes:
    written = time.localtime(about.written_at)
    mode = "mono" if about.n_channels == 1 else "stereo"
    history = f"A=PCM,F={about.rate_hz},W={8 * _SAMPLE_BYTES},M={mode},T={_ORIGINATOR}\r\n"
    return (
        struct.pack(
            "<256s32s32s10s8sQH",
            _ascii(about.description),
            _ascii(_ORIGINATOR),
            b"",
            time.strftime("%Y-%m-%d", written).encode("ascii"),
            time.strftime("%H:%M:%S", written).encode("ascii"),
            about.first_sample,
            1,
        )
        + bytes(64 + 190)  # no UMID, and what is reserved
        + history.encode("ascii")
    )


def _ascii(text: str) -> bytes:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.encode("ascii", "replace")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", name, len(data)) + data + b"\0" * (len(data) % 2)


def _cut(blocks: Iterable[_Samples], n_samples: int) -> Iterator[_Samples]:
    for block in blocks:
        if n_samples <= 0:
            return
        yield block[:n_samples]
        n_samples -= len(block)


def _as_24_bit(block: _Samples) -> bytes:
    whole = np.clip(np.rint(block.astype(np.float64) * 2**23), -(2**23), _FULL_SCALE)
    # The lower three of four little-endian bytes.
    return whole.astype("<i4").reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
