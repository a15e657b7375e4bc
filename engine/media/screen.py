"""Frames as a screen shows them: upright, with square pixels, in its colours and its size."""

from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from engine.media.frames import coded_matrix
from engine.media.orientation import Orientation, orientation_of
from engine.media.probe import HDR_TRANSFERS
from engine.media.tone import tone_map_packed


class ScreenConverter:
    """Converts frames of one clip for the screen; keeps its set-up from one to the next.

    All frames stand as the first one does. Asking each would cost memory without bound: a frame
    whose side data was read refers to itself, and stays until Python's collector comes.

    Args:
        pixel_aspect: width of a coded pixel by its height.
    """

    def __init__(self, pixel_aspect: Fraction = Fraction(1)) -> None:
        self._pixel_aspect = pixel_aspect
        self._reformatter = VideoReformatter()
        self._orientation: Orientation | None = None

    def fit(self, frame: VideoFrame, box: tuple[int, int]) -> tuple[int, int]:
        """Return the largest width and height of an upright frame inside a box.

        Args:
            frame: as decoded.
            box: width and height in pixels of the screen.
        """
        shown = self.orientation_of(frame).size(
            max(round(frame.width * self._pixel_aspect), 1), frame.height
        )
        scale = min(box[0] / shown[0], box[1] / shown[1])
        width, height = (max(round(side * scale), 1) for side in shown)
        return width, height

    def convert(self, frame: VideoFrame, size: tuple[int, int]) -> npt.NDArray[np.uint32]:
        """Return a frame upright in a size.

        Args:
            frame: as decoded.
            size: width and height of the result.

        Returns:
            uint32 (h, w), each blue + 256 green + 65536 red + 2^24 · 255.
        """
        orientation = self.orientation_of(frame)
        width, height = orientation.size(*size)
        is_hdr = frame.color_trc in HDR_TRANSFERS
        shrinks = width <= frame.width and height <= frame.height
        scaled = self._reformatter.reformat(
            frame,
            width,
            height,
            "rgb48le" if is_hdr else "bgra",
            src_colorspace=coded_matrix(frame),
            interpolation=Interpolation.AREA if shrinks else Interpolation.BILINEAR,
            threads=1,
        )
        if is_hdr:
            deep: npt.NDArray[Any] = scaled.to_ndarray()
            return orientation.apply(tone_map_packed(deep, frame.color_trc))
        plane = scaled.planes[0]
        rows = np.frombuffer(memoryview(plane), np.uint32).reshape(height, plane.line_size // 4)
        return orientation.apply(rows[:, :width])

    def orientation_of(self, frame: VideoFrame) -> Orientation:
        """Return how the frames of the clip stand, by the first one asked for."""
        if self._orientation is None:
            self._orientation = orientation_of(frame)
        return self._orientation
