"""Sound files whose middle is damaged tell how long they were."""

import random
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from engine.media.track_probe import probe_audio

RATE_HZ = 44_100
LENGTH_S = 6
FRAGMENTS = {"movflags": "empty_moov+default_base_moof", "frag_duration": "500000"}


def write_sound(path: Path, codec: str, options: dict[str, str] | None = None) -> bytes:
    """Write noise, of which every part takes as many bytes; return the file."""
    noise = np.random.default_rng(5).normal(0, 0.1, RATE_HZ * LENGTH_S).astype(np.float32)
    with av.open(str(path), "w", options=options or {}) as out:
        stream = out.add_stream(codec, RATE_HZ, layout="mono", bit_rate=96_000)
        assert isinstance(stream, AudioStream)
        frame = av.AudioFrame.from_ndarray(noise[None], "fltp", "mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        out.mux([*stream.encode(frame), *stream.encode(None)])
    return path.read_bytes()


def lengths(path: Path, data: bytes) -> tuple[float, float]:
    """What can be read of a file of these bytes, and what it should have."""
    path.write_bytes(data)
    info = probe_audio(path)
    return info.duration_s, info.claimed_s or info.duration_s


@pytest.mark.parametrize("form", ["mp3", "aac"])
def test_noise_among_frames_counts_as_missing(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"music.{form}"
    data = bytearray(write_sound(path, "libmp3lame" if form == "mp3" else "aac"))
    assert lengths(path, bytes(data))[1] == pytest.approx(LENGTH_S, abs=0.2)
    third = len(data) // 3
    # Without anything that looks like the start of a frame.
    noise = bytes(random.Random(5).randrange(255) for _ in range(third))
    data[third : 2 * third] = noise
    found_s, claimed_s = lengths(path, bytes(data))
    assert found_s < 0.8 * LENGTH_S
    assert claimed_s == pytest.approx(LENGTH_S, rel=0.1)


@pytest.mark.parametrize("inserted", [b"\0", b"noise" * 20, bytes(1000)])
def test_fragments_behind_a_damaged_place_count_as_missing(inserted: bytes, tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    data = write_sound(path, "aac", FRAGMENTS)
    assert lengths(path, data)[1] == pytest.approx(LENGTH_S, abs=0.2)
    place = data.index(b"moof", len(data) // 2) - 4
    found_s, claimed_s = lengths(path, data[:place] + inserted + data[place:])
    assert found_s < 0.7 * LENGTH_S
    assert claimed_s == pytest.approx(LENGTH_S, rel=0.1)


def test_a_second_file_behind_an_indexed_one_counts_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    data = write_sound(path, "aac")
    found_s, claimed_s = lengths(path, data + data)
    assert found_s == pytest.approx(LENGTH_S, abs=0.1)
    assert claimed_s == pytest.approx(2 * LENGTH_S, rel=0.1)


def test_an_index_that_lists_only_a_part_is_short(tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    data = bytearray(write_sound(path, "aac"))
    place = data.index(b"stsz") + 12
    n_samples = int.from_bytes(data[place : place + 4], "big")
    data[place : place + 4] = (n_samples // 2).to_bytes(4, "big")
    found_s, claimed_s = lengths(path, bytes(data))
    assert claimed_s > 1.1 * found_s


def test_space_and_tags_are_no_missing_sound(tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    data = write_sound(path, "aac")
    space = (20_000).to_bytes(4, "big") + b"free" + bytes(19_992)
    found_s, claimed_s = lengths(path, data + space)
    assert claimed_s == pytest.approx(found_s, abs=0.1)
