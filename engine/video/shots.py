"""Where one shot ends and the next begins."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engine.video.motion import PictureChange


def find_cuts(changes: Sequence[PictureChange]) -> npt.NDArray[np.float32]:
    """Return the times of the hard cuts.

    Args:
        changes: the changes between neighbouring pictures, by time.

    Returns:
        float32 (n,), the time of the first picture of each new shot, ascending.
    """
    cuts = [c.time_s for c in changes if c.residual + c.redistribution > 1.0]
    return np.array(cuts, np.float32)
