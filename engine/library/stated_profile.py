"""A track's profile with what its file's genre tag and the user say of genre and moods.

A tag is a stronger hint than the sound, but tags are often wrong or broad: the genre that it names
becomes the track's genre with seven tenths of the probability, and the analysis divides the rest.
What the user says is certain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from engine.encoders.profile import Profile
from engine.encoders.wants import TASTE_GENRES, WANTED_GENRES, WANTED_MOODS
from engine.library.genre_names import genres_in

_TAG_SHARE = 0.7
# z-scores of a mood that the user chose, and of the others; those of composed tracks are the same.
_CHOSEN, _OTHERS = 2.0, -0.25
_MOOD_CHOSEN_FROM: Final = 1.0


def stated_profile(
    profile: Profile, genre_tag: str | None, genre: str | None, moods: Sequence[str] | None
) -> Profile:
    """Return a profile with what the file and the user say.

    Args:
        profile: from the analysis.
        genre_tag: of the file; None where it isn't known or doesn't count.
        genre: what the user says; "" for no genre, None for nothing.
        moods: what the user says; none for no mood, None for nothing.
    """
    if genre is not None:
        profile = _with_genre(profile, genre)
    elif genre_tag and (found := genres_in(genre_tag)):
        profile = _with_tag(profile, found)
    return profile if moods is None else _with_moods(profile, moods)


def chosen_moods(profile: Profile) -> tuple[str, ...]:
    """Return the moods that a track clearly has, as `stated_profile` would be told them."""
    scores = {mood: profile.moods.get(mood, 0.0) for mood in WANTED_MOODS}
    return tuple(mood for mood, score in scores.items() if score >= _MOOD_CHOSEN_FROM)


def _with_genre(profile: Profile, genre: str) -> Profile:
    if genre not in WANTED_GENRES:
        # Unsure, or of a newer version: nothing is likelier than what the analysis says.
        return replace(profile, genre=None)
    shares = tuple(float(name == genre) for name in WANTED_GENRES)
    return replace(profile, genre=genre, genre_probabilities=shares)


def _with_tag(profile: Profile, genres: Sequence[str]) -> Profile:
    analysed = _shares(profile)
    each = _TAG_SHARE / len(genres)
    shares = tuple(
        round((1 - _TAG_SHARE) * share + each * (name in genres), 5)
        for name, share in zip(WANTED_GENRES, analysed, strict=True)
    )
    return replace(profile, genre=genres[0], genre_probabilities=shares)


def _shares(profile: Profile) -> tuple[float, ...]:
    """Return the probabilities of all genres; equal ones where the profile doesn't know them."""
    known = profile.genre_probabilities
    if len(known) in (len(TASTE_GENRES), len(WANTED_GENRES)):
        return (*known, *(0.0,) * (len(WANTED_GENRES) - len(known)))
    if profile.genre in WANTED_GENRES:
        return tuple(float(name == profile.genre) for name in WANTED_GENRES)
    return (1 / len(WANTED_GENRES),) * len(WANTED_GENRES)


def _with_moods(profile: Profile, moods: Iterable[str]) -> Profile:
    chosen = frozenset(moods)
    scores = {mood: _CHOSEN if mood in chosen else _OTHERS for mood in WANTED_MOODS}
    return replace(profile, moods={**profile.moods, **scores})
