"""Scene: a city at night, in quick cuts."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from demo.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    X,
    Y,
    around,
    disc,
    fill,
    glow,
    gradient,
    light,
    paint,
    rgb,
    shifted,
    smooth,
    stroke,
)

_BEAT_S = 0.5
# Float64 (2,): x and y.
Point = npt.NDArray[np.float64]


def draw(time_s: float, duration_s: float) -> Canvas:
    """Return the canvas at `time_s` of the scene."""
    cuts = (0.0, 1.75, 3.0, 4.0, 5.0, 6.0)
    shots = (_skyline, _road, _bokeh, _train, _road, _skyline)
    n = sum(time_s >= cut for cut in cuts) - 1
    return shots[n](time_s - cuts[n] + (2.6 if n >= 4 else 0.0))


@dataclass(frozen=True)
class _Row:
    """A row of buildings, wider than the frame.

    Attributes:
        colour: (720, wide, 3).
        cover: (720, wide), 1 where there is a building.
        twinkle: (720, wide), phase of each blinking window, 0 elsewhere.
    """

    colour: Canvas
    cover: Canvas
    twinkle: Canvas


@cache
def _row(seed: int, width: int, low: int, high: int, base: float, scale: float) -> _Row:
    """Return a long row of buildings with lit windows."""
    random = np.random.default_rng(seed)
    colour = np.zeros((HEIGHT, width, 3), np.float32)
    cover = np.zeros((HEIGHT, width), np.float32)
    phase = np.zeros((HEIGHT, width), np.float32)
    x = 0
    while x < width:
        breadth = int(random.integers(int(44 * scale), int(110 * scale)))
        top = int(base - random.integers(low, high))
        tone = rgb("141a38") * random.uniform(0.7, 1.25) + rgb("0a0820")
        shade = np.linspace(1.25, 0.75, max(1, min(breadth, width - x)), dtype=np.float32)
        colour[top:, x : x + breadth] = tone * shade[None, :, None]
        cover[top:, x : x + breadth] = 1
        if random.random() < 0.3:
            mast = x + breadth // 2
            colour[top - int(34 * scale) : top, mast : mast + 2] = tone
            cover[top - int(34 * scale) : top, mast : mast + 2] = 1
        _windows(random, colour, phase, (x, top, breadth), scale)
        x += breadth + int(random.integers(0, int(14 * scale) + 1))
    return _Row(colour, cover, phase)


_WINDOW_COLOURS = [rgb(c) for c in ("ffcf7d", "ffe3ae", "ffb45c", "9fd8ff", "ff9fd0")]


def _windows(
    random: np.random.Generator,
    colour: Canvas,
    phase: Canvas,
    house: tuple[int, int, int],
    scale: float,
) -> None:
    x, top, breadth = house
    width, height = max(2, int(5 * scale)), max(3, int(7 * scale))
    step_x, step_y = int(11 * scale), int(15 * scale)
    busy = random.uniform(0.25, 0.7)
    for row in range(top + step_y // 2, HEIGHT - height, step_y):
        for column in range(x + step_x // 2, x + breadth - width, step_x):
            if random.random() < busy:
                lamp = _WINDOW_COLOURS[random.choice(5, p=[0.4, 0.25, 0.2, 0.1, 0.05])]
                area = np.s_[row : row + height, column : column + width]
                colour[area] = lamp * random.uniform(0.45, 1.1)
                phase[area] = random.random() * (random.random() < 0.12)


def _paint_row(
    canvas: Canvas, row: _Row, x: float, time_s: float, haze: Canvas, amount: float
) -> None:
    cover = shifted(row.cover, x)
    colour = cv2.warpAffine(
        row.colour,
        np.array([[1, 0, x], [0, 1, 0]], np.float32),
        (WIDTH, HEIGHT),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
    )
    phase = shifted(row.twinkle, x)
    dimmed = np.where(phase > 0, 0.55 + 0.45 * np.sign(np.sin(5 * time_s + 40 * phase)), 1)
    fog = (amount * smooth(300, 640, Y))[..., None]
    paint(canvas, cover, (colour * dimmed[..., None]) * (1 - fog) + haze * fog)


@cache
def _night() -> Canvas:
    return gradient(
        [
            (0, rgb("070a20")),
            (220, rgb("171a48")),
            (400, rgb("43246a")),
            (520, rgb("9a3f78")),
            (590, rgb("c25c68")),
            (640, rgb("1a1234")),
        ]
    )


@cache
def _stars() -> Canvas:
    random = np.random.default_rng(3)
    sky = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    for x, y, size in zip(
        random.integers(0, WIDTH, 150),
        random.integers(0, 300, 150),
        random.random(150),
        strict=True,
    ):
        sky[y, x] = 0.25 + 0.6 * size
    return cv2.GaussianBlur(sky, (0, 0), 0.7)[..., None] * 1.8


def _skyline(time_s: float) -> Canvas:
    canvas = _night().copy() + _stars()
    light(canvas, 955, 140, 90, rgb("b8c4ff") * 0.35)
    paint(canvas, disc(955, 140, 38), rgb("eef0ff"))
    paint(canvas, disc(943, 133, 8) * 0.15 + disc(965, 152, 11) * 0.15, rgb("8890b8"))
    _paint_row(
        canvas, _row(1, 2600, 120, 300, 560, 0.55), 300 + 40 * time_s, time_s, rgb("7a3a78"), 0.75
    )
    _paint_row(
        canvas, _row(2, 3000, 110, 330, 600, 0.9), 200 + 95 * time_s, time_s, rgb("4a2a66"), 0.6
    )
    _paint_row(
        canvas, _row(4, 3600, 40, 260, 640, 1.5), 260 + 210 * time_s, time_s, rgb("1a1436"), 0.5
    )
    _beams(canvas, time_s)
    glow(canvas, 0.9, 22, 0.55)
    return canvas


def _beams(canvas: Canvas, time_s: float) -> None:
    for n, x in enumerate((300, 820)):
        angle = 0.5 * np.sin(1.4 * time_s + 2.2 * n)
        along, aside = Y - 560, (X - x) - (Y - 560) * np.tan(angle) * -1
        beam = (
            np.exp(-((aside / (4 - 0.055 * along)) ** 2))
            * smooth(560, 420, Y)
            * smooth(-60, 380, Y)
        )
        canvas += (0.20 * np.where(along < 0, beam, 0))[..., None] * rgb("b9a8ff")


def _road(time_s: float) -> Canvas:
    canvas = gradient(
        [
            (0, rgb("060818")),
            (300, rgb("2a1c50")),
            (345, rgb("8a3a70")),
            (360, rgb("15122c")),
            (720, rgb("0a0a18")),
        ]
    )
    vanish = np.array([WIDTH * 0.5 + 20 * np.sin(time_s), 345.0])
    _street_walls(canvas, vanish, time_s)
    fill(canvas, np.array([vanish, vanish, (1500, 760), (-220, 760)]), rgb("12121f"))
    streaks = np.zeros_like(canvas)
    random = np.random.default_rng(9)
    for n in range(90):
        lane = (-0.78, -0.5, -0.24, 0.24, 0.5, 0.78)[n % 6]
        speed = (1.05 if lane < 0 else 0.8) * (0.8 + 0.4 * random.random())
        phase = (random.random() + (time_s * speed if lane < 0 else -time_s * speed + 40)) % 1
        _streak(streaks, vanish, lane + random.uniform(-0.03, 0.03), phase, lane < 0)
    canvas += streaks
    for n in range(9):
        _lamp(canvas, vanish, (n / 9 + 0.55 * time_s) % 1)
    glow(canvas, 1.0, 16, 0.5)
    wet = smooth(380, 700, Y)[..., None] * cv2.GaussianBlur(streaks, (0, 0), 2, sigmaY=28)
    canvas += 0.5 * wet
    return canvas


def _at(vanish: Point, lane: float, phase: float) -> Point:
    near = phase**3.2
    place: Point = vanish + np.array([lane * 900 * near + lane * 4, 400 * near + 2])
    return place


def _streak(canvas: Canvas, vanish: Point, lane: float, phase: float, oncoming: bool) -> None:
    colour = rgb("ffe9c0") if oncoming else rgb("ff2a3c")
    behind = max(0.0, phase - 0.085)
    near = phase**3.2
    for side in (-0.055, 0.055):
        path = [_at(vanish, lane + side, p) for p in np.linspace(behind, phase, 5)]
        stroke(canvas, path, colour * (0.5 + 0.9 * near), max(1, round(9 * near)))


def _lamp(canvas: Canvas, vanish: Point, phase: float) -> None:
    near = phase**3.2
    for side in (-1, 1):
        foot = vanish + np.array([side * (1010 * near + 5), 400 * near])
        head = foot + np.array([-side * 120 * near, -560 * near])
        stroke(
            canvas,
            [foot, foot + np.array([0, -560 * near]), head],
            rgb("191a30"),
            max(1, round(10 * near)),
        )
        light(
            canvas,
            float(head[0]),
            float(head[1]),
            3 + 60 * near,
            rgb("ffb860") * min(1, 0.3 + 2 * near),
        )


def _street_walls(canvas: Canvas, vanish: Point, time_s: float) -> None:
    """Draw the house fronts on both sides of the road, rushing past."""
    aside = X - vanish[0]
    distance = 1 / np.maximum(np.abs(aside), 6)
    for side in (-1, 1):
        along = 2600 * distance + 3.0 * time_s
        block = np.floor(along)
        tall = 0.55 + 0.85 * np.abs(np.sin(block * 12.9898 + side * 3) * 43758.5453 % 1)
        top = vanish[1] - np.abs(aside) * tall
        wall = np.clip(Y - top, 0, 1) * (vanish[1] + np.abs(aside) * 0.45 > Y) * (aside * side > 6)
        rows = (vanish[1] + np.abs(aside) * 0.45 - Y) / np.maximum(np.abs(aside), 6) * 9
        columns = along * 9
        lit = (
            np.abs(np.sin(np.floor(rows) * 78.233 + np.floor(columns) * 37.719) * 43758.5453 % 1)
        ) > 0.55
        pane = lit * (np.abs(rows % 1 - 0.5) < 0.28) * (np.abs(columns % 1 - 0.5) < 0.3)
        reach = smooth(20, 160, np.abs(aside))
        tone = rgb("0e0f26") + rgb("1c1440") * (1 - smooth(0, 500, np.abs(aside)))[..., None]
        warm = np.where((np.floor(columns) % 5 < 1)[..., None], rgb("ff7ab8"), rgb("ffc070"))
        paint(canvas, wall.astype(np.float32), tone + (pane * reach * 0.75)[..., None] * warm)


def _bokeh(time_s: float) -> Canvas:
    canvas = gradient([(0, rgb("0a0618")), (720, rgb("1a0a2a"))])
    random = np.random.default_rng(12)
    colours = [rgb(c) for c in ("ff4fa0", "3fd0ff", "ffb040", "8a6bff", "ff6a4a", "5affc0")]
    pulse = 0.72 + 0.55 * np.exp(-6 * (time_s % _BEAT_S))
    for n in range(84):
        x, y = random.uniform(-60, WIDTH + 60), random.normal(HEIGHT * 0.52, 170)
        radius, drift = random.uniform(16, 74), random.uniform(-70, 70)
        rows, columns = around(x + drift * time_s, y, radius + 2, radius + 2)
        far = radius - np.hypot(X[:, columns] - x - drift * time_s, Y[rows] - y) + 0.5
        spot = np.clip(far, 0, 1) + 0.6 * (np.clip(far, 0, 1) - np.clip(far - 3.5, 0, 1))
        strength = (pulse if n % 3 else 1.0) * random.uniform(0.18, 0.62)
        canvas[rows, columns] += (spot * strength)[..., None] * colours[n % 6]
    return canvas


@cache
def _carriage() -> Canvas:
    """Return a long train with lit windows, (90, 3400, 4): colour and cover."""
    train = np.zeros((90, 3400, 4), np.float32)
    train[8:74, 40:] = (*(rgb("20264a") * 1.1), 1)
    train[8:14, 40:] = (*(rgb("5a6090")), 1)
    train[60:64, 40:] = (*rgb("ff4f6a"), 1)
    for x in range(60, 3380, 64):
        if (x - 60) // 64 % 8 == 7:
            train[8:74, x + 20 : x + 26] = 0
            continue
        train[22:48, x : x + 46] = (*(rgb("ffe2a6") * 1.1), 1)
    return train


def _train(time_s: float) -> Canvas:
    canvas = _night().copy()
    _paint_row(
        canvas, _row(2, 3000, 110, 330, 600, 0.9), 900 + 60 * time_s, time_s, rgb("4a2a66"), 0.6
    )
    _paint_row(
        canvas, _row(4, 3600, 40, 260, 640, 1.5), 900 + 130 * time_s, time_s, rgb("2a1c4a"), 0.5
    )
    matrix = np.array([[1, 0, 1500 * time_s - 900], [0, 1, -436]], np.float32)
    train = cv2.warpAffine(
        _carriage(), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    )
    streaked = cv2.blur(train, (41, 1))  # motion blur
    paint(canvas, streaked[..., 3], streaked[..., :3] / np.maximum(streaked[..., 3:], 0.05))
    dark = rgb("0b0c20")
    fill(canvas, [(0, 508), (WIDTH, 508), (WIDTH, 540), (0, 540)], dark)
    for x in np.arange(-200, WIDTH + 400, 230) - (420 * time_s) % 230:
        fill(canvas, [(x, 540), (x + 44, 540), (x + 34, 720), (x + 10, 720)], dark)
    paint(canvas, smooth(560, 720, Y) * np.ones_like(X) * 0.8, rgb("0a0a1c"))
    glow(canvas, 0.9, 20, 0.6)
    return canvas
