"""What is known of clips that have no file."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.media.orientation import UPRIGHT
from engine.media.probe import VideoInfo


def video_info(duration_s: float, **fields: Any) -> VideoInfo:
    """A clip of 25 frames per second, without sound."""
    info = VideoInfo(
        path=Path("/clip.mp4"), size_bytes=1, duration_s=duration_s, width=1280, height=720,
        orientation=UPRIGHT, frame_rate=Fraction(25), n_frames=round(25 * duration_s),
        is_variable=False, start_timecode=None, codec="h264", container="mp4",
        pixel_format="yuv420p", is_hdr=False, sound=None, warnings=(),
    )  # fmt: skip
    return replace(info, **fields)
