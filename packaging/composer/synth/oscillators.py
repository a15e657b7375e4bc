"""Oscillators: band-limited waves, unison, frequency modulation, noise."""

import numpy as np
import numpy.typing as npt

from composer.sound import RATE_HZ

Wave = npt.NDArray[np.float64]


def seconds(n: int) -> Wave:
    """The time of each of `n` samples."""
    return np.arange(n) / RATE_HZ


def turns(frequency_hz: float | Wave, n: int, phase: float | Wave = 0.0) -> Wave:
    """The phase in turns, not wrapped; a changing frequency is summed up.

    Args:
        frequency_hz: one frequency, or (n,) one for each sample.
        n: how many samples.
        phase: where to start, or (n,) an offset for each sample.
    """
    if isinstance(frequency_hz, np.ndarray):
        return np.asarray(phase + np.cumsum(frequency_hz) / RATE_HZ)
    return np.asarray(phase + frequency_hz / RATE_HZ * np.arange(n))


def sine(frequency_hz: float | Wave, n: int, phase: float = 0.0) -> Wave:
    """A sine."""
    return np.asarray(np.sin(2 * np.pi * turns(frequency_hz, n, phase)))


def saw(frequency_hz: float | Wave, n: int, phase: float | Wave = 0.0) -> Wave:
    """A sawtooth whose step is rounded off over two samples (PolyBLEP) against aliasing."""
    step = np.broadcast_to(np.asarray(frequency_hz) / RATE_HZ, n)
    at = turns(frequency_hz, n, phase) % 1
    out = 2 * at - 1
    after = np.flatnonzero(at < step)
    place = at[after] / step[after]
    out[after] -= 2 * place - place**2 - 1
    before = np.flatnonzero(at > 1 - step)
    place = (at[before] - 1) / step[before]
    out[before] -= 2 * place + place**2 + 1
    return np.asarray(out)


def pulse(
    frequency_hz: float | Wave, n: int, share: float | Wave = 0.5, phase: float = 0.0
) -> Wave:
    """A pulse wave that is up for `share` of its period; the share may change (PWM)."""
    return saw(frequency_hz, n, phase) - saw(frequency_hz, n, phase + np.asarray(share))


def triangle(frequency_hz: float | Wave, n: int, phase: float = 0.0) -> Wave:
    """A triangle; its overtones fall so fast that aliasing is inaudible."""
    return np.asarray(4 * np.abs(turns(frequency_hz, n, phase) % 1 - 0.5) - 1)


def unison(
    frequency_hz: float | Wave, n: int, cents: tuple[float, ...], width: float = 1.0
) -> Wave:
    """Detuned saws from left to right, (n, 2), as loud as one.

    Args:
        frequency_hz: one frequency, or (n,) one for each sample.
        n: how many samples.
        cents: how far each saw is out of tune.
        width: 0 puts all of them in the middle, 1 the outer ones at the sides.
    """
    out = np.zeros((n, 2))
    first = float(frequency_hz[0]) if isinstance(frequency_hz, np.ndarray) else frequency_hz
    rng = np.random.default_rng(round(first * 100))
    for place, cent in enumerate(cents):
        pan = 0.5 + width * (place / max(1, len(cents) - 1) - 0.5) if len(cents) > 1 else 0.5
        wave = saw(frequency_hz * 2 ** (cent / 1200), n, rng.random())
        out += wave[:, None] * np.sqrt([1 - pan, pan])
    return np.asarray(out * np.sqrt(2 / len(cents)))


def modulated(
    frequency_hz: float | Wave, n: int, ratio: float, index: float | Wave, feedback: float = 0.0
) -> Wave:
    """Frequency modulation (Chowning): a sine whose phase another one modulates.

    Args:
        frequency_hz: one frequency, or (n,) one for each sample.
        n: how many samples.
        ratio: the modulator's frequency over the carrier's.
        index: depth in radians; (n,) for a timbre that changes.
        feedback: how far the modulator modulates itself, which makes it brighter.
    """
    at = 2 * np.pi * turns(frequency_hz, n)
    modulator = np.sin(ratio * at)
    if feedback:
        modulator = np.sin(ratio * at + feedback * modulator)
    return np.asarray(np.sin(at + index * modulator))


def noise(n: int, seed: int, n_channels: int = 2) -> Wave:
    """White noise, (n, channels), always the same for a seed."""
    return np.asarray(np.random.default_rng(seed).standard_normal((n, n_channels)))


def vibrato(frequency_hz: float, n: int, rate_hz: float, depth: float, late_s: float) -> Wave:
    """A frequency with vibrato that starts after `late_s`, (n,)."""
    time_s = seconds(n)
    depth_now = depth * np.clip((time_s - late_s) / 0.4, 0, 1)
    return np.asarray(frequency_hz * (1 + depth_now * np.sin(2 * np.pi * rate_hz * time_s)))
