"""The quiet sound of the demo clip: waves, city hum, wind, a bay."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000
_LEVEL_RMS = 0.008  # about -41 LUFS: audible, but far below the music

Samples = npt.NDArray[np.float32]


def draw_sound(duration_s: float, starts_s: Sequence[float]) -> Samples:
    """Return float32 (n, 2); the four scenes start at `starts_s`."""
    n = round(duration_s * RATE_HZ)
    time_s = np.arange(n) / RATE_HZ
    dawn, city, snow, fireworks = starts_s
    waves = _noise(n, 1, 900, 1.2) * (0.45 + 0.55 * np.sin(np.pi * time_s / 3.4) ** 2)[:, None]
    hum = _noise(n, 2, 160, 1.6)
    wind = _noise(n, 3, 420, 1.0) * (0.5 + 0.5 * np.sin(2 * np.pi * 0.21 * time_s) ** 2)[:, None]
    bay = _noise(n, 4, 500, 1.4) * 0.4
    sound = np.zeros((n, 2))
    for layer, start_s, end_s in (
        (waves, dawn, city),
        (hum, city, snow),
        (wind, snow, fireworks),
        (bay, fireworks, duration_s),
    ):
        sound += layer * _part(time_s, start_s, end_s)[:, None]
    return (sound * _LEVEL_RMS).astype(np.float32)


def _noise(n: int, seed: int, corner_hz: float, slope: float) -> npt.NDArray[np.float64]:
    """Return noise (n, 2) of standard deviation 1, low-passed at `corner_hz`."""
    random = np.random.default_rng(seed)
    frequency = np.fft.rfftfreq(n, 1 / RATE_HZ)
    shape = (frequency > 40) / (1 + (frequency / corner_hz) ** (2 * slope))
    spectrum = np.fft.rfft(random.standard_normal((n, 2)), axis=0)
    noise = np.fft.irfft(spectrum * shape[:, None], n, axis=0)
    return np.asarray(noise / noise.std())


def _part(time_s: npt.NDArray[np.float64], start_s: float, end_s: float) -> npt.NDArray[np.float64]:
    rise = np.clip((time_s - start_s) / 0.4 + 0.5, 0, 1)
    fall = np.clip((end_s - time_s) / 0.4 + 0.5, 0, 1)
    return np.sqrt(rise * fall)
