"""A synthetic reverb: early reflections by mirror images, then a tail that decays by bands."""

import itertools
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import signal

from composer.score import Room
from composer.sound import RATE_HZ, Stereo

_SPEED_OF_SOUND_M_S = 343.0
# Decay of each band relative to the room's: air and cloth absorb the treble first.
_CROSSOVERS_HZ = (250.0, 2000.0, 6000.0)
_BAND_DECAYS = (1.2, 1.06, 0.68, 0.38)
# Share of the wet sound's energy in the early reflections.
_EARLY_SHARE = 0.22
_EARLY_S = 0.09
_WALL = 0.72

Impulses = npt.NDArray[np.float64]


def reverberate(sent: Stereo, room: Room) -> Stereo:
    """Return the wet sound, as long as the sound that was sent.

    Args:
        sent: (n, 2) float32, left and right of the stage.
        room: its size and brightness.
    """
    early, tail, pre_delay = _impulses(room.reverb_s, room.brightness_hz)
    # Each side of the stage reaches both ears, the nearer one more.
    crossed = 0.8 * sent + 0.2 * sent[:, ::-1]
    wet = np.zeros((len(sent), 2))
    for ear in (0, 1):
        for side in (0, 1):
            wet[:, ear] += signal.oaconvolve(sent[:, side], early[side, ear])[: len(sent)]
        late = signal.oaconvolve(crossed[:, ear], tail[:, ear])[: len(sent) - pre_delay]
        wet[pre_delay:, ear] += late
    limits = signal.butter(2, (120, room.brightness_hz), "bandpass", fs=RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(limits, wet, axis=0), np.float32)


def size_m(reverb_s: float) -> tuple[float, float, float]:
    """Width, length and height of a room with this reverb: 16 m long at 0.8 s, 37 at 2.2 s."""
    length = 4.0 + 15.0 * max(0.15, reverb_s)
    return 0.62 * length, length, 0.4 * length**0.85


@lru_cache(maxsize=8)
def _impulses(reverb_s: float, brightness_hz: float) -> tuple[Impulses, Impulses, int]:
    """Early reflections (side, ear, n), the tail (n, ear), and the tail's delay in samples."""
    early = np.stack([_early(reverb_s, side) for side in (-1.0, 1.0)])
    early *= np.sqrt(_EARLY_SHARE / (early**2).sum((0, 2), keepdims=True).mean())
    tail = _tail(reverb_s)
    tail *= np.sqrt((1 - _EARLY_SHARE) / (tail**2).sum(0))
    # The tail starts after the reflections of the farther walls.
    width, length, _ = size_m(reverb_s)
    pre_delay_s = 0.5 * (width + length) / 2 / _SPEED_OF_SOUND_M_S
    return early, tail, round(pre_delay_s * RATE_HZ)


def _early(reverb_s: float, side: float) -> Impulses:
    """Reflections up to the second order for one half of the stage, (ear, n)."""
    box = np.array(size_m(reverb_s))
    source = box * (0.5 + 0.17 * side, 0.22, 0.25)
    reflections = np.zeros((2, round(_EARLY_S * RATE_HZ)))
    for ear, across in enumerate((-0.35, 0.35)):
        listener = box * (0.5, 0.6, 0.3) + (across, 0.0, 0.0)
        direct_m = np.linalg.norm(source - listener)
        for cell in itertools.product((-1, 0, 1), repeat=3):
            order = sum(abs(n) for n in cell)
            if not 1 <= order <= 2:
                continue
            image = np.where(np.array(cell) % 2, (np.array(cell) + 1) * box - source, source)
            path_m = np.linalg.norm(image - listener)
            at = round((path_m - direct_m) / _SPEED_OF_SOUND_M_S * RATE_HZ)
            if at < reflections.shape[1]:
                reflections[ear, at] += _WALL**order * direct_m / path_m
    # Walls aren't mirrors: each reflection is blurred and loses treble.
    return np.asarray(signal.sosfilt(signal.butter(1, 5000, fs=RATE_HZ, output="sos"), reflections))


def _tail(reverb_s: float) -> Impulses:
    rng = np.random.default_rng(2024)
    time_s = np.arange(round(reverb_s * 1.3 * RATE_HZ)) / RATE_HZ
    rest = rng.standard_normal((len(time_s), 2))
    tail = np.zeros_like(rest)
    for crossover_hz, share in itertools.zip_longest(_CROSSOVERS_HZ, _BAND_DECAYS):
        band = rest
        if crossover_hz:
            low = signal.butter(2, crossover_hz, fs=RATE_HZ, output="sos")
            band = signal.sosfiltfilt(low, rest, axis=0)
            rest = rest - band
        tail += band * np.exp(-np.log(1000) / (reverb_s * share) * time_s)[:, None]
    return np.asarray(tail * np.minimum(1, time_s / 0.015)[:, None])
