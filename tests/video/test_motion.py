import cv2
import numpy as np
import pytest

from engine.media.frames import MotionFrame
from engine.video.motion import MotionMeter


def texture(seed: int = 0) -> np.ndarray:
    """A smooth random picture, larger than what is shown of it."""
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 20), np.uint8)
    return cv2.resize(coarse, (200, 120), interpolation=cv2.INTER_CUBIC)


def window(picture: np.ndarray, x: int, time_s: float) -> MotionFrame:
    return MotionFrame(time_s, np.ascontiguousarray(picture[20:92, x : x + 128]))


def test_a_still_does_not_move() -> None:
    meter, picture = MotionMeter(), texture()
    assert meter.compare(window(picture, 10, 0.0)) is None
    change = meter.compare(window(picture, 10, 0.1))
    assert change is not None
    assert change.speed == pytest.approx(0, abs=1e-3)
    assert change.residual == pytest.approx(0, abs=1e-3)
    assert change.redistribution == 0


@pytest.mark.parametrize(("shift", "gap_s"), [(2, 0.1), (4, 0.1), (4, 0.2)])
def test_speed_is_the_share_of_the_width_a_second(shift: int, gap_s: float) -> None:
    meter, picture = MotionMeter(), texture()
    meter.compare(window(picture, 10, 0.0))
    change = meter.compare(window(picture, 10 + shift, gap_s))
    assert change is not None
    assert change.speed == pytest.approx(shift / 128 / gap_s, rel=0.15)
    assert change.residual < 0.15


def test_another_picture_is_no_movement() -> None:
    meter = MotionMeter()
    meter.compare(window(texture(0), 10, 0.0))
    change = meter.compare(window(texture(1), 10, 0.1))
    assert change is not None
    assert change.residual > 0.5


def test_no_movement_is_made_up_across_a_gap() -> None:
    meter, picture = MotionMeter(), texture()
    meter.compare(window(picture, 10, 0.0))
    assert meter.compare(window(picture, 30, 5.0)) is None
    assert meter.compare(window(picture, 30, 5.1)) is not None
