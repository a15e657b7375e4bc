"""Colour of frames with known values."""

import numpy as np
import numpy.typing as npt
import pytest

from engine.video.colour import measure_colour


def solid(red: int, green: int, blue: int) -> npt.NDArray[np.uint8]:
    return np.full((64, 64, 3), (red, green, blue), np.uint8)


@pytest.mark.parametrize(("level", "brightness"), [(0, 0.0), (128, 0.502), (255, 1.0)])
def test_grey_has_brightness_only(level: int, brightness: float) -> None:
    colour = measure_colour(solid(level, level, level))
    assert colour.brightness == pytest.approx(brightness, abs=0.001)
    assert colour.contrast == pytest.approx(0, abs=1e-5)
    assert colour.saturation == 0
    assert colour.warmth == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("rgb", "brightness", "warmth"),
    [((255, 0, 0), 0.2126, 1.0), ((0, 255, 0), 0.7152, 0.0), ((0, 0, 255), 0.0722, -1.0)],
)
def test_primaries_are_saturated(
    rgb: tuple[int, int, int], brightness: float, warmth: float
) -> None:
    colour = measure_colour(solid(*rgb))
    assert colour.saturation == pytest.approx(1.0)
    assert colour.brightness == pytest.approx(brightness, abs=0.001)
    assert colour.warmth == pytest.approx(warmth)


def test_half_black_half_white_has_the_most_contrast() -> None:
    pixels = solid(0, 0, 0)
    pixels[:32] = 255
    assert measure_colour(pixels).contrast == pytest.approx(0.5, abs=0.001)


def test_half_grey_half_red_is_half_as_saturated() -> None:
    pixels = solid(200, 200, 200)
    pixels[:32] = (200, 0, 0)
    assert measure_colour(pixels).saturation == pytest.approx(0.5)
