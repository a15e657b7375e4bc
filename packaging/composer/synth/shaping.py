"""Envelopes, filters that sweep smoothly, and drive."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from composer.sound import RATE_HZ
from composer.synth.oscillators import Wave, seconds


@dataclass(frozen=True, slots=True)
class Tone:
    """The note that a patch plays.

    Attributes:
        frequency_hz: the fundamental.
        length_s: from the key's press to its release; the sound may ring longer.
        brightness: 0 to 1, from the touch and from the energy of the music around it.
    """

    frequency_hz: float
    length_s: float
    brightness: float = 0.7

    def opened(self, cutoff_hz: float, octaves: float = 3.0) -> float:
        """A cut-off that follows the brightness; unchanged at 0.7."""
        return float(cutoff_hz * 2.0 ** (octaves * (self.brightness - 0.7)))


def envelope(
    length_s: float, attack_s: float, release_s: float, sustain: float = 1.0, decay_s: float = 0.2
) -> Wave:
    """Attack, decay to `sustain`, hold, and release after the note's length."""
    n = round((length_s + release_s) * RATE_HZ)
    time_s = seconds(n)
    body = np.sin(np.pi / 2 * np.minimum(1, time_s / max(attack_s, 1e-4)))
    if sustain < 1:
        body *= sustain + (1 - sustain) * np.exp(-np.maximum(0, time_s - attack_s) / decay_s)
    first = min(n, round(length_s * RATE_HZ))
    body[first:] *= np.exp(-4.5 * (time_s[first:] - length_s) / max(release_s, 1e-3))
    last = min(n, 240)
    body[n - last :] *= np.linspace(1, 0, last)
    return np.asarray(body)


def decay(n: int, time_s: float) -> Wave:
    """A curve from 1 that has fallen to 1/e after `time_s`, (n,)."""
    return np.asarray(np.exp(-seconds(n) / time_s))


def sway(n: int, rate_hz: float, phase: float = 0.0) -> Wave:
    """A slow swing between 0 and 1, (n,)."""
    return np.asarray(0.5 + 0.5 * np.sin(2 * np.pi * (rate_hz * seconds(n) + phase)))


def lowpass(sound: Wave, cutoff_hz: float | Wave, q: float = 1.3, block: int = 128) -> Wave:
    """A four-pole low-pass, resonant above q = 1.3; a changing cut-off is set block by block.

    Args:
        sound: (n,) or (n, 2).
        cutoff_hz: one frequency, or (n,) one for each sample.
        q: of the second pair of poles; 1.3 is flat (Butterworth).
        block: samples between two settings: small for fast sweeps, large for slow pads.
    """
    if not isinstance(cutoff_hz, np.ndarray):
        return np.asarray(signal.sosfilt(_four_poles(np.array([cutoff_hz]), q)[0], sound, axis=0))
    n = len(sound)
    middles = np.minimum(np.arange(0, n, block) + block // 2, n - 1)
    out = np.empty_like(sound)
    state = np.zeros((2, 2, *sound.shape[1:]))
    for start, sections in zip(range(0, n, block), _four_poles(cutoff_hz[middles], q), strict=True):
        out[start : start + block], state = signal.sosfilt(
            sections, sound[start : start + block], axis=0, zi=state
        )
    return out


def _four_poles(cutoffs_hz: Wave, q: float) -> Wave:
    """Second-order sections of R. Bristow-Johnson's cookbook, (cut-offs, 2, 6)."""
    omega = 2 * np.pi * np.clip(cutoffs_hz, 20, 0.45 * RATE_HZ) / RATE_HZ
    rise = (1 - np.cos(omega)) / 2
    sections = np.empty((len(omega), 2, 6))
    for number, quality in enumerate((0.54, q)):
        alpha = np.sin(omega) / (2 * quality)
        whole = np.stack([rise, 2 * rise, rise, 1 + alpha, -2 * np.cos(omega), 1 - alpha], axis=1)
        sections[:, number] = whole / (1 + alpha)[:, None]
    return sections


def highpass(sound: Wave, cutoff_hz: float, order: int = 2) -> Wave:
    """Cut what is lower."""
    sections = signal.butter(order, cutoff_hz, "highpass", fs=RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(sections, sound, axis=0))


def bandpass(sound: Wave, low_hz: float, high_hz: float, order: int = 2) -> Wave:
    """Keep what is between two frequencies."""
    limits = (low_hz, min(high_hz, 0.45 * RATE_HZ))
    sections = signal.butter(order, limits, "bandpass", fs=RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(sections, sound, axis=0))


def formants(sound: Wave, vowel: tuple[tuple[float, float], ...], q: float = 9.0) -> Wave:
    """Apply the resonances of a vowel, (frequency in Hz, level) each, in parallel."""
    out = np.zeros_like(sound)
    for centre_hz, level in vowel:
        b, a = signal.iirpeak(centre_hz, q, fs=RATE_HZ)
        out += level * signal.lfilter(b, a, sound, axis=0)
    return out


def drive(sound: Wave, amount: float) -> Wave:
    """Round off the peaks of a wave of about ±1; quiet sounds pass unchanged."""
    return np.asarray(np.tanh(amount * sound) / np.tanh(amount))


def shaped(sound: Wave, shape: Wave) -> Wave:
    """Apply an envelope to a mono or stereo wave."""
    return np.asarray(sound * (shape if sound.ndim == 1 else shape[:, None]))
