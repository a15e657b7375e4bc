"""Small H.264 proxies for clips that a player can't show, or not smoothly."""

import hashlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from engine.errors import MediaUnreadable
from engine.files import replacing
from engine.limits import n_decoder_threads
from engine.media.frames import upright_rgb
from engine.media.probe import VideoInfo, read_only, video_stream
from engine.media.source import open_container
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_SHORT_SIDE = 540
_MAX_RATE = 31.0  # a higher rate would take twice as long and look the same
_TIME_BASE = Fraction(1, 90_000)
_KEY_EVERY_S = 0.5  # so that seeking is quick

# Supported by the players of every system; others depend on the system's decoders.
_PLAYABLE_CODECS = frozenset({"h264", "hevc", "vp8", "vp9"})
_PLAYABLE_FORMATS = frozenset({"yuv420p", "yuvj420p", "nv12"})
_PLAYABLE_CONTAINERS = frozenset({"mp4", "mov", "matroska", "webm"})


def needs_proxy(info: VideoInfo) -> bool:
    """Whether the player needs a proxy: for ProRes, AV1, 10-bit, 4:2:2, HDR, unusual containers."""
    return (
        info.codec not in _PLAYABLE_CODECS
        or info.pixel_format not in _PLAYABLE_FORMATS
        or not _PLAYABLE_CONTAINERS & set(info.container.split(","))
        or info.is_hdr
    )


def make_proxy(info: VideoInfo, folder: Path, progress: Progress) -> Path:
    """Write the clip's video as 8-bit H.264, upright, 540 pixels high at most, without sound.

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
    with open_container(info.path) as source, replacing(out) as beside:
        stream = video_stream(source, info.path)
        read_only(source, stream)
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = n_decoder_threads()
        n_written = 0
        with av.open(str(beside), "w", format="mp4") as target:
            video = _add_video(target, info)
            for time_s, pixels in _frames(info, source, stream):
                progress.step(tr("Preparing the preview"), time_s, info.duration_s)
                frame = VideoFrame.from_ndarray(pixels, "rgb24").reformat(
                    format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
                )
                frame.pts = round(time_s / _TIME_BASE)
                frame.time_base = _TIME_BASE
                target.mux(video.encode(frame))
                n_written += 1
            target.mux(video.encode(None))
        if n_written == 0:
            raise MediaUnreadable(
                tr("no frame of the clip can be decoded."),
                path=info.path,
                remedy=tr("Copy or export it again."),
            )
    return out


def _key(info: VideoInfo) -> str:
    about = (str(info.path), info.size_bytes, info.path.stat().st_mtime_ns, _SHORT_SIDE)
    return hashlib.sha256(repr(about).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _add_video(target: "av.container.OutputContainer", info: VideoInfo) -> "VideoStream":
    rate = min(info.frame_rate, Fraction(30))
    video = target.add_stream(
        "libx264",
        rate=rate,
        options={
            "preset": "veryfast",
            "crf": "23",
            "bf": "0",
            "g": str(max(1, round(_KEY_EVERY_S * rate))),
        },
    )
    video.width, video.height = _size(info)
    video.pix_fmt = "yuv420p"
    video.codec_context.time_base = _TIME_BASE
    video.color_primaries = video.color_trc = video.colorspace = 1  # BT.709
    video.color_range = 1
    return video


def _size(info: VideoInfo) -> tuple[int, int]:
    scale = min(1.0, _SHORT_SIDE / min(info.width, info.height))
    # 4:2:0 needs even sides.
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (info.width, info.height))
    return width, height


def _frames(
    info: VideoInfo, source: "InputContainer", stream: "VideoStream"
) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    """Yield time and upright RGB (h, w, 3) of each frame; damaged ones are left out."""
    reformatter = VideoReformatter()
    time_base = stream.time_base or _TIME_BASE
    start: int | None = None
    last_s = -1.0
    for frame in _decoded(source, stream):
        if frame.pts is None:
            continue
        start = frame.pts if start is None else start
        time_s = float((frame.pts - start) * time_base)
        if time_s - last_s < 1 / _MAX_RATE:
            continue
        last_s = time_s
        yield time_s, upright_rgb(frame, info, reformatter, _size(info))


def _decoded(source: "InputContainer", stream: "VideoStream") -> Iterator[VideoFrame]:
    packets = source.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.InvalidDataError, av.EOFError):
            return
        if packet is None:
            return
        try:
            yield from packet.decode()
        except (av.InvalidDataError, av.EOFError):
            continue
