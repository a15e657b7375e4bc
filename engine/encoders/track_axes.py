"""A track on the axes of wants: its genre, moods, valence and arousal as one vector."""

from collections.abc import Sequence

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
_GENRES = slice(0, len(WANTED_GENRES))
_MOODS = slice(_GENRES.stop, _GENRES.stop + len(WANTED_MOODS))
_MOOD_NUMBER = {mood: number for number, mood in enumerate(WANTED_MOODS)}


def track_axes(profile: Profile) -> npt.NDArray[np.float32]:
    """Return float32 (26,), the value of a track on each of `AXES`, see `axes_of`."""
    return axes_of([profile]).reshape(N_AXES)


def axes_of(profiles: Sequence[Profile]) -> npt.NDArray[np.float32]:
    """Return float32 (n, 26), the value of each of n tracks on each of `AXES`.

    A genre has the square root of its probability, so that a likely second genre counts too; the
    genre of a score has 1. A mood goes from 0 (average or less) to 1 (clearly there). Valence and
    arousal go from -1 to 1. What the profile doesn't know is 0.
    """
    values = np.zeros((len(profiles), N_AXES), np.float32)
    values[:, _GENRES] = np.sqrt(_shares(profiles))
    scores = np.full((len(profiles), len(WANTED_MOODS)), -np.inf)
    for row, profile in enumerate(profiles):
        for mood, score in profile.moods.items():
            if mood in _MOOD_NUMBER:
                scores[row, _MOOD_NUMBER[mood]] = score
    # Far below the middle the exponential function overflows to infinity, which is a mood of 0.
    with np.errstate(over="ignore"):
        values[:, _MOODS] = 1 / (1 + np.exp(-_MOOD_SLOPE * (scores - _MOOD_MIDDLE)))
    affect = [(profile.valence or 0.0, profile.arousal or 0.0) for profile in profiles]
    values[:, [AXES.index("valence"), AXES.index("arousal")]] = np.clip(
        np.asarray(affect, np.float64).reshape(-1, 2), -1, 1
    )
    return values


def genre_shares(profiles: Sequence[Profile]) -> npt.NDArray[np.float32]:
    """Return float32 (n, 14), the probabilities of `WANTED_GENRES`; 0 where they aren't known."""
    shares = np.zeros((len(profiles), len(WANTED_GENRES)), np.float32)
    for row, profile in enumerate(profiles):
        known = profile.genre_probabilities
        if len(known) in _N_GENRES:
            shares[row, : len(known)] = known
    return shares


def _shares(profiles: Sequence[Profile]) -> npt.NDArray[np.float32]:
    shares = genre_shares(profiles)
    for row, profile in enumerate(profiles):
        if len(profile.genre_probabilities) not in _N_GENRES and profile.genre in WANTED_GENRES:
            shares[row, WANTED_GENRES.index(profile.genre)] = 1.0
    return shares
