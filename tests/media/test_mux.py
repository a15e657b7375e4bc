"""Videos with new sound: the video stream is copied exactly."""

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from av.container import InputContainer

from engine.errors import Cancelled, ExportError, MediaNotFound
from engine.media.mixed_sound import SOUND_RATE_HZ
from engine.media.mux import mux_video
from engine.media.probe import VideoInfo, probe_video
from engine.media.video_plan import plan_video
from engine.progress import Progress, silent

WriteClip = Callable[..., Path]
X265 = (("x265-params", "log-level=none"),)
SVT = (("preset", "12"), ("svtav1-params", "rc=0"))

# How a clip is made, its suffix, and the suffix of the result.
KINDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "h264": ({"sound": None}, ".mp4", ".mp4"),
    "h264 in mkv": ({}, ".mkv", ".mp4"),
    "h264 in ts": ({}, ".ts", ".mp4"),
    "hevc 10 bit": (
        {"codec": "libx265", "pixel_format": "yuv420p10le", "options": X265},
        ".mp4",
        ".mp4",
    ),
    "hevc in mkv": ({"codec": "libx265", "options": X265}, ".mkv", ".mp4"),
    "vp9": ({"codec": "libvpx-vp9", "sound": "libopus"}, ".webm", ".mp4"),
    "av1": ({"codec": "libsvtav1", "options": SVT}, ".mp4", ".mp4"),
    "mpeg4 in avi": ({"codec": "mpeg4", "sound": "libmp3lame"}, ".avi", ".mp4"),
    "prores": (
        {"codec": "prores_ks", "pixel_format": "yuv422p10le", "sound": "pcm_s16le"},
        ".mov",
        ".mov",
    ),
    "vp8": ({"codec": "libvpx", "sound": "libopus"}, ".webm", ".mkv"),
    "ffv1": ({"codec": "ffv1", "sound": "flac"}, ".mkv", ".mkv"),
    "6 channels": ({"layout": "5.1"}, ".mp4", ".mp4"),
    "30000/1001": ({"rate": Fraction(30_000, 1001), "n_frames": 61}, ".mp4", ".mp4"),
    "one picture": ({"n_frames": 1, "sound": None}, ".mp4", ".mp4"),
    "starting late": (
        {"times_ms": tuple(range(500, 1500, 40)), "sound": None},
        ".mkv",
        ".mp4",
    ),
    "variable rate": (
        {
            "times_ms": (0, 40, 50, 130, 133, 300, 310, 420, 500, 1000, 1040),
            "options": (("bf", "0"),),
            "sound": None,
        },
        ".mp4",
        ".mp4",
    ),
}


def sine(duration_s: float, hz: float = 330.0) -> npt.NDArray[np.float32]:
    time_s = np.arange(round(duration_s * SOUND_RATE_HZ)) / SOUND_RATE_HZ
    wave = 0.25 * np.sin(2 * np.pi * hz * time_s)
    return np.stack([wave, wave], 1).astype(np.float32)


def muxed(clip: Path, out: Path, seconds: float | None = None) -> tuple[VideoInfo, Path]:
    info = probe_video(clip)
    sound = sine(info.duration_s if seconds is None else seconds)
    return info, mux(info, np.array_split(sound, 3), out)


def mux(
    info: VideoInfo,
    sound: Iterable[npt.NDArray[np.float32]],
    out: Path,
    progress: Progress | None = None,
) -> Path:
    plan = plan_video(info, out)
    # In surround sound, the other channels are silent.
    more = ((0, 0), (0, plan.n_channels - 2))
    mux_video(info, plan, (np.pad(block, more) for block in sound), plan.out, progress or silent())
    return plan.out


def shown(path: Path) -> list[tuple[float, bytes]]:
    """Return the time from the first frame, and the pixels, of every frame shown."""
    with av.open(str(path)) as container:
        frames = [
            (time_of(frame), frame.to_ndarray().tobytes()) for frame in container.decode(video=0)
        ]
    return [(round(time_s - frames[0][0], 3), pixels) for time_s, pixels in frames]


def time_of(frame: av.VideoFrame | av.AudioFrame) -> float:
    assert frame.pts is not None and frame.time_base is not None
    return float(frame.pts * frame.time_base)


def duration_s(container: InputContainer) -> float:
    assert container.duration is not None
    return container.duration / av.time_base


def sound_of(path: Path) -> tuple[str, npt.NDArray[np.float32]]:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("fltp", "stereo", SOUND_RATE_HZ)
        parts = [
            part.to_ndarray()
            for frame in container.decode(audio=0)
            for part in resampler.resample(frame)
        ]
        name = stream.codec_context.name
    return name, np.concatenate(parts, 1, dtype=np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_the_video_is_copied_exactly_and_the_length_is_the_clips(
    kind: str, write_clip: WriteClip, tmp_path: Path
) -> None:
    fields, suffix, expected = KINDS[kind]
    clip = write_clip(tmp_path / f"clip{suffix}", **fields)
    info, out = muxed(clip, tmp_path / "out.mp4")
    assert out.suffix == expected
    before, after = shown(clip), shown(out)
    assert [pixels for _, pixels in after] == [pixels for _, pixels in before]
    assert np.allclose([t for t, _ in after], [t for t, _ in before], atol=0.0011)
    frame_s = float(1 / info.frame_rate)
    with av.open(str(out)) as container:
        # Matroska includes the encoder's priming of 21 ms.
        assert duration_s(container) == pytest.approx(info.duration_s, abs=frame_s)
        assert container.streams.video[0].start_time == 0
    assert probe_video(out).duration_s == pytest.approx(info.duration_s, abs=frame_s)
    codec, sound = sound_of(out)
    assert codec == ("pcm_s24le" if expected == ".mov" else "aac")
    assert sound.shape[1] / SOUND_RATE_HZ == pytest.approx(info.duration_s, abs=frame_s)


def test_the_sound_is_in_sync(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    info = probe_video(clip)
    sound = np.zeros((2 * SOUND_RATE_HZ, 2), np.float32)
    sound[SOUND_RATE_HZ : SOUND_RATE_HZ + 480] = 0.5
    out = tmp_path / "out.mp4"
    mux(info, [sound], out)
    with av.open(str(out)) as container:
        frames = [(time_of(frame), frame.to_ndarray()) for frame in container.decode(audio=0)]
    start_s = frames[0][0]
    wave = np.concatenate([samples[0] for _, samples in frames])
    loudest_s = start_s + float(np.abs(wave).argmax()) / SOUND_RATE_HZ
    assert loudest_s == pytest.approx(1.005, abs=0.008)


def test_longer_or_shorter_sound_does_not_change_the_length_of_the_video(
    write_clip: WriteClip, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    for seconds in (1.0, 30.0):
        _, out = muxed(clip, tmp_path / f"{seconds}.mp4", seconds)
        with av.open(str(out)) as container:
            assert duration_s(container) == pytest.approx(2.0, abs=0.04)
        _, sound = sound_of(out)
        assert sound.shape[1] / SOUND_RATE_HZ == pytest.approx(min(seconds, 2.0), abs=0.025)


def test_rotation_and_timecode_are_copied(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", rotation_deg=90, timecode="01:02:03:04")
    info, out = muxed(clip, tmp_path / "out.mp4")
    again = probe_video(out)
    assert (info.orientation, info.width, info.height) == (
        again.orientation,
        again.width,
        again.height,
    )
    assert info.orientation.transposes
    assert again.start_timecode == info.start_timecode == "01:02:03:04"


def test_drop_frame_timecode_is_kept(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "clip.mov", rate=Fraction(30_000, 1001), timecode="00:59:59;28", n_frames=30
    )
    _, out = muxed(clip, tmp_path / "out.mov")
    assert probe_video(out).start_timecode == "00:59:59;28"


def test_frames_that_an_edit_list_hides_stay_hidden(write_clip: WriteClip, tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.mp4", n_frames=75, sound=None)
    cut = tmp_path / "cut.mp4"
    # All packets, shown from 1 s on, as programs write that cut without re-encoding.
    with av.open(str(whole)) as source, av.open(str(cut), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream, opaque=True)
        assert stream.time_base is not None
        shift = round(1 / stream.time_base)
        for packet in source.demux(stream):
            if packet.pts is not None and packet.dts is not None:
                packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
                packet.stream = copy
                target.mux(packet)
    assert len(shown(cut)) == 50
    info, out = muxed(cut, tmp_path / "out.mp4")
    assert info.duration_s == pytest.approx(2.0, abs=0.04)
    assert [pixels for _, pixels in shown(out)] == [pixels for _, pixels in shown(cut)]
    with av.open(str(out)) as container:
        assert duration_s(container) == pytest.approx(2.0, abs=0.04)


def test_an_incomplete_clip_is_copied_to_its_end(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mkv", n_frames=250, options=(("g", "25"), ("b", "2000000")))
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    info, out = muxed(clip, tmp_path / "out.mp4", 10.0)
    assert 2 < info.duration_s < 8
    assert probe_video(out).duration_s == pytest.approx(info.duration_s, abs=0.1)
    _, sound = sound_of(out)
    assert sound.shape[1] / SOUND_RATE_HZ == pytest.approx(info.duration_s, abs=0.1)


def test_names_that_libav_would_interpret(write_clip: WriteClip, tmp_path: Path) -> None:
    folder = tmp_path / "50%d\nüber: [x]"
    folder.mkdir()
    clip = write_clip(tmp_path / "plain.mp4").rename(folder / "clip%03d.mp4")
    _, out = muxed(clip, folder / "out%d:'.mp4")
    assert out.exists()
    assert len(shown(out)) == 50


def test_cancelling_leaves_nothing_behind(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        mux(probe_video(clip), [sine(2)], tmp_path / "out.mp4", progress)
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_failing_sound_leaves_the_old_file(write_clip: WriteClip, tmp_path: Path) -> None:
    clip, out = write_clip(tmp_path / "clip.mp4"), tmp_path / "out.mp4"
    out.write_bytes(b"old")

    def broken() -> Iterator[npt.NDArray[np.float32]]:
        yield sine(0.5)
        raise ExportError("no more")

    with pytest.raises(ExportError, match="no more"):
        mux(probe_video(clip), broken(), out)
    assert out.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "out.mp4"]


def test_a_missing_clip_is_named(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    info = probe_video(clip)
    clip.unlink()
    with pytest.raises(MediaNotFound, match=r"clip\.mp4"):
        mux(info, [sine(2)], tmp_path / "out.mp4")


def test_progress_rises_to_the_end(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", n_frames=125, sound=None)
    steps: list[float] = []
    progress = Progress(lambda step: steps.append(step.done / (step.total or 1)))
    mux(probe_video(clip), [sine(5)], tmp_path / "out.mp4", progress)
    assert steps == sorted(steps)
    assert len(steps) >= 4
    assert steps[-1] == 1.0


def test_real_clips(shared_media: Path, tmp_path: Path) -> None:
    for clip in sorted(shared_media.glob("*.mp4")):
        info, out = muxed(clip, tmp_path / clip.name)
        frame_s = float(1 / info.frame_rate)
        with av.open(str(out)) as container:
            assert duration_s(container) == pytest.approx(info.duration_s, abs=frame_s)
        assert len(shown(out)) == len(shown(clip))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.9, 0.999])
def test_a_disk_that_fills_up_leaves_nothing_behind(
    share: float, suffix: str, write_clip: WriteClip, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "clip.mp4")
    _, whole = muxed(clip, tmp_path / f"whole{suffix}")
    n_bytes = round(share * whole.stat().st_size)
    whole.unlink()
    with largest_file(n_bytes), pytest.raises(ExportError, match="can't be written") as caught:
        muxed(clip, tmp_path / f"out{suffix}")
    assert caught.value.path == tmp_path / f"out{suffix}"
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@contextmanager
def largest_file(n_bytes: int) -> Iterator[None]:
    """Let no file grow beyond this size: to the writer, the same as a full disk."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
