"""How much a picture moves: dense optical flow between small neighbouring pictures."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from engine.media.frames import MotionFrame

# Pictures further apart show different things, not one movement.
_MAX_GAP_S = 0.5
_N_BINS = 32
_GLANCE = (16, 9)


@dataclass(frozen=True, slots=True)
class PictureChange:
    """What happened between two neighbouring pictures.

    Attributes:
        time_s: of the later picture.
        gap_s: since the earlier one.
        speed: mean length of the flow, in long sides of the picture a second.
        residual: mean luma difference that moving the earlier picture along the flow leaves,
            in standard deviations of the luma; near 0 within a shot, 1 and more at a cut.
        redistribution: half the L1 distance of the luma histograms, 0..1.
        earlier, later: uint8 (9, 16), the two pictures at a glance.
    """

    time_s: float
    gap_s: float
    speed: float
    residual: float
    redistribution: float
    earlier: npt.NDArray[np.uint8]
    later: npt.NDArray[np.uint8]


class MotionMeter:
    """Compares each picture with the one before it (Kroeger et al. 2016, DIS optical flow)."""

    def __init__(self) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._before: MotionFrame | None = None
        self._glance: npt.NDArray[np.uint8] = np.zeros(_GLANCE[::-1], np.uint8)

    def compare(self, frame: MotionFrame) -> PictureChange | None:
        """Return the change since the picture before; None for the first and after a gap."""
        before, self._before = self._before, frame
        earlier, self._glance = self._glance, _resize(frame.luma)
        if before is None:
            return None
        gap_s = frame.time_s - before.time_s
        if not 0 < gap_s <= _MAX_GAP_S or before.luma.shape != frame.luma.shape:
            return None
        still = np.zeros((*frame.luma.shape, 2), np.float32)
        flow = np.asarray(self._flow.calc(before.luma, frame.luma, still), np.float32)
        pixels = float(np.hypot(flow[..., 0], flow[..., 1]).mean())
        return PictureChange(
            time_s=frame.time_s,
            gap_s=gap_s,
            speed=pixels / max(frame.luma.shape) / gap_s,
            residual=_residual(before.luma, frame.luma, flow),
            redistribution=_redistribution(before.luma, frame.luma),
            earlier=earlier,
            later=self._glance,
        )


def _residual(
    before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8], flow: npt.NDArray[np.float32]
) -> float:
    rows, columns = np.indices(before.shape, dtype=np.float32)
    # The flow tells where each earlier pixel went: looked up there, the later picture matches.
    moved = cv2.remap(
        after,
        columns + flow[..., 0],
        rows + flow[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    left = float(cv2.absdiff(moved, before).mean())
    contrast = max(float(before.std()), float(after.std()), 8.0)
    return left / contrast


def _redistribution(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> float:
    histograms = [
        np.bincount(picture.ravel() >> 3, minlength=_N_BINS) / picture.size
        for picture in (before, after)
    ]
    return float(np.abs(histograms[0] - histograms[1]).sum() / 2)


def _resize(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, _GLANCE, interpolation=cv2.INTER_AREA), np.uint8)
