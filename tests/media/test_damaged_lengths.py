"""Sound files that are damaged or cut off tell how long they were."""

import io
import random
import re
from pathlib import Path
from typing import Literal

import av
import numpy as np
import pytest

from engine.errors import MediaUnreadable
from engine.media.ends import demuxed_end_s
from engine.media.ogg_pages import read_pages
from engine.media.sound_claims import claimed_ogg_s
from engine.media.source import open_container
from engine.media.track_probe import probe_audio
from engine.media.waveform import read_blocks
from tests.media.odd_sounds import encoded, libsndfile, noise

RATE_HZ = 44_100
LENGTH_S = 6
FRAGMENTS = {"movflags": "empty_moov+default_base_moof", "frag_duration": "500000"}


def sound(form: str, options: dict[str, str] | None = None) -> bytes:
    """Return a file of noise, of which every part takes as many bytes."""
    codec = {"mp3": "libmp3lame", "adts": "aac", "mp4": "aac"}.get(form, form)
    return encoded(noise(LENGTH_S, RATE_HZ), RATE_HZ, form, codec, options, {"b": "96000"})


def lengths(path: Path, data: bytes) -> tuple[float, float]:
    """What can be read of a file of these bytes, and what it should have."""
    path.write_bytes(data)
    info = probe_audio(path)
    return info.duration_s, info.claimed_s or info.duration_s


@pytest.mark.parametrize("form", ["mp3", "adts", "ac3", "eac3", "mp2"])
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


def chunked(kind: str) -> bytes:
    return libsndfile(noise(LENGTH_S, RATE_HZ), RATE_HZ, kind, "PCM_16")


# How each format states the size of its sound: after which bytes, and in how many of which order.
SIZES: dict[str, tuple[bytes, int, Literal["little", "big"]]] = {
    "WAV": (b"data", 4, "little"),
    "AIFF": (b"SSND", 4, "big"),
    "CAF": (b"data", 8, "big"),
    "AU": (b".snd\0\0\0\x18", 4, "big"),
}


@pytest.mark.parametrize("kind", [*SIZES, "W64", "RF64"])
def test_a_file_that_is_cut_off_states_its_length(kind: str, tmp_path: Path) -> None:
    data = chunked(kind)
    path = tmp_path / f"music.{kind.lower()}"
    assert lengths(path, data) == pytest.approx((LENGTH_S, LENGTH_S), abs=0.01)
    found_s, claimed_s = lengths(path, data[: len(data) // 2])
    assert found_s == pytest.approx(LENGTH_S / 2, abs=0.05)
    assert claimed_s == pytest.approx(LENGTH_S, abs=0.01)


@pytest.mark.parametrize("kind", SIZES)
def test_sound_behind_a_size_that_is_too_small_is_missed(kind: str, tmp_path: Path) -> None:
    before, n_size, order = SIZES[kind]
    data = bytearray(chunked(kind))
    place = data.index(before) + len(before)
    size = int.from_bytes(data[place : place + n_size], order)
    data[place : place + n_size] = (size // 2).to_bytes(n_size, order)
    found_s, claimed_s = lengths(tmp_path / f"music.{kind.lower()}", bytes(data))
    assert found_s == pytest.approx(LENGTH_S / 2, abs=0.01)
    assert claimed_s == pytest.approx(LENGTH_S, abs=0.01)


def test_a_packed_caf_whose_table_is_damaged_states_its_length(tmp_path: Path) -> None:
    data = bytearray(libsndfile(noise(LENGTH_S, RATE_HZ), RATE_HZ, "CAF", "ALAC_16"))
    place = data.index(b"pakt") + 12 + 24 + 60
    data[place : place + 8] = bytes(8)
    found_s, claimed_s = lengths(tmp_path / "music.caf", bytes(data))
    assert claimed_s == pytest.approx(LENGTH_S, abs=0.1)
    assert found_s < 0.9 * LENGTH_S


def test_chunks_and_bytes_behind_a_wav_are_no_missing_sound(tmp_path: Path) -> None:
    data = chunked("WAV")
    text = b"LIST" + (200_000).to_bytes(4, "little") + bytes(200_000)
    size = (len(data) - 8 + len(text)).to_bytes(4, "little")
    tagged = b"RIFF" + size + data[8:] + text
    size = (len(data) - 9 + len(text)).to_bytes(4, "little")
    n_sound = (len(data) - 44 - 1).to_bytes(4, "little")
    unaligned = b"RIFF" + size + data[8:40] + n_sound + data[44:-1] + text
    for each in (data + text, tagged, tagged + bytes(200_000), unaligned):
        found_s, claimed_s = lengths(tmp_path / "music.wav", each)
        assert (found_s, claimed_s) == pytest.approx((LENGTH_S, LENGTH_S), abs=0.01)


@pytest.mark.parametrize("n_more", [-100, 1, 1000])
def test_joined_wavs_are_found_where_damage_has_moved_them(n_more: int, tmp_path: Path) -> None:
    data = chunked("WAV")
    place = len(data) // 2
    first = data[:place] + bytes(max(n_more, 0)) + data[place - min(n_more, 0) :]
    found_s, claimed_s = lengths(tmp_path / "music.wav", first + data)
    assert (found_s, claimed_s) == pytest.approx((2 * LENGTH_S, 2 * LENGTH_S), abs=0.05)


@pytest.mark.parametrize("rate_hz", [10, 2_000_000_000])
def test_a_rate_that_no_sound_has_is_refused(rate_hz: int, tmp_path: Path) -> None:
    data = bytearray(chunked("WAV"))
    data[24:28] = rate_hz.to_bytes(4, "little")
    path = tmp_path / "music.wav"
    with pytest.raises(MediaUnreadable):
        lengths(path, bytes(data))
    # The other parts of joined ones are read.
    assert lengths(path, bytes(data) + chunked("WAV"))[0] == pytest.approx(LENGTH_S)


def test_lost_fragments_are_missed_where_their_length_is_stated(tmp_path: Path) -> None:
    data = sound("mp4", FRAGMENTS)
    path = tmp_path / "music.m4a"
    before = data[: data.index(b"moof", len(data) // 2) - 4]
    # Nothing tells that there was more.
    assert lengths(path, before)[1] < 0.7 * LENGTH_S
    stated = bytearray(before)
    scale_at = stated.index(b"mvhd") + 16
    duration = LENGTH_S * int.from_bytes(stated[scale_at : scale_at + 4], "big")
    box = (16).to_bytes(4, "big") + b"mehd" + bytes(4) + duration.to_bytes(4, "big")
    place = stated.index(b"mvex") + 4
    stated[place:place] = box
    for kind in (b"moov", b"mvex"):
        at = stated.index(kind) - 4
        stated[at : at + 4] = (int.from_bytes(stated[at : at + 4], "big") + len(box)).to_bytes(4)
    found_s, claimed_s = lengths(path, bytes(stated))
    assert found_s < 0.7 * LENGTH_S
    assert claimed_s == pytest.approx(LENGTH_S, abs=0.05)


def opus_in_ogg() -> bytes:
    return encoded(noise(LENGTH_S, 48_000), 48_000, "ogg", "libopus", {"page_duration": "500000"})


def test_an_ogg_page_that_is_cut_off_is_missed_as_a_whole(tmp_path: Path) -> None:
    data = opus_in_ogg()
    pages = [match.start() for match in re.finditer(b"OggS", data)]
    found_s, claimed_s = lengths(tmp_path / "music.opus", data[: pages[-3] + 300])
    (_, whole_s) = lengths(tmp_path / "whole.opus", data[: pages[-2]])
    assert claimed_s == pytest.approx(whole_s, abs=0.1)
    assert claimed_s - found_s > 0.3


def test_a_link_whose_start_is_damaged_is_missed(tmp_path: Path) -> None:
    first, second = opus_in_ogg(), bytearray(opus_in_ogg())
    assert first[14:18] != second[14:18]
    second[:200] = bytes(200)
    found_s, claimed_s = lengths(tmp_path / "music.opus", first + bytes(second))
    assert found_s == pytest.approx(LENGTH_S, abs=0.1)
    assert claimed_s == pytest.approx(2 * LENGTH_S, rel=0.1)


@pytest.mark.parametrize("codec", ["VORBIS", "OPUS"])
def test_pages_that_a_decoder_leaves_out_are_missed(codec: str, tmp_path: Path) -> None:
    data = libsndfile(noise(LENGTH_S, 48_000), 48_000, "OGG", codec)
    # A damaged page of a stream without sound.
    skeleton = b"OggS\0\2" + bytes(20) + b"\1\x40fishead\0" + bytes(56)
    path = tmp_path / "music.ogg"
    path.write_bytes(skeleton + data)
    with path.open("rb", buffering=0) as file:
        assert claimed_ogg_s(file, 4.0, 48_000) == pytest.approx(LENGTH_S, abs=0.001)


def test_bytes_that_look_like_pages_are_not_all_tried(tmp_path: Path) -> None:
    data = opus_in_ogg()
    place = data.rindex(b"OggS", 0, len(data) // 2)
    false = b"OggS" + bytes(22) + b"\xff" * 3
    path = tmp_path / "music.opus"
    path.write_bytes(data[:place] + 20_000 * false + data[place:])
    with path.open("rb", buffering=0) as file:
        pages = read_pages(file, path.stat().st_size)
    assert pages.n_lost == path.stat().st_size - place
    assert not pages.is_ended


@pytest.mark.parametrize("n_channels", [1, 4])
def test_an_ogg_whose_end_is_damaged_is_missed_by_each_decoder(
    n_channels: int, tmp_path: Path
) -> None:
    channels = np.concatenate([noise(LENGTH_S, 48_000)] * n_channels, axis=1)
    data = libsndfile(channels, 48_000, "OGG", "OPUS")
    place = data.rindex(b"OggS", 0, len(data) // 2)
    path = tmp_path / "music.opus"
    _, claimed_s = lengths(path, data[:place] + bytes(len(data) - place))
    assert claimed_s == pytest.approx(LENGTH_S, rel=0.1)


@pytest.mark.parametrize("place", [0.4, 0.7])
def test_bytes_in_no_block_are_missing_sound(place: float, tmp_path: Path) -> None:
    sound = noise(LENGTH_S, 48_000)
    data = bytearray(encoded(sound, 48_000, "webm", "libopus", {"live": "1"}, seekable=False))
    path = tmp_path / "music.webm"
    assert lengths(path, bytes(data)) == pytest.approx((LENGTH_S, LENGTH_S), abs=0.1)
    start, end = round(place * len(data)), round((place + 0.3) * len(data))
    data[start:end] = bytes(end - start)
    _, claimed_s = lengths(path, bytes(data))
    assert claimed_s == pytest.approx(LENGTH_S, rel=0.1)


def test_noise_that_is_read_as_the_rest_of_a_frame_is_missing(tmp_path: Path) -> None:
    data = bytearray(sound("mp3", {"write_xing": "0"}))
    start, end = (data.index(b"\xff\xfb", n * len(data) // 3) for n in (1, 2))
    # The head of a frame without a bit rate, and nothing that looks like another one.
    data[start:end] = b"\xff\xfb\0\0" + bytes(end - start - 4)
    found_s, claimed_s = lengths(tmp_path / "music.mp3", bytes(data))
    assert found_s < 0.8 * LENGTH_S
    assert claimed_s == pytest.approx(LENGTH_S, rel=0.15)


def ape(content: bytes, *, has_header: bool) -> bytes:
    """Return an APE tag, which is at the end of a file."""
    size = (len(content) + 32).to_bytes(4, "little")
    ends = [
        b"APETAGEX" + (2000).to_bytes(4, "little") + size + bytes(7) + bytes([flags]) + bytes(8)
        for flags in ((0xA0, 0x80) if has_header else (0, 0))
    ]
    return (ends[0] if has_header else b"") + content + ends[1]


LYRICS = b"LYRICSBEGIN" + bytes(3000) + b"003011LYRICS200"


@pytest.mark.parametrize("form", ["mp3", "adts"])
def test_tags_at_the_end_are_no_sound(form: str, tmp_path: Path) -> None:
    data = sound(form, {"write_xing": "0"} if form == "mp3" else None)
    path = tmp_path / f"music.{form}"
    whole = lengths(path, data)
    # Some of it looks like frames.
    cover = random.Random(7).randbytes(300_000)
    for tag in (ape(cover, has_header=True), ape(cover, has_header=False) + LYRICS):
        for last in (b"", b"TAG" + bytes(125)):
            assert lengths(path, data + tag + last) == pytest.approx(whole, abs=0.001)
            n_samples = sum(len(block.samples) for block in read_blocks(path, 8000, 1))
            assert n_samples == pytest.approx(whole[0] * 8000, abs=100)


def test_a_link_with_a_picture_alone_is_no_missing_sound(tmp_path: Path) -> None:
    film = io.BytesIO()
    with av.open(film, "w", format="ogg") as out:
        stream = out.add_stream("libvpx", rate=25)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for n in range(50):
            picture = np.random.default_rng(n).integers(0, 255, (180, 320, 3), np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode(None))
    data = opus_in_ogg()
    found_s, claimed_s = lengths(tmp_path / "music.ogg", data + film.getvalue())
    assert claimed_s == pytest.approx(found_s, abs=0.05)
    assert found_s == pytest.approx(LENGTH_S, abs=0.05)


def test_a_time_that_no_number_holds_is_no_time_to_seek(tmp_path: Path) -> None:
    path = tmp_path / "music.m4a"
    path.write_bytes(sound("mp4"))
    with open_container(path) as container:
        end_s = demuxed_end_s(container, container.streams.audio[0], 1e14)
    assert end_s == pytest.approx(LENGTH_S, abs=0.1)
