"""Files whose length their head doesn't tell are read to their end, whole and in parts."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import MediaError
from engine.media.sound_reading import sound_length
from engine.media.track_probe import probe_audio
from engine.media.waveform import read_blocks, read_waveform
from tests.media.odd_sounds import (
    click_times_s,
    clicks,
    encoded,
    id3,
    libsndfile,
    mp3,
    noise,
    with_frame_count,
    write,
)

RATE = 48_000


def vorbis(sound: np.ndarray, rate_hz: int = RATE) -> bytes:
    return libsndfile(sound, rate_hz, "OGG", "VORBIS")


def opus(sound: np.ndarray, rate_hz: int = RATE) -> bytes:
    return libsndfile(sound, rate_hz, "OGG", "OPUS")


def flac_in_ogg(sound: np.ndarray, rate_hz: int = RATE) -> bytes:
    return encoded(sound, rate_hz, "ogg", "flac")


def flac(sound: np.ndarray, rate_hz: int = RATE) -> bytes:
    return libsndfile(sound, rate_hz, "FLAC", "PCM_16")


def wav(sound: np.ndarray, rate_hz: int = RATE) -> bytes:
    return libsndfile(sound, rate_hz, "WAV", "PCM_16")


@pytest.mark.parametrize("loud_first", [True, False])
def test_variable_bit_rate_without_a_frame_count(tmp_path: Path, loud_first: bool) -> None:
    loud, quiet = noise(4, 44_100), np.zeros((8 * 44_100, 1), np.float32)
    sound = np.concatenate([loud, quiet] if loud_first else [quiet, loud])
    path = write(tmp_path / "song.mp3", mp3(sound, 44_100, xing=False, vbr=True))
    assert probe_audio(path).duration_s == pytest.approx(12, abs=0.1)
    found = read_waveform(path, 44_100, 1)
    assert len(found) / 44_100 == pytest.approx(12, abs=0.1)
    level = np.sqrt((found[: 12 * 44_100].reshape(12, -1) ** 2).mean(axis=1))
    assert (level > 0.2).tolist()[1:11] == ([True] * 4 + [False] * 8 if loud_first else
                                            [False] * 8 + [True] * 4)[1:11]  # fmt: skip


@pytest.mark.parametrize("n_frames", [0, 20, 100_000])
def test_a_wrong_frame_count(tmp_path: Path, n_frames: int) -> None:
    path = write(tmp_path / "song.mp3", with_frame_count(mp3(clicks(6)), n_frames))
    length = sound_length(path)
    assert length.length_s == pytest.approx(6, abs=0.1)
    assert length.claimed_s == (None if n_frames == 0 else pytest.approx(n_frames * 0.024))
    found = read_waveform(path, RATE, 1)
    np.testing.assert_allclose(click_times_s(found, RATE), np.arange(6), atol=0.03)


JOINED: dict[str, tuple[Callable[[], tuple[bytes, ...]], str]] = {
    "two MP3s": (lambda: (mp3(clicks(4)), mp3(clicks(4))), ".mp3"),
    "without a frame count": (
        lambda: (mp3(clicks(4), xing=False), mp3(clicks(4), xing=False)),
        ".mp3",
    ),
    "of two rates": (lambda: (mp3(clicks(4)), mp3(clicks(4, 44_100), 44_100)), ".mp3"),
    "of one and two channels": (lambda: (mp3(clicks(4)), mp3(clicks(4, RATE, 2))), ".mp3"),
    "a tag between": (lambda: (mp3(clicks(4)), id3(60_000), mp3(clicks(4))), ".mp3"),
    "other bytes between": (
        lambda: (mp3(clicks(4)), np.random.default_rng(3).bytes(5000), mp3(clicks(4))),
        ".mp3",
    ),
}
CHAINED: dict[str, tuple[Callable[[], tuple[bytes, ...]], str]] = {
    "Vorbis": (lambda: (vorbis(clicks(4)), vorbis(clicks(4))), ".ogg"),
    "Vorbis of two rates": (lambda: (vorbis(clicks(4)), vorbis(clicks(4, 44_100), 44_100)), ".ogg"),
    "Vorbis of two layouts": (lambda: (vorbis(clicks(4, RATE, 2)), vorbis(clicks(4))), ".ogg"),
    "Opus": (lambda: (opus(clicks(4)), opus(clicks(4, RATE, 2))), ".opus"),
    "FLAC in Ogg": (lambda: (flac_in_ogg(clicks(4)), flac_in_ogg(clicks(4))), ".oga"),
    "another codec": (lambda: (opus(clicks(4)), vorbis(clicks(4, 44_100), 44_100)), ".ogg"),
    "other bytes between": (lambda: (vorbis(clicks(4)), bytes(3000), vorbis(clicks(4))), ".ogg"),
    "FLACs": (lambda: (flac(clicks(4)), flac(clicks(4, 44_100), 44_100)), ".flac"),
    "WAVs": (lambda: (wav(clicks(4)), wav(clicks(4, 44_100, 2), 44_100)), ".wav"),
}


@pytest.mark.parametrize("kind", JOINED)
def test_joined_mp3s(tmp_path: Path, kind: str) -> None:
    make, suffix = JOINED[kind]
    path = write(tmp_path / f"joined{suffix}", *make())
    # Without gapless data a decoder's delay remains between the files.
    assert probe_audio(path).duration_s == pytest.approx(8.1, abs=0.1)
    found = read_waveform(path, RATE, 1)
    times_s = click_times_s(found, RATE)
    assert len(found) / RATE == pytest.approx(8.1, abs=0.1)
    np.testing.assert_allclose(times_s % 1, times_s[0] % 1, atol=0.1)
    assert {round(time_s - times_s[0]) for time_s in times_s} >= set(range(8))
    # A little after each file begins.
    for start_s in (0.3, 4.5):
        later_s = click_times_s(read_waveform(path, RATE, 1, start_s=start_s), RATE) + start_s
        np.testing.assert_allclose(later_s, times_s[times_s > start_s], atol=0.03)


@pytest.mark.parametrize("kind", CHAINED)
def test_chained_files(tmp_path: Path, kind: str) -> None:
    make, suffix = CHAINED[kind]
    path = write(tmp_path / f"chained{suffix}", *make())
    assert probe_audio(path).duration_s == pytest.approx(8, abs=0.01)
    for n_channels in (1, 2):
        found = read_waveform(path, RATE, n_channels)
        assert len(found) / RATE == pytest.approx(8, abs=0.01)
        np.testing.assert_allclose(click_times_s(found, RATE), np.arange(8), atol=0.001)
    later = read_waveform(path, RATE, 1, start_s=5.5, duration_s=2)
    np.testing.assert_allclose(click_times_s(later, RATE), [0.5, 1.5], atol=0.001)


@pytest.mark.parametrize(
    ("container", "codec"),
    [("webm", "libopus"), ("matroska", "libopus"), ("matroska", "flac"), ("adts", "aac")],
)
def test_files_without_a_length(tmp_path: Path, container: str, codec: str) -> None:
    data = encoded(clicks(5), RATE, container, codec, seekable=False)
    path = write(tmp_path / f"recording.{container}", data)
    assert probe_audio(path).duration_s == pytest.approx(5, abs=0.05)
    found = read_waveform(path, RATE, 1)
    assert len(found) / RATE == pytest.approx(5, abs=0.05)
    np.testing.assert_allclose(click_times_s(found, RATE), np.arange(5), atol=0.03)


@pytest.mark.parametrize("kind", ["flac", "wav", "mp3", "mka"])
def test_what_a_header_claims(tmp_path: Path, kind: str) -> None:
    sound = noise(8, RATE)
    if kind == "mka":
        data = encoded(sound, RATE, "matroska", "flac")
    else:
        data = {"flac": flac, "wav": wav, "mp3": mp3}[kind](sound)
    path = write(tmp_path / f"song.{kind}", data[: len(data) // 4])
    length = sound_length(path)
    assert length.claimed_s == pytest.approx(8, abs=0.1)
    assert length.length_s == pytest.approx(2, abs=0.3)


@pytest.mark.parametrize("damaged", ["start", "middle", "end"])
@pytest.mark.parametrize("make", [vorbis, opus])
def test_damaged_pages_of_an_ogg_are_missed(
    tmp_path: Path, make: Callable[[np.ndarray], bytes], damaged: str
) -> None:
    data = bytearray(make(np.concatenate([noise(8, RATE), noise(8, RATE)], axis=1)))
    # Past the headers, a page in three.
    first = {"start": 6000, "middle": len(data) // 3, "end": 3 * len(data) // 4}[damaged]
    for place in range(first, min(first + len(data) // 4, len(data)), 500):
        data[place] ^= 0xFF
    path = write(tmp_path / "song.ogg", bytes(data))
    length = sound_length(path)
    *_, last = read_blocks(path, RATE, 1)
    assert length.claimed_s == pytest.approx(8, abs=0.2)
    assert last.decoded_s < 0.9 * 8


def test_an_undamaged_ogg_that_starts_late_claims_no_more(tmp_path: Path) -> None:
    data = vorbis(noise(8, RATE))
    pages = [match.start() for match in re.finditer(b"OggS", data)]
    headers = next(at for at in pages if int.from_bytes(data[at + 6 : at + 14], "little") > 0)
    cut = next(at for at in pages if at > headers + len(data) // 2)
    path = write(tmp_path / "radio.ogg", data[:headers] + data[cut:])
    length = sound_length(path)
    assert length.claimed_s == length.length_s


def test_a_link_that_cannot_be_read_is_missed(tmp_path: Path) -> None:
    link = bytearray(vorbis(noise(4, RATE)))
    broken = bytearray(link)
    broken[60:200] = bytes(140)
    path = write(tmp_path / "chain.ogg", bytes(link), bytes(broken), bytes(link))
    length = sound_length(path)
    assert length.length_s == pytest.approx(8)
    assert length.claimed_s == pytest.approx(12, abs=0.1)


def test_a_part_that_claims_too_little_makes_up_for_no_other(tmp_path: Path) -> None:
    long = with_frame_count(mp3(noise(8, RATE)), 40)
    short = mp3(noise(8, RATE))
    path = write(tmp_path / "song.mp3", long, id3(300), short[: len(short) // 2])
    length = sound_length(path)
    assert length.length_s == pytest.approx(12, abs=0.3)
    assert length.claimed_s == pytest.approx(16, abs=0.3)


def test_a_tag_before_another_one_is_no_lost_sound(tmp_path: Path) -> None:
    path = write(tmp_path / "song.mp3", id3(50_000), id3(300), mp3(clicks(4)))
    length = sound_length(path)
    assert length.length_s == pytest.approx(4, abs=0.03)
    assert length.claimed_s == pytest.approx(length.length_s, abs=0.05)


@pytest.mark.parametrize("content", [b"\xff", b"\xff\xfb", b"ID3", b"OggS", b"fLaC", b"RIFF"])
def test_a_file_that_ends_in_its_first_bytes_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "short.mp3"
    path.write_bytes(content)
    with pytest.raises(MediaError):
        sound_length(path)
