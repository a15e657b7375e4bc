"""Check a clip and describe it, decoding one frame at most."""

from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.errors import MediaError, MediaTooLarge, MediaUnreadable, MissingStream
from engine.media.continuous import continuity_of
from engine.media.ends import demuxed_end_s, indexed_end_s, stated_duration_s
from engine.media.frame_rate import PictureTiming, picture_timing
from engine.media.joined_files import n_left_out
from engine.media.orientation import Orientation, orientation_of
from engine.media.source import absolute, open_container, open_regular, read_packets
from engine.media.streams import audio_stream, moving_picture, read_only, video_stream
from engine.translation import tr

# fmt: off
VIDEO_SUFFIXES = frozenset((
    ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg",
    ".flv", ".wmv", ".ogv", ".mxf", ".3gp", ".dv",
))
AUDIO_SUFFIXES = frozenset((
    ".wav", ".w64", ".aif", ".aiff", ".caf", ".au", ".flac", ".mp3", ".ogg", ".oga", ".opus",
    ".m4a", ".m4b", ".mp2", ".aac", ".ac3", ".eac3", ".wma", ".wv", ".ape", ".tta", ".mka", ".amr",
))
# fmt: on

MAX_PIXELS = 8192 * 8192
MAX_DURATION_S = 12 * 3600.0
MAX_STREAMS = 64
# Give up when the first frame isn't within this many packets.
_FIRST_FRAME_PACKETS = 512
# A smaller difference between the stated and the real length is rounding, not damage.
_SPAN_TOLERANCE_S = 0.5

# PQ and HLG (ITU-T H.273, transfer characteristics 16 and 18).
HDR_TRANSFERS = frozenset({16, 18})


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """A clip's own sound.

    Attributes:
        codec: libav's name.
        rate_hz: sample rate.
        n_channels: number of channels.
        duration_s: length; None when the file doesn't state it.
        layout: libav's name of the channels' places, such as "5.1".
    """

    codec: str
    rate_hz: int
    n_channels: int
    duration_s: float | None
    layout: str = "stereo"


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """A checked clip.

    Attributes:
        path: absolute.
        size_bytes: of the file.
        duration_s: of the video that can be read.
        width, height: in square pixels as shown, upright.
        orientation: how the coded frames are turned and mirrored to stand upright.
        frame_rate: nominal frames per second, see `engine.media.frame_rate`.
        n_frames: how many whole frames of that rate the picture has.
        is_variable: whether the pictures don't come at that rate.
        start_timecode: such as "01:00:00:00", when the file has one.
        codec, container, pixel_format: libav's names.
        is_hdr: PQ or HLG transfer.
        sound: the clip's default sound, if any.
        warnings: problems that the clip can be used with, one sentence each.
    """

    path: Path
    size_bytes: int
    duration_s: float
    width: int
    height: int
    orientation: Orientation
    frame_rate: Fraction
    n_frames: int
    is_variable: bool
    start_timecode: str | None
    codec: str
    container: str
    pixel_format: str
    is_hdr: bool
    sound: SoundInfo | None
    warnings: tuple[str, ...]

    def __post_init__(self) -> None:
        sizes = self.duration_s, self.width, self.height, self.frame_rate, self.n_frames
        if not all(size > 0 for size in sizes):
            raise ValueError("a clip has a length, a size and a rate above zero")


def probe_video(path: Path | str) -> VideoInfo:
    """Check a clip and describe it; decodes one frame at most.

    Args:
        path: any local file.

    Returns:
        The description, `path` made absolute.

    Raises:
        MediaNotFound, MediaUnreadable, MissingStream, MediaTooLarge: each with a remedy.
    """
    path = absolute(path)
    with open_container(path) as container:
        check_streams(container, path)
        stream = video_stream(container, path)
        if moving_picture(container, path) is None:
            raise MissingStream(
                tr("the file holds no moving picture, only sound and a still one."),
                path=path,
                remedy=tr(
                    "Choose a video clip. Add music under “Your music” in the window, or with: "
                    "soundbed library add FOLDER"
                ),
            )
        frame = _first_frame(container, stream, path)
        duration_s, warnings = _video_span(container, stream, path)
        if _is_partly_readable(path):
            warnings += (_left_out(duration_s),)
        timing = _timing(path, duration_s)
        if timing.is_variable:
            warnings += (_varies(timing.rate),)
        orientation = orientation_of(frame)
        width, height = _shown_size(stream, frame, orientation)
        return VideoInfo(
            path=path,
            size_bytes=path.stat().st_size,
            # A single frame lasts as long as the rate says.
            duration_s=max(duration_s, float(1 / timing.rate)),
            width=width,
            height=height,
            orientation=orientation,
            frame_rate=timing.rate,
            n_frames=timing.n_frames,
            is_variable=timing.is_variable,
            start_timecode=_start_timecode(container),
            codec=stream.codec_context.codec.canonical_name,
            container=container.format.name,
            pixel_format=frame.format.name,
            is_hdr=frame.color_trc in HDR_TRANSFERS,
            sound=_sound_info(container),
            warnings=warnings,
        )


def check_streams(container: InputContainer, path: Path) -> None:
    """Raise MediaTooLarge when the file has too many streams."""
    if len(container.streams) > MAX_STREAMS:
        raise MediaTooLarge(
            tr("the file has {n} streams; the limit is {limit}.").format(
                n=len(container.streams), limit=MAX_STREAMS
            ),
            path=path,
            remedy=tr("Export it with fewer tracks."),
        )


def check_duration(duration_s: float, path: Path) -> None:
    """Raise MediaTooLarge when the file is too long."""
    if duration_s > MAX_DURATION_S:
        raise too_long(path)


def too_long(path: Path | str) -> MediaTooLarge:
    """Return the error that a file is too long."""
    return MediaTooLarge(
        tr("the file is longer than {hours:.0f} hours.").format(hours=MAX_DURATION_S / 3600),
        path=path,
        remedy=tr("Cut it into parts."),
    )


def _first_frame(container: InputContainer, stream: VideoStream, path: Path) -> VideoFrame:
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > MAX_PIXELS:
        raise MediaTooLarge(
            tr("the video is too large ({width} × {height} pixels).").format(
                width=width, height=height
            ),
            path=path,
            remedy=tr("Export it at 8K or smaller."),
        )
    read_only(container, stream)
    for n_packets, packet in enumerate(read_packets(container, stream)):
        with suppress(av.error.FFmpegError):
            for frame in packet.decode():
                return frame
        if n_packets > _FIRST_FRAME_PACKETS:
            break
    raise _no_frame(path)


def _no_frame(path: Path) -> MediaError:
    return MediaUnreadable(
        tr("no frame of the clip can be decoded."),
        path=path,
        remedy=tr("Copy or export it again."),
    )


def _video_span(
    container: InputContainer, stream: VideoStream, path: Path
) -> tuple[float, tuple[str, ...]]:
    """Return the length that can be read, and a warning where the file states more."""
    start_s = float((stream.start_time or 0) * (stream.time_base or 1))
    continuity = continuity_of(path)
    if continuity.has_jumps:
        check_duration(continuity.end_s - start_s, path)
        return continuity.end_s - start_s, ()
    stated_s = stated_duration_s(container, stream)
    check_duration(stated_s or 0.0, path)
    found_s = stated_s or 0.0
    longest_s = (indexed_end_s(stream, path.stat().st_size) or 0.0) - start_s
    # Matroska and similar containers state the longest stream's length, not the video's.
    if not stream.duration or found_s - longest_s > _SPAN_TOLERANCE_S:
        stated_end_s = start_s + found_s
        found_s = longest_s = _picture_end_s(path, stated_end_s) - start_s
        if stated_end_s - start_s - found_s > _SPAN_TOLERANCE_S:
            with open_container(path) as again:
                longest_s = demuxed_end_s(again, None, stated_end_s) - start_s
    check_duration(found_s, path)
    if stated_s is None or stated_s - longest_s <= _SPAN_TOLERANCE_S:
        return found_s, ()
    warning = tr(
        "The file's stated length is {stated:.1f} s, but only {found:.1f} s can be read; "
        "only these are used."
    ).format(stated=stated_s, found=found_s)
    return found_s, (warning,)


def _is_partly_readable(path: Path) -> bool:
    with open_regular(path) as source:
        return n_left_out(source) > 0


def _picture_end_s(path: Path, stated_end_s: float) -> float:
    with open_container(path) as container:
        stream = video_stream(container, path)
        read_only(container, stream)
        return demuxed_end_s(container, stream, stated_end_s)


def _timing(path: Path, duration_s: float) -> PictureTiming:
    # Not every container can jump back to its own start.
    with open_container(path) as container:
        stream = video_stream(container, path)
        read_only(container, stream)
        return picture_timing(container, stream, continuity_of(path), duration_s)


def _left_out(duration_s: float) -> str:
    return tr(
        "Only the first {found:.1f} s can be read; a recording of another kind was joined to them."
    ).format(found=duration_s)


def _varies(rate: Fraction) -> str:
    return tr(
        "The picture's frame rate varies; timelines for editing programs get {rate:g} frames "
        "per second."
    ).format(rate=round(float(rate), 3))


def _shown_size(
    stream: VideoStream, frame: VideoFrame, orientation: Orientation
) -> tuple[int, int]:
    aspect = stream.sample_aspect_ratio
    width, height = frame.width, frame.height
    if aspect and Fraction(1, 10) < aspect < 10:
        width = max(round(width * aspect), 1)
    return orientation.size(width, height)


def _start_timecode(container: InputContainer) -> str | None:
    for metadata in (container.metadata, *(stream.metadata for stream in container.streams)):
        timecode = metadata.get("timecode") or metadata.get("TIMECODE")  # in Matroska
        if timecode and len(timecode) <= 16 and timecode.isprintable():
            return timecode
    return None


def _sound_info(container: InputContainer) -> SoundInfo | None:
    stream = audio_stream(container)
    if stream is None:
        return None
    context = stream.codec_context
    duration_s = (
        float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
    )
    return SoundInfo(
        context.codec.canonical_name,
        context.sample_rate,
        context.channels,
        duration_s,
        context.layout.name,
    )
