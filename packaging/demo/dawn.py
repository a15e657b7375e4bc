"""Scene: the sun rises over a calm sea."""

from functools import cache

import cv2
import numpy as np

from demo.canvas import (
    HEIGHT,
    WIDTH,
    Canvas,
    X,
    Y,
    below,
    disc,
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
    stroke,
    window_of,
)

_HORIZON = 438.0


def draw(time_s: float, duration_s: float) -> Canvas:
    """Return the canvas at `time_s` of the scene."""
    share = time_s / duration_s
    sun_x, sun_y = 0.60 * WIDTH - 10 * share, _HORIZON + 26 - 112 * share
    canvas = _sky(share)
    _clouds(canvas, time_s, share, sun_x)
    light(canvas, sun_x, sun_y, 420, rgb("ff8a3c") * (0.30 + 0.10 * share))
    light(canvas, sun_x, sun_y, 130, rgb("ffc070") * (0.35 + 0.15 * share))
    paint(canvas, disc(sun_x, sun_y, 38), rgb("fff3cf") * 1.25)
    _mountains(canvas, time_s, share)
    _sea(canvas, time_s, share, sun_x)
    _boat(canvas, 330 + 7 * time_s, _HORIZON + 34 + 1.5 * np.sin(1.3 * time_s))
    _birds(canvas, time_s)
    _cliff(canvas, time_s)
    glow(canvas, 0.35, 36, 0.75)
    return canvas


def _sky(share: float) -> Canvas:
    before = ("10183a", "2b2f62", "704a78", "d07866", "f2a560")
    after = ("2c5590", "6488b8", "c69aa8", "f6b27a", "ffd99a")
    rows = (0.0, 150.0, 290.0, 395.0, _HORIZON)
    rise = float(smooth(0, 1, share))
    return gradient(
        [(y, mix(rgb(a), rgb(b), rise)) for y, a, b in zip(rows, before, after, strict=True)]
    )


@cache
def _cloud_texture() -> Canvas:
    return noise(11, HEIGHT, WIDTH + 200, (22, 5), 5)


def _clouds(canvas: Canvas, time_s: float, share: float, sun_x: float) -> None:
    density = shifted(_cloud_texture(), 9 * time_s)
    band = np.exp(-(((Y - 235) / 125) ** 2))
    cover = smooth(0.52, 0.82, density) * band * 0.75
    near_sun = np.exp(-np.abs(X - sun_x) / 420) * smooth(60, 400, Y)
    lit = mix(rgb("6a5a86"), rgb("ffb98a"), (near_sun * (0.5 + 0.5 * share))[..., None])
    paint(canvas, cover, lit)


@cache
def _ridges() -> tuple[Canvas, Canvas]:
    return ridge(5, 2000, 0.52), ridge(21, 2000, 0.5)


def _mountains(canvas: Canvas, time_s: float, share: float) -> None:
    far, near = _ridges()
    slope = np.clip(1.15 - X[0] / 760, 0, 1) ** 1.3
    haze = mix(rgb("8a6a86"), rgb("c79a94"), share)
    paint(canvas, below(_HORIZON - 118 * slope * (1 + 0.45 * window_of(far, 4 * time_s))), haze)
    right = np.clip((X[0] - 880) / 420, 0, 1)
    paint(
        canvas,
        below(_HORIZON + 2 - 70 * right * (1 + 0.5 * window_of(near, 200 + 6 * time_s))),
        mix(rgb("5d4668"), rgb("8c6672"), share),
    )


@cache
def _waves() -> Canvas:
    # Tileable: it repeats seamlessly at its edges.
    random = np.random.default_rng(17)
    n = 512
    frequency = np.hypot(np.fft.fftfreq(n)[:, None], np.fft.rfftfreq(n)[None, :]) * n
    spectrum = np.fft.rfft2(random.standard_normal((n, n)))
    band = np.exp(-(((np.log(frequency + 1e-3) - np.log(14)) / 0.55) ** 2))
    field = np.fft.irfft2(spectrum * band, (n, n))
    return np.asarray(field / field.std(), np.float32)


def _wave_field(away: Canvas, across: Canvas, shift_x: float, shift_y: float) -> Canvas:
    return np.asarray(
        cv2.remap(
            _waves(),
            across + np.float32(shift_x),
            away + np.float32(shift_y),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_WRAP,
        )
    )


def _sea(canvas: Canvas, time_s: float, share: float, sun_x: float) -> None:
    depth = np.maximum(Y - _HORIZON, 0.5)
    across = ((X - WIDTH / 2) * 260 / (depth + 22)).astype(np.float32)
    away = np.repeat(46_000 / (depth + 22), WIDTH, 1).astype(np.float32)
    one = _wave_field(away * 1.0, across * 0.8, 9 * time_s, 7 * time_s)
    two = _wave_field(away * 1.4, across * 1.1, 170 - 7 * time_s, 90 + 9 * time_s)
    # Distant waves are smaller than a pixel and would flicker.
    near = smooth(0, 90, depth)
    swell = (one + two) * (0.25 + 0.45 * near)
    mirrored = np.clip(_HORIZON - depth * 0.9 - 12 * swell * near, 0, HEIGHT - 1)
    column = _sky(share)[:, 0, :]
    reflection = column[mirrored.astype(np.int32)]
    fade = np.clip(depth / 300, 0, 1)[..., None]
    water = mix(reflection * 0.88, rgb("123049"), 0.22 + 0.55 * fade)
    water *= (1 + 0.09 * swell)[..., None]
    path_width = 24 + 0.40 * depth
    path = np.exp(-(((X - sun_x) / path_width) ** 2))
    sparkle = smooth(0.55, 1.5, swell + 0.55 * (1 - near))
    water += (path * (0.16 + 1.0 * sparkle) * (0.35 + 0.65 * share))[..., None] * rgb("ffc27c")
    side = np.exp(-(((X - sun_x) / (path_width * 4)) ** 2))
    glints = smooth(1.2, 1.9, swell)
    water += (side * glints * 0.35 * (0.4 + share))[..., None] * rgb("ffd9a8")
    paint(canvas, below(np.full(WIDTH, _HORIZON, np.float32)), water)
    haze = np.exp(-((Y - _HORIZON) ** 2) / 150) * 0.35
    paint(canvas, np.repeat(haze, WIDTH, 1), mix(rgb("e9a27c"), rgb("ffdcaa"), share))


def _boat(canvas: Canvas, x: float, y: float) -> None:
    dark = rgb("2a2740")
    hull = [(x - 26, y - 3), (x + 28, y - 3), (x + 20, y + 6), (x - 19, y + 6)]
    fill(canvas, (hull), dark)
    fill(canvas, [(x + 1, y - 62), (x + 1, y - 6), (x + 30, y - 6)], rgb("f3d9c0") * 0.9)
    fill(canvas, [(x - 2, y - 52), (x - 2, y - 6), (x - 22, y - 6)], rgb("d9b6a6") * 0.85)
    stroke(canvas, [(x, y - 66), (x, y - 2)], dark, 2)
    for row in range(14):
        half = (14 - row) * 1.7
        sway = 3 * np.sin(row * 1.1 + x / 5)
        top, bottom = y + 8 + row * 4, y + 9.6 + row * 4
        left, right = x - half + sway, x + half + sway
        bar = [(left, top), (right, top), (right, bottom), (left, bottom)]
        fill(canvas, bar, dark, 0.4 - 0.025 * row)


def _birds(canvas: Canvas, time_s: float) -> None:
    for n, (x, y, size) in enumerate(
        [(420, 190, 13), (462, 174, 11), (505, 196, 12), (548, 168, 9), (384, 214, 10)]
    ):
        flap = np.sin(5.2 * time_s + 1.3 * n) * 0.55
        cx, cy = x + 24 * time_s, y - 3 * time_s + 3 * np.sin(time_s + n)
        wing = [
            (cx - size, cy - size * flap * 0.6),
            (cx - size * 0.45, cy - size * (0.28 + 0.3 * flap)),
            (cx, cy),
            (cx + size * 0.45, cy - size * (0.28 + 0.3 * flap)),
            (cx + size, cy - size * flap * 0.6),
        ]
        stroke(canvas, wing, rgb("33304e"), 2)


@cache
def _cliff_line() -> Canvas:
    return ridge(33, 2600, 0.55)


def _cliff(canvas: Canvas, time_s: float) -> None:
    pan = 11 * time_s
    x = X[0] + pan
    height = 205 * np.clip(1 - x / 520, 0, 1) ** 0.8 + 150 * np.clip((x - 1030) / 420, 0, 1) ** 1.5
    line = HEIGHT + 8 - height * (1 + 0.16 * window_of(_cliff_line(), 1.6 * pan))
    blades = np.abs(np.sin(x * 0.83) * np.sin(x * 0.31 + 0.7 * np.sin(1.2 * time_s)))
    line -= np.where(height > 8, 5 * blades, 0)
    dark = rgb("12122a")
    _lighthouse(canvas, 168 - pan, 560, time_s, dark)
    paint(canvas, below(line.astype(np.float32)), dark)


def _lighthouse(canvas: Canvas, x: float, foot: float, time_s: float, dark: Canvas) -> None:
    top = foot - 190
    tower = [(x - 24, foot + 30), (x + 24, foot + 30), (x + 14, top + 34), (x - 14, top + 34)]
    fill(canvas, (tower), dark)
    fill(
        canvas,
        [(x - 20, top + 34), (x + 20, top + 34), (x + 20, top + 29), (x - 20, top + 29)],
        dark,
    )
    fill(
        canvas,
        [(x - 11, top + 30), (x + 11, top + 30), (x + 11, top + 8), (x - 11, top + 8)],
        dark,
    )
    fill(canvas, [(x - 14, top + 9), (x + 14, top + 9), (x, top - 8)], dark)
    blink = 0.25 + 0.75 * max(0.0, float(np.sin(1.8 * time_s))) ** 6
    fill(
        canvas,
        [(x - 8, top + 27), (x + 8, top + 27), (x + 8, top + 11), (x - 8, top + 11)],
        rgb("ffe2a0") * (0.5 + blink),
    )
    light(canvas, x, top + 19, 34, rgb("ffd080") * 0.9 * blink)
