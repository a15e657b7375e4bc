"""Pitch classes over time, and the key that fits them best."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.music.mel import RATE_HZ, Framer, power_spectra

Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]

PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
MODES = ("major", "minor")

_FFT_SAMPLES = 8192
_HOP_SAMPLES = 2048
CHROMA_RATE_HZ = RATE_HZ / _HOP_SAMPLES
_LOWEST_HZ, _HIGHEST_HZ = 65.0, 2100.0
_A4_HZ, _A4_PITCH = 440.0, 69
# Steps per semitone in which tuning is measured.
_STEPS = 10
# Weaker partials than this share (power) of the frame's strongest are ignored.
_PEAK_SHARE = 1e-4

# How often each scale degree occurs in a corpus, from the tonic up: Albrecht & Shanahan, "The use
# of large corpora to train a new type of key-finding algorithm" (2013). On the bundled scores it
# found more keys than the profiles of Krumhansl, Temperley and Bellman.
_PROFILES = np.array(
    [
        [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081],
        [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052],
    ]
)
# The lead over the next key, in correlation, that counts as certain.
_SURE_LEAD = 0.15


@dataclass(frozen=True, slots=True)
class Key:
    """A key.

    Attributes:
        name: "C" to "B", with sharps.
        mode: "major" or "minor".
        confidence: 0..1, from its lead over the next key.
    """

    name: str
    mode: str
    confidence: float

    def __post_init__(self) -> None:
        if self.name not in PITCH_CLASSES or self.mode not in MODES:
            raise ValueError(f"{self.name} {self.mode} is not a key")
        if not 0 <= self.confidence <= 1:
            raise ValueError("confidence must be in 0..1")


def fifths_apart(one: str | None, other: str | None) -> int | None:
    """Return how many fifths two keys are apart, 0 to 6; relative keys, such as C and Am, none.

    Each fifth changes one note of the scale, so that keys over one apart clash where both sound.

    Args:
        one, other: such as "C# minor".

    Returns:
        None where one is unknown, or no key.
    """
    first, second = _fifths(one), _fifths(other)
    if first is None or second is None:
        return None
    apart = (first - second) % len(PITCH_CLASSES)
    return min(apart, len(PITCH_CLASSES) - apart)


def _fifths(key: str | None) -> int | None:
    """Return where a key, or the major key with the same notes, is on the circle of fifths."""
    name, _, mode = (key or "").partition(" ")
    if name not in PITCH_CLASSES or mode not in MODES:
        return None
    tonic = PITCH_CLASSES.index(name) + (3 if mode == "minor" else 0)
    return tonic * 7 % len(PITCH_CLASSES)


class ChromaStream:
    """Sums the energy of the pitch classes, block by block.

    Each frame's spectral peaks (frequencies refined by a parabola through the log power) are
    counted in bins of a tenth of a semitone, weighted by the fourth root of their power.
    """

    def __init__(self) -> None:
        self._framer = Framer(_FFT_SAMPLES, _HOP_SAMPLES)
        self._fine = np.zeros(12 * _STEPS)
        self._chroma: list[Float32Array] = []

    def push(self, samples: Float32Array) -> None:
        """Add the next samples, at 16 kHz."""
        self._add(self._framer.push(samples))

    def finish(self) -> None:
        """Add the frames that reach beyond the end."""
        self._add(self._framer.finish())

    def chroma(self) -> Float32Array:
        """Return (n, 12) float32, `CHROMA_RATE_HZ` rows per second, each of sum 1 or 0."""
        return np.concatenate([np.empty((0, 12), np.float32), *self._chroma])

    def fine_profile(self) -> Float64Array:
        """Return (120,), the sum over the piece in tenths of a semitone from C, at A = 440 Hz."""
        return self._fine

    def _add(self, frames: Float32Array) -> None:
        if len(frames) == 0:
            return
        row, pitch, weight = _partials(power_spectra(frames))
        n_fine = 12 * _STEPS
        step = np.floor(pitch * _STEPS + 0.5).astype(np.intp) % n_fine
        fine = np.bincount(row * n_fine + step, weight, len(frames) * n_fine)
        # Without any partial, bincount returns integers.
        fine = fine.reshape(len(frames), n_fine).astype(np.float64)
        total = fine.sum(axis=1, keepdims=True)
        # Each frame has equal weight, so that loud passages don't dominate.
        fine = np.divide(fine, total, out=np.zeros_like(fine), where=total > 0)
        self._fine += fine.sum(axis=0)
        self._chroma.append(_folded(fine, shift=0).astype(np.float32))


def find_key(fine_profile: Float64Array) -> Key:
    """Return the key whose profile correlates best with the piece, corrected for its tuning.

    Args:
        fine_profile: (120,), tenths of a semitone from C; all zeros give C major, confidence 0.
    """
    if not fine_profile.any():
        return Key("C", "major", 0.0)
    profile = _folded(fine_profile[None], shift=tuning_steps(fine_profile))[0]
    scores = np.array(
        [
            [np.corrcoef(profile, np.roll(template, tonic))[0, 1] for tonic in range(12)]
            for template in _PROFILES
        ]
    )
    order = np.argsort(scores, axis=None)[::-1]
    mode, tonic = divmod(int(order[0]), 12)
    lead = float(scores.flat[order[0]] - scores.flat[order[1]])
    return Key(PITCH_CLASSES[tonic], MODES[mode], min(1.0, max(0.0, lead / _SURE_LEAD)))


def tuning_steps(fine_profile: Float64Array) -> int:
    """Return how many tenths of a semitone the piece is sharp of A = 440 Hz (-5..5)."""
    within = fine_profile.reshape(12, _STEPS).sum(axis=0)
    angle = np.angle(np.sum(within * np.exp(2j * np.pi * np.arange(_STEPS) / _STEPS)))
    return round(float(angle) / (2 * np.pi) * _STEPS)


def _partials(
    power: Float32Array,
) -> tuple[npt.NDArray[np.intp], Float64Array, Float64Array]:
    """Return row, pitch (semitones above C) and weight of every spectral peak."""
    first = int(_LOWEST_HZ * _FFT_SAMPLES / RATE_HZ)
    last = int(_HIGHEST_HZ * _FFT_SAMPLES / RATE_HZ)
    centre = power[:, first:last]
    below, above = power[:, first - 1 : last - 1], power[:, first + 1 : last + 1]
    strongest = centre.max(axis=1, keepdims=True)
    is_peak = (centre > below) & (centre >= above) & (centre > _PEAK_SHARE * strongest)
    row, column = np.nonzero(is_peak)
    tiny = np.finfo(np.float32).tiny
    left, middle, right = (
        np.log(np.maximum(side[row, column], tiny).astype(np.float64))
        for side in (below, centre, above)
    )
    curvature = left - 2 * middle + right
    offset = np.divide(left - right, 2 * curvature, out=np.zeros_like(left), where=curvature < 0)
    frequency_hz = (column + first + np.clip(offset, -0.5, 0.5)) * RATE_HZ / _FFT_SAMPLES
    pitch = _A4_PITCH + 12 * np.log2(frequency_hz / _A4_HZ)
    return row, pitch, np.exp(middle / 4)


def _folded(fine: Float64Array, shift: int) -> Float64Array:
    """Return (n, 120) summed into semitones (n, 12), each around its own centre."""
    centred = np.roll(fine, _STEPS // 2 - shift, axis=1)
    folded: Float64Array = centred.reshape(len(fine), 12, _STEPS).sum(axis=2)
    return folded
