"""Light and colour of a frame."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

# Rec. 709 luma.
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
# A sixteenth of the pixels gives the same means to three digits.
_STEP = 4
# Smaller than anything that is worth seeing, larger than the noise of codecs and cameras.
_CELLS = (32, 32)


@dataclass(frozen=True, slots=True)
class Colour:
    """Light and colour of one frame.

    Attributes:
        brightness: mean luma as shown, 0..1.
        contrast: standard deviation of the luma, 0..0.5.
        saturation: Σ(max - min) / Σ max over the pixels, 0 (grey) .. 1.
        warmth: mean of red minus blue, -1..1.
    """

    brightness: float
    contrast: float
    saturation: float
    warmth: float


def measure_colour(pixels: npt.NDArray[np.uint8]) -> Colour:
    """Measure a frame.

    Args:
        pixels: uint8 (h, w, 3) RGB.
    """
    rgb = pixels[::_STEP, ::_STEP].astype(np.float32) / 255
    luma = rgb @ _LUMA
    highest = rgb.max(axis=2)
    chroma = highest - rgb.min(axis=2)
    return Colour(
        brightness=float(luma.mean()),
        contrast=float(luma.std()),
        saturation=float(chroma.sum() / max(float(highest.sum()), 1e-6)),
        warmth=float((rgb[..., 0] - rgb[..., 2]).mean()),
    )


def measure_detail(pixels: npt.NDArray[np.uint8]) -> float:
    """Return how much a frame shows: the deviation of its cells in the most varied channel.

    A frame of one colour has none, noise of codecs and cameras hardly any.

    Args:
        pixels: uint8 (h, w, 3) RGB.

    Returns:
        0 to 0.5; 0.2 is usual.
    """
    cells = cv2.resize(pixels, _CELLS, interpolation=cv2.INTER_AREA)
    return float(cells.astype(np.float32).std(axis=(0, 1)).max()) / 255
