"""Filters and equalisers."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from composer.effects.ranges import FREQUENCY_HZ, GAIN_DB, check_ranges
from composer.filters import filtered
from composer.sound import RATE_HZ, Stereo


@dataclass(frozen=True, slots=True)
class HighPass:
    """Cuts what is lower than a frequency, by 12 dB an octave."""

    frequency_hz: float

    def __post_init__(self) -> None:
        check_ranges(self, frequency_hz=FREQUENCY_HZ)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the filtered sound."""
        return filtered(sound, "highpass", self.frequency_hz)


@dataclass(frozen=True, slots=True)
class LowPass:
    """Cuts what is higher than a frequency, by 12 dB an octave."""

    frequency_hz: float

    def __post_init__(self) -> None:
        check_ranges(self, frequency_hz=FREQUENCY_HZ)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the filtered sound."""
        return filtered(sound, "lowpass", self.frequency_hz)


@dataclass(frozen=True, slots=True)
class Peak:
    """The bell of a parametric equaliser (R. Bristow-Johnson's cookbook).

    Attributes:
        frequency_hz: the middle of the bell.
        gain_db: how much it lifts or lowers there.
        q: a higher value is a narrower bell.
    """

    frequency_hz: float
    gain_db: float
    q: float = 0.9

    def __post_init__(self) -> None:
        check_ranges(self, frequency_hz=FREQUENCY_HZ, gain_db=GAIN_DB, q=(0.05, 50))

    def apply(self, sound: Stereo) -> Stereo:
        """Return the equalised sound."""
        amplitude = 10 ** (self.gain_db / 40)
        omega = 2 * np.pi * self.frequency_hz / RATE_HZ
        alpha = np.sin(omega) / (2 * self.q)
        b = np.array([1 + alpha * amplitude, -2 * np.cos(omega), 1 - alpha * amplitude])
        a = np.array([1 + alpha / amplitude, -2 * np.cos(omega), 1 - alpha / amplitude])
        return np.asarray(signal.lfilter(b / a[0], a / a[0], sound, axis=0), np.float32)


@dataclass(frozen=True, slots=True)
class HighShelf:
    """Lifts or lowers everything above a frequency, with a gentle slope."""

    frequency_hz: float
    gain_db: float

    def __post_init__(self) -> None:
        check_ranges(self, frequency_hz=FREQUENCY_HZ, gain_db=GAIN_DB)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the equalised sound."""
        above = filtered(sound, "highpass", self.frequency_hz, 1)
        return np.asarray(sound + (10 ** (self.gain_db / 20) - 1) * above, np.float32)


@dataclass(frozen=True, slots=True)
class LowShelf:
    """Lifts or lowers everything below a frequency, with a gentle slope."""

    frequency_hz: float
    gain_db: float

    def __post_init__(self) -> None:
        check_ranges(self, frequency_hz=FREQUENCY_HZ, gain_db=GAIN_DB)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the equalised sound."""
        below = filtered(sound, "lowpass", self.frequency_hz, 1)
        return np.asarray(sound + (10 ** (self.gain_db / 20) - 1) * below, np.float32)
