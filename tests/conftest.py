"""Fixtures for all tests: own user folders, test clips, and real data where it is present."""

import os
from collections.abc import Callable, Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# For tests that import onnxruntime without the engine, which sets it too.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# Before numpy and torch are imported: threads only slow down the small arrays of tests.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def soundbed_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give each test its own folder for settings, library, cache and log."""
    home = tmp_path_factory.mktemp("soundbed-home")
    monkeypatch.setenv("SOUNDBED_HOME", str(home))
    return home


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Let the report of a test leave its process though it shows names that aren't UTF-8."""
    return _as_utf8((yield))


def _as_utf8(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _as_utf8(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_as_utf8(each) for each in value)
    return value


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder of real clips beside this checkout; skips without one."""
    folder = SHARED / "media"
    if not folder.is_dir():
        pytest.skip("the folder of real clips (../shared/media) isn't here")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets beside this checkout; skips without one."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real data (../shared/data) isn't here")
    return folder


@dataclass(frozen=True)
class ClipSpec:
    """A test clip, in which a white bar grows from the left over the whole width.

    Attributes:
        codec, pixel_format: libav's names.
        n_frames: number of frames, unless `times_ms` gives their times.
        rate: frames per second.
        size: width and height.
        sound: libav's name of the audio codec; None for a silent clip.
        layout: of the audio channels.
        tone_hz: frequency of the sound.
        rotation_deg: counter-clockwise, in the file's metadata.
        timecode: of the first frame.
        times_ms: display time of each frame, for a variable rate.
        options: of the video encoder.
        draw: returns frame n as uint8 (h, w, 3) RGB, in place of the bar.
    """

    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    n_frames: int = 50
    rate: Fraction = Fraction(25)
    size: tuple[int, int] = (320, 180)
    sound: str | None = "aac"
    layout: str = "stereo"
    tone_hz: float = 440.0
    rotation_deg: int = 0
    timecode: str | None = None
    times_ms: tuple[int, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    draw: Callable[[int], npt.NDArray[np.uint8]] | None = None


@pytest.fixture(scope="session")
def write_clip() -> Callable[..., Path]:
    """Return a function (path, **fields of `ClipSpec`) that encodes a clip."""
    import av
    from av.audio.stream import AudioStream
    from av.video.stream import VideoStream

    def write(path: Path, **fields: Any) -> Path:
        spec = ClipSpec(**fields)
        times = spec.times_ms or tuple(range(spec.n_frames))
        time_base = Fraction(1, 1000) if spec.times_ms else 1 / spec.rate
        with av.open(str(path), "w") as out:
            video = out.add_stream(spec.codec, rate=spec.rate, options=dict(spec.options))
            assert isinstance(video, VideoStream)
            video.width, video.height = spec.size
            video.pix_fmt = spec.pixel_format
            video.codec_context.time_base = time_base
            if spec.rotation_deg:
                video.set_display_rotation(spec.rotation_deg)
            if spec.timecode:
                out.metadata["timecode"] = spec.timecode
            audio = (
                out.add_stream(spec.sound, rate=48_000, layout=spec.layout) if spec.sound else None
            )
            for n, time in enumerate(times):
                pixels = np.zeros((spec.size[1], spec.size[0], 3), np.uint8)
                pixels[:, : spec.size[0] * (n + 1) // len(times)] = 255
                if spec.draw is not None:
                    pixels = spec.draw(n)
                frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(
                    format=spec.pixel_format
                )
                frame.pts, frame.time_base = time, time_base
                out.mux(video.encode(frame))
            out.mux(video.encode(None))
            if isinstance(audio, AudioStream):
                duration_s = float((times[-1] + 1) * time_base)
                time_s = np.arange(round(duration_s * 48_000)) / 48_000
                wave = 0.25 * np.sin(2 * np.pi * spec.tone_hz * time_s)
                n_channels = audio.codec_context.channels
                packed = np.repeat(wave.astype(np.float32)[:, None], n_channels, 1).reshape(1, -1)
                sound = av.AudioFrame.from_ndarray(packed, "flt", spec.layout)
                sound.sample_rate, sound.pts = 48_000, 0
                out.mux(audio.encode(sound))
                out.mux(audio.encode(None))
        return path

    return write
