"""A WAV file as an array that stays on disk until it is played."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import MediaUnreadable
from engine.translation import tr

Samples = npt.NDArray[np.int16] | npt.NDArray[np.float32]

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_DTYPES: dict[tuple[int, int], np.dtype] = {
    (_PCM, 16): np.dtype("<i2"),
    (_FLOAT, 32): np.dtype("<f4"),
}


def map_wav(path: Path, rate_hz: int) -> Samples:
    """Map the stereo samples of a WAV file that a preview wrote.

    Args:
        path: 16-bit PCM or 32-bit float, two channels.
        rate_hz: the rate that the file must have.

    Returns:
        Samples (n, 2), int16 or float32, memory-mapped and read-only.

    Raises:
        MediaUnreadable: when the file is another kind of WAV, or none.
    """
    try:
        dtype, offset, n_bytes = _find_samples(path, rate_hz)
        n_frames = n_bytes // (2 * dtype.itemsize)
        if n_frames == 0:
            return np.zeros((0, 2), dtype)
        return np.memmap(path, dtype, "r", offset, (n_frames, 2))
    except (OSError, ValueError, struct.error) as error:
        raise MediaUnreadable(
            tr("the prepared sound can't be read."),
            path=path,
            remedy=tr("Select the track again to prepare it anew."),
        ) from error


def _find_samples(path: Path, rate_hz: int) -> tuple[np.dtype, int, int]:
    dtype: np.dtype | None = None
    with path.open("rb") as file:
        n_left = path.stat().st_size
        if file.read(4) not in (b"RIFF", b"RF64") or file.read(8)[4:] != b"WAVE":
            raise ValueError("no RIFF WAVE header")
        while header := file.read(8):
            name, n_bytes = struct.unpack("<4sI", header)
            start = file.tell()
            if name == b"fmt ":
                dtype = _read_format(file.read(n_bytes), rate_hz)
            elif name == b"data":
                if dtype is None:
                    raise ValueError("samples before their format")
                # RF64 and streamed files carry 0xFFFFFFFF here; the file's end is the truth.
                return dtype, start, min(n_bytes, n_left - start)
            file.seek(start + n_bytes + n_bytes % 2)
    raise ValueError("no samples")


def _read_format(chunk: bytes, rate_hz: int) -> np.dtype:
    kind, n_channels, rate, _, _, n_bits = struct.unpack("<HHIIHH", chunk[:16])
    if kind == _EXTENSIBLE:
        kind = struct.unpack("<H", chunk[24:26])[0]
    if n_channels != 2 or rate != rate_hz or (kind, n_bits) not in _DTYPES:
        raise ValueError(f"{n_channels} channels, {rate} Hz, kind {kind} of {n_bits} bits")
    return _DTYPES[kind, n_bits]
