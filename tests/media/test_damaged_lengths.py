"""Sound files whose middle is damaged tell how long they were."""

import random
from pathlib import Path

import pytest

from engine.media.track_probe import probe_audio
from tests.media.odd_sounds import encoded, noise

RATE_HZ = 44_100
LENGTH_S = 6
FRAGMENTS = {"movflags": "empty_moov+default_base_moof", "frag_duration": "500000"}


def sound(form: str, options: dict[str, str] | None = None) -> bytes:
    """Return a file of noise, of which every part takes as many bytes."""
    codec = "libmp3lame" if form == "mp3" else "aac"
    return encoded(noise(LENGTH_S, RATE_HZ), RATE_HZ, form, codec, options, {"b": "96000"})


def lengths(path: Path, data: bytes) -> tuple[float, float]:
    """What can be read of a file of these bytes, and what it should have."""
    path.write_bytes(data)
    info = probe_audio(path)
    return info.duration_s, info.claimed_s or info.duration_s


@pytest.mark.parametrize("form", ["mp3", "adts"])
def test_noise_among_frames_counts_as_missing(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"music.{form}"
    data = bytearray(sound(form))
    assert lengths(path, bytes(data))[1] == pytest.approx(LENGTH_S, abs=0.2)
    third = len(data) // 3
    # Without anything that looks like the start of a frame.
    other = bytes(random.Random(5).randrange(255) for _ in range(third))
    data[third : 2 * third] = other
    found_s, claimed_s = lengths(path, bytes(data))
    assert found_s < 0.8 * LENGTH_S
    assert claimed_s == pytest.approx(LENGTH_S, rel=0.1)


@pytest.mark.parametrize("inserted", [b"\0", b"noise" * 20, bytes(1000)])
def test_fragments_behind_a_damaged_place_count_as_missing(inserted: bytes, tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    data = sound("mp4", FRAGMENTS)
    assert lengths(path, data)[1] == pytest.approx(LENGTH_S, abs=0.2)
    place = data.index(b"moof", len(data) // 2) - 4
    found_s, claimed_s = lengths(path, data[:place] + inserted + data[place:])
    assert found_s < 0.7 * LENGTH_S
    assert claimed_s == pytest.approx(LENGTH_S, rel=0.1)


def test_a_second_file_behind_an_indexed_one_counts_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    data = sound("mp4")
    found_s, claimed_s = lengths(path, data + data)
    assert found_s == pytest.approx(LENGTH_S, abs=0.1)
    assert claimed_s == pytest.approx(2 * LENGTH_S, rel=0.1)


def test_an_index_that_lists_only_a_part_is_short(tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    data = bytearray(sound("mp4"))
    place = data.index(b"stsz") + 12
    n_samples = int.from_bytes(data[place : place + 4], "big")
    data[place : place + 4] = (n_samples // 2).to_bytes(4, "big")
    found_s, claimed_s = lengths(path, bytes(data))
    assert claimed_s > 1.1 * found_s


def test_space_and_tags_are_no_missing_sound(tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    data = sound("mp4")
    space = (20_000).to_bytes(4, "big") + b"free" + bytes(19_992)
    found_s, claimed_s = lengths(path, data + space)
    assert claimed_s == pytest.approx(found_s, abs=0.1)
