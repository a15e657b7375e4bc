"""Finds tracks by words in their title, artist, album, genre and moods."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from engine.encoders.wants import AXES, WANTED_MOODS
from engine.library.columns import TrackColumns
from engine.library.library import Library
from engine.library.texts import TrackTexts, folded
from engine.ranking.candidates import Candidates, Part
from engine.ranking.music_filters import HAS_MOOD_FROM
from engine.translation import tr

BoolArray = npt.NDArray[np.bool_]

# More says nothing: titles are shorter.
_MAX_CHARACTERS = 300
_MAX_WORDS = 16


def find(candidates: Candidates, text: str, texts: Callable[[Library], TrackTexts]) -> BoolArray:
    """Return bool (n,), which tracks have all words of a text, in any order; all for no word.

    Accents and capitals don't matter; parts of words are found. A word that begins the name of a
    genre or mood, in English or in the user's language, finds the tracks that have it.

    Args:
        candidates: n tracks.
        text: anything that a user types.
        texts: returns the texts of a library.
    """
    words = words_in(text)
    if not words:
        return np.ones(len(candidates), np.bool_)
    return np.concatenate([_find(part, words, texts(part.library)) for part in candidates.parts])


def words_in(text: str) -> tuple[str, ...]:
    """Return the folded words that are looked for; signs alone only where there is nothing else."""
    words = [word.strip("\"'“”„‘’«»") for word in folded(text[:_MAX_CHARACTERS]).split()]
    words = [word for word in dict.fromkeys(words) if word][:_MAX_WORDS]
    named = [word for word in words if any(sign.isalnum() for sign in word)]
    return tuple(named or words)


def _find(part: Part, words: Sequence[str], texts: TrackTexts) -> BoolArray:
    rows = texts.rows_of(part.columns.ids)
    found = np.ones(len(part.columns), np.bool_)
    for word in words:
        # One more for the tracks whose texts aren't known.
        has_word = np.append(texts.having(word), False)
        found &= has_word[rows] | _named(part.columns, word)
    return np.asarray(part.select(found), np.bool_)


def _named(columns: TrackColumns, word: str) -> BoolArray:
    """Return bool (n,), which tracks have a genre or mood whose name begins with a word."""
    found = np.zeros(len(columns), np.bool_)
    if len(word) == 1 and word.isascii():
        # A letter begins too many names.
        return found
    for code, genre in enumerate(columns.genre_names):
        if _begins(genre, word):
            found |= columns.genres == code
    for mood in WANTED_MOODS:
        if _begins(mood, word):
            found |= columns.axes[:, AXES.index(mood)] >= HAS_MOOD_FROM
    return found


def _begins(name: str, word: str) -> bool:
    """Whether a word begins a name, or one of its words, in English or the user's language."""
    names = {folded(name), folded(tr(name))}
    starts = {part for each in names for part in (each, *each.replace("-", " ").split())}
    starts |= {each.replace("-", "").replace(" ", "") for each in names}
    return any(start.startswith(word) for start in starts)
