"""What a picture network sees of a frame."""

import cv2
import numpy as np
import numpy.typing as npt

N_VIEWS = 1


def views(pixels: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.uint8]:
    """Return the views of a frame whose embeddings are averaged: the whole frame as a square.

    On stills and clips whose wants are known, the whole frame serves better than crops from it.

    Args:
        pixels: uint8 (h, w, 3) RGB, upright.
        size: height and width of a view.

    Returns:
        uint8 (N_VIEWS, size, size, 3).
    """
    whole = cv2.resize(pixels, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(whole, np.uint8)[None]
