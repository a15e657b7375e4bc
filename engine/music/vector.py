"""The vector that music encoder and profile heads read: its layout is fixed by VERSION."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MusicTags

Float32Array = npt.NDArray[np.float32]

# Any change to what stands in the vector, or to how it is measured, is another version.
VERSION = "music-1"

# Where each part stands. Tags are log-odds, averaged over the patches; the spread is the
# deviation over the patches. No part grows with the length of the piece.
LAYOUT = {
    "msd_tags": slice(0, 50),
    "mtt_tags": slice(50, 100),
    "msd_spread": slice(100, 150),
    "mtt_spread": slice(150, 200),
    "embedding": slice(200, 600),
    "descriptors": slice(600, 612),
}
VECTOR_LENGTH = 612

_LOWEST_PROBABILITY = 1e-4


@dataclass(frozen=True, slots=True)
class Descriptors:
    """The measured part of the vector, in its order.

    Args:
        tempo_octaves: log2(bpm / 120); 0 where there is no pulse.
        tempo_confidence: 0..1.
        onset_density_hz: note onsets a second.
        loudness_lufs: integrated, from -70.
        loudness_range_lu: EBU R128's range.
        brightness_octaves: log2(centroid / 1 kHz); 0 for silence.
        bass_share: share of the power below 200 Hz.
        energy_spread: deviation of the energy curve over its mean.
        energy_rise: (second half - first half) / (their sum) of the energy curve, -1..1.
        mode: 1 for a sure major, -1 for a sure minor key.
        key_confidence: 0..1.
        vocals: 0..1.
    """

    tempo_octaves: float
    tempo_confidence: float
    onset_density_hz: float
    loudness_lufs: float
    loudness_range_lu: float
    brightness_octaves: float
    bass_share: float
    energy_spread: float
    energy_rise: float
    mode: float
    key_confidence: float
    vocals: float

    def as_vector(self) -> Float32Array:
        """Return (12,) float32."""
        return np.array([getattr(self, name) for name in self.__slots__], np.float32)


def music_vector(tags: MusicTags, descriptors: Descriptors) -> Float32Array:
    """Return the vector (612,) of a piece, laid out as `LAYOUT` says."""
    msd, mtt = log_odds(tags.msd_patches), log_odds(tags.mtt_patches)
    parts = (
        msd.mean(axis=0),
        mtt.mean(axis=0),
        msd.std(axis=0),
        mtt.std(axis=0),
        tags.embedding,
        descriptors.as_vector(),
    )
    return np.concatenate(parts).astype(np.float32)


def log_odds(probabilities: Float32Array) -> Float32Array:
    """Return ln(p / (1 - p)), with p kept within 0.0001 and 0.9999."""
    kept = np.clip(probabilities, _LOWEST_PROBABILITY, 1 - _LOWEST_PROBABILITY)
    return np.asarray(np.log(kept / (1 - kept)), np.float32)


def octaves_above(reference: float, value: float) -> float:
    """Return log2(value / reference); 0 where there is no value."""
    return float(np.log2(value / reference)) if value > 0 else 0.0


def energy_course(curve: Float32Array) -> tuple[float, float]:
    """Return spread and rise of an energy curve (see `Descriptors`)."""
    mean = float(curve.mean()) if len(curve) else 0.0
    if mean <= 0:
        return 0.0, 0.0
    middle = len(curve) // 2
    if middle == 0:
        return float(curve.std()) / mean, 0.0
    first, second = float(curve[:middle].mean()), float(curve[-middle:].mean())
    total = first + second
    return float(curve.std()) / mean, (second - first) / total if total > 0 else 0.0
