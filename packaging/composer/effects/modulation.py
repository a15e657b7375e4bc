"""What sways: chorus, tremolo, a rotary speaker and a wah pedal."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from composer.effects.ranges import FREQUENCY_HZ, SHARE, SWAY_HZ, check_ranges
from composer.filters import envelope, stretched
from composer.sound import RATE_HZ, Stereo


@dataclass(frozen=True, slots=True)
class Chorus:
    """Adds a detuned copy to each side.

    Attributes:
        depth_ms: how far the copies are shifted in time.
        rate_hz: how often.
        share: level of the copies beside the sound.
    """

    depth_ms: float
    rate_hz: float
    share: float

    def __post_init__(self) -> None:
        check_ranges(self, depth_ms=(0, 12), rate_hz=SWAY_HZ, share=SHARE)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound with its copies."""
        n = len(sound)
        time_s = np.arange(n) / RATE_HZ
        copies = []
        for channel, phase in ((0, 0.0), (1, np.pi / 2)):
            sway = np.sin(2 * np.pi * self.rate_hz * time_s + phase)
            delay = (12 + self.depth_ms * sway) * RATE_HZ / 1000
            at = np.clip(np.arange(n) - delay, 0, n - 1)
            copies.append(np.interp(at, np.arange(n), sound[:, channel]))
        return np.asarray(sound + self.share * np.stack(copies, 1), np.float32)


@dataclass(frozen=True, slots=True)
class Tremolo:
    """Moves the level from left to right and back.

    Attributes:
        rate_hz: how often.
        depth: 0 (not at all) to 0.5 (each side falls silent).
    """

    rate_hz: float
    depth: float

    def __post_init__(self) -> None:
        check_ranges(self, rate_hz=SWAY_HZ, depth=(0, 0.5))

    def apply(self, sound: Stereo) -> Stereo:
        """Return the swaying sound."""
        time_s = np.arange(len(sound)) / RATE_HZ
        sway = np.sin(2 * np.pi * self.rate_hz * time_s) * self.depth
        sides = np.stack([1 - self.depth + sway, 1 - self.depth - sway], 1)
        return np.asarray(sound * sides, np.float32)


@dataclass(frozen=True, slots=True)
class RotarySpeaker:
    """A turning loudspeaker: pitch and level sway, left and right in opposite turns.

    Attributes:
        rate_hz: turns a second.
        depth: 0 (not at all) to 1.
    """

    rate_hz: float
    depth: float = 0.5

    def __post_init__(self) -> None:
        check_ranges(self, rate_hz=SWAY_HZ, depth=(0, 1))

    def apply(self, sound: Stereo) -> Stereo:
        """Return the swaying sound."""
        n = len(sound)
        time_s = np.arange(n) / RATE_HZ
        mono = sound.mean(1)
        out = np.empty_like(sound)
        for channel, phase in ((0, 0.0), (1, 2.2)):
            turn = np.sin(2 * np.pi * self.rate_hz * time_s + phase)
            late = (0.9 + 0.45 * self.depth * turn) * 1e-3 * RATE_HZ
            at = np.clip(np.arange(n) - late, 0, n - 1)
            level = 1 - 0.35 * self.depth * (1 + turn) / 2
            out[:, channel] = np.interp(at, np.arange(n), mono) * level
        return np.asarray(0.4 * sound + 0.75 * out, np.float32)


@dataclass(frozen=True, slots=True)
class AutoWah:
    """A wah pedal that each stroke opens: a narrow band that rises with the level.

    Attributes:
        low_hz: the band of silence.
        high_hz: the band of the loudest strokes.
    """

    low_hz: float = 420.0
    high_hz: float = 2300.0

    def __post_init__(self) -> None:
        check_ranges(self, low_hz=FREQUENCY_HZ, high_hz=FREQUENCY_HZ)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the filtered sound."""
        level = stretched(envelope(sound, 0.004, 0.09), len(sound))
        opening = np.clip(level / max(float(np.quantile(level, 0.97)), 1e-9), 0, 1)
        centres = np.geomspace(self.low_hz, self.high_hz, 6)
        place = opening * (len(centres) - 1)
        out = 0.25 * sound
        for number, centre_hz in enumerate(centres):
            share = np.clip(1 - np.abs(place - number), 0, 1)
            b, a = signal.iirpeak(centre_hz, 2.2, fs=RATE_HZ)
            out = out + signal.lfilter(b, a, sound, axis=0) * share[:, None]
        return np.asarray(1.6 * out, np.float32)
