"""Encrypted files are refused by that name, and others aren't."""

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from engine.errors import MediaEncrypted
from engine.media.probe import probe_video
from engine.media.track_probe import probe_audio
from tests.media.many_streams import Picture, Sound, write_streams

_KEY = "00112233445566778899aabbccddeeff"
_CONTENT_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")


def cenc(folder: Path, name: str = "clip.mp4", fragmented: bool = False) -> Path:
    """A clip encrypted by libav itself, whose packets are copied from a plain one."""
    plain = write_streams(folder / "plain.mp4", Picture(), Sound())
    options = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": _KEY,
        "encryption_kid": _KEY,
    }
    if fragmented:
        options["movflags"] = "empty_moov+frag_keyframe"
    path = folder / name
    with av.open(str(plain)) as source, av.open(str(path), "w", "mp4", options=options) as target:
        kept = [each for each in source.streams if name.endswith(".mp4") or each.type == "audio"]
        copies = {each.index: target.add_stream_from_template(each) for each in kept}
        for packet in source.demux(kept):
            if packet.dts is not None:
                packet.stream = copies[packet.stream_index]
                target.mux(packet)
    return path


def fragmented(folder: Path) -> Path:
    return cenc(folder, fragmented=True)


def cenc_sound(folder: Path) -> Path:
    return cenc(folder, "song.m4a")


def fairplay(folder: Path) -> Path:
    path = write_streams(folder / "song.m4p", Sound(), form="mp4")
    path.write_bytes(path.read_bytes().replace(b"mp4a", b"drms"))
    return path


def fairplay_film(folder: Path) -> Path:
    path = write_streams(folder / "film.m4v", Picture(), Sound(), form="mp4")
    path.write_bytes(path.read_bytes().replace(b"avc1\0", b"drmi\0").replace(b"mp4a", b"drms"))
    return path


def scrambled(folder: Path, size: int = 188) -> Path:
    """A transport stream whose packets are scrambled, but for its tables."""
    plain = write_streams(folder / "plain.ts", Picture(), Sound(codec="mp2")).read_bytes()
    packets = [bytearray(plain[n : n + 188]) for n in range(0, len(plain), 188)]
    for packet in packets:
        if (packet[1] << 8 | packet[2]) & 0x1FFF in (0x100, 0x101):
            first = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
            packet[3] |= 0x80
            packet[first:] = bytes(value ^ 0x5A for value in packet[first:])
    path = folder / "broadcast.ts"
    path.write_bytes(b"".join(bytes(size - 188) + packet for packet in packets))
    return path


def scrambled_with_times(folder: Path) -> Path:
    return scrambled(folder, 192)


def element(kind: int, content: bytes) -> bytes:
    size = (len(content) | 1 << 56).to_bytes(8, "big")
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + size + content


def matroska(*encoding: tuple[int, bytes], kind: int = 1) -> bytes:
    """The beginning of a file with one track of a kind (1 picture, 2 sound, 17 subtitles)."""
    encodings = element(0x6D80, element(0x6240, b"".join(element(*each) for each in encoding)))
    track = element(0xD7, b"\1") + element(0x83, bytes([kind])) + element(0x86, b"V_VP9")
    tracks = element(0x1654AE6B, element(0xAE, track + encodings))
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, element(0x1549A966, b"") + tracks)


def webm(folder: Path) -> Path:
    path = folder / "film.webm"
    path.write_bytes(matroska((0x5033, b"\1"), (0x5035, element(0x47E1, b"\5"))))
    return path


def webm_sound(folder: Path) -> Path:
    path = folder / "song.webm"
    path.write_bytes(matroska((0x5033, b"\1"), kind=2))
    return path


def windows_media(folder: Path) -> Path:
    path = write_streams(folder / "film.wmv", Picture("wmv2"), Sound(codec="pcm_s16le"))
    data = path.read_bytes()
    added = _CONTENT_ENCRYPTION + (40).to_bytes(8, "little") + bytes(16)
    size = int.from_bytes(data[16:24], "little") + len(added)
    n_objects = int.from_bytes(data[24:28], "little") + 1
    head = data[:16] + size.to_bytes(8, "little") + n_objects.to_bytes(4, "little") + data[28:30]
    path.write_bytes(head + added + data[30:])
    return path


def flash(folder: Path) -> Path:
    path = write_streams(folder / "film.flv", Picture("flv"), Sound())
    data = bytearray(path.read_bytes())
    data[13] |= 0x20
    path.write_bytes(data)
    return path


def dvd(folder: Path) -> Path:
    path = write_streams(folder / "film.vob", Picture("mpeg2video"), Sound(codec="mp2"))
    data = bytearray(path.read_bytes())
    at = data.find(b"\0\0\1\xe0")
    while at >= 0:
        data[at + 6] |= 0x10
        at = data.find(b"\0\0\1\xe0", at + 1)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "make",
    [cenc, fragmented, fairplay_film, scrambled, scrambled_with_times, webm, windows_media, flash,
     dvd],
)  # fmt: skip
def test_an_encrypted_clip_is_refused_by_that_name(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    with pytest.raises(MediaEncrypted, match="is encrypted") as caught:
        probe_video(make(tmp_path))
    assert caught.value.remedy


@pytest.mark.parametrize("make", [cenc_sound, fairplay, webm_sound])
def test_encrypted_music_is_refused_by_that_name(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    with pytest.raises(MediaEncrypted, match="is encrypted"):
        probe_audio(make(tmp_path))


@pytest.mark.parametrize(
    ("name", "picture", "sound"),
    [
        ("clip.mp4", "libx264", "aac"),
        ("clip.mkv", "libx264", "aac"),
        ("clip.ts", "libx264", "mp2"),
        ("clip.vob", "mpeg2video", "mp2"),
        ("clip.wmv", "wmv2", "pcm_s16le"),
        ("clip.flv", "flv", "aac"),
    ],
)
def test_plain_clips_are_not_taken_for_encrypted(
    name: str, picture: str, sound: str, tmp_path: Path
) -> None:
    path = write_streams(tmp_path / name, Picture(picture), Sound(codec=sound))
    assert probe_video(path).sound is not None


def test_a_broadcast_with_some_scrambled_channels_is_read(tmp_path: Path) -> None:
    plain = write_streams(tmp_path / "plain.ts", Picture(), Sound(codec="mp2")).read_bytes()
    other = bytearray(plain[188 * 3 : 188 * 4])
    other[1], other[2], other[3] = 0x12, 0x34, other[3] & 0x3F | 0x80
    path = tmp_path / "broadcast.ts"
    packets = [plain[n : n + 188] for n in range(0, len(plain), 188)]
    path.write_bytes(b"".join(packet + 3 * bytes(other) for packet in packets))
    assert probe_video(path).n_frames == 50


def test_encrypted_subtitles_alone_are_no_reason(tmp_path: Path) -> None:
    path = tmp_path / "film.webm"
    path.write_bytes(matroska((0x5033, b"\1"), kind=17))
    with pytest.raises(Exception, match="film") as caught:
        probe_video(path)
    assert not isinstance(caught.value, MediaEncrypted)
