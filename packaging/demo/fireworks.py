"""Scene: fireworks over a bay."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import cv2
import numpy as np

from demo.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    X,
    Y,
    below,
    glow,
    gradient,
    light,
    paint,
    rgb,
    ridge,
    smooth,
    stroke,
    window_of,
)

_SHORE = 520.0
_RISE_S = 0.7
_GRAVITY = 62.0
_DRAG = 1.5


@dataclass(frozen=True)
class _Shell:
    """A firework shell.

    Attributes:
        burst_s: time of the burst.
        x, y: its place, in pixels.
        n_sparks: number of sparks, before a common factor.
        speed: of the sparks, in pixels per second.
        colours: of the outer and the inner sparks, "rrggbb".
        kind: shape of the burst.
    """

    burst_s: float
    x: float
    y: float
    n_sparks: int
    speed: float
    colours: tuple[str, ...]
    kind: Literal["ball", "willow", "ring"]


_SHELLS = (
    _Shell(0.05, 640, 190, 150, 330, ("ffd27a", "fff0c8"), "ball"),
    _Shell(0.60, 330, 230, 120, 270, ("ff5a7a", "ffb0c0"), "ball"),
    _Shell(1.10, 930, 170, 130, 300, ("5ac8ff", "c8f0ff"), "ball"),
    _Shell(1.60, 560, 140, 110, 250, ("b07aff", "ffd0ff"), "ring"),
    _Shell(2.00, 1080, 260, 100, 240, ("6affa0", "e0ffd0"), "ball"),
    _Shell(2.35, 210, 160, 120, 270, ("ff9a3c", "ffe0a0"), "ball"),
    _Shell(2.90, 760, 230, 120, 280, ("ff4fb0", "ffc0e8"), "ring"),
    _Shell(3.15, 440, 200, 170, 330, ("ffd27a", "ffe8b0"), "willow"),
    _Shell(3.40, 1000, 150, 140, 310, ("7ab8ff", "ffffff"), "ball"),
    _Shell(3.55, 250, 240, 120, 260, ("ff6a6a", "ffd0b0"), "ball"),
    _Shell(3.75, 640, 130, 240, 400, ("ffe2a0", "ffc060"), "willow"),
    _Shell(3.90, 850, 250, 130, 280, ("a0ff9a", "ffffff"), "ring"),
    _Shell(4.05, 420, 110, 140, 290, ("d08aff", "ffffff"), "ball"),
)


def draw(time_s: float, duration_s: float) -> Canvas:
    """Return the canvas at `time_s` of the scene."""
    sky = _backdrop().copy()
    sparks = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    flash = np.zeros(3, np.float32)
    for n, shell in enumerate(_SHELLS):
        age = time_s - shell.burst_s
        if -_RISE_S < age < 0:
            _rising(sparks, shell, age)
        elif 0 <= age < 2.6:
            _burst(sparks, shell, n, age)
            flash += rgb(shell.colours[0]) * np.exp(-4.5 * age) * 0.10
    sky += flash * smooth(700, 100, Y)[..., None]
    smoke = cv2.GaussianBlur(sparks, (0, 0), 42)
    sky += sparks + 0.55 * smoke
    glow(sky, 0.8, 14, 0.5)
    _shore(sky)
    _water(sky, time_s)
    return sky


@cache
def _backdrop() -> Canvas:
    random = np.random.default_rng(50)
    sky = gradient(
        [(0, rgb("050716")), (300, rgb("101236")), (470, rgb("2c1e52")), (525, rgb("4a2a5a"))]
    )
    sky[random.integers(0, 400, 170), random.integers(0, WIDTH, 170)] += 0.5 * random.random(
        (170, 1)
    ).astype(np.float32)
    return sky


def _rising(canvas: Canvas, shell: _Shell, age: float) -> None:
    def at(moment: float) -> tuple[float, float]:
        share = 1 + moment / _RISE_S
        eased = 1 - (1 - share) ** 2
        return shell.x + 18 * (1 - eased), _SHORE + (shell.y - _SHORE) * eased

    trail = [at(max(-_RISE_S, age - back)) for back in (0.16, 0.1, 0.05, 0.0)]
    stroke(canvas, trail, rgb("ffcf8a") * 0.8, 2)


def _burst(canvas: Canvas, shell: _Shell, seed: int, age: float) -> None:
    random = np.random.default_rng(seed)
    n = int(1.7 * shell.n_sparks)
    turn, height = random.uniform(0, 2 * np.pi, n), random.uniform(-1, 1, n)
    flat = np.sqrt(1 - height**2) if shell.kind != "ring" else np.ones(n)
    spread = (
        random.uniform(0.88, 1.06, n) if shell.kind != "willow" else random.uniform(0.3, 1.0, n)
    )
    velocity = (
        1.3
        * shell.speed
        * spread[:, None]
        * np.stack(
            [flat * np.cos(turn), height if shell.kind != "ring" else 0.42 * np.sin(turn)], 1
        )
    )
    life = (1.8 if shell.kind != "willow" else 2.3) * random.uniform(0.75, 1.1, n)
    lag = 0.13 if shell.kind != "willow" else 0.34
    moments = np.maximum(0, age - np.linspace(lag, 0, 5))
    travel = (1 - np.exp(-_DRAG * moments)) / _DRAG
    fall = _GRAVITY * moments**2 / (1 + 0.4 * moments)
    inner, outer = rgb(shell.colours[1]), rgb(shell.colours[0])
    light(canvas, shell.x, shell.y, 45 + 120 * age, inner * 0.9 * np.exp(-9 * age))
    light(canvas, shell.x, shell.y + 20 * age, 190, outer * 0.30 * np.exp(-1.6 * age))
    for k in range(n):
        left = 1 - age / life[k]
        if left <= 0:
            continue
        twinkle = 0.75 + 0.25 * np.sin(34 * age + 5 * k) if left < 0.5 else 1.0
        colour = (inner + (outer - inner) * min(1, 2.2 * age)) * 1.25 * left**0.8 * twinkle
        points = np.stack(
            [shell.x + velocity[k, 0] * travel, shell.y + velocity[k, 1] * travel + fall], 1
        )
        stroke(canvas, points[:3], colour * 0.45, 2)
        stroke(canvas, points[2:], colour, 3 if shell.kind != "willow" else 2)


@cache
def _hills() -> tuple[Canvas, Canvas]:
    return ridge(61, 1400, 0.5), ridge(62, 1400, 0.55)


@cache
def _lamps() -> Canvas:
    random = np.random.default_rng(63)
    lamps = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    tones = [rgb(c) for c in ("ffcf80", "ffe6b8", "ffb060", "b8dcff")]
    for _ in range(170):
        x, y = int(random.integers(4, WIDTH - 4)), int(_SHORE - 1 - random.exponential(11))
        lamps[max(0, y - 1) : y + 1, x : x + 2] = tones[random.integers(4)] * random.uniform(
            0.4, 1.2
        )
    return lamps


def _shore(canvas: Canvas) -> None:
    back, front = _hills()
    paint(canvas, below(_SHORE - 58 - 46 * window_of(back, 0)), rgb("1a1436"))
    paint(canvas, below(_SHORE - 24 - 20 * window_of(front, 60)), rgb("0e0c22"))
    canvas += _lamps() + 1.6 * cv2.GaussianBlur(_lamps(), (0, 0), 5)


def _water(canvas: Canvas, time_s: float) -> None:
    depth = np.maximum(Y - _SHORE, 0) * np.ones_like(X)
    ripple = (
        np.sin(9000 / (depth + 40) * 1.3 + 2.1 * time_s + 0.02 * X)
        + np.sin(9000 / (depth + 40) * 0.7 - 1.7 * time_s - 0.035 * X)
        + np.sin(0.09 * X + 0.31 * depth + 2.6 * time_s)
    )
    map_x = (X + ripple * (1.2 + depth * 0.035)).astype(np.float32)
    map_y = (_SHORE - depth * 1.75 - ripple * 3.0).astype(np.float32)
    mirrored = cv2.remap(canvas, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    mirrored = cv2.GaussianBlur(mirrored, (0, 0), 0.8, sigmaY=5)
    dark = rgb("0a1026")
    water = dark + (mirrored - dark) * (0.80 - 0.25 * smooth(0, 200, depth))[..., None]
    paint(canvas, (Y >= _SHORE) * np.ones_like(X, np.float32), water)
