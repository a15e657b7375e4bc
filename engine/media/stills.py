"""Single frames as picture files."""

import cv2
import numpy as np
import numpy.typing as npt

_QUALITY = 80


def jpeg(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return RGB pixels (h, w, 3) as a JPEG file."""
    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    ok, data = cv2.imencode(".jpg", np.ascontiguousarray(pixels[:, :, ::-1]), options)
    if not ok:
        raise ValueError("the frame can't be written as a JPEG")
    return data.tobytes()
