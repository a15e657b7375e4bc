"""WAV files: samples, sizes and interrupted writing."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from engine.errors import Cancelled, ExportError
from engine.media.wav import write_wav

BLOCK = np.array([[0.5, -0.5], [2.0, -2.0], [0.0, 0.25]], np.float32)


def test_samples_are_read_back_and_too_loud_ones_are_clipped(tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    write_wav(out, [BLOCK, BLOCK], 48_000, 6)
    sound, rate = soundfile.read(out)
    info = soundfile.info(out)
    assert (rate, info.subtype, info.format, len(sound)) == (48_000, "PCM_24", "WAV", 6)
    assert np.allclose(sound[3:], np.clip(BLOCK, -1, 1), atol=2 * 2**-23)


def test_a_file_too_long_for_wav_is_rf64(tmp_path: Path) -> None:
    out = tmp_path / "long.wav"
    write_wav(out, [BLOCK], 48_000, 1_000_000_000)
    assert soundfile.info(out).format == "RF64"


def test_cancelling_keeps_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    out.write_bytes(b"old")

    def blocks() -> Iterator[npt.NDArray[np.float32]]:
        yield BLOCK
        raise Cancelled

    with pytest.raises(Cancelled):
        write_wav(out, blocks(), 48_000, 6)
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match="file"):
        write_wav(tmp_path / "file" / "a.wav", [BLOCK], 48_000, 3)
