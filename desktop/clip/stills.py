"""Converts frames of the engine to images of Qt."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage


def to_image(pixels: npt.NDArray[np.uint8]) -> QImage:
    """Return a copy of RGB pixels (h, w, 3) as an image that owns its memory."""
    pixels = np.ascontiguousarray(pixels)
    height, width, _ = pixels.shape
    image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.copy()
