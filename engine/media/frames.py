"""A clip's frames as arrays: samples in colour, small grey ones for motion."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from engine.errors import MediaUnreadable
from engine.media.decoding import decode_frames
from engine.media.probe import HDR_TRANSFERS, VideoInfo
from engine.media.tone import tone_map
from engine.progress import Progress
from engine.translation import tr

SHORT_SIDE = 256
# Limits the long side of panoramas, in short sides.
_MAX_ASPECT = 4.0
MOTION_LONG_SIDE = 128
# Frames closer together add nothing to the measured motion.
_MOTION_GAP_S = 1 / 16
_UNSPECIFIED_MATRIX = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """A sampled frame.

    Attributes:
        time_s: from the first frame of the clip.
        pixels: uint8 (h, w, 3) RGB, upright.
    """

    time_s: float
    pixels: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 3 or self.pixels.shape[2] != 3:
            raise ValueError("pixels are uint8 (h, w, 3)")


@dataclass(frozen=True, slots=True)
class MotionFrame:
    """A small frame for motion and cuts.

    Attributes:
        time_s: from the first frame of the clip.
        luma: uint8 (h, w), as coded: not rotated.
    """

    time_s: float
    luma: npt.NDArray[np.uint8]

    def __post_init__(self) -> None:
        if self.luma.dtype != np.uint8 or self.luma.ndim != 2:
            raise ValueError("luma is uint8 (h, w)")


def sample_frames(info: VideoInfo, progress: Progress) -> Iterator[Frame]:
    """Yield one frame a second, at least 8 and at most 128, spread over the clip.

    Only the packets that a sample needs are decoded. Each sample is the frame in the middle of its
    part of the clip; in clips over five minutes, one close to a keyframe in that part.

    Args:
        info: the probed clip.
        progress: receives the time reached.

    Returns:
        The frames by time, short side 256 pixels; fewer where the clip has fewer.

    Raises:
        MediaUnreadable: when no frame can be decoded.
    """
    for frame in _convert(info, False, progress):
        if isinstance(frame, Frame):
            yield frame


def stream_frames(
    info: VideoInfo, progress: Progress, short_side: int = SHORT_SIDE
) -> Iterator[Frame | MotionFrame]:
    """Yield the samples of `sample_frames` and, from the same decoding, frames for motion.

    A frame may come as both. Motion frames come every 1/16 to 1/5 s, depending on what the codec
    decodes anyway; in clips over five minutes only before each sample.

    Args:
        info: the probed clip.
        progress: receives the time reached.
        short_side: of the samples, in pixels.

    Raises:
        MediaUnreadable: when no frame can be decoded.
    """
    return _convert(info, True, progress, short_side)


def _convert(
    info: VideoInfo, with_motion: bool, progress: Progress, short_side: int = SHORT_SIDE
) -> Iterator[Frame | MotionFrame]:
    colour, grey = VideoReformatter(), VideoReformatter()
    n_samples = 0
    last_motion_s = -1.0
    for decoded in decode_frames(info, with_motion, progress):
        if with_motion and decoded.time_s - last_motion_s >= _MOTION_GAP_S:
            last_motion_s = decoded.time_s
            yield MotionFrame(decoded.time_s, _luma(decoded.frame, grey))
        if decoded.is_sample:
            n_samples += 1
            progress.step(tr("Analysing the video"), decoded.time_s, info.duration_s)
            size = shown_size(info.width, info.height, short_side)
            yield Frame(decoded.time_s, upright_rgb(decoded.frame, info, colour, size))
    if n_samples == 0:
        raise MediaUnreadable(
            tr("no frame of the clip can be decoded."),
            path=info.path,
            remedy=tr("Copy or export it again."),
        )


def upright_rgb(
    frame: VideoFrame,
    info: VideoInfo,
    reformatter: VideoReformatter,
    size: tuple[int, int] | None = None,
) -> npt.NDArray[np.uint8]:
    """Return a frame upright and with square pixels, by a single resize.

    Args:
        frame: as decoded.
        info: the probed clip, for its size and orientation.
        reformatter: kept by the caller, since it caches its set-up.
        size: width and height of the result; `shown_size` of the clip by default.

    Returns:
        uint8 (h, w, 3) RGB.
    """
    width, height = size or shown_size(info.width, info.height)
    coded = info.orientation.size(width, height)
    is_hdr = frame.color_trc in HDR_TRANSFERS
    small = reformatter.reformat(
        frame,
        *coded,
        "rgb48le" if is_hdr else "rgb24",
        src_colorspace=coded_matrix(frame),
        interpolation=Interpolation.AREA,
        threads=1,
    )
    pixels: npt.NDArray[Any] = small.to_ndarray()
    plain = tone_map(pixels, frame.color_trc) if is_hdr else pixels
    return np.ascontiguousarray(info.orientation.apply(plain), np.uint8)


def shown_size(width: int, height: int, short_side: int = SHORT_SIDE) -> tuple[int, int]:
    """Return width and height scaled to a short side; the long one is at most four of it."""
    scale = short_side / min(width, height)
    limit = int(short_side * _MAX_ASPECT)
    return min(round(width * scale), limit), min(round(height * scale), limit)


def _luma(frame: VideoFrame, reformatter: VideoReformatter) -> npt.NDArray[np.uint8]:
    scale = MOTION_LONG_SIDE / max(frame.width, frame.height)
    # Optical flow needs some rows, however flat the frame is.
    width, height = (max(round(side * scale), 16) for side in (frame.width, frame.height))
    small = reformatter.reformat(
        frame, width, height, "gray", interpolation=Interpolation.AREA, threads=1
    )
    # Rows are padded when the width is odd, which optical flow doesn't accept.
    return np.ascontiguousarray(small.to_ndarray(), np.uint8)


def coded_matrix(frame: VideoFrame) -> int:
    """Return the matrix of a frame's colours; what it must be where none is marked."""
    if frame.colorspace != _UNSPECIFIED_MATRIX:
        return frame.colorspace
    # HD without a marked matrix is BT.709 in practice; swscale would assume BT.601.
    return Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
