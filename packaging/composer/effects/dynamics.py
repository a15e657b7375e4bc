"""Gates and compressors; their thresholds count from the sound's own level."""

from dataclasses import dataclass

import numpy as np

from composer.effects.ranges import GAIN_DB, SHARE, TIME_S, check_ranges
from composer.filters import envelope, stretched
from composer.sound import Stereo, rms


@dataclass(frozen=True, slots=True)
class Gate:
    """Silences what is this much quieter than the sound's own level, so that pauses are silent."""

    threshold_db: float

    def __post_init__(self) -> None:
        check_ranges(self, threshold_db=GAIN_DB)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the gated sound."""
        followed = envelope(sound, 0.001, 0.04)
        floor = rms(sound) * 10 ** (self.threshold_db / 20)
        openness = np.clip((followed / max(floor, 1e-9)) ** 3, 0, 1)
        return np.asarray(sound * stretched(openness, len(sound))[:, None], np.float32)


@dataclass(frozen=True, slots=True)
class Compressor:
    """A compressor with make-up gain: the level stays.

    Attributes:
        threshold_db: where it starts to work, above the sound's own level.
        ratio: 2 halves what goes over the threshold.
        attack_s: time constant while the level rises.
        release_s: time constant while it falls.
    """

    threshold_db: float
    ratio: float
    attack_s: float = 0.008
    release_s: float = 0.12

    def __post_init__(self) -> None:
        check_ranges(self, threshold_db=GAIN_DB, ratio=(1, 100), attack_s=TIME_S, release_s=TIME_S)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the compressed sound."""
        followed = envelope(sound, self.attack_s, self.release_s)
        level_db = 20 * np.log10(np.maximum(followed, 1e-7) / max(rms(sound), 1e-9))
        over_db = level_db - self.threshold_db
        gain_db = -np.maximum(over_db, 0) * (1 - 1 / self.ratio)
        pressed = sound * stretched(10 ** (gain_db / 20), len(sound))[:, None]
        return np.asarray(pressed * (rms(sound) / max(rms(pressed), 1e-9)), np.float32)


@dataclass(frozen=True, slots=True)
class ParallelCompressor:
    """Adds a compressed copy: body without losing the hits.

    Attributes:
        threshold_db: of the copy's compressor.
        ratio: of the copy's compressor.
        share: level of the copy beside the sound.
    """

    threshold_db: float
    ratio: float
    share: float

    def __post_init__(self) -> None:
        check_ranges(self, threshold_db=GAIN_DB, ratio=(1, 100), share=SHARE)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound with its compressed copy."""
        copy = Compressor(self.threshold_db, self.ratio, attack_s=0.002).apply(sound)
        return np.asarray(sound + self.share * copy, np.float32)
