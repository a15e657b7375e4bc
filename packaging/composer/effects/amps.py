"""Amplifiers and loudspeaker boxes for guitars and basses."""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
from scipy import signal

from composer.effects.ranges import FREQUENCY_HZ, GAIN_DB, SHARE, check_ranges
from composer.filters import convolved, filtered, minimum_phase
from composer.sound import RATE_HZ, Curve, Stereo, rms


class Box(Enum):
    """A loudspeaker box and where its microphone stands."""

    CLOSED_CENTRE = 0
    """A closed 4x12, the microphone close before the cone."""
    CLOSED_EDGE = 1
    """The same box, the microphone nearer to the cone's edge."""
    OPEN = 2
    """An open-backed 2x12."""
    BASS = 3
    """A box for a bass."""


# Gains in dB over frequency in Hz. Drawn by hand after published responses of such loudspeakers:
# a hump where the box resonates, a bite near 3 kHz, a steep end.
_RESPONSES: dict[Box, tuple[tuple[float, float], ...]] = {
    Box.CLOSED_CENTRE: (
        (30, -40), (60, -16), (85, -3), (115, 2), (180, 0), (300, -2), (450, -4), (700, -2),
        (1000, -0.5), (1600, 1.5), (2300, 4), (2900, 5.5), (3500, 4), (4300, 1), (5200, -7),
        (6500, -18), (8000, -28), (12000, -44), (24000, -60)),
    Box.CLOSED_EDGE: (
        (30, -40), (60, -15), (90, -2), (125, 2.5), (200, 0), (330, -3), (520, -3.5), (800, -1),
        (1200, 0.5), (1900, 2.5), (2500, 3.5), (3200, 5), (3900, 2.5), (4700, -1), (5600, -9),
        (7000, -20), (9000, -32), (24000, -60)),
    Box.OPEN: (
        (30, -40), (70, -14), (110, -1), (180, 1), (300, 0), (600, -1), (1000, 0), (1800, 2),
        (2600, 4), (3600, 3.5), (4800, 1), (6000, -5), (8000, -16), (11000, -30), (24000, -60)),
    Box.BASS: (
        (25, -24), (45, -3), (70, 1.5), (120, 1), (250, -1), (500, -2), (900, 1), (1600, 2),
        (2600, 1), (3600, -5), (5000, -16), (8000, -32), (24000, -60)),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuitarAmp:
    """A guitar amplifier: three valve stages in a row, four times oversampled.

    What goes in is one cable, so both sides come out alike.

    Attributes:
        drive_db: gain of the first stage; 10 is crunch, 20 hard rock, 30 metal.
        tight_hz: what is lower is thinned before the valves, or low strings turn to mud.
    """

    drive_db: float
    tight_hz: float = 140.0

    def __post_init__(self) -> None:
        check_ranges(self, drive_db=GAIN_DB, tight_hz=FREQUENCY_HZ)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the amplified sound."""
        line = sound.mean(1, dtype=np.float64)
        line /= max(rms(sound) * 4, 1e-9)
        fine = signal.resample_poly(line, 4, 1)
        fine = _oversampled(fine, "highpass", self.tight_hz)
        for number, bias in enumerate((0.18, -0.12, 0.08)):
            gain = 10 ** (self.drive_db / 20) if number == 0 else 2.2
            fine = np.tanh(fine * gain + bias) - np.tanh(bias)
            # Between the stages couplings lose the lowest and the wiring the highest.
            fine = _oversampled(_oversampled(fine, "highpass", 60.0), "lowpass", 9000.0)
        out = signal.resample_poly(fine, 1, 4)[: len(sound)] * 0.25
        return np.repeat(out[:, None], 2, 1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Cabinet:
    """A loudspeaker box with a microphone before it."""

    box: Box

    def apply(self, sound: Stereo) -> Stereo:
        """Return the sound of the box."""
        return convolved(sound, _response(self.box))


@dataclass(frozen=True, slots=True)
class BassAmp:
    """A bass in two ways: clean and steady below 200 Hz, driven through a box above.

    Attributes:
        drive_db: of the driven way, see `GuitarAmp`.
        share: level of the driven way beside the clean one.
    """

    drive_db: float
    share: float = 0.5

    def __post_init__(self) -> None:
        check_ranges(self, drive_db=GAIN_DB, share=SHARE)

    def apply(self, sound: Stereo) -> Stereo:
        """Return the amplified sound."""
        low = filtered(sound, "lowpass", 200.0)
        high = GuitarAmp(self.drive_db, 200.0).apply(filtered(sound, "highpass", 200.0))
        high = Cabinet(Box.BASS).apply(high)
        high *= np.float32(self.share * rms(low) / max(rms(high), 1e-9))
        return low + high


def _oversampled(line: Curve, kind: str, frequency_hz: float) -> Curve:
    sections = signal.butter(1, frequency_hz, kind, fs=4 * RATE_HZ, output="sos")
    return np.asarray(signal.sosfilt(sections, line))


@lru_cache
def _response(box: Box) -> Curve:
    points = np.array(_RESPONSES[box])
    return minimum_phase(points[:, 0], points[:, 1])
