"""A small H.264 stand-in for clips that a player can't show smoothly, or not at all."""

import hashlib
import os
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
from engine.media.frames import upright_rgb
from engine.media.probe import VideoInfo, picture_stream, read_only
from engine.media.source import open_container
from engine.progress import Progress
from engine.translation import tr

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_SHORT_SIDE = 540
_MAX_RATE = 31.0  # more pictures a second would take twice as long and look the same
_TIME_BASE = Fraction(1, 90_000)
_KEY_EVERY_S = 0.5  # so that jumping about is quick
_MAX_THREADS = 8

# What every system's player shows; all else differs between systems and their decoders.
_PLAYABLE_CODECS = frozenset({"h264", "hevc", "vp8", "vp9"})
_PLAYABLE_FORMATS = frozenset({"yuv420p", "yuvj420p", "nv12"})
_PLAYABLE_CONTAINERS = frozenset({"mp4", "mov", "matroska", "webm"})


def needs_proxy(info: VideoInfo) -> bool:
    """Whether the player gets a proxy: ProRes, AV1, 10-bit, 4:2:2, HDR, odd containers."""
    return (
        info.codec not in _PLAYABLE_CODECS
        or info.pixel_format not in _PLAYABLE_FORMATS
        or not _PLAYABLE_CONTAINERS & set(info.container.split(","))
        or info.is_hdr
    )


def make_proxy(info: VideoInfo, folder: Path, progress: Progress) -> Path:
    """Write the clip's picture as 8-bit H.264, 540 rows at most, upright, in step, without sound.

    Args:
        info: the clip.
        folder: where proxies lie; one that was made before of the same file is used again.
        progress: may cancel, which leaves nothing behind.

    Returns:
        The proxy's file.

    Raises:
        MediaUnreadable: when not one picture can be decoded.
        ExportError: when it can't be written.
    """
    out = folder / f"proxy-{_key(info)}.mp4"
    if out.exists():
        return out
    with open_container(info.path) as source, replacing(out) as beside:
        stream = picture_stream(source, info.path)
        read_only(source, stream)
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = min(os.cpu_count() or 1, _MAX_THREADS)
        n_written = 0
        with av.open(str(beside), "w", format="mp4") as target:
            picture = _add_picture(target, info)
            for time_s, pixels in _pictures(info, source, stream):
                progress.step(tr("Preparing the picture"), time_s, info.duration_s)
                frame = VideoFrame.from_ndarray(pixels, "rgb24").reformat(
                    format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
                )
                frame.pts = round(time_s / _TIME_BASE)
                frame.time_base = _TIME_BASE
                target.mux(picture.encode(frame))
                n_written += 1
            target.mux(picture.encode(None))
        if n_written == 0:
            raise MediaUnreadable(
                tr("not one picture of the clip can be decoded."),
                path=info.path,
                remedy=tr("Copy or export it again."),
            )
    return out


def _key(info: VideoInfo) -> str:
    about = (str(info.path), info.size_bytes, info.path.stat().st_mtime_ns, _SHORT_SIDE)
    return hashlib.sha256(repr(about).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _add_picture(target: "av.container.OutputContainer", info: VideoInfo) -> "VideoStream":
    rate = min(info.frame_rate, Fraction(30))
    picture = target.add_stream(
        "libx264",
        rate=rate,
        options={
            "preset": "veryfast",
            "crf": "23",
            "bf": "0",
            "g": str(max(1, round(_KEY_EVERY_S * rate))),
        },
    )
    picture.width, picture.height = _size(info)
    picture.pix_fmt = "yuv420p"
    picture.codec_context.time_base = _TIME_BASE
    picture.color_primaries = picture.color_trc = picture.colorspace = 1  # BT.709
    picture.color_range = 1
    return picture


def _size(info: VideoInfo) -> tuple[int, int]:
    scale = min(1.0, _SHORT_SIDE / min(info.width, info.height))
    # Chroma of 4:2:0 needs even sides.
    width, height = (max(2, 2 * round(side * scale / 2)) for side in (info.width, info.height))
    return width, height


def _pictures(
    info: VideoInfo, source: "InputContainer", stream: "VideoStream"
) -> Iterator[tuple[float, npt.NDArray[np.uint8]]]:
    """Yield time and upright RGB (h, w, 3) of the pictures; damaged ones are left out."""
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
