"""Echoes: digital, of a tape, of a spring."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import signal

from composer.effects.ranges import SHARE, TIME_S, check_ranges
from composer.filters import filtered
from composer.sound import RATE_HZ, Curve, Stereo

# A spring carries nothing above this, and the nearer to it, the slower.
_SPRING_TOP_HZ = 4200.0


@dataclass(frozen=True, slots=True)
class Delay:
    """An echo that goes from side to side and gets darker.

    Attributes:
        time_s: from one repeat to the next.
        feedback: level of each repeat beside the one before it.
        share: level of the first repeat beside the sound.
    """

    time_s: float
    feedback: float
    share: float

    def __post_init__(self) -> None:
        check_ranges(self, time_s=TIME_S, feedback=(0, 0.95), share=SHARE)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound with its repeats."""
        lag = round(self.time_s * RATE_HZ)
        share = self.share
        echoed = sound.copy()
        repeat = sound * share
        while share > 0.01 and lag < len(sound):
            repeat = np.concatenate([np.zeros((lag, 2), np.float32), repeat[:-lag]])[:, ::-1]
            repeat = filtered(repeat, "lowpass", 3800, 1)
            echoed += repeat
            repeat = repeat * self.feedback
            share *= self.feedback
        return echoed


@dataclass(frozen=True, slots=True)
class TapeEcho:
    """An echo through a worn tape: each repeat thinner, duller and rounder.

    Attributes:
        time_s: from one repeat to the next.
        feedback: level of each repeat beside the one before it.
        share: level of the first repeat beside the sound.
    """

    time_s: float
    feedback: float
    share: float

    def __post_init__(self) -> None:
        check_ranges(self, time_s=TIME_S, feedback=(0, 0.95), share=SHARE)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound with its repeats."""
        lag = round(self.time_s * RATE_HZ)
        share = self.share
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
            repeat = repeat * np.float32(self.feedback)
            share *= self.feedback
        return out


@dataclass(frozen=True, slots=True)
class SpringReverb:
    """A spring reverb: echoes whose treble comes late, so that each hit chirps.

    Attributes:
        share: level of the springs beside the sound.
        decay_s: time in which they fall by 60 dB.
    """

    share: float
    decay_s: float = 2.2

    def __post_init__(self) -> None:
        check_ranges(self, share=SHARE, decay_s=TIME_S)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound with its springs."""
        out = sound.copy()
        for channel, length_s in ((0, 0.041), (1, 0.047)):
            response = _spring(length_s, self.decay_s)
            wet = signal.oaconvolve(sound.mean(1), response)[: len(sound)]
            out[:, channel] += self.share * wet
        return out


@lru_cache(maxsize=8)
def _spring(length_s: float, decay_s: float) -> Curve:
    """Return the impulse response of one spring: waves that were dispersed on each way."""
    n = 2 ** int(np.ceil(np.log2(1.4 * decay_s * RATE_HZ)))
    frequency = np.fft.rfftfreq(n, 1 / RATE_HZ)
    late_s = length_s * (1 + 0.9 * (np.minimum(frequency, _SPRING_TOP_HZ) / _SPRING_TOP_HZ) ** 2)
    spectrum = np.zeros(len(frequency), np.complex128)
    for way in range(1, max(2, int(0.7 * decay_s / length_s)), 2):
        loss = 10 ** (-3 * way * length_s / decay_s)
        spectrum += loss * np.exp(-2j * np.pi * frequency * way * late_s)
    spectrum *= (frequency > 180) / (1 + (frequency / _SPRING_TOP_HZ) ** 12)
    response = np.fft.irfft(spectrum)
    return np.asarray(response / np.sqrt((response**2).sum()))
