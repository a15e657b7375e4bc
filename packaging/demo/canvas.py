"""Drawing functions for the scenes of the demo clip: gradients, ridges, noise, glow.

A canvas is float32 (720, 1280, 3) RGB, 0 for black to 1 for full; light may exceed 1 until
`finish`.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Canvas = npt.NDArray[np.float32]
# Real numbers or booleans of any type.
Values = npt.NDArray[Any]

WIDTH, HEIGHT = 1280, 720
X = np.arange(WIDTH, dtype=np.float32)[None, :]
Y = np.arange(HEIGHT, dtype=np.float32)[:, None]


def rgb(text: str) -> Canvas:
    """Return the colour "rrggbb" as float32 (3,)."""
    return np.array([int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)], np.float32)


def mix(a: Values | float, b: Values | float, share: Values | float) -> Canvas:
    """Return `a` where `share` is 0 and `b` where it is 1, blended in between."""
    return np.asarray(a + (b - a) * share, np.float32)


def smooth(low: float, high: float, value: Values | float) -> Canvas:
    """Return 0 below `low`, 1 above `high`, and a smooth curve in between."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def gradient(stops: list[tuple[float, Canvas]]) -> Canvas:
    """Return a vertical gradient (720, 1280, 3) through the stops (y in pixels, colour)."""
    rows = [y for y, _ in stops]
    columns = [
        np.interp(Y[:, 0], rows, [float(colour[channel]) for _, colour in stops])
        for channel in range(3)
    ]
    column = np.stack(columns, 1).astype(np.float32)
    return np.repeat(column[:, None, :], WIDTH, 1)


def ridge(seed: int, n: int, roughness: float, octaves: int = 7) -> Canvas:
    """Return a mountain ridge float32 (n,), -1 to 1, made of noise in octaves."""
    random = np.random.default_rng(seed)
    line = np.zeros(n)
    for octave in range(octaves):
        n_knots = 4 * 2**octave + 1
        knots = random.uniform(-1, 1, n_knots) * roughness**octave
        line += np.interp(np.linspace(0, n_knots - 1, n), np.arange(n_knots), knots)
    return np.asarray(line / np.abs(line).max(), np.float32)


def noise(seed: int, height: int, width: int, cells: tuple[int, int], octaves: int = 4) -> Canvas:
    """Return smooth noise float32 (height, width), 0 to 1, of `cells` rows and columns."""
    random = np.random.default_rng(seed)
    total = np.zeros((height, width), np.float32)
    for octave in range(octaves):
        shape = (cells[0] * 2**octave + 1, cells[1] * 2**octave + 1)
        coarse = random.random(shape).astype(np.float32)
        fine = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        total += fine * 0.5**octave
    return np.asarray((total - total.min()) / np.ptp(total), np.float32)


def shifted(texture: Canvas, x: float, y: float = 0.0) -> Canvas:
    """Return the window (720, 1280) at (x, y) of a larger texture, interpolated between pixels."""
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return np.asarray(
        cv2.warpAffine(
            texture,
            matrix,
            (WIDTH, HEIGHT),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def below(line: Values) -> Canvas:
    """Return the antialiased mask (720, 1280) of the area below a line of y values (1280,)."""
    return np.asarray(np.clip(Y - line[None, :] + 0.5, 0, 1), np.float32)


def window_of(line: Canvas, x: float) -> Canvas:
    """Return 1280 values of a longer line from position `x`, interpolated between its points."""
    return np.asarray(np.interp(X[0] + x, np.arange(len(line)), line), np.float32)


def paint(canvas: Canvas, mask: Values, colour: Values) -> None:
    """Paint `colour`, (3,) or a canvas, on the canvas where the mask is 1."""
    canvas += (colour - canvas) * mask[..., None]


def around(x: float, y: float, reach_x: float, reach_y: float) -> tuple[slice, slice]:
    """Return rows and columns of the canvas within reach of a point, to draw only there."""
    rows = slice(max(0, int(y - reach_y)), max(0, min(HEIGHT, int(y + reach_y) + 2)))
    columns = slice(max(0, int(x - reach_x)), max(0, min(WIDTH, int(x + reach_x) + 2)))
    return rows, columns


def light(canvas: Canvas, x: float, y: float, radius: float, colour: Values) -> None:
    """Add a soft round light that falls to a third of its brightness at `radius`."""
    rows, columns = around(x, y, 9 * radius, 9 * radius)
    squared = ((X[:, columns] - x) ** 2 + (Y[rows] - y) ** 2) / (radius * radius)
    canvas[rows, columns] += np.exp(-np.sqrt(squared + 0.05))[..., None] * colour


def disc(x: float, y: float, radius: float) -> Canvas:
    """Return the antialiased mask of a disc."""
    return np.asarray(np.clip(radius - np.hypot(X - x, Y - y) + 0.5, 0, 1), np.float32)


def fill(canvas: Canvas, points: npt.ArrayLike, colour: Values, opacity: float = 1.0) -> None:
    """Fill an antialiased polygon with the given (x, y) corners."""
    corners = np.asarray(points, np.float64)
    low, high = corners.min(0) - 2, corners.max(0) + 2
    middle, reach = (low + high) / 2, (high - low) / 2
    rows, columns = around(middle[0], middle[1], reach[0], reach[1])
    mask = np.zeros(
        (max(0, rows.stop - rows.start), max(0, columns.stop - columns.start)), np.uint8
    )
    if mask.size:
        placed = np.round((corners - (columns.start, rows.start)) * 16).astype(np.int32)
        cv2.fillPoly(mask, [placed], 255, lineType=cv2.LINE_AA, shift=4)
        part = canvas[rows, columns]
        part += (colour - part) * (mask.astype(np.float32) * np.float32(opacity / 255))[..., None]


def stroke(canvas: Canvas, points: npt.ArrayLike, colour: Values, thickness: int = 1) -> None:
    """Draw an antialiased line through (x, y) points."""
    corners = np.round(np.asarray(points, np.float64) * 16).astype(np.int32)
    cv2.polylines(canvas, [corners], False, [float(c) for c in colour], thickness, cv2.LINE_AA, 4)


def glow(canvas: Canvas, amount: float, sigma: float, threshold: float = 0.6) -> None:
    """Add a blurred copy of the bright parts."""
    small = cv2.resize(
        np.maximum(canvas - threshold, 0), (WIDTH // 4, HEIGHT // 4), interpolation=cv2.INTER_AREA
    )
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / 4)
    canvas += amount * cv2.resize(blurred, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)


# Hides banding in dark gradients; the same in each frame, so that it costs no bit rate.
_DITHER = np.random.default_rng(7).random((HEIGHT, WIDTH, 1), np.float32) - np.random.default_rng(
    8
).random((HEIGHT, WIDTH, 1), np.float32)
_VIGNETTE = (1 - 0.25 * (((X / WIDTH - 0.5) * 1.7) ** 2 + ((Y / HEIGHT - 0.5) * 1.5) ** 2))[
    ..., None
].astype(np.float32)


def finish(canvas: Canvas) -> npt.NDArray[np.uint8]:
    """Return the frame, uint8 (720, 1280, 3), with soft highlights and a vignette."""
    shown = canvas * _VIGNETTE
    rolled = np.where(shown > 0.8, 0.8 + 0.2 * np.tanh((shown - 0.8) / 0.2), shown)
    return np.asarray(np.clip(rolled * 255 + 0.7 * _DITHER + 0.5, 0, 255).astype(np.uint8))
