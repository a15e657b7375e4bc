"""Motion: dense optical flow between small neighbouring frames."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt

from engine.media.frames import MotionFrame

# Optical flow is meaningless between frames further apart.
_MAX_GAP_S = 0.5
_N_BINS = 32
# Rows and columns of thumbnails and of the speeds that are kept.
GRID = (9, 16)


@dataclass(frozen=True, slots=True)
class FrameChange:
    """The change between two neighbouring frames.

    Attributes:
        time_s: of the later frame.
        gap_s: since the earlier one.
        speeds: float32 (9, 16), mean length of the flow in each cell of the frame, in long sides of
            the frame per second.
        residual: mean luma difference after motion compensation, in standard deviations of the
            luma; near 0 within a shot, 1 and more at a cut.
        redistribution: half the L1 distance of the luma histograms, 0..1.
        earlier, later: uint8 (9, 16), thumbnails of the two frames.
    """

    time_s: float
    gap_s: float
    speeds: npt.NDArray[np.float32]
    residual: float
    redistribution: float
    earlier: npt.NDArray[np.uint8]
    later: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _Measured:
    """A frame, and what it takes to compare it.

    Attributes:
        frame: the frame.
        thumbnail: uint8 (9, 16).
        contrast: standard deviation of the luma.
        histogram: float64 (32,), of the luma; sums to 1.
    """

    frame: MotionFrame
    thumbnail: npt.NDArray[np.uint8]
    contrast: float
    histogram: npt.NDArray[np.float64]

    @classmethod
    def measure(cls, frame: MotionFrame) -> Self:
        counts = np.bincount(frame.luma.ravel() >> 3, minlength=_N_BINS)
        _, deviation = cv2.meanStdDev(frame.luma)
        return cls(
            frame, _resize(frame.luma), float(deviation[0, 0]), counts / np.float64(frame.luma.size)
        )


class MotionMeter:
    """Compares each frame with the previous one (DIS optical flow, Kroeger et al. 2016)."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: _Measured | None = None

    def compare(self, frame: MotionFrame) -> FrameChange | None:
        """Return the change since the previous frame; None for the first and after a gap."""
        before, after = self._before, _Measured.measure(frame)
        self._before = after
        if before is None:
            return None
        gap_s = frame.time_s - before.frame.time_s
        if not 0 < gap_s <= _MAX_GAP_S or before.frame.luma.shape != frame.luma.shape:
            return None
        still = np.zeros((*frame.luma.shape, 2), np.float32)
        flow = np.asarray(self._flow.calc(before.frame.luma, frame.luma, still), np.float32)
        pixels = _resize(cv2.magnitude(flow[..., 0], flow[..., 1]))
        change = np.abs(before.histogram - after.histogram)
        return FrameChange(
            time_s=frame.time_s,
            gap_s=gap_s,
            speeds=np.asarray(pixels / (max(frame.luma.shape) * gap_s), np.float32),
            residual=_residual(before, after, flow),
            redistribution=float(change.sum() / 2),
            earlier=before.thumbnail,
            later=after.thumbnail,
        )


def _residual(before: _Measured, after: _Measured, flow: npt.NDArray[np.float32]) -> float:
    luma = before.frame.luma
    # The flow says where each pixel of the earlier frame went: sample the later frame there.
    columns, rows = _indices(luma.shape)
    moved = cv2.remap(
        after.frame.luma,
        columns + flow[..., 0],
        rows + flow[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    difference = cv2.norm(moved, luma, cv2.NORM_L1) / luma.size
    return float(difference / max(before.contrast, after.contrast, 8.0))


@cache
def _indices(shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Return float32 (2, h, w), column and row of each pixel."""
    rows, columns = np.indices(shape, np.float32)
    return np.stack([columns, rows])


def _resize(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(cv2.resize(image, GRID[::-1], interpolation=cv2.INTER_AREA), image.dtype)
