"""Finds tracks by words in their title, artist, album, genre and moods."""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import numpy.typing as npt

from engine.encoders.wants import AXES, WANTED_MOODS
from engine.library.columns import TrackColumns
from engine.library.library import Library
from engine.library.texts import TrackTexts, folded
from engine.ranking.candidates import Candidates, Part
from engine.ranking.music_filters import HAS_MOOD_FROM
from engine.ranking.words import named_in
from engine.translation import tr

BoolArray = npt.NDArray[np.bool_]

# More says nothing: titles are shorter.
_MAX_CHARACTERS = 300
_MAX_WORDS = 16


def find(candidates: Candidates, text: str, texts: Callable[[Library], TrackTexts]) -> BoolArray:
    """Return bool (n,), which tracks have all words of a text, in any order; all for no word.

    Accents and capitals don't matter; parts of words are found. A word that begins the name of a
    genre or mood, in English or in the user's language, finds the tracks that have it. So does a
    word for one in any language that wishes are written in, where it finds nothing else.

    Args:
        candidates: n tracks.
        text: anything that a user types.
        texts: returns the texts of a library.
    """
    found = np.ones(len(candidates), np.bool_)
    words = words_in(text)
    if not words:
        return found
    parts = [_Part(part, texts(part.library)) for part in candidates.parts]
    for word in words:
        having = np.concatenate([part.having(folded(word)) for part in parts])
        if not having.any() and (named := named_in(word)).axes:
            having = candidates.column(partial(_with_axes, names=named.axes))
        found &= having
    return found


def words_in(text: str) -> tuple[str, ...]:
    """Return the words that are looked for; signs alone only where there is nothing else."""
    words = [word.strip("\"'“”„‘’«»") for word in text[:_MAX_CHARACTERS].split()]
    # Each once; a lone accent is nothing.
    words = [word for plain, word in {folded(word): word for word in words}.items() if plain]
    named = [word for word in words if any(sign.isalnum() for sign in word)]
    return tuple((named or words)[:_MAX_WORDS])


class _Part:
    """The tracks of one library that are searched.

    Args:
        part: the tracks.
        texts: of the library.
    """

    def __init__(self, part: Part, texts: TrackTexts) -> None:
        self._part = part
        self._texts = texts
        self._rows = texts.rows_of(part.columns.ids)

    def having(self, word: str) -> BoolArray:
        """Return bool (k,), which of the k tracks have a folded word."""
        # One more for the tracks whose texts aren't known.
        has_word = np.append(self._texts.having(word), False)
        found = has_word[self._rows] | _named(self._part.columns, word)
        return np.asarray(self._part.select(found), np.bool_)


def _with_axes(columns: TrackColumns, names: Iterable[str]) -> BoolArray:
    """Return bool (n,), which tracks have one of the genres and moods."""
    found = np.zeros(len(columns), np.bool_)
    for name in names:
        if name in columns.genre_names:
            found |= columns.genres == columns.genre_names.index(name)
        if name in WANTED_MOODS:
            found |= columns.axes[:, AXES.index(name)] >= HAS_MOOD_FROM
    return found


def _named(columns: TrackColumns, word: str) -> BoolArray:
    """Return bool (n,), which tracks have a genre or mood whose name begins with a word."""
    if len(word) == 1 and word.isascii():
        # A letter begins too many names.
        return np.zeros(len(columns), np.bool_)
    names = [name for name in (*columns.genre_names, *WANTED_MOODS) if _begins(name, word)]
    return _with_axes(columns, names)


def _begins(name: str, word: str) -> bool:
    """Whether a word begins a name, or one of its words, in English or the user's language."""
    names = {folded(name), folded(tr(name))}
    starts = {part for each in names for part in (each, *each.replace("-", " ").split())}
    starts |= {each.replace("-", "").replace(" ", "") for each in names}
    return any(start.startswith(word) for start in starts)
