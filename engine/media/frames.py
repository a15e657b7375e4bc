"""A clip's pictures as arrays: sampled ones upright in colour, small grey ones for motion."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from engine.errors import MediaUnreadable
from engine.media.decoding import decode_pictures
from engine.media.probe import HDR_TRANSFERS, VideoInfo
from engine.media.tone import tone_map
from engine.progress import Progress
from engine.translation import tr

SHORT_SIDE = 256
# Panoramas and strips: no more than this many short sides.
_MAX_ASPECT = 4.0
MOTION_LONG_SIDE = 128
# Denser pictures tell no more about motion.
_MOTION_GAP_S = 1 / 16
_UNSPECIFIED_MATRIX = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """A sampled picture: seconds from the first one, uint8 (h, w, 3) RGB, upright."""

    time_s: float
    pixels: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError("pixels are uint8 (h, w, 3)")


@dataclass(frozen=True, slots=True)
class MotionFrame:
    """A small picture for motion and cuts: seconds, uint8 (h, w) luma as coded, not turned."""

    time_s: float
    luma: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.luma.dtype != np.uint8 or self.luma.ndim != 2:
            raise ValueError("luma is uint8 (h, w)")


def sample_frames(info: VideoInfo, progress: Progress) -> Iterator[Frame]:
    """Yield one picture a second, at least 8 and at most 128, spread over the clip.

    Only packets that a sampled picture needs are decoded; each picture is the one shown in the
    middle of its part of the clip (of a clip over five minutes: one close to a key picture there).

    Args:
        info: the probed clip.
        progress: told the time reached.

    Returns:
        The pictures by time, short side 256 pixels; fewer where the clip has fewer.

    Raises:
        MediaUnreadable: when no picture can be decoded.
    """
    for frame in _convert(info, False, progress):
        if isinstance(frame, Frame):
            yield frame


def stream_pictures(info: VideoInfo, progress: Progress) -> Iterator[Frame | MotionFrame]:
    """Yield the samples of `sample_frames` and, from the same decoding, pictures for motion.

    A picture may come as both. Motion pictures are at most 1/16 s apart where the clip allows
    it cheaply, and at least every 1/5 s; a clip over five minutes has them before each sample.

    Args:
        info: the probed clip.
        progress: told the time reached.

    Raises:
        MediaUnreadable: when no picture can be decoded.
    """
    return _convert(info, True, progress)


def _convert(
    info: VideoInfo, with_motion: bool, progress: Progress
) -> Iterator[Frame | MotionFrame]:
    colour, grey = VideoReformatter(), VideoReformatter()
    n_samples = 0
    last_motion_s = -1.0
    for picture in decode_pictures(info, with_motion, progress):
        if with_motion and picture.time_s - last_motion_s >= _MOTION_GAP_S:
            last_motion_s = picture.time_s
            yield MotionFrame(picture.time_s, _luma(picture.frame, grey))
        if picture.is_sample:
            n_samples += 1
            progress.step(tr("Looking at the picture"), picture.time_s, info.duration_s)
            yield Frame(picture.time_s, upright_rgb(picture.frame, info, colour))
    if n_samples == 0:
        raise MediaUnreadable(
            tr("not one picture of the clip can be decoded."),
            path=info.path,
            remedy=tr("Copy or export it again."),
        )


def upright_rgb(
    frame: VideoFrame,
    info: VideoInfo,
    reformatter: VideoReformatter,
    size: tuple[int, int] | None = None,
) -> npt.NDArray[np.uint8]:
    """Return a picture in one resize, in square pixels, turned upright: uint8 (h, w, 3).

    `size` is width and height as shown, `shown_size` where it is None.
    """
    width, height = size or shown_size(info.width, info.height)
    coded = (height, width) if info.rotation_deg % 180 else (width, height)
    is_hdr = frame.color_trc in HDR_TRANSFERS
    small = reformatter.reformat(
        frame,
        *coded,
        "rgb48le" if is_hdr else "rgb24",
        src_colorspace=_matrix(frame),
        interpolation=Interpolation.AREA,
        threads=1,
    )
    pixels: npt.NDArray[Any] = small.to_ndarray()
    plain = tone_map(pixels, frame.color_trc) if is_hdr else pixels
    return np.ascontiguousarray(np.rot90(plain, info.rotation_deg // 90), np.uint8)


def shown_size(width: int, height: int) -> tuple[int, int]:
    """Return width and height with a short side of 256 and a long one of at most four times it."""
    scale = SHORT_SIDE / min(width, height)
    limit = int(SHORT_SIDE * _MAX_ASPECT)
    return min(round(width * scale), limit), min(round(height * scale), limit)


def _luma(frame: VideoFrame, reformatter: VideoReformatter) -> npt.NDArray[np.uint8]:
    scale = MOTION_LONG_SIDE / max(frame.width, frame.height)
    # Optical flow wants some rows even of a strip.
    width, height = (max(round(side * scale), 16) for side in (frame.width, frame.height))
    small = reformatter.reformat(
        frame, width, height, "gray", interpolation=Interpolation.AREA, threads=1
    )
    # Rows are padded when the width is odd; optical flow takes none of that.
    return np.ascontiguousarray(small.to_ndarray(), np.uint8)


def _matrix(frame: VideoFrame) -> int:
    if frame.colorspace != _UNSPECIFIED_MATRIX:
        return frame.colorspace
    # Unmarked HD is BT.709 in practice; swscale would take it for BT.601.
    return Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
