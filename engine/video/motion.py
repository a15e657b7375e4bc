"""Motion: dense optical flow between small neighbouring frames."""

from dataclasses import dataclass
from typing import Any

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


class MotionMeter:
    """Compares each frame with the previous one (DIS optical flow, Kroeger et al. 2016)."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: MotionFrame | None = None
        self._thumbnail: npt.NDArray[np.uint8] = np.zeros(GRID, np.uint8)

    def compare(self, frame: MotionFrame) -> FrameChange | None:
        """Return the change since the previous frame; None for the first and after a gap."""
        before, self._before = self._before, frame
        earlier, self._thumbnail = self._thumbnail, _resize(frame.luma)
        if before is None:
            return None
        gap_s = frame.time_s - before.time_s
        if not 0 < gap_s <= _MAX_GAP_S or before.luma.shape != frame.luma.shape:
            return None
        still = np.zeros((*frame.luma.shape, 2), np.float32)
        flow = np.asarray(self._flow.calc(before.luma, frame.luma, still), np.float32)
        pixels = _resize(np.hypot(flow[..., 0], flow[..., 1]))
        return FrameChange(
            time_s=frame.time_s,
            gap_s=gap_s,
            speeds=np.asarray(pixels / (max(frame.luma.shape) * gap_s), np.float32),
            residual=_residual(before.luma, frame.luma, flow),
            redistribution=_redistribution(before.luma, frame.luma),
            earlier=earlier,
            later=self._thumbnail,
        )


def _residual(
    before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]
) -> float:
    rows, columns = np.indices(before.shape, dtype=np.float32)
    # The flow says where each pixel of the earlier frame went: sample the later frame there.
    moved = cv2.remap(
        after,
        columns + flow[..., 0],
        rows + flow[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    difference = float(cv2.absdiff(moved, before).mean())
    contrast = max(float(before.std()), float(after.std()), 8.0)
    return difference / contrast


def _redistribution(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> float:
    histograms = [
        np.bincount(luma.ravel() >> 3, minlength=_N_BINS) / luma.size for luma in (before, after)
    ]
    return float(np.abs(histograms[0] - histograms[1]).sum() / 2)


def _resize(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(cv2.resize(image, GRID[::-1], interpolation=cv2.INTER_AREA), image.dtype)
