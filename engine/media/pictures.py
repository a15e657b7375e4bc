"""Files of pictures: photographs, drawings, animated GIFs."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from engine.errors import MediaTooLarge, MediaUnreadable
from engine.media.frame_reader import FrameReader
from engine.media.frames import upright_rgb
from engine.media.orientation import orientation_of
from engine.media.probe import MAX_PIXELS, probe_video
from engine.media.source import PICTURE_BRANDS, absolute, open_regular
from engine.translation import tr

PICTURE_SUFFIXES = frozenset(
    (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif")
)
# The demuxer for each start of a file; names don't count, since many are wrong.
_STARTS = (
    (re.compile(rb"\xff\xd8\xff"), "jpeg_pipe"),
    (re.compile(rb"\x89PNG\r\n"), "png_pipe"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "webp_pipe"),
    (re.compile(rb"BM....\0\0\0\0", re.DOTALL), "bmp_pipe"),
    (re.compile(rb"II\*\0|MM\0\*"), "tiff_pipe"),
    (re.compile(rb"....ftyp(" + b"|".join(sorted(PICTURE_BRANDS)) + rb")", re.DOTALL), "mov"),
)
_N_HEAD = 16
# An animation beyond this is a film.
_MOST_FRAMES = 5_000
_LONGEST_FRAME_S = 10.0
_DEFAULT_FRAME_S = 0.1


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame of a picture file.

    Attributes:
        pixels: uint8 (h, w, 3) RGB, upright; transparent parts are black.
        duration_s: how long an animation shows it; without meaning for a photograph.
    """

    pixels: npt.NDArray[np.uint8]
    duration_s: float


def picture_format(path: Path) -> str | None:
    """Return libav's name of a picture file's format, by its first bytes; None for another file.

    Raises:
        MediaNotFound, MediaUnreadable: when it can't be opened.
    """
    with open_regular(path) as source:
        head = source.read(_N_HEAD)
    return next((name for start, name in _STARTS if start.match(head)), None)


def pictures_in(folder: Path) -> tuple[Path, ...]:
    """Return the picture files of a folder in the order of their names, 9 before 10.

    Args:
        folder: those in it count, not those in its folders.

    Raises:
        OSError: when the folder can't be read.
    """
    with os.scandir(folder) as entries:
        names = [
            entry.name
            for entry in entries
            if Path(entry.name).suffix.lower() in PICTURE_SUFFIXES
            and not entry.name.startswith(".")
            and entry.is_file()
        ]
    return tuple(folder / name for name in sorted(names, key=_natural))


def read_pictures(path: Path, fitting: tuple[int, int]) -> Iterator[Picture]:
    """Yield the frames of a picture file: one of a photograph, all of an animation.

    Args:
        path: any local file; of a film, its first frame is read.
        fitting: width and height that a frame is made to fit into; a smaller one keeps its size.

    Raises:
        MediaNotFound, MediaUnreadable, MediaTooLarge: when it can't be used.
    """
    path = absolute(path)
    kind = picture_format(path)
    if kind is None:
        yield _of_film(path, fitting)
        return
    with open_regular(path) as source:
        try:
            container = av.open(source, "r", format=kind, options={"protocol_whitelist": "file"})
        except (av.error.FFmpegError, ValueError, IndexError) as error:
            raise _unreadable(path) from error
        with container:
            _check(container, path, kind)
            converter = VideoReformatter()
            n_frames = 0
            for frame in _frames(container):
                yield _converted(frame, converter, fitting)
                n_frames += 1
                if n_frames >= _MOST_FRAMES or kind != "gif":
                    break
            if not n_frames:
                raise _unreadable(path)


def _of_film(path: Path, fitting: tuple[int, int]) -> Picture:
    info = probe_video(path)
    reader = FrameReader(path)
    try:
        found = reader.frame_at(0.0)
        if found is None:
            raise _unreadable(path)
        size = _fitted(info.width, info.height, fitting)
        return Picture(upright_rgb(found.frame, info, VideoReformatter(), size), _DEFAULT_FRAME_S)
    finally:
        reader.close()


def _check(container: InputContainer, path: Path, kind: str) -> None:
    streams = container.streams.video
    if not streams or streams[0].codec_context is None:
        raise _unreadable(path)
    if kind == "mov" and len(streams) > 1:
        raise MediaUnreadable(
            tr("this HEIF picture is made of tiles, which can't be read."),
            path=path,
            remedy=tr("Save it as a JPEG."),
        )
    width, height = streams[0].codec_context.width, streams[0].codec_context.height
    if width * height > MAX_PIXELS:
        raise MediaTooLarge(
            tr("the picture is too large ({width} × {height} pixels).").format(
                width=width, height=height
            ),
            path=path,
            remedy=tr("Save it smaller, with at most 8192 pixels a side."),
        )


def _frames(container: InputContainer) -> Iterator[VideoFrame]:
    """Yield frames up to the first damage."""
    frames = container.decode(video=0)
    while True:
        try:
            yield next(frames)
        except (StopIteration, av.error.FFmpegError):
            return


def _converted(frame: VideoFrame, converter: VideoReformatter, fitting: tuple[int, int]) -> Picture:
    orientation = orientation_of(frame)
    width, height = orientation.size(frame.width, frame.height)
    size = _fitted(width, height, fitting)
    duration_s = float((frame.duration or 0) * (frame.time_base or 0))
    small = converter.reformat(
        frame, *orientation.size(*size), "rgba", interpolation=Interpolation.AREA
    )
    pixels: npt.NDArray[np.uint8] = orientation.apply(small.to_ndarray().astype(np.uint8))
    opaque = pixels[:, :, :3].astype(np.uint16) * pixels[:, :, 3:].astype(np.uint16) // 255
    if duration_s <= 0:
        duration_s = _DEFAULT_FRAME_S
    return Picture(opaque.astype(np.uint8), min(duration_s, _LONGEST_FRAME_S))


def _fitted(width: int, height: int, fitting: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, fitting[0] / width, fitting[1] / height)
    return max(round(width * scale), 1), max(round(height * scale), 1)


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return what orders names as people do: numbers by value, letters without case."""
    parts = re.findall(r"(\d+)|(\D+)", name.casefold())
    return [(int(digits[:18]) if digits else -1, text) for digits, text in parts], name


def _unreadable(path: Path) -> MediaUnreadable:
    return MediaUnreadable(
        tr("this isn't a picture that can be opened."),
        path=path,
        remedy=tr("Save it as a JPEG or PNG."),
    )
