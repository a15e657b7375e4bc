"""Springs, tape echoes, a turning loudspeaker and a pedal: what bands hang behind an instrument."""

from functools import lru_cache

import numpy as np
from scipy import signal

from composer.filters import RATE_HZ, Curve, Stereo, envelope, filtered, stretched

# A spring carries nothing above this, and the nearer to it, the slower.
_SPRING_TOP_HZ = 4200.0


def spring(sound: Stereo, share: float, decay_s: float = 2.2) -> Stereo:
    """A spring reverb: echoes in which the treble comes late, so that each hit chirps."""
    out = sound.copy()
    for channel, length_s in ((0, 0.041), (1, 0.047)):
        answer = _spring(length_s, decay_s)
        wet = signal.oaconvolve(sound.mean(1), answer)[: len(sound)]
        out[:, channel] += share * wet
    return out


@lru_cache(maxsize=8)
def _spring(length_s: float, decay_s: float) -> Curve:
    """The answer of one spring to a click: sums of waves that were dispersed on each way."""
    n = 2 ** int(np.ceil(np.log2(1.4 * decay_s * RATE_HZ)))
    frequency = np.fft.rfftfreq(n, 1 / RATE_HZ)
    late_s = length_s * (1 + 0.9 * (np.minimum(frequency, _SPRING_TOP_HZ) / _SPRING_TOP_HZ) ** 2)
    spectrum = np.zeros(len(frequency), np.complex128)
    for way in range(1, max(2, int(0.7 * decay_s / length_s)), 2):
        loss = 10 ** (-3 * way * length_s / decay_s)
        spectrum += loss * np.exp(-2j * np.pi * frequency * way * late_s)
    spectrum *= (frequency > 180) / (1 + (frequency / _SPRING_TOP_HZ) ** 12)
    answer = np.fft.irfft(spectrum)
    return np.asarray(answer / np.sqrt((answer**2).sum()))


def tape_echo(sound: Stereo, time_s: float, feedback: float, share: float) -> Stereo:
    """An echo that feeds on itself through a worn tape: each repeat thinner, duller, rounder."""
    lag = round(time_s * RATE_HZ)
    out = sound.copy()
    repeat = sound.mean(1, keepdims=True).repeat(2, 1) * np.float32(share)
    side = 0
    while share > 0.01 and lag < len(sound):
        repeat = np.concatenate([np.zeros((lag, 2), np.float32), repeat[:-lag]])
        repeat = filtered(filtered(repeat, "lowpass", 2600, 1), "highpass", 260, 1)
        loudest = max(float(np.abs(repeat).max()), 1e-9)
        repeat = np.tanh(1.4 * repeat / loudest) * np.float32(loudest / 1.4)
        out += repeat * np.array([0.75, 1.0] if side else [1.0, 0.75], np.float32)
        side = 1 - side
        repeat = repeat * np.float32(feedback)
        share *= feedback
    return out


def rotary(sound: Stereo, rate_hz: float, depth: float = 0.5) -> Stereo:
    """A turning loudspeaker: pitch and level sway, left and right in opposite turns."""
    n = len(sound)
    time_s = np.arange(n) / RATE_HZ
    mono = sound.mean(1)
    out = np.empty_like(sound)
    for channel, phase in ((0, 0.0), (1, 2.2)):
        turn = np.sin(2 * np.pi * rate_hz * time_s + phase)
        at = np.clip(np.arange(n) - (0.9 + 0.45 * depth * turn) * 1e-3 * RATE_HZ, 0, n - 1)
        out[:, channel] = np.interp(at, np.arange(n), mono) * (1 - 0.35 * depth * (1 + turn) / 2)
    return np.asarray(0.4 * sound + 0.75 * out, np.float32)


def auto_wah(sound: Stereo, low_hz: float = 420.0, high_hz: float = 2300.0) -> Stereo:
    """A pedal that the stroke itself opens: a narrow band that rises with the level."""
    level = stretched(envelope(sound, 0.004, 0.09), len(sound))
    opening = np.clip(level / max(float(np.quantile(level, 0.97)), 1e-9), 0, 1)
    centres = np.geomspace(low_hz, high_hz, 6)
    place = opening * (len(centres) - 1)
    out = 0.25 * sound
    for number, centre_hz in enumerate(centres):
        share = np.clip(1 - np.abs(place - number), 0, 1)
        b, a = signal.iirpeak(centre_hz, 2.2, fs=RATE_HZ)
        out = out + signal.lfilter(b, a, sound, axis=0) * share[:, None]
    return np.asarray(1.6 * out, np.float32)
