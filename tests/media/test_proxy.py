"""Proxies: which clips need one, and how they look."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from engine.errors import Cancelled
from engine.media.probe import VideoInfo, probe_video
from engine.media.proxy import make_proxy, needs_proxy
from engine.progress import Progress, silent

WriteClip = Callable[..., Path]

PLAIN = VideoInfo(
    path=Path("/a.mp4"),
    size_bytes=1,
    duration_s=1.0,
    width=1920,
    height=1080,
    rotation_deg=0,
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


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, False),
        ({"codec": "vp9", "container": "matroska,webm"}, False),
        ({"codec": "av1"}, True),
        ({"codec": "prores", "pixel_format": "yuv422p10le"}, True),
        ({"codec": "hevc", "pixel_format": "yuv420p10le"}, True),
        ({"is_hdr": True}, True),
        ({"container": "mxf"}, True),
        ({"pixel_format": "yuv444p"}, True),
    ],
)
def test_which_clips_need_a_proxy(changes: dict[str, object], needed: bool) -> None:
    assert needs_proxy(replace(PLAIN, **changes)) is needed  # type: ignore[arg-type]


def frames(path: Path) -> list[tuple[float, npt.NDArray[np.uint8]]]:
    with av.open(str(path)) as container:
        return [
            (frame.time or 0.0, np.asarray(frame.to_ndarray(format="gray"), np.uint8))
            for frame in container.decode(video=0)
        ]


def test_prores_becomes_small_h264_in_sync(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "clip.mov",
        codec="prores_ks",
        pixel_format="yuv422p10le",
        size=(1280, 720),
        n_frames=20,
        sound=None,
    )
    info = probe_video(clip)
    out = make_proxy(info, tmp_path / "proxies", silent())
    made = probe_video(out)
    assert (made.codec, made.pixel_format, made.width, made.height) == ("h264", "yuv420p", 960, 540)
    assert not needs_proxy(made)
    assert made.duration_s == pytest.approx(info.duration_s, abs=0.04)
    shown = frames(out)
    assert [time_s for time_s, _ in shown] == pytest.approx([n / 25 for n in range(20)])
    # The white bar of frame n reaches to (n + 1) / 20 of the width.
    for n, (_, grey) in enumerate(shown):
        assert float((grey[270] > 128).mean()) == pytest.approx((n + 1) / 20, abs=0.01)


def test_rotated_clip_is_upright(write_clip: WriteClip, tmp_path: Path) -> None:
    info = probe_video(write_clip(tmp_path / "clip.mp4", rotation_deg=90, sound=None))
    made = probe_video(make_proxy(info, tmp_path, silent()))
    assert (made.width, made.height, made.rotation_deg) == (info.width, info.height, 0)
    assert made.width < made.height


def test_odd_sides_become_even(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(
        tmp_path / "clip.mkv", codec="ffv1", pixel_format="yuv444p", size=(101, 57), sound=None
    )
    made = probe_video(make_proxy(probe_video(clip), tmp_path, silent()))
    assert (made.width % 2, made.height % 2) == (0, 0)


def test_sixty_frames_per_second_become_thirty(write_clip: WriteClip, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", rate=Fraction(60), n_frames=60, sound=None)
    assert len(frames(make_proxy(probe_video(clip), tmp_path, silent()))) == 30


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
