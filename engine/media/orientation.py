"""How a clip's coded frames are turned and mirrored to stand upright."""

from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame

_Pixel = TypeVar("_Pixel", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Orientation:
    """How to make coded frames upright: transposed first, then mirrored.

    Attributes:
        transposes: whether rows become columns.
        mirrors: whether left and right change places.
        flips: whether top and bottom change places.
    """

    transposes: bool = False
    mirrors: bool = False
    flips: bool = False

    @property
    def is_upright(self) -> bool:
        """Whether the frames are upright as they are."""
        return not (self.transposes or self.mirrors or self.flips)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the upright width and height of a coded size, or the other way round."""
        return (height, width) if self.transposes else (width, height)

    def revert(self, pixels: npt.NDArray[_Pixel]) -> npt.NDArray[_Pixel]:
        """Return the coded view of upright pixels (h, w, …)."""
        coded: npt.NDArray[_Pixel] = pixels[::-1] if self.flips else pixels
        if self.mirrors:
            coded = coded[:, ::-1]
        return coded.swapaxes(0, 1) if self.transposes else coded

    def apply(self, pixels: npt.NDArray[_Pixel]) -> npt.NDArray[_Pixel]:
        """Return the upright view of coded pixels (h, w, …)."""
        upright: npt.NDArray[_Pixel] = pixels
        if self.transposes:
            upright = upright.swapaxes(0, 1)
        if self.mirrors:
            upright = upright[:, ::-1]
        return upright[::-1] if self.flips else upright


UPRIGHT = Orientation()
# By degrees anticlockwise.
_BY_ROTATION = {
    90: Orientation(transposes=True, flips=True),
    180: Orientation(mirrors=True, flips=True),
    270: Orientation(transposes=True, mirrors=True),
}
# Its type is stated as text, but only the member is found.
_MATRIX: Any = Type.DISPLAYMATRIX


def orientation_of(frame: VideoFrame) -> Orientation:
    """Return a frame's orientation, from the display matrix that its container gives it.

    The matrix (ISO/IEC 14496-12, 6.2.2) maps x, y to a x + c y, b x + d y.
    """
    try:
        side_data: Any = frame.side_data.get(_MATRIX)
    except ValueError:
        # PyAV doesn't know the types of newer side data beside it, such as Exif and the views of
        # spatial video; then it tells the rotation alone.
        return _BY_ROTATION.get(frame.rotation % 360, UPRIGHT)
    if side_data is None:
        return UPRIGHT
    values = np.frombuffer(side_data, np.int32)
    if len(values) < 5:
        return UPRIGHT
    a, b, c, d = (int(values[index]) for index in (0, 1, 3, 4))
    if abs(b) > abs(a):
        return Orientation(transposes=True, mirrors=c < 0, flips=b < 0)
    return Orientation(mirrors=a < 0, flips=d < 0)
