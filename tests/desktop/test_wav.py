import struct
from pathlib import Path

import numpy as np
import pytest

from desktop.preview.wav import map_wav
from engine.errors import MediaUnreadable


def wav(kind: int, n_bits: int, data: bytes, rate_hz: int = 48_000, extra: bytes = b"") -> bytes:
    form = struct.pack("<HHIIHH", kind, 2, rate_hz, rate_hz * n_bits // 4, n_bits // 4, n_bits)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + extra
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def test_maps_sixteen_bit_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(1, 16, np.array([[1, -2], [300, -400]], "<i2").tobytes()))
    samples = map_wav(path, 48_000)
    assert samples.tolist() == [[1, -2], [300, -400]]
    assert isinstance(samples, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        samples[0, 0] = 1


def test_maps_float_samples_and_skips_other_chunks(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\0"  # odd length, padded
    path.write_bytes(wav(3, 32, np.array([[0.5, -0.25]], "<f4").tobytes(), extra=extra))
    assert map_wav(path, 48_000).tolist() == [[0.5, -0.25]]


def test_a_file_without_samples_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav(1, 16, b""))
    assert map_wav(path, 48_000).shape == (0, 2)


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF\0\0\0\0WAVE", b"not a sound at all, is it", wav(1, 16, b"1234", rate_hz=44_100)],
    ids=["empty", "no chunks", "text", "other rate"],
)
def test_refuses_other_files(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(MediaUnreadable, match=r"a\.wav"):
        map_wav(path, 48_000)


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MediaUnreadable):
        map_wav(tmp_path / "none.wav", 48_000)


def test_maps_what_the_engine_writes(tmp_path: Path) -> None:
    from engine.media.wav import write_wav

    path = tmp_path / "a.wav"
    write_wav(path, iter([np.array([[0.5, -0.5]], np.float32)]), 48_000, 1, bits=16)
    assert map_wav(path, 48_000).tolist() == [[16384, -16384]]
