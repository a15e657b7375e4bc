"""Worn tapes and records."""

from dataclasses import dataclass

import numpy as np

from composer.effects.ranges import SWAY_HZ, check_ranges
from composer.filters import envelope, filtered, stretched
from composer.sound import RATE_HZ, Stereo, rms


@dataclass(frozen=True, slots=True)
class Wow:
    """The pitch of a tape that doesn't run evenly.

    Attributes:
        depth_ms: how far the sound is shifted in time.
        rate_hz: how often.
    """

    depth_ms: float
    rate_hz: float

    def __post_init__(self) -> None:
        check_ranges(self, depth_ms=(0, 20), rate_hz=SWAY_HZ)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the swaying sound."""
        n = len(sound)
        time_s = np.arange(n) / RATE_HZ
        sway = np.sin(2 * np.pi * self.rate_hz * time_s)
        sway = sway + 0.4 * np.sin(2 * np.pi * self.rate_hz * 2.7 * time_s)
        at = np.clip(np.arange(n) - (1 + sway) * self.depth_ms * RATE_HZ / 1000, 0, n - 1)
        return np.stack([np.interp(at, np.arange(n), sound[:, c]) for c in (0, 1)], 1)


@dataclass(frozen=True, slots=True)
class Vinyl:
    """Adds a record's hiss and crackle.

    Attributes:
        level_db: of the noise, counted from the sound's own level.
    """

    level_db: float

    def __post_init__(self) -> None:
        check_ranges(self, level_db=(-90, 0))

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound with its noise."""
        rng = np.random.default_rng(33)
        n = len(sound)
        crackle = rng.standard_normal(n) * (rng.random(n) < 12 / RATE_HZ) * 9
        hiss = 0.22 * rng.standard_normal(n)
        noise = np.repeat((crackle + hiss)[:, None], 2, 1).astype(np.float32)
        noise = filtered(noise, "lowpass", 5200)
        # The needle lifts when the music ends, so the noise follows its envelope down.
        presence = stretched(np.clip(envelope(sound, 0.3, 1.2) / (0.3 * rms(sound)), 0, 1), n)
        noise *= presence[:, None] * rms(sound) * 10 ** (self.level_db / 20) / rms(noise)
        return np.asarray(sound + noise, np.float32)
