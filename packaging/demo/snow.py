"""Scene: snow falls on mountains under northern lights."""

from functools import cache

import cv2
import numpy as np

from demo.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    Values,
    X,
    Y,
    around,
    below,
    fill,
    glow,
    gradient,
    light,
    mix,
    noise,
    paint,
    rgb,
    ridge,
    shifted,
    smooth,
    window_of,
)


def draw(time_s: float, duration_s: float) -> Canvas:
    """Return the canvas at `time_s` of the scene."""
    canvas = gradient(
        [(0, rgb("08142e")), (200, rgb("12305a")), (380, rgb("3f6a96")), (520, rgb("a8c4dc"))]
    )
    canvas += _stars()
    _aurora(canvas, time_s)
    _mountain(canvas, _line(3, 0.5), 330, 150, 6 * time_s, ("46698f", "c9dcee"))
    _mountain(canvas, _line(8, 0.52), 430, 150, 13 * time_s, ("2d4d74", "e6f1fa"))
    mist = np.exp(-(((Y - 500) / 60) ** 2)) * 0.5 * np.ones_like(X)
    paint(canvas, mist, rgb("b4cce2"))
    _forest(canvas, _trees(1, 0.55), 26 * time_s + 60, 548, rgb("24446a"))
    _forest(canvas, _trees(2, 0.95), 48 * time_s + 300, 610, rgb("122a48"))
    _ground(canvas, time_s)
    _cabin(canvas, 890 - 62 * time_s, 622, time_s)
    glow(canvas, 0.5, 26, 0.7)
    for layer, (n, speed, size, drift) in enumerate(
        [(420, 46, 1.1, 14), (190, 92, 1.9, 30), (60, 170, 3.6, 62)]
    ):
        _flakes(canvas, time_s, layer, n, speed, size, drift)
    return canvas


@cache
def _stars() -> Canvas:
    random = np.random.default_rng(31)
    sky = np.zeros((HEIGHT, WIDTH), np.float32)
    sky[random.integers(0, 330, 190), random.integers(0, WIDTH, 190)] = random.random(190)
    return cv2.GaussianBlur(sky, (0, 0), 0.8)[..., None] * 3.0 * smooth(340, 150, Y)[..., None]


@cache
def _curtain() -> Canvas:
    return noise(41, HEIGHT, WIDTH + 400, (2, 26), 3)


def _aurora(canvas: Canvas, time_s: float) -> None:
    for n, (y, height, colour) in enumerate(
        [(215, 165, rgb("3dffb0")), (165, 190, rgb("57b8ff")), (250, 110, rgb("a06bff"))]
    ):
        foot = (
            y
            + 46 * np.sin(X * 0.0042 + 0.45 * time_s + 1.9 * n)
            + 20 * np.sin(X * 0.011 - 0.6 * time_s + n)
        )
        above = foot - Y
        veil = np.where(above > 0, np.exp(-above / height * 1.9), np.exp(above / 9))
        rays = 0.35 + 0.9 * shifted(_curtain(), 60 + 26 * time_s * (1 if n % 2 else -1) + 90 * n)
        canvas += (0.34 * veil * rays * smooth(-40, 260, X) * smooth(1330, 980, X))[
            ..., None
        ] * colour


@cache
def _line(seed: int, roughness: float) -> Canvas:
    return ridge(seed, 2400, roughness, 8)


def _mountain(
    canvas: Canvas, line: Canvas, y: float, height: float, x: float, colours: tuple[str, str]
) -> None:
    top = y - height * window_of(line, x)
    fallen = Y - top[None, :]
    texture = shifted(_rock(), x)
    # Light comes from the left; near the ridge its slope decides, below the texture.
    relief = 26 * cv2.GaussianBlur(np.gradient(texture, axis=1), (0, 0), 1.5)
    crest = np.exp(-np.maximum(fallen, 0) / 45) * np.gradient(top)[None, :]
    lit = np.clip(0.6 - relief - 0.5 * crest, 0.15, 1.05).astype(np.float32)
    snow = smooth(0.2, -0.2, fallen / 170 + 1.5 * (texture - 0.5) - 0.25)
    rock, white = rgb(colours[0]), rgb(colours[1])
    face = mix(
        rock * (0.75 + 0.4 * lit)[..., None],
        white * (0.68 + 0.38 * lit)[..., None],
        snow[..., None],
    )
    paint(canvas, below(top.astype(np.float32)), face)


@cache
def _rock() -> Canvas:
    return noise(77, HEIGHT, WIDTH + 400, (16, 40), 5)


@cache
def _trees(seed: int, scale: float) -> tuple[Values, Values]:
    """Return a long row of firs: their mask and the snow on them, (360, 2400) each."""
    random = np.random.default_rng(seed)
    mask = np.zeros((360, 2400), np.uint8)
    snow = np.zeros((360, 2400), np.uint8)
    places = np.arange(-20, 2420, 30 * scale)
    for x in places + random.uniform(-9, 9, len(places)):
        height = scale * random.uniform(110, 240)
        width = height * random.uniform(0.30, 0.40)
        foot = 350
        n_tiers = 7
        for tier in range(n_tiers):
            share = tier / n_tiers
            y0 = foot - height * (1 - share)
            y1 = y0 + height * 0.30
            half = width / 2 * (0.22 + 0.78 * (share + 1 / n_tiers))
            jag = random.uniform(0.85, 1.1, 2)
            corners = [
                (x, y0),
                (x + half * jag[0], y1),
                (x, y1 - height * 0.05),
                (x - half * jag[1], y1),
            ]
            points = [np.round(np.array(corners) * 16).astype(np.int32)]
            cv2.fillPoly(mask, points, 255, cv2.LINE_AA, 4)
            cap = [
                (x, y0),
                (x + half * 0.72, y1 - height * 0.075),
                (x + half * 0.1, y1 - height * 0.15),
                (x - half * 0.35, y1 - height * 0.13),
            ]
            cv2.fillPoly(snow, [np.round(np.array(cap) * 16).astype(np.int32)], 190, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255, cv2.GaussianBlur(snow, (0, 0), 1.2 * scale).astype(
        np.float32
    ) / 255


def _forest(
    canvas: Canvas, trees: tuple[Values, Values], x: float, foot: float, dark: Canvas
) -> None:
    mask, snow = (shifted(part, x, 350 - foot) for part in trees)
    mask = np.where(foot < Y, 0, mask)
    paint(canvas, mask, mix(dark, rgb("d7e6f4"), (0.75 * snow)[..., None]))


def _ground(canvas: Canvas, time_s: float) -> None:
    line = (
        600
        + 20 * np.sin((X[0] + 62 * time_s) * 0.0052 + 1)
        + 8 * np.sin((X[0] + 62 * time_s) * 0.017)
    )
    shade = smooth(590, 720, Y)
    colour = mix(rgb("dbe8f5"), rgb("6f8fb8"), shade[..., None]) * np.ones_like(canvas)
    ripples = shifted(_rock(), 62 * time_s)
    colour *= (0.94 + 0.12 * ripples)[..., None]
    paint(canvas, below(line.astype(np.float32)), colour)


def _cabin(canvas: Canvas, x: float, foot: float, time_s: float) -> None:
    wall, dark = rgb("3a2a30"), rgb("201820")
    fill(
        canvas,
        [(x - 62, foot - 62), (x + 62, foot - 62), (x + 62, foot), (x - 62, foot)],
        wall,
    )
    fill(
        canvas,
        [(x + 26, foot - 128), (x + 42, foot - 128), (x + 42, foot - 80), (x + 26, foot - 80)],
        dark,
    )
    fill(canvas, [(x - 78, foot - 56), (x, foot - 122), (x + 78, foot - 56)], rgb("e9f2fb"))
    fill(canvas, [(x - 66, foot - 56), (x, foot - 108), (x + 66, foot - 56)], wall * 0.8)
    for left in (-44, 16):
        pane = [
            (x + left, foot - 46),
            (x + left + 28, foot - 46),
            (x + left + 28, foot - 20),
            (x + left, foot - 20),
        ]
        fill(canvas, pane, rgb("ffd48a") * 1.15)
    flicker = 1 + 0.06 * np.sin(7 * time_s) * np.sin(3.1 * time_s)
    light(canvas, x - 30, foot - 30, 70, rgb("ff9a3c") * 0.34 * flicker)
    light(canvas, x + 30, foot - 30, 70, rgb("ff9a3c") * 0.34 * flicker)
    for n in range(16):
        age = (n / 16 + 0.11 * time_s) % 1
        sx = x + 34 + 46 * age**1.4 + 9 * np.sin(5 * age + n)
        sy, width = foot - 128 - 170 * age, 7 + 26 * age
        rows, columns = around(sx, sy, 3 * width, 3 * width)
        far = ((X[:, columns] - sx) ** 2 + (Y[rows] - sy) ** 2) / width**2
        part = canvas[rows, columns]
        part += (rgb("dfe9f4") - part) * (0.2 * np.exp(-far) * (1 - age))[..., None]


def _flakes(
    canvas: Canvas, time_s: float, layer: int, n: int, speed: float, size: float, drift: float
) -> None:
    random = np.random.default_rng(100 + layer)
    x0, y0, phase, own = (random.random(n) for _ in range(4))
    y = (y0 * (HEIGHT + 40) + speed * (0.8 + 0.4 * own) * (time_s + 30)) % (HEIGHT + 40) - 20
    x = (
        x0 * (WIDTH + 80) - drift * (time_s + 30) + 14 * size * np.sin(0.9 * time_s + 6.3 * phase)
    ) % (WIDTH + 80) - 40
    sheet = np.zeros((HEIGHT, WIDTH), np.uint8)
    for cx, cy, radius in zip(x, y, size * (0.7 + 0.6 * own), strict=True):
        centre = (round(cx * 16), round(cy * 16))
        cv2.circle(sheet, centre, round(radius * 16), 255, -1, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(sheet, (0, 0), 0.6 + 0.5 * layer).astype(np.float32) / 255
    paint(canvas, soft * (0.75, 0.9, 0.75)[layer], rgb("ffffff"))
