"""Clips that exist only in words, and arrangements under them, for tests of timelines."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.arrangement.arrangement import Arrangement, ClipReference, MusicItem, TrackReference
from engine.arrangement.segments import Segment
from engine.media.orientation import UPRIGHT
from engine.media.probe import SoundInfo, VideoInfo

TRACK = TrackReference(Path("/m/t.ogg"))


def info_of(rate: Fraction = Fraction(25), n_frames: int = 250, **fields: Any) -> VideoInfo:
    """A clip in 1080p with stereo sound."""
    about = VideoInfo(
        path=Path("/clips/clip.mov"),
        size_bytes=1,
        duration_s=float(n_frames / rate),
        width=1920,
        height=1080,
        orientation=UPRIGHT,
        frame_rate=rate,
        n_frames=n_frames,
        is_variable=False,
        start_timecode=None,
        codec="h264",
        container="mov",
        pixel_format="yuv420p",
        is_hdr=False,
        sound=SoundInfo("aac", 48_000, 2, None),
        warnings=(),
    )
    return replace(about, **fields)


def arranged(
    info: VideoInfo, *segments: Segment, start_frame: int = 0, track: TrackReference = TRACK
) -> Arrangement:
    """One item under a clip."""
    clip = ClipReference(info.path, info.duration_s, info.frame_rate, info.start_timecode)
    return Arrangement(clip, (MusicItem(track, segments, start_frame),))
