"""Levels of music and clip sound, and the gain that matches tracks in loudness."""

import math
from collections.abc import Mapping

TARGET_LUFS = -14.0
# What the settings, the command line and the window offer.
TARGETS_LUFS: Mapping[str, float | None] = {"-14": -14.0, "-16": -16.0, "-23": -23.0, "off": None}
QUIETEST_TARGET_LUFS = -50.0
LOUDEST_TARGET_LUFS = 0.0
PEAK_CEILING_DBTP = -1.0
MUTED_DB = -60.0  # a slider at its lowest end is silence, not a whisper
MIN_GAIN_DB = -200.0
MAX_GAIN_DB = 24.0


def match_gain(loudness_lufs: float, true_peak_dbtp: float) -> float:
    """Return the gain in dB that brings a track to `TARGET_LUFS`, no peak above the ceiling.

    g = min(target - loudness, ceiling - true peak): a track with high peaks stays quieter rather
    than being squashed. Silence is unchanged.
    """
    if not (math.isfinite(loudness_lufs) and loudness_lufs > -70):
        return 0.0
    gain_db = TARGET_LUFS - loudness_lufs
    if math.isfinite(true_peak_dbtp):
        gain_db = min(gain_db, PEAK_CEILING_DBTP - true_peak_dbtp)
    return float(max(-MAX_GAIN_DB, min(MAX_GAIN_DB, gain_db)))


def linear_gain(gain_db: float) -> float:
    """Return the factor of a gain in dB; 0 at `MUTED_DB` and below."""
    return 0.0 if gain_db <= MUTED_DB else float(10 ** (gain_db / 20))


def check_gain(gain_db: float) -> None:
    """Raise unless a gain is one that an arrangement may have.

    Raises:
        InputError: when it is not, or not a number.
    """
    # It imports numpy, and the command line names the targets without it.
    from engine.arrangement.segments import unusable

    if not MIN_GAIN_DB <= gain_db <= MAX_GAIN_DB:
        raise unusable("gain")
