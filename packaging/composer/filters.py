"""Filters and envelope followers that effects are built from."""

import numpy as np
from scipy import signal

from composer.sound import RATE_HZ, Curve, Stereo

_HOP_SAMPLES = 48


def filtered(sound: Stereo, kind: str, frequency_hz: float, order: int = 2) -> Stereo:
    """Run a Butterworth filter over a sound.

    Args:
        sound: what to filter.
        kind: "lowpass" or "highpass".
        frequency_hz: where the filter has taken 3 dB.
        order: 1 is 6 dB an octave, 2 is 12.
    """
    sections = signal.butter(order, frequency_hz, kind, fs=RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(sections, sound, axis=0), np.float32)


def envelope(sound: Stereo, attack_s: float, release_s: float) -> Curve:
    """Follow the level of a sound, one value each millisecond.

    Args:
        sound: what to follow.
        attack_s: time constant while the level rises.
        release_s: time constant while it falls.
    """
    n_blocks = max(1, len(sound) // _HOP_SAMPLES)
    squares = (sound[: n_blocks * _HOP_SAMPLES].astype(np.float64) ** 2).mean(1)
    levels = np.sqrt(squares.reshape(n_blocks, -1).mean(1))
    rise = np.exp(-_HOP_SAMPLES / RATE_HZ / attack_s)
    fall = np.exp(-_HOP_SAMPLES / RATE_HZ / release_s)
    followed = np.empty(n_blocks)
    state = 0.0
    for place, level in enumerate(levels):
        keep = rise if level > state else fall
        state = keep * state + (1 - keep) * level
        followed[place] = state
    return followed


def stretched(curve: Curve, n: int) -> Stereo:
    """Interpolate a curve of `envelope` to one value a sample, (n,)."""
    places = np.arange(len(curve)) * _HOP_SAMPLES + _HOP_SAMPLES / 2
    return np.interp(np.arange(n), places, curve).astype(np.float32)


def minimum_phase(frequencies_hz: Curve, gains_db: Curve, n_taps: int = 1024) -> Curve:
    """Return an impulse response with these gains and no delay, as a loudspeaker box has.

    Args:
        frequencies_hz: (k,), rising.
        gains_db: (k,), interpolated linearly over the logarithm of the frequency.
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
    """Run an impulse response over both channels; the length stays."""
    wet = signal.oaconvolve(sound, response[:, None], axes=0)[: len(sound)]
    return np.asarray(wet, np.float32)
