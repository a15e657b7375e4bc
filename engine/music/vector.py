"""The input vector of the music encoder and the profile heads; `VERSION` fixes its layout."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.encoders.audio import MusicTags

Float32Array = npt.NDArray[np.float32]

# Any change to the vector's contents, or to how they are measured, needs a new version.
VERSION = "music-1"

# Position of each part. Tags are log-odds averaged over the patches, the spread is their standard
# deviation over the patches. No part depends on the length of the piece.
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
    """The measured part of the vector, in the vector's order.

    Attributes:
        tempo_octaves: log2(bpm / 120); 0 without a pulse.
        tempo_confidence: 0..1.
        onset_density_hz: note onsets per second.
        loudness_lufs: integrated, from -70.
        loudness_range_lu: EBU R128's range.
        brightness_octaves: log2(centroid / 1 kHz); 0 for silence.
        bass_share: share of the power below 200 Hz.
        energy_spread: standard deviation of the energy curve divided by its mean.
        energy_rise: (second half - first half) / (their sum) of the energy curve, -1..1.
        mode: 1 for a certain major key, -1 for a certain minor key.
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
    """Return the vector (612,) of a piece, in the order of `LAYOUT`."""
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
    """Return ln(p / (1 - p)), with p clipped to 0.0001..0.9999."""
    kept = np.clip(probabilities, _LOWEST_PROBABILITY, 1 - _LOWEST_PROBABILITY)
    return np.asarray(np.log(kept / (1 - kept)), np.float32)


def octaves_above(reference: float, value: float) -> float:
    """Return log2(value / reference); 0 for values of 0 or below."""
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
