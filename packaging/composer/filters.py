"""Filters and levels that the other effects build on. Arrays are (n, 2) float32 at 48 kHz."""

import numpy as np
import numpy.typing as npt
from scipy import signal

RATE_HZ = 48_000
Stereo = npt.NDArray[np.float32]
Curve = npt.NDArray[np.float64]

_HOP = 48


def filtered(sound: Stereo, kind: str, frequency_hz: float, order: int = 2) -> Stereo:
    """Run a Butterworth filter ("lowpass" or "highpass") over a sound."""
    sections = signal.butter(order, frequency_hz, kind, fs=RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(sections, sound, axis=0), np.float32)


def rms(sound: Stereo) -> float:
    """The level of what sounds: silence between the notes is no part of a part's level."""
    power = (sound.astype(np.float64) ** 2).mean(-1) if sound.ndim == 2 else sound**2
    if not len(power) or power.max() <= 0:
        return 1e-9
    blocks = power[: len(power) // 4800 * 4800].reshape(-1, 4800).mean(1)
    if not len(blocks) or blocks.max() <= 0:
        return float(np.sqrt(power.mean()))
    return float(np.sqrt(blocks[blocks > blocks.max() * 1e-3].mean()))


def envelope(sound: Stereo, attack_s: float, release_s: float) -> Curve:
    """Follow the level at 1 kHz, fast up and slow down."""
    n_blocks = max(1, len(sound) // _HOP)
    squares = (sound[: n_blocks * _HOP].astype(np.float64) ** 2).mean(1)
    levels = np.sqrt(squares.reshape(n_blocks, -1).mean(1))
    rise = np.exp(-_HOP / RATE_HZ / attack_s)
    fall = np.exp(-_HOP / RATE_HZ / release_s)
    followed = np.empty(n_blocks)
    state = 0.0
    for place, level in enumerate(levels):
        keep = rise if level > state else fall
        state = keep * state + (1 - keep) * level
        followed[place] = state
    return followed


def stretched(curve: Curve, n: int) -> Stereo:
    """Bring a curve of `envelope`'s rate to one value a sample, (n,)."""
    places = np.arange(len(curve)) * _HOP + _HOP / 2
    return np.interp(np.arange(n), places, curve).astype(np.float32)


def minimum_phase(frequencies_hz: Curve, gains_db: Curve, n_taps: int = 1024) -> Curve:
    """Return an impulse response with these gains that starts at once, as real boxes do.

    Args:
        frequencies_hz: (k,), rising.
        gains_db: (k,); between them the gain runs straight over the logarithm of frequency.
        n_taps: length of the response.

    Returns:
        (n_taps,) float64.
    """
    n_fft = 8 * n_taps
    grid_hz = np.fft.rfftfreq(n_fft, 1 / RATE_HZ)
    grid_hz[0] = grid_hz[1] / 2
    level_db = np.interp(np.log(grid_hz), np.log(frequencies_hz), gains_db)
    # The phase that belongs to a magnitude, through the folded cepstrum (Oppenheim and Schafer).
    cepstrum = np.fft.irfft(level_db * np.log(10) / 20)
    cepstrum[1 : n_fft // 2] *= 2
    cepstrum[n_fft // 2 + 1 :] = 0
    response = np.fft.irfft(np.exp(np.fft.rfft(cepstrum)))[:n_taps]
    fade = np.ones(n_taps)
    fade[n_taps // 2 :] = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, n_taps - n_taps // 2))
    return np.asarray(response * fade)


def convolved(sound: Stereo, response: Curve) -> Stereo:
    """Run an impulse response over both sides; the length stays."""
    wet = signal.oaconvolve(sound, response[:, None], axes=0)[: len(sound)]
    return np.asarray(wet, np.float32)
