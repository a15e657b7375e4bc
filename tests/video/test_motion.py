"""Motion between frames that are shifted by known amounts."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from engine.media.frames import MotionFrame
from engine.video.motion import MotionMeter


def texture(seed: int = 0) -> npt.NDArray[np.uint8]:
    """A smooth random image, larger than the window shown of it."""
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 20), np.uint8)
    return np.asarray(cv2.resize(coarse, (200, 120), interpolation=cv2.INTER_CUBIC), np.uint8)


def window(image: npt.NDArray[np.uint8], x: int, time_s: float) -> MotionFrame:
    return MotionFrame(time_s, np.ascontiguousarray(image[20:92, x : x + 128]))


def test_a_still_image_has_no_motion() -> None:
    meter, image = MotionMeter(), texture()
    assert meter.compare(window(image, 10, 0.0)) is None
    change = meter.compare(window(image, 10, 0.1))
    assert change is not None
    assert change.speeds.mean() == pytest.approx(0, abs=1e-3)
    assert change.residual == pytest.approx(0, abs=1e-3)
    assert change.redistribution == 0


@pytest.mark.parametrize(("shift", "gap_s"), [(2, 0.1), (4, 0.1), (4, 0.2)])
def test_speed_is_in_widths_per_second(shift: int, gap_s: float) -> None:
    meter, image = MotionMeter(), texture()
    meter.compare(window(image, 10, 0.0))
    change = meter.compare(window(image, 10 + shift, gap_s))
    assert change is not None
    assert change.speeds.mean() == pytest.approx(shift / 128 / gap_s, rel=0.15)
    assert change.residual < 0.15


def test_a_different_image_leaves_a_residual() -> None:
    meter = MotionMeter()
    meter.compare(window(texture(0), 10, 0.0))
    change = meter.compare(window(texture(1), 10, 0.1))
    assert change is not None
    assert change.residual > 0.5


def test_frames_across_a_gap_are_not_compared() -> None:
    meter, image = MotionMeter(), texture()
    meter.compare(window(image, 10, 0.0))
    assert meter.compare(window(image, 30, 5.0)) is None
    assert meter.compare(window(image, 30, 5.1)) is not None
