"""Saturation, added overtones and old samplers."""

from dataclasses import dataclass

import numpy as np

from composer.effects.ranges import GAIN_DB, SHARE, check_ranges
from composer.filters import filtered
from composer.sound import RATE_HZ, Stereo, rms


@dataclass(frozen=True, slots=True)
class Saturator:
    """Rounds the peaks off; the level stays.

    Attributes:
        drive_db: gain before the curve, counted from the sound's own level.
    """

    drive_db: float

    def __post_init__(self) -> None:
        check_ranges(self, drive_db=GAIN_DB)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the saturated sound."""
        level = rms(sound) * 4
        gain = 10 ** (self.drive_db / 20)
        bent = np.tanh(sound / level * gain) * level / gain
        return np.asarray(bent * (rms(sound) / max(rms(bent), 1e-9)), np.float32)


@dataclass(frozen=True, slots=True)
class Exciter:
    """Adds overtones of the treble: air above instruments whose samples end at 8 kHz.

    Attributes:
        share: level of the overtones beside the sound.
    """

    share: float

    def __post_init__(self) -> None:
        check_ranges(self, share=SHARE)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound with its overtones."""
        treble = filtered(sound, "highpass", 2500)
        level = max(rms(treble), 1e-9)
        bent = np.tanh(treble / level) * level + np.abs(treble)
        return np.asarray(sound + self.share * filtered(bent, "highpass", 7000, 4), np.float32)


@dataclass(frozen=True, slots=True)
class BitCrusher:
    """An old sampler: few bits and few samples a second."""

    bits: float
    rate_hz: float

    def __post_init__(self) -> None:
        check_ranges(self, bits=(1, 24), rate_hz=(100, RATE_HZ))

    def apply(self, sound: Stereo) -> Stereo:
        """Return the reduced sound."""
        loudest = max(float(np.abs(sound).max()), 1e-9)
        place = np.floor(np.arange(len(sound)) * self.rate_hz / RATE_HZ) * RATE_HZ / self.rate_hz
        steps = 2 ** (self.bits - 1)
        held = sound[place.astype(int)]
        return np.asarray(np.round(held / loudest * steps) / steps * loudest, np.float32)
