"""The long-term spectrum of real pop, and an equaliser that goes part of the way there.

Measured on the files of Emotify (Aljanaki, Wiering and Veltkamp 2016) in the odd rows of its
ratings.csv, forty of pop: the mean over files of the level in each third-octave band, in
dB below the sum of all bands, from 50 Hz to 10 kHz. The even rows are kept for judging.
"""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from composer.effects.ranges import check_ranges
from composer.filters import convolved, minimum_phase
from composer.sound import RATE_HZ, Curve, Stereo

BANDS_HZ = 50.0 * 2 ** (np.arange(24) / 3)
POP_DB = np.array([
    -20.5, -18.7, -15.9, -12.5, -13.0, -12.1, -11.7, -12.4, -12.7, -13.2, -14.1, -13.9,
    -15.6, -17.2, -18.3, -18.7, -20.2, -21.7, -22.8, -24.0, -25.4, -26.0, -26.9, -29.6,
])  # fmt: skip
# An equaliser corrects a balance; it doesn't add what an arrangement lacks.
_LIMIT_DB = 8.0


def third_octaves_db(sound: Stereo) -> Curve:
    """Return the level of each third-octave band in dB below the sum of all, (24,)."""
    frequency, power = signal.welch(sound.mean(1), RATE_HZ, "hann", 16384)
    summed = np.concatenate([[0.0], np.cumsum(power)])[:-1]
    edges = np.append(BANDS_HZ * 2 ** (-1 / 6), BANDS_HZ[-1] * 2 ** (1 / 6))
    bands = np.diff(np.interp(edges, frequency, summed))
    return np.asarray(10 * np.log10(np.maximum(bands, 1e-15) / max(bands.sum(), 1e-12)))


@dataclass(frozen=True, slots=True)
class MatchPop:
    """Brings a mix's long-term spectrum part of the way to that of real pop.

    Attributes:
        strength: 0 (not at all) to 1 (all the way).
    """

    strength: float

    def __post_init__(self) -> None:
        check_ranges(self, strength=(0, 1))

    def apply(self, sound: Stereo) -> Stereo:
        """Return the equalised sound."""
        missing_db = POP_DB - third_octaves_db(sound)
        # Over three bands: single resonances belong to the notes that were played.
        smooth = np.convolve(np.pad(missing_db, 1, "edge"), (0.25, 0.5, 0.25), "valid")
        gains_db = np.clip(self.strength * smooth, -_LIMIT_DB, _LIMIT_DB)
        return convolved(sound, minimum_phase(BANDS_HZ, gains_db, 2048))
