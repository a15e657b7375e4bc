"""Clips and sound files that are checked, and files that can't be used."""

import os
import socket
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from av.stream import Disposition

from engine.errors import (
    MediaError,
    MediaNotFound,
    MediaTooLarge,
    MediaUnreadable,
    MissingStream,
)
from engine.media import probe as probe_module
from engine.media.orientation import UPRIGHT
from engine.media.probe import AUDIO_SUFFIXES, VIDEO_SUFFIXES, probe_video
from engine.media.source import open_regular
from engine.media.track_probe import probe_audio
from engine.media.waveform import read_waveform
from tests.media.many_streams import PLAIN, Picture, Sound, write_streams

WriteClip = Callable[..., Path]


def test_plain_clip(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=50, rate=Fraction(25), size=(320, 180))
    info = probe_video(path)
    assert info.path == path
    assert info.size_bytes == path.stat().st_size
    assert info.duration_s == pytest.approx(2.0)
    assert (info.width, info.height, info.orientation) == (320, 180, UPRIGHT)
    assert info.frame_rate == 25
    assert (info.codec, info.pixel_format, info.is_hdr) == ("h264", "yuv420p", False)
    assert info.sound is not None
    assert (info.sound.codec, info.sound.rate_hz, info.sound.n_channels) == ("aac", 48_000, 2)
    assert info.warnings == ()


def test_relative_path_becomes_absolute(
    write_clip: WriteClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_clip(tmp_path / "clip.mp4", n_frames=2, sound=None)
    monkeypatch.chdir(tmp_path)
    assert probe_video("clip.mp4").path == tmp_path / "clip.mp4"


@pytest.mark.parametrize("rotation_deg", [90, 180, 270])
def test_rotation_swaps_width_and_height(
    write_clip: WriteClip, tmp_path: Path, rotation_deg: int
) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=3, rotation_deg=rotation_deg)
    info = probe_video(path)
    assert info.orientation.transposes == (rotation_deg != 180)
    assert (info.width, info.height) == ((320, 180) if rotation_deg == 180 else (180, 320))


def test_ntsc_rate_is_exact_and_timecode_is_read(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(
        tmp_path / "clip.mov", rate=Fraction(30_000, 1001), timecode="01:00:00:00", n_frames=30
    )
    info = probe_video(path)
    assert info.frame_rate == Fraction(30_000, 1001)
    assert info.start_timecode == "01:00:00:00"


def test_single_frame(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "clip.mp4", n_frames=1, sound=None))
    assert info.duration_s == pytest.approx(1 / 25)
    assert info.sound is None


def test_hdr_is_recognised(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(
        tmp_path / "clip.mp4",
        codec="libx265",
        pixel_format="yuv420p10le",
        n_frames=5,
        options=(("x265-params", "transfer=smpte2084:colorprim=bt2020:log-level=none"),),
    )
    info = probe_video(path)
    assert (info.codec, info.pixel_format, info.is_hdr) == ("hevc", "yuv420p10le", True)


@pytest.mark.parametrize(
    "name",
    ["%d.mp4", "%05d\n.mp4", "-i concat:x.mp4", "file:x.mp4", b"\xff\xfe\x80.mp4"],
)
def test_odd_names_open(write_clip: WriteClip, tmp_path: Path, name: str | bytes) -> None:
    plain = write_clip(tmp_path / "plain.mp4", n_frames=3)
    odd = tmp_path / (os.fsdecode(name) if isinstance(name, bytes) else name)
    try:
        plain.rename(odd)
    except OSError:
        pytest.skip("this file system doesn't take such names")
    assert probe_video(odd).path == odd
    assert probe_audio(odd).path == odd


def _missing(folder: Path) -> Path:
    return folder / "missing.mp4"


def _folder(folder: Path) -> Path:
    (folder / "folder.mp4").mkdir()
    return folder / "folder.mp4"


def _empty(folder: Path) -> Path:
    (folder / "empty.mp4").touch()
    return folder / "empty.mp4"


def _text(folder: Path) -> Path:
    (folder / "text.mp4").write_text("This is not a video.\n" * 100)
    return folder / "text.mp4"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.mp4")
    return folder / "pipe.mp4"


def _socket(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(folder / "s.mp4"))
    return folder / "s.mp4"


def _playlist(folder: Path) -> Path:
    (folder / "list.mp4").write_text("ffconcat version 1.0\nfile other.mp4\n")
    return folder / "list.mp4"


def _stream_list(folder: Path) -> Path:
    (folder / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n")
    return folder / "list.m3u8"


def _picture(folder: Path) -> Path:
    pixels = np.zeros((16, 16, 3), np.uint8)
    av.VideoFrame.from_ndarray(pixels, "rgb24").save(str(folder / "image.png"))
    return folder / "image.png"


@pytest.mark.skipif(os.name != "posix", reason="pipes and sockets in folders")
@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (_missing, MediaNotFound, "there is no such file"),
        (_folder, MediaUnreadable, "this is a folder"),
        (_empty, MediaUnreadable, "the file is empty"),
        (_text, MediaUnreadable, "isn't a video or audio file"),
        (_pipe, MediaUnreadable, "a pipe, a socket or a device"),
        (_socket, MediaUnreadable, "a pipe, a socket or a device"),
        (_playlist, MediaUnreadable, "isn't a video or audio file"),
        (_stream_list, MediaUnreadable, "isn't a video or audio file"),
        (_picture, MediaUnreadable, "this is a PNG picture"),
    ],
)
@pytest.mark.parametrize("probe", [probe_video, probe_audio])
def test_unusable_files_give_a_reason_and_a_remedy(
    tmp_path: Path,
    make: Callable[[Path], Path],
    kind: type[MediaError],
    words: str,
    probe: Callable[[Path], object],
) -> None:
    path = make(tmp_path)
    with pytest.raises(kind, match=words) as caught:
        probe(path)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    assert path.name in str(caught.value)


def test_a_pipe_that_replaces_the_file_after_the_check_does_not_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.name != "posix":
        pytest.skip("pipes in folders")
    plain = tmp_path / "plain"
    plain.write_bytes(b"x")
    os.mkfifo(tmp_path / "pipe")
    status = plain.stat()
    monkeypatch.setattr(Path, "stat", lambda *_, **__: status)
    with pytest.raises(MediaUnreadable, match="a pipe"):
        open_regular(tmp_path / "pipe")


def test_a_file_without_permission_is_an_error(tmp_path: Path) -> None:
    if os.name != "posix" or os.geteuid() == 0:
        pytest.skip("root may read everything")
    path = tmp_path / "locked.mp4"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(MediaUnreadable, match="can't be opened"):
        probe_video(path)


def test_a_clip_without_its_index(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=50)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaUnreadable, match="its index is missing"):
        probe_video(path)


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_an_incomplete_clip_has_the_length_that_can_be_read(
    write_clip: WriteClip, tmp_path: Path, name: str
) -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (100, 90, 160, 3), np.uint8)
    whole = write_clip(
        tmp_path / f"whole-{name}",
        n_frames=100,
        size=(160, 90),
        sound=None,
        draw=lambda n: noise[n],
    )
    path = tmp_path / name
    with (
        av.open(str(whole)) as source,
        av.open(
            str(path), "w", options={"movflags": "+faststart"} if name.endswith("mp4") else {}
        ) as out,
    ):
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    info = probe_video(path)
    assert info.duration_s == pytest.approx(2.0, abs=0.3)
    assert len(info.warnings) == 1
    assert "stated length is 4.0 s, but only" in info.warnings[0]


def test_a_file_without_video_is_not_a_clip(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    soundfile.write(path, np.zeros((48_000, 2)), 48_000)
    with pytest.raises(MissingStream, match="has no video"):
        probe_video(path)


def test_a_file_without_sound_is_not_a_track(write_clip: WriteClip, tmp_path: Path) -> None:
    with pytest.raises(MissingStream, match="no sound"):
        probe_audio(write_clip(tmp_path / "clip.mp4", n_frames=3, sound=None))


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("MAX_PIXELS", 1000, "320 × 180 pixels"),
        ("MAX_DURATION_S", 1.0, "longer than"),
        ("MAX_STREAMS", 1, "has 2 streams"),
    ],
)
def test_limits(
    write_clip: WriteClip,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: float,
    words: str,
) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=50)
    monkeypatch.setattr(probe_module, limit, value)
    with pytest.raises(MediaTooLarge, match=words):
        probe_video(path)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_audio_length_is_exact(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"song{suffix}"
    soundfile.write(path, np.zeros((44_100 * 3, 2)), 44_100)
    info = probe_audio(path)
    assert info.duration_s == pytest.approx(3.0, abs=0.001)
    assert (info.rate_hz, info.n_channels) == (44_100, 2)


def test_tags_are_plain_short_text(tmp_path: Path) -> None:
    path = tmp_path / "song.flac"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("flac", rate=48_000, layout="mono")
        out.metadata.update(
            title="<b>Rain</b>\x1b[31m\nsecond",
            artist="\u202egnp.exe",
            album="x" * 1000,
            license="CC0",
        )
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 48_000), np.int16), "s16", "mono")
        frame.sample_rate = 48_000
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    tags = probe_audio(path).tags
    assert tags.title == "<b>Rain</b> [31m second"
    assert tags.artist == "gnp.exe"
    assert tags.album == "x" * 300
    assert tags.licence == "CC0"
    assert tags.url is None


def test_suffixes_are_lower_case_and_distinct() -> None:
    assert not VIDEO_SUFFIXES & AUDIO_SUFFIXES
    assert all(s.startswith(".") and s == s.lower() for s in VIDEO_SUFFIXES | AUDIO_SUFFIXES)


def test_the_default_sound_is_the_clips(tmp_path: Path) -> None:
    default = Sound(880, layout="5.1", disposition=Disposition.default)
    path = write_streams(tmp_path / "clip.mkv", Picture(), Sound(440), default)
    info = probe_video(path)
    assert info.sound is not None
    assert (info.sound.n_channels, info.sound.layout) == (6, "5.1")
    assert int(np.abs(np.fft.rfft(read_waveform(path, 48_000, 2)[:48_000, 0])).argmax()) == 880


def test_without_a_default_the_first_sound_is_the_clips(tmp_path: Path) -> None:
    path = write_streams(tmp_path / "clip.mkv", Picture(), Sound(440), Sound(880))
    assert int(np.abs(np.fft.rfft(read_waveform(path, 48_000, 1)[:48_000, 0])).argmax()) == 440


def test_previews_and_stills_beside_the_picture_are_not_the_clip(tmp_path: Path) -> None:
    preview = Picture(size=(64, 36), disposition=PLAIN)
    assert probe_video(write_streams(tmp_path / "a.mov", preview, Picture())).width == 320
    # Marked as default though it is one still.
    still = Picture("mjpeg", "yuvj420p", size=(500, 500), n_frames=1)
    info = probe_video(write_streams(tmp_path / "b.mov", still, Picture()))
    assert info.width == 320
    assert info.duration_s == pytest.approx(2.0)


@pytest.mark.parametrize("suffix", [".mov", ".mkv"])
def test_timecode_of_each_container(suffix: str, tmp_path: Path) -> None:
    path = write_streams(tmp_path / f"clip{suffix}", Picture(), timecode="10:00:00:00")
    assert probe_video(path).start_timecode == "10:00:00:00"


@pytest.mark.parametrize("codec", ["flv", "libx264"])
@pytest.mark.parametrize("n_frames", [25, 200])
def test_the_length_of_flash_video_includes_its_last_picture(
    codec: str, n_frames: int, tmp_path: Path
) -> None:
    sound = Sound(duration_s=n_frames / 25)
    path = write_streams(tmp_path / "clip.flv", Picture(codec, n_frames=n_frames), sound)
    info = probe_video(path)
    assert info.duration_s == pytest.approx(n_frames / 25, abs=0.002)
    assert info.n_frames == n_frames
