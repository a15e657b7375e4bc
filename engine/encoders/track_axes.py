"""A track on the axes of wants: its genre, moods, valence and arousal as one vector."""

import numpy as np
import numpy.typing as npt

from engine.encoders.profile import Profile
from engine.encoders.wants import AXES, N_AXES, TASTE_GENRES, WANTED_GENRES, WANTED_MOODS

# Profiles of earlier versions know the genres of taste only.
_N_GENRES = (len(TASTE_GENRES), len(WANTED_GENRES))
# z-score at which a mood counts half, and how steeply: the moods that a bundled track was written
# for (z of at least 2) come out above .9, its other ones (-.25 at most) below .1.
_MOOD_MIDDLE = 0.85
_MOOD_SLOPE = 2.0


def track_axes(profile: Profile) -> npt.NDArray[np.float32]:
    """Return float32 (26,), the value of a track on each of `AXES`.

    A genre has the square root of its probability, so that a likely second genre counts too; the
    genre of a score has 1. A mood goes from 0 (average or less) to 1 (clearly there). Valence and
    arousal go from -1 to 1. What the profile doesn't know is 0.
    """
    values = np.zeros(N_AXES, np.float32)
    values[: len(WANTED_GENRES)] = _genres(profile)
    for mood, score in profile.moods.items():
        if mood in WANTED_MOODS:
            values[AXES.index(mood)] = 1 / (1 + np.exp(-_MOOD_SLOPE * (score - _MOOD_MIDDLE)))
    for axis, value in (("valence", profile.valence), ("arousal", profile.arousal)):
        values[AXES.index(axis)] = np.clip(value or 0.0, -1, 1)
    return values


def _genres(profile: Profile) -> npt.NDArray[np.float32]:
    shares = np.zeros(len(WANTED_GENRES), np.float32)
    known = profile.genre_probabilities
    if len(known) in _N_GENRES:
        shares[: len(known)] = known
    elif profile.genre in WANTED_GENRES:
        shares[WANTED_GENRES.index(profile.genre)] = 1.0
    return np.sqrt(shares)
