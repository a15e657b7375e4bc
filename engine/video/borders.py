"""Borders around a picture, found over a clip's samples: bars, static frames, blurred fill."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

# Of 255, around the colour of a bar; more than codecs change it.
_TOLERANCE = 12
# A row belongs to a border when that share of it does. Text in a border leaves at least the second
# share of a row, and covers at most the third of the frame's height.
_MIN_SHARE = 0.95
_MIN_SHARE_AROUND_TEXT = 0.4
_MAX_TEXT = 0.12
# A picture ends in a straight line: along it, most pixels don't look like the border.
_MAX_SHARE_IN_PICTURE = 0.5
_LINE = 4
# Codecs blur the line.
_MAX_BLURRED = 10
# Anything smaller is a logo or a title rather than a picture with borders.
_MIN_PICTURE = 0.2
# Borders that aren't of one colour are found by what doesn't change: in some samples, while most
# of the frame does. What codecs change, of 255, is more next to text.
_MIN_SAMPLES = 4
_MAX_CHANGE = 20
_MAX_STATIC = 0.8
# Blurred fill on both sides: at most so much of the picture's detail, and lines as strong as this
# multiple of the gradients around them.
_MAX_FILL_DETAIL = 0.25
_MIN_LINE = 2.2
_AROUND_LINE = 8
_FILL = (0.08, 0.42)
_MAX_ASYMMETRY = 2

_Bools = npt.NDArray[np.bool_]
_Floats = npt.NDArray[np.float32]
_Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of a frame, in pixels.

    Attributes:
        top, left: its first row and column.
        bottom, right: the row and the column behind it.
    """

    top: int
    bottom: int
    left: int
    right: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left

    def crop(self, pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return this part of an array of rows and columns, as a view."""
        return pixels[self.top : self.bottom, self.left : self.right]

    def without(self, depths: tuple[int, int, int, int]) -> "Window":
        """Return the window without that many pixels at top, bottom, left and right."""
        top, bottom, left, right = depths
        return Window(self.top + top, self.bottom - bottom, self.left + left, self.right - right)


@dataclass(frozen=True, slots=True)
class Borders:
    """What surrounds a picture.

    Attributes:
        still: the part of the frame within bars and static frames.
        picture: within blurred fill too: the picture itself.
    """

    still: Window
    picture: Window


class BorderFinder:
    """Finds what surrounds the picture in all samples of a clip.

    A dark edge of a scene isn't a border: it changes, or doesn't end in a straight line.

    Args:
        height, width: of the samples.
    """

    def __init__(self, height: int, width: int) -> None:
        self._n = 0
        self._whole = Window(0, height, 0, width)
        self._low = np.full((height, width, 3), 255, np.uint8)
        self._high = np.zeros((height, width, 3), np.uint8)
        # Steps to the next pixel in the row and in the column, and the Laplacian: sums of sizes.
        self._across = np.zeros((height, width - 1), np.float32)
        self._down = np.zeros((height - 1, width), np.float32)
        self._detail = np.zeros((height, width), np.float32)

    def add(self, pixels: _Pixels) -> None:
        """Add a sample that shows something.

        Args:
            pixels: uint8 (height, width, 3) RGB.
        """
        self._n += 1
        np.minimum(self._low, pixels, out=self._low)
        np.maximum(self._high, pixels, out=self._high)
        luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        cv2.accumulate(cv2.absdiff(luma[:, 1:], luma[:, :-1]), self._across)
        cv2.accumulate(cv2.absdiff(luma[1:], luma[:-1]), self._down)
        laplacian = cv2.Laplacian(luma, cv2.CV_16S)
        cv2.accumulate(cv2.convertScaleAbs(laplacian), self._detail)

    def find(self) -> Borders:
        """Return what surrounds the picture; the whole frame twice without borders."""
        if self._n == 0:
            return Borders(self._whole, self._whole)
        low, high = self._low.astype(np.int16), self._high.astype(np.int16)
        sides = zip(_from_sides(low), _from_sides(high), strict=True)
        window = self._whole.without(_depths([_like_edge(*side) for side in sides]))
        if self._n < _MIN_SAMPLES:
            return Borders(window, window)
        static = (window.crop(self._high) - window.crop(self._low)).max(axis=2) <= _MAX_CHANGE
        if static.mean() <= _MAX_STATIC:
            window = window.without(_depths(_from_sides(static)))
        across, down, detail = (
            np.asarray(window.crop(sums) / self._n, np.float32)
            for sums in (self._across, self._down, self._detail)
        )
        left = _fill(across, detail)
        top = _fill(down.T, detail.T) if not left else 0
        return Borders(window, window.without((top, top, left, left)))


def _from_sides(array: npt.NDArray[Any]) -> list[npt.NDArray[Any]]:
    """Return an array of rows and columns as seen from top, bottom, left and right."""
    turned = array.swapaxes(0, 1)
    return [array, array[::-1], turned, turned[::-1]]


def _like_edge(low: npt.NDArray[np.int16], high: npt.NDArray[np.int16]) -> _Bools:
    """Return which pixels keep the colour of the first two rows, given their extremes."""
    colour = np.median((low[:2] + high[:2]) / 2, axis=(0, 1))
    kept = (low >= colour - _TOLERANCE) & (high <= colour + _TOLERANCE)
    return np.asarray(kept.all(axis=2), np.bool_)


def _depths(from_sides: list[_Bools]) -> tuple[int, int, int, int]:
    """Return how deep the border is at top, bottom, left and right, in pixels.

    Args:
        from_sides: for each side, which pixels may belong to its border, rows from that side on.
    """
    top, bottom, left, right = (_depth(border.mean(axis=1)) for border in from_sides)
    height, width = from_sides[0].shape
    if min((height - top - bottom) / height, (width - left - right) / width) < _MIN_PICTURE:
        return 0, 0, 0, 0
    across, down = slice(left, width - right), slice(top, height - bottom)
    depths = [
        _confirmed(border[:, along], depth)
        for border, depth, along in zip(
            from_sides, (top, bottom, left, right), (across, across, down, down), strict=True
        )
    ]
    return depths[0], depths[1], depths[2], depths[3]


def _depth(shares: npt.NDArray[np.floating]) -> int:
    """Return the number of rows in a border, given how much of each row may belong to it."""
    depth = 0
    longest_gap = max(int(_MAX_TEXT * len(shares)), 1)
    for row, share in enumerate(shares):
        if share < _MIN_SHARE_AROUND_TEXT or row - depth > longest_gap:
            break
        if share >= _MIN_SHARE:
            depth = row + 1
    blurred = shares[depth : depth + _MAX_BLURRED] < _MAX_SHARE_IN_PICTURE
    return depth + int(blurred.argmax()) if depth and blurred.any() else depth


def _confirmed(border: _Bools, depth: int) -> int:
    """Return the depth with the blended row at its end; 0 when no picture begins there."""
    # The first row of the picture may be blended with the border.
    begins = border[depth + 1 : depth + 1 + _LINE]
    return depth + 1 if depth and begins.mean() < _MAX_SHARE_IN_PICTURE else 0


def _fill(gradients: _Floats, detail: _Floats) -> int:
    """Return the width of the blurred fill at left and right, in pixels; 0 without.

    Args:
        gradients: float32 (h, w), mean step to the next pixel in the row.
        detail: float32 (h, w), mean magnitude of the Laplacian.
    """
    width = detail.shape[1]
    # A line through the whole height has a gradient in most rows.
    lines = np.percentile(gradients, 30, axis=0)
    columns = detail.mean(axis=0)
    found, strongest = 0, _MIN_LINE
    for fill in range(int(_FILL[0] * width), int(_FILL[1] * width)):
        right = width - 1 - fill
        strength = min(
            _line_strength(lines, fill - 1, 0), _line_strength(lines, right, _MAX_ASYMMETRY)
        )
        if strength < strongest:
            continue
        # The line itself is left out.
        sides = max(columns[1 : fill - 2].mean(), columns[right + 3 : -1].mean())
        if sides <= _MAX_FILL_DETAIL * columns[fill : right + 1].mean():
            found, strongest = fill, strength
    return found + _MAX_ASYMMETRY if found else 0


def _line_strength(lines: npt.NDArray[np.floating], column: int, tolerance: int) -> float:
    around = lines[max(column - _AROUND_LINE, 0) : column + _AROUND_LINE + 1]
    near = lines[max(column - tolerance, 0) : column + tolerance + 1]
    # Half a level is what codecs leave of nothing.
    return float(near.max() / (np.median(around) + 0.5))
