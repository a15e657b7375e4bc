"""Proxies: which clips need one, and how they look."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from engine.errors import Cancelled
from engine.media.frame_reader import FrameReader
from engine.media.orientation import UPRIGHT
from engine.media.probe import VideoInfo, probe_video
from engine.media.proxy import make_proxy, needs_proxy
from engine.progress import Progress, silent
from tests.numbered_clips import ODD_CLIPS, NumberedClip, number_at, read_number, write_numbered

WriteClip = Callable[..., Path]

PLAIN = VideoInfo(
    path=Path("/a.mp4"),
    size_bytes=1,
    duration_s=1.0,
    width=1920,
    height=1080,
    orientation=UPRIGHT,
    frame_rate=Fraction(25),
    n_frames=50,
    is_variable=False,
    start_timecode=None,
    codec="h264",
    container="mov,mp4,m4a,3gp,3g2,mj2",
    pixel_format="yuv420p",
    is_hdr=False,
    sound=None,
    warnings=(),
)
UHD = {"width": 3840, "height": 2160}


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, False),
        ({"frame_rate": Fraction(60)}, False),
        ({"frame_rate": Fraction(120)}, True),
        (UHD, True),
        ({**UHD, "frame_rate": Fraction(60)}, True),
        ({**UHD, "frame_rate": Fraction(60), "duration_s": 4 * 3600.0}, False),
        ({"codec": "vp9", "container": "matroska,webm"}, False),
        ({"codec": "av1"}, False),
        ({"codec": "av1", "frame_rate": Fraction(120)}, True),
        ({"codec": "prores", "pixel_format": "yuv422p10le"}, False),
        ({"codec": "hevc", "pixel_format": "yuv420p10le"}, False),
        ({"codec": "hevc", "pixel_format": "yuv420p10le", "frame_rate": Fraction(60)}, True),
        ({"is_hdr": True}, True),
        ({"codec": "cinepak", "frame_rate": Fraction(60)}, True),
    ],
)
def test_which_clips_need_a_proxy(changes: dict[str, Any], needed: bool) -> None:
    assert needs_proxy(replace(PLAIN, **changes)) is needed


def shown(path: Path) -> list[tuple[float, int | None]]:
    """Return time and number of each frame."""
    with av.open(str(path)) as container:
        return [
            (frame.time or 0.0, read_number(np.asarray(frame.to_ndarray(format="gray"), np.uint8)))
            for frame in container.decode(video=0)
        ]


@pytest.mark.parametrize(
    "clip",
    [
        NumberedClip("tall.mov", "prores_ks", options=(), pixel_format="yuv422p10le", n_frames=5),
        *(clip for clip in ODD_CLIPS if clip.n_frames <= 144),
    ],
    ids=lambda clip: clip.name,
)
def test_every_frame_is_there_upright_at_its_own_time(clip: NumberedClip, tmp_path: Path) -> None:
    out = make_proxy(probe_video(write_numbered(tmp_path, clip)), tmp_path / "proxies", silent())
    times_s = clip.frame_times()
    assert [number for _, number in shown(out)] == [number_at(clip, time_s) for time_s in times_s]
    # Containers that count in milliseconds are that far off.
    assert [time_s for time_s, _ in shown(out)] == pytest.approx(times_s, abs=1.1e-3)


def test_the_codec_is_free_and_easy_to_seek_in(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", size=(1280, 960), n_frames=30, sound=None)
    info = probe_video(clip)
    out = make_proxy(info, tmp_path / "proxies", silent())
    made = probe_video(out)
    assert (made.codec, made.pixel_format, made.width, made.height) == (
        "mpeg4",
        "yuv420p",
        960,
        720,
    )
    assert not needs_proxy(made)
    assert made.duration_s == pytest.approx(info.duration_s, abs=0.04)
    with av.open(str(out)) as container:
        keys = [n for n, packet in enumerate(container.demux(video=0)) if packet.is_keyframe]
    assert keys == [0, 12, 24]


@pytest.mark.parametrize("size", [(640, 360), (1280, 720)])
def test_colours_stay(size: tuple[int, int], write_clip: WriteClip, tmp_path: Path) -> None:
    colour = np.array([200, 60, 30], np.uint8)
    clip = write_clip(
        tmp_path / "clip.mkv",
        codec="ffv1",
        pixel_format="yuv444p",
        size=size,
        n_frames=3,
        sound=None,
        draw=lambda _: np.full((size[1], size[0], 3), colour),
    )
    out = make_proxy(probe_video(clip), tmp_path, silent())
    found = []
    for path in (clip, out):
        reader = FrameReader(path)
        frame = reader.frame_at(0.0)
        assert frame is not None
        pixels = frame.frame.to_ndarray(format="yuv444p")
        found.append(pixels.reshape(3, -1).mean(axis=1))
        reader.close()
    assert found[1] == pytest.approx(found[0], abs=2)
    assert np.ptp(found[1]) > 50


def test_odd_sides_become_even(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "clip.mkv", codec="ffv1", pixel_format="yuv444p", size=(101, 57), sound=None
    )
    made = probe_video(make_proxy(probe_video(clip), tmp_path, silent()))
    assert (made.width % 2, made.height % 2) == (0, 0)


def test_a_proxy_is_made_once(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "clip.mp4", sound=None))
    out = make_proxy(info, tmp_path / "proxies", silent())
    made_ns = out.stat().st_mtime_ns
    progress = Progress()
    progress.cancel()
    assert make_proxy(info, tmp_path / "proxies", progress) == out
    assert out.stat().st_mtime_ns == made_ns


def test_cancelling_leaves_nothing_behind(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "clip.mp4", sound=None))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        make_proxy(info, tmp_path / "proxies", progress)
    assert list((tmp_path / "proxies").iterdir()) == []
