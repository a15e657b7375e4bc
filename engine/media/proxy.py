"""Small copies of clips that cost too much to show at their own rate."""

import hashlib
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from av.video.stream import VideoStream

from engine.errors import MediaUnreadable
from engine.files import replacing
from engine.limits import MAKING_PROXY
from engine.media.frame_reader import FrameReader, TimedFrame
from engine.media.frames import coded_matrix
from engine.media.probe import HDR_TRANSFERS, VideoInfo
from engine.media.screen import ScreenConverter
from engine.progress import Progress
from engine.translation import tr

# Time of one core for a pixel, in nanoseconds, by codec: measured by
# `tests.benchmarks.picture_costs`. Others count as the dearest.
_DECODING_NS = {
    "h264": 2.4,
    "hevc": 2.3,
    "vp8": 2.3,
    "vp9": 2.3,
    "av1": 2.7,
    "mpeg1video": 0.7,
    "mpeg2video": 0.7,
    "mpeg4": 1.5,
    "mjpeg": 1.5,
    "dnxhd": 2.4,
    "prores": 2.2,
}
_OTHER_NS = 5.0
# With more than 8 bits.
_DEEP = 1.9
# Seconds of one core for a second of the clip: 1080p at 60 costs .3, 4K at 30 costs .6.
_AFFORDABLE = 0.45
# A proxy that takes longer than this is of no use while the clip is open.
_LONGEST_S = MAKING_PROXY.deadline_s / 2

_SHORT_SIDE = 720
# MPEG-4 counts time in at most 65,535 parts of a second.
_TIME_BASE = Fraction(1, 60_000)
# Decoded from the nearest keyframe in 6 ms; larger distances save little space.
_KEY_DISTANCE = 12
_QUANTISER = "5"


def needs_proxy(info: VideoInfo) -> bool:
    """Whether a clip is shown from a proxy.

    That is so where decoding costs too much, by size, rate, codec and depth, and for HDR. A clip
    of hours whose proxy would take most of an hour is shown as it is, at the rate that it manages.
    """
    cost = decoding_cost(info)
    if cost * info.duration_s > _LONGEST_S:
        return False
    return info.is_hdr or cost > _AFFORDABLE


def decoding_cost(info: VideoInfo) -> float:
    """Return the seconds that one core decodes for a second of the clip."""
    nanoseconds = _DECODING_NS.get(info.codec, _OTHER_NS)
    if any(depth in info.pixel_format for depth in ("p9", "p10", "p12", "p14", "p16", "48", "64")):
        nanoseconds *= _DEEP
    return float(info.width * info.height * info.frame_rate) * nanoseconds * 1e-9


def make_proxy(info: VideoInfo, folder: Path, progress: Progress) -> Path:
    """Write the clip's picture upright, 720 pixels high at most, for an ordinary screen.

    It has all frames at their own times, the first one at 0, in MPEG-4 part 2: of the encoders in
    PyAV that aren't GPL the fastest by far, and exact to seek in (see
    `tests.benchmarks.picture_costs`).

    Args:
        info: the clip.
        folder: of the proxies; an existing one of the same file is used.
        progress: cancelling leaves no file behind.

    Returns:
        Path of the proxy.

    Raises:
        MediaUnreadable: when no frame can be decoded.
        ExportError: when the proxy can't be written.
    """
    out = folder / f"proxy-{_key(info)}.mp4"
    if out.exists():
        return out
    reader = FrameReader(info.path)
    try:
        first = found = reader.frame_at(0.0)
        if first is None or found is None:
            raise MediaUnreadable(
                tr("no frame of the clip can be decoded."),
                path=info.path,
                remedy=tr("Copy or export it again."),
            )
        small = _Small(info, reader)
        with replacing(out) as beside, av.open(str(beside), "w", format="mp4") as target:
            video = _add_video(target, info, small.size)
            while found is not None:
                progress.step(tr("Preparing the preview"), found.time_s, info.duration_s)
                frame = small.convert(found)
                time_s = 0.0 if found is first else _exact_time(found.time_s, info, reader)
                frame.pts = round(time_s / _TIME_BASE)
                frame.time_base = _TIME_BASE
                target.mux(video.encode(frame))
                found = reader.frame_after(found.time_s)
            target.mux(video.encode(None))
    finally:
        reader.close()
    return out


def _key(info: VideoInfo) -> str:
    about = (str(info.path), info.size_bytes, info.path.stat().st_mtime_ns, _SHORT_SIDE)
    return hashlib.sha256(repr(about).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _exact_time(time_s: float, info: VideoInfo, reader: FrameReader) -> float:
    """Return the time that a container which counts in milliseconds has rounded."""
    nearest_s = float(round(time_s * info.frame_rate) / info.frame_rate)
    return nearest_s if abs(nearest_s - time_s) <= reader.tolerance_s else time_s


def _add_video(
    target: "av.container.OutputContainer", info: VideoInfo, size: tuple[int, int]
) -> VideoStream:
    video = target.add_stream(
        "mpeg4", info.frame_rate, options={"qmin": _QUANTISER, "qmax": _QUANTISER, "bf": "0"}
    )
    assert isinstance(video, VideoStream)
    video.width, video.height = size
    video.pix_fmt = "yuv420p"
    video.codec_context.time_base = _TIME_BASE
    video.codec_context.gop_size = _KEY_DISTANCE
    return video


class _Small:
    """Makes frames small, upright and ordinary in colour."""

    def __init__(self, info: VideoInfo, reader: FrameReader) -> None:
        scale = min(1.0, _SHORT_SIDE / min(info.width, info.height))
        # 4:2:0 needs even sides.
        width, height = (max(2, 2 * round(side * scale / 2)) for side in (info.width, info.height))
        self.size = width, height
        self._screen = ScreenConverter(reader.pixel_aspect)
        self._reformatter = VideoReformatter()

    def convert(self, found: TimedFrame) -> VideoFrame:
        """Return a frame in 8-bit 4:2:0."""
        frame = found.frame
        matrix = coded_matrix(frame)
        if frame.color_trc in HDR_TRANSFERS or not self._screen.orientation_of(frame).is_upright:
            packed = self._screen.convert(frame, self.size)
            pixels = packed.copy().view("uint8").reshape(*packed.shape, 4)
            frame = VideoFrame.from_ndarray(pixels, "bgra")
            matrix = Colorspace.ITU709
        width, height = self.size
        small = self._reformatter.reformat(
            frame,
            width,
            height,
            "yuv420p",
            src_colorspace=matrix,
            # MPEG-4 doesn't say which: readers take it from the size.
            dst_colorspace=Colorspace.ITU709 if height >= 720 else Colorspace.ITU601,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA,
        )
        return small
