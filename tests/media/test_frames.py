"""Sampled frames compared with a full decode."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.video.reformatter import VideoReformatter

from engine.errors import Cancelled, MediaUnreadable
from engine.media import decoding
from engine.media.frames import Frame, MotionFrame, sample_frames, stream_frames, upright_rgb
from engine.media.probe import VideoInfo, probe_video
from engine.media.schedule import sample_times
from engine.progress import Progress, ProgressStep, silent

WriteClip = Callable[..., Path]
SIZE = (160, 90)


def moving_noise(n: int) -> npt.NDArray[np.uint8]:
    """A texture that moves: every frame differs from every other."""
    rng = np.random.default_rng(7)
    texture = rng.integers(0, 256, (9, 16, 3), np.uint8).repeat(10, 0).repeat(10, 1)
    return np.roll(texture, 3 * n, axis=1)


def decode_all(info: VideoInfo) -> dict[float, npt.NDArray[np.uint8]]:
    """Return every frame of the clip by its time: the slow way."""
    frames = {}
    with av.open(str(info.path)) as container:
        stream = container.streams.video[0]
        for frame in container.decode(stream):
            assert frame.pts is not None and stream.time_base is not None
            time_s = float((frame.pts - (stream.start_time or 0)) * stream.time_base)
            frames[round(time_s, 4)] = upright_rgb(frame, info, VideoReformatter())
    return frames


def solid(red: int, green: int, blue: int) -> Callable[[int], npt.NDArray[np.uint8]]:
    return lambda _: np.full((SIZE[1], SIZE[0], 3), (red, green, blue), np.uint8)


CODECS: list[tuple[str, dict[str, Any]]] = [
    ("clip.mp4", {"codec": "libx264"}),
    ("clip.mkv", {"codec": "libx264", "options": (("g", "12"), ("flags", "-cgop"))}),
    ("clip.mp4", {"codec": "libx265", "options": (("x265-params", "log-level=none"),)}),
    (
        "clip.mp4",
        {
            "codec": "libx265",
            "pixel_format": "yuv420p10le",
            "options": (("x265-params", "log-level=none:keyint=20"),),
        },
    ),
    (
        "clip.webm",
        {"codec": "libvpx-vp9", "options": (("cpu-used", "8"), ("deadline", "realtime"))},
    ),
    ("clip.mp4", {"codec": "libsvtav1", "options": (("preset", "12"),)}),
    ("clip.mov", {"codec": "prores_ks", "pixel_format": "yuv422p10le"}),
    ("clip.avi", {"codec": "mpeg4"}),
    ("clip.ts", {"codec": "libx264", "options": (("g", "20"),)}),
]


@pytest.mark.parametrize(("name", "spec"), CODECS, ids=[f"{c[1]['codec']}-{c[0]}" for c in CODECS])
def test_samples_equal_a_full_decode(
    write_clip: WriteClip, tmp_path: Path, name: str, spec: dict[str, Any]
) -> None:
    if spec["codec"] not in av.codecs_available:
        pytest.skip("this PyAV can't encode it")
    sound = None if name.endswith("webm") else "aac"
    path = write_clip(
        tmp_path / name, n_frames=75, size=SIZE, sound=sound, draw=moving_noise, **spec
    )
    info = probe_video(path)
    every = decode_all(info)
    samples = list(sample_frames(info, silent()))
    assert len(samples) == 8
    for sample, tick in zip(samples, sample_times(info.duration_s), strict=True):
        # The frame shown at the tick started at most 0.04 s earlier.
        assert -0.001 <= tick - sample.time_s < 0.0401
        assert np.array_equal(sample.pixels, every[round(sample.time_s, 4)])


def test_motion_comes_from_the_same_decoding(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(
        write_clip(tmp_path / "clip.mp4", n_frames=100, size=SIZE, draw=moving_noise)
    )
    frames = list(stream_frames(info, silent()))
    samples = [frame for frame in frames if isinstance(frame, Frame)]
    motion = [frame for frame in frames if isinstance(frame, MotionFrame)]
    alone = list(sample_frames(info, silent()))
    assert [frame.time_s for frame in samples] == [frame.time_s for frame in alone]
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(samples, alone, strict=True))
    times = np.array([frame.time_s for frame in motion])
    assert motion[0].luma.shape == (72, 128)
    assert times[0] == 0
    assert (np.diff(times) >= 1 / 16 - 1e-9).all()
    assert np.diff(times).max() <= 0.24


def test_no_packet_is_decoded_without_need(
    write_clip: WriteClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = probe_video(
        write_clip(
            tmp_path / "clip.mov", codec="prores_ks", pixel_format="yuv422p10le", n_frames=75
        )
    )
    n_sent = 0
    decode = decoding._decode

    def counted(packet: Any) -> list[av.VideoFrame]:
        nonlocal n_sent
        n_sent += 1
        return decode(packet)

    monkeypatch.setattr(decoding, "_decode", counted)
    assert len(list(sample_frames(info, silent()))) == n_sent == 8


def test_a_single_frame_comes_once(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "clip.mp4", n_frames=1, sound=None))
    (frame,) = sample_frames(info, silent())
    assert frame.time_s == 0
    assert frame.pixels.shape == (256, 455, 3)


def test_variable_frame_rate_gives_the_frame_shown_at_the_tick(
    write_clip: WriteClip, tmp_path: Path
) -> None:
    # Four frames of grey 40, 80, 120, 160; the second is shown for three of four seconds.
    times_ms = (0, 500, 3500, 3960)
    path = write_clip(
        tmp_path / "clip.mkv",
        times_ms=times_ms,
        sound=None,
        size=SIZE,
        draw=lambda n: np.full((SIZE[1], SIZE[0], 3), 40 * (n + 1), np.uint8),
    )
    info = probe_video(path)
    samples = list(sample_frames(info, silent()))
    assert [round(1000 * frame.time_s) for frame in samples] == [0, 500, 3500]
    assert [round(float(frame.pixels.mean())) for frame in samples] == pytest.approx(
        [40, 80, 120], abs=3
    )


@pytest.mark.parametrize(
    ("rotation_deg", "corner"),
    [(0, (0, 0)), (90, (-1, 0)), (180, (-1, -1)), (270, (0, -1))],
)
def test_rotated_frames_are_upright(
    write_clip: WriteClip, tmp_path: Path, rotation_deg: int, corner: tuple[int, int]
) -> None:
    def top_left(_: int) -> npt.NDArray[np.uint8]:
        pixels = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        pixels[:45, :80] = 255
        return pixels

    # Rotated counter-clockwise by 90 degrees, the top left corner goes to the bottom left.
    path = write_clip(
        tmp_path / "clip.mp4", n_frames=3, size=SIZE, rotation_deg=rotation_deg, draw=top_left
    )
    frame = next(sample_frames(probe_video(path), silent()))
    corners = {
        place: int(frame.pixels[place].mean()) for place in [(0, 0), (0, -1), (-1, 0), (-1, -1)]
    }
    assert corners.pop(corner) > 240
    assert max(corners.values()) < 15
    assert frame.pixels.shape[:2] == ((256, 455) if rotation_deg % 180 == 0 else (455, 256))


@pytest.mark.parametrize(
    ("colour", "size"),
    [((200, 40, 40), SIZE), ((40, 200, 40), SIZE), ((40, 60, 220), SIZE), ((128, 128, 128), SIZE)],
)
def test_colours_are_kept(
    write_clip: WriteClip, tmp_path: Path, colour: tuple[int, int, int], size: tuple[int, int]
) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=3, size=size, draw=solid(*colour))
    frame = next(sample_frames(probe_video(path), silent()))
    assert frame.pixels.mean(axis=(0, 1)) == pytest.approx(colour, abs=4)


def test_unmarked_hd_is_read_as_rec_709(tmp_path: Path) -> None:
    # A Rec. 709 green: luma 173, Cb 42, Cr 26.
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv444p"
        planes = np.stack([np.full((720, 1280), level, np.uint8) for level in (173, 42, 26)])
        out.mux(stream.encode(av.VideoFrame.from_ndarray(planes, "yuv444p")))
        out.mux(stream.encode(None))
    frame = next(sample_frames(probe_video(path), silent()))
    assert frame.pixels.mean(axis=(0, 1)) == pytest.approx((0, 255, 0), abs=4)


def test_hdr_is_tone_mapped(write_clip: WriteClip, tmp_path: Path) -> None:
    params = "transfer=smpte2084:colorprim=bt2020:colormatrix=bt2020nc:log-level=none"
    # PQ's code for 203 nits, diffuse white, is 58 %.
    path = write_clip(
        tmp_path / "clip.mp4",
        codec="libx265",
        pixel_format="yuv420p10le",
        n_frames=3,
        size=SIZE,
        options=(("x265-params", params),),
        draw=solid(148, 148, 148),
    )
    frame = next(sample_frames(probe_video(path), silent()))
    assert frame.pixels.dtype == np.uint8
    # Diffuse white keeps three quarters of its light: code 228 of 255.
    assert frame.pixels.mean(axis=(0, 1)) == pytest.approx((228, 228, 228), abs=3)


def test_anamorphic_pixels_are_made_square(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(1, 2)
        out.mux(stream.encode(av.VideoFrame.from_ndarray(moving_noise(0), "rgb24")))
        out.mux(stream.encode(None))
    info = probe_video(path)
    assert (info.width, info.height) == (80, 90)
    assert next(sample_frames(info, silent())).pixels.shape == (288, 256, 3)


def test_long_clips_are_read_in_stretches(
    write_clip: WriteClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "WHOLE_CLIP_S", 10.0)
    path = write_clip(
        tmp_path / "clip.mp4",
        n_frames=1500,
        size=SIZE,
        draw=moving_noise,
        options=(("g", "25"), ("preset", "ultrafast")),
    )
    info = probe_video(path)
    every = decode_all(info)
    frames = list(stream_frames(info, silent()))
    samples = [frame for frame in frames if isinstance(frame, Frame)]
    motion = [frame for frame in frames if isinstance(frame, MotionFrame)]
    assert len(samples) == 60
    for n, sample in enumerate(samples):
        assert n <= sample.time_s < n + 1.05
        assert np.array_equal(sample.pixels, every[round(sample.time_s, 4)])
    assert (np.diff([frame.time_s for frame in motion]) > 0).all()
    # There are motion frames before each sample, and not everything is read.
    assert 120 < len(motion) < 900


def test_four_hours_take_no_longer_than_their_samples(
    write_clip: WriteClip, tmp_path: Path
) -> None:
    # One frame every five seconds for four hours.
    path = write_clip(
        tmp_path / "clip.mkv",
        times_ms=tuple(range(0, 4 * 3600 * 1000, 5000)),
        size=(64, 36),
        sound=None,
        options=(("g", "6"), ("preset", "ultrafast")),
    )
    info = probe_video(path)
    assert info.duration_s == pytest.approx(4 * 3600, abs=6)
    samples = list(sample_frames(info, silent()))
    assert len(samples) == 128
    slot_s = info.duration_s / 128
    for n, sample in enumerate(samples):
        assert (n - 0.1) * slot_s <= sample.time_s <= (n + 1.1) * slot_s
    # The white bar grows from left to right over the clip.
    widths = [float(sample.pixels[128].mean()) for sample in samples]
    assert np.all(np.diff(widths) > -5)
    assert widths[-1] > 240 > 20 > widths[0]


def test_progress_and_cancel(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "clip.mp4", n_frames=50))
    steps: list[ProgressStep] = []
    progress = Progress(steps.append)
    frames = sample_frames(info, progress)
    next(frames)
    assert steps[0].stage == "Analysing the video"
    assert steps[0].total == pytest.approx(2.0)
    progress.cancel()
    with pytest.raises(Cancelled):
        list(frames)


def test_a_damaged_clip_is_an_error(write_clip: WriteClip, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", n_frames=50)
    info = probe_video(path)
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    data[start : data.index(b"moov") - 4] = bytes(data.index(b"moov") - 4 - start)
    path.write_bytes(data)
    with pytest.raises(MediaUnreadable, match="no frame of the clip"):
        list(sample_frames(info, silent()))
