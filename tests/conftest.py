"""Shared fixtures: every test has its own user folders, and real data skip where absent."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# For tests that import onnxruntime without the engine, which sets it too.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# Before numpy and torch are imported: on the small arrays of tests, threads only wait in line.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def soundbed_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Keep settings, library, cache and log of each test apart from the user's and each other's."""
    home = tmp_path_factory.mktemp("soundbed-home")
    monkeypatch.setenv("SOUNDBED_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def shared_media() -> Path:
    """The folder of real clips, where this checkout stands beside one."""
    folder = SHARED / "media"
    if not folder.is_dir():
        pytest.skip("the folder of real clips (../shared/media) isn't here")
    return folder


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets, where this checkout stands beside one."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real data (../shared/data) isn't here")
    return folder


@dataclass(frozen=True)
class ClipSpec:
    """What a test clip is made of; frame n is a white bar at n / n_frames of the width.

    `draw` replaces the bar: it returns frame n as uint8 (h, w, 3) RGB.
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
    draw: Callable[[int], Any] | None = None


@pytest.fixture(scope="session")
def write_clip() -> Callable[..., Path]:
    """Return a function (path, **ClipSpec's fields) that encodes a small real clip."""
    import av
    import numpy as np

    def write(path: Path, **fields: Any) -> Path:
        spec = ClipSpec(**fields)
        times = spec.times_ms or tuple(range(spec.n_frames))
        time_base = Fraction(1, 1000) if spec.times_ms else 1 / spec.rate
        with av.open(str(path), "w") as out:
            picture = out.add_stream(spec.codec, rate=spec.rate, options=dict(spec.options))
            picture.width, picture.height = spec.size
            picture.pix_fmt = spec.pixel_format
            picture.codec_context.time_base = time_base
            if spec.rotation_deg:
                picture.set_display_rotation(spec.rotation_deg)
            if spec.timecode:
                out.metadata["timecode"] = spec.timecode
            sound = (
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
                out.mux(picture.encode(frame))
            out.mux(picture.encode(None))
            if sound is not None:
                duration_s = float((times[-1] + 1) * time_base)
                time_s = np.arange(round(duration_s * 48_000)) / 48_000
                wave = 0.25 * np.sin(2 * np.pi * spec.tone_hz * time_s)
                n_channels = sound.codec_context.channels
                packed = np.repeat(wave.astype(np.float32)[:, None], n_channels, 1).reshape(1, -1)
                frame = av.AudioFrame.from_ndarray(packed, "flt", spec.layout)
                frame.sample_rate, frame.pts = 48_000, 0
                out.mux(sound.encode(frame))
                out.mux(sound.encode(None))
        return path

    return write
