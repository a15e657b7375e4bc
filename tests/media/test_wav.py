"""WAV files: samples, sizes and interrupted writing."""

import struct
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from engine.errors import Cancelled, ExportError
from engine.media.wav import WavFormat, header, write_wav

BLOCK = np.array([[0.5, -0.5], [2.0, -2.0], [0.0, 0.25]], np.float32)


def test_samples_are_read_back_and_too_loud_ones_are_clipped(tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    write_wav(out, [BLOCK, BLOCK], WavFormat(48_000, 6))
    sound, rate = soundfile.read(out)
    info = soundfile.info(out)
    assert (rate, info.subtype, info.format, len(sound)) == (48_000, "PCM_24", "WAV", 6)
    assert np.allclose(sound[3:], np.clip(BLOCK, -1, 1), atol=2 * 2**-23)


def chunks_of(data: bytes) -> dict[bytes, bytes]:
    """The chunks of the head of a WAV file; that of the samples is empty."""
    found, position = {}, 12
    while position < len(data):
        name, size = struct.unpack_from("<4sI", data, position)
        found[name] = data[position + 8 : position + 8 + size]
        position += 8 + size + size % 2
    return found


def test_the_time_reference_is_read_by_others(tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    # One hour and a sample after midnight, beyond 32 bits in the second file.
    for first in (3600 * 48_000 + 1, 2**33 + 5):
        about = WavFormat(48_000, 6, first_sample=first, description="Ünder the Sea → x")
        write_wav(out, [BLOCK, BLOCK], about)
        with av.open(str(out)) as container:
            tags = container.metadata
            assert tags["time_reference"] == str(first)
            assert tags["comment"] == "Under the Sea ? x"
            assert tags["encoded_by"] == "Soundbed"
            assert container.streams.audio[0].codec_context.name == "pcm_s24le"


def test_the_broadcast_extension_has_its_standard_form() -> None:
    about = WavFormat(48_000, 10, first_sample=0x1_2345_6789, written_at=0.0)
    chunks = chunks_of(header(about))
    assert list(chunks) == [b"JUNK", b"bext", b"fmt ", b"data"]
    bext = chunks[b"bext"]
    low, high, version = struct.unpack_from("<IIH", bext, 338)
    assert (low, high, version) == (0x2345_6789, 1, 1)
    assert bext[602:] == b"A=PCM,F=48000,W=24,M=stereo,T=Soundbed\r\n"
    assert chunks[b"fmt "] == struct.pack("<HHIIHH", 1, 2, 48_000, 288_000, 6, 24)


@pytest.mark.parametrize("n_channels", [1, 2])
def test_an_odd_number_of_bytes_is_padded(tmp_path: Path, n_channels: int) -> None:
    out = tmp_path / "a.wav"
    write_wav(out, [BLOCK[:, :n_channels]], WavFormat(48_000, 3, n_channels))
    size = out.stat().st_size
    assert size % 2 == 0
    assert struct.unpack_from("<I", out.read_bytes(), 4)[0] == size - 8
    sound, _ = soundfile.read(out, always_2d=True)
    assert sound.shape == (3, n_channels)


def test_missing_blocks_are_silence_and_more_are_left_out(tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    write_wav(out, [BLOCK], WavFormat(48_000, 5))
    assert soundfile.read(out)[0][3:].tolist() == [[0.0, 0.0]] * 2
    write_wav(out, [BLOCK, BLOCK], WavFormat(48_000, 4))
    assert len(soundfile.read(out)[0]) == 4


def test_a_file_too_long_for_wav_is_rf64_with_its_time_reference(tmp_path: Path) -> None:
    out = tmp_path / "long.wav"
    n_samples = 800_000_000  # 4.8 GB, nearly all of it a hole in the file
    write_wav(out, [BLOCK], WavFormat(48_000, n_samples, first_sample=48_000))
    info = soundfile.info(out)
    assert (info.format, info.frames, info.subtype) == ("RF64", n_samples, "PCM_24")
    with av.open(str(out)) as container:
        assert container.metadata["time_reference"] == "48000"
        assert (container.duration or 0) / av.time_base == pytest.approx(n_samples / 48_000)
    with soundfile.SoundFile(out) as wav:
        assert wav.read(3)[0].tolist() == pytest.approx([0.5, -0.5], abs=2**-22)


def test_the_longest_plain_wav_and_the_shortest_rf64() -> None:
    longest = WavFormat(48_000, 715_827_000)
    while header(longest)[:4] == b"RIFF":
        size = struct.unpack_from("<I", header(longest), 4)[0]
        assert size == len(header(longest)) - 8 + longest.data_bytes
        longest = WavFormat(48_000, longest.n_samples + 1)
    chunks = chunks_of(header(longest))
    assert list(chunks)[:2] == [b"ds64", b"bext"]
    riff_size, data_size, n_samples, n_table = struct.unpack("<QQQI", chunks[b"ds64"])
    assert riff_size == len(header(longest)) - 8 + longest.data_bytes > 2**32 - 1
    assert (data_size, n_samples, n_table) == (longest.data_bytes, longest.n_samples, 0)


def test_cancelling_keeps_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "a.wav"
    out.write_bytes(b"old")

    def blocks() -> Iterator[npt.NDArray[np.float32]]:
        yield BLOCK
        raise Cancelled

    with pytest.raises(Cancelled):
        write_wav(out, blocks(), WavFormat(48_000, 6))
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExportError, match="file"):
        write_wav(tmp_path / "file" / "a.wav", [BLOCK], WavFormat(48_000, 3))
