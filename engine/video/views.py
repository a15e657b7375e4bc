"""What a picture network sees of a frame."""

import cv2
import numpy as np
import numpy.typing as npt

N_VIEWS = 2


def views(pixels: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.uint8]:
    """Return the views of a frame whose embeddings are averaged.

    The whole frame as a square, and the square in its middle, mirrored: so that a clip that is
    cropped or mirrored still looks much the same to the network.

    Args:
        pixels: uint8 (h, w, 3) RGB, upright.
        size: height and width of a view.

    Returns:
        uint8 (N_VIEWS, size, size, 3).
    """
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = pixels[top : top + side, left : left + side]
    return np.stack([_resized(pixels, size), _resized(middle, size)[:, ::-1]])


def _resized(pixels: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    smaller = (min(width, size), min(height, size))
    shrunk = cv2.resize(pixels, smaller, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(shrunk, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)
