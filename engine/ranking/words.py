"""Words that name instruments, genres and moods, in wishes and in what isn't wanted."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.experts import Gaussian, combined, product
from engine.encoders.instruments import VOCALS
from engine.encoders.sentences import checked_text
from engine.encoders.track_axes import track_axes
from engine.encoders.wants import AXES
from engine.errors import InputError
from engine.library.columns import TrackColumns, instrument_bits
from engine.ranking.music_filters import VOCALS_FROM
from engine.ranking.vocabulary import GENRE_WORDS, INSTRUMENT_WORDS, MOOD_WORDS, NEGATIONS
from engine.translation import tr

if TYPE_CHECKING:
    from engine.encoders.profile import Profile
    from engine.encoders.text import TextExpert

# Asking for one of these is answered by any of its kind.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "piano": ("electric piano",),
    "guitar": ("electric guitar", "ukulele"),
    "strings": ("violin", "viola", "cello", "fiddle"),
    "violin": ("fiddle",),
    "fiddle": ("violin",),
    "brass": ("trumpet", "trombone", "tuba", "horn"),
    "horn": ("brass",),
    "woodwinds": ("flute", "clarinet", "oboe", "bassoon", "whistle"),
    "flute": ("whistle",),
    "whistle": ("flute",),
    "marimba": ("vibraphone", "kalimba"),
    "drums": ("timpani",),
    VOCALS: ("choir",),
}
# A group may contain the instrument that isn't wanted.
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "violin": ("strings",),
    "fiddle": ("strings",),
    "viola": ("strings",),
    "cello": ("strings",),
    "trumpet": ("brass",),
    "trombone": ("brass",),
    "horn": ("brass",),
    "tuba": ("brass",),
    "choir": (VOCALS,),
}
# From here on a track has the mood or the genre.
_HAS_AXIS_FROM = 0.5
# In prior precisions. Each of 200 wishes is above .05, the middle one at .45; letters without
# sense, sentences on other subjects and in unknown languages are mostly below.
_LEAST_CERTAINTY = 0.05
# Length of the axes of a bundled track, on average: a genre, two moods, valence and arousal.
_USUAL_LENGTH = 1.75
# Having all instruments that the words name counts for more than any mood or genre: lists of
# wishes other than those of the tests fitted best from here on.
_INSTRUMENT_WEIGHT = 0.8
# Genres and moods; valence and arousal have no names that a reason could say.
_N_NAMED = len(AXES) - 2
# Of the most wanted axis.
_CLEARLY_WANTED = 0.3
_CLAUSE = re.compile(r"[,;:.!?，。；：！？、\n]| but | aber | mais | pero |但")
_WORD = re.compile(r"[^\W_]+")
# Scripts without spaces.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Named:
    """What a text names.

    Attributes:
        instruments: names of `INSTRUMENTS`, and "woodwinds"; "vocals" for voices.
        axes: genres and moods, names of `AXES`.
    """

    instruments: frozenset[str] = frozenset()
    axes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.instruments or self.axes)


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish in words, taken apart.

    Attributes:
        wanted: the text without what it says isn't wanted; may be empty.
        named: what the wanted text names.
        unwanted: what is to be left out.
    """

    wanted: str = ""
    named: Named = Named()
    unwanted: Named = Named()


@lru_cache(maxsize=32)
def parse_wish(text: str, without: str = "") -> Wish:
    """Take a wish apart.

    Args:
        text: what is wanted, such as "sad piano, no drums"; "" for nothing.
        without: what isn't wanted, such as "vocals, drums"; "" for nothing.

    Raises:
        InputError: when a text is blank or too long, or `without` has a part in which no
            instrument, genre or mood is named.
    """
    wanted, negated = _split(checked_text(text)) if text else ("", [])
    unwanted = [named_in(part) for part in negated]
    for part in _CLAUSE.split(checked_text(without)) if without else ():
        if not part.strip():
            continue
        named = named_in(part)
        if not named:
            raise _not_known(part.strip())
        unwanted.append(named)
    return Wish(wanted, named_in(wanted), _union(unwanted))


def clauses_of(text: str) -> tuple[list[str], list[str]]:
    """Return the parts of a text that say what is wanted, and those behind "without"."""
    wanted, negated = [], []
    for clause in _CLAUSE.split(text):
        match = _negation().search(f" {clause} ")
        if match is not None and named_in(clause[match.end() - 1 :]):
            negated.append(clause[match.end() - 1 :].strip())
            clause = clause[: max(0, match.start() - 1)]
        if clause.strip():
            wanted.append(clause.strip())
    return wanted, negated


def named_in(text: str) -> Named:
    """Return the instruments, genres and moods that a text names."""
    if not text:
        return Named()  # without compiling hundreds of patterns as the window starts
    spaced, unspaced = _words(text)
    found = {
        name: any(entry.search(spaced if entry.spaced else unspaced) for entry in entries)
        for name, entries in _entries().items()
    }
    names = [name for name, is_there in found.items() if is_there]
    return Named(
        frozenset(name for name in names if name in INSTRUMENT_WORDS),
        frozenset(name for name in names if name in AXES),
    )


def instrument_match(tracks: TrackColumns, instruments: frozenset[str]) -> npt.NDArray[np.float32]:
    """Return float32 (n,), the share of the instruments that each track has; 0 for none asked."""
    bits = _instruments_of(tracks)
    n_there = np.zeros(len(tracks))
    for name in instruments:
        n_there += (bits & np.uint64(instrument_bits(_alternatives(name)))) > 0
    return np.asarray(n_there / max(1, len(instruments)), np.float32)


@lru_cache(maxsize=32)
def word_expert(wish: Wish, text: "TextExpert") -> Gaussian:
    """Return the expert of the words: the sentence's wants, and the genres and moods it names.

    A word for a genre or mood counts as much as the prior; instruments aren't among the axes.
    """
    factor = text.expert(wish.wanted) if wish.wanted else Gaussian.silent(len(AXES))
    mean, precision = np.zeros_like(factor.mean), np.zeros_like(factor.precision)
    named = [AXES.index(name) for name in sorted(wish.named.axes)]
    mean[named] = 1
    precision[named] = text.prior.precision[named]
    return combined([factor, Gaussian(mean, precision)])


def word_scores(tracks: TrackColumns, wish: Wish, text: "TextExpert") -> npt.NDArray[np.float32]:
    """Return float32 (n,), how well tracks fit a wish in words, about -1 to 1.

    The wants of the words, as a unit vector, times the track's value on each axis; and a bonus for
    the instruments that the words name.
    """
    query = product(text.prior, [word_expert(wish, text)]).mean
    length = float(np.linalg.norm(query))
    bonus = instrument_bonus(tracks, wish)
    if length == 0:
        return bonus
    return np.asarray(tracks.axes @ query / (_USUAL_LENGTH * length) + bonus, np.float32)


def instrument_bonus(tracks: TrackColumns, wish: Wish) -> npt.NDArray[np.float32]:
    """Return float32 (n,), what the instruments that a wish names add to a score."""
    match = instrument_match(tracks, wish.named.instruments)
    return np.asarray(_INSTRUMENT_WEIGHT * match, np.float32)


def beside(prior: Gaussian, factor: Gaussian) -> Gaussian:
    """Return the words' factor beside another prior: words tell differences from what is usual."""
    return Gaussian(prior.mean + factor.mean, factor.precision)


def reasons_by_words(profile: "Profile", wish: Wish, text: "TextExpert") -> tuple[str, ...]:
    """Return as a translated reason what a track has of a wish; () when that is nothing.

    Genres and moods come by their part of the score, then instruments.
    """
    query = product(text.prior, [word_expert(wish, text)]).mean[:_N_NAMED]
    values = track_axes(profile)[:_N_NAMED]
    names = [
        AXES[axis]
        for axis in np.argsort(-query * values, kind="stable")
        if values[axis] >= _HAS_AXIS_FROM and query[axis] >= _CLEARLY_WANTED * query.max() > 0
    ]
    there = set(profile.instruments)
    if profile.vocals is not None and profile.vocals >= VOCALS_FROM:
        there.add(VOCALS)
    names += [name for name in sorted(wish.named.instruments) if there & _alternatives(name)]
    if not names:
        return ()
    return (tr("words ↔ {names}").format(names=", ".join(tr(name) for name in names)),)


def is_understood(wish: Wish, text: "TextExpert") -> bool:
    """Whether the words say enough about any genre or mood to change a list."""
    precision = word_expert(wish, text).precision
    return bool((precision >= _LEAST_CERTAINTY * text.prior.precision).any())


def not_understood(text: str) -> str:
    """Return the sentence that says so, translated."""
    return tr("The words “{text}” aren't understood.").format(text=text)


def excluded(tracks: TrackColumns, unwanted: Named) -> npt.NDArray[np.bool_]:
    """Return (n,), which tracks have something that isn't wanted, as far as is known of them."""
    axes = [AXES.index(name) for name in unwanted.axes]
    banned: set[str] = set()
    for name in unwanted.instruments:
        banned |= _alternatives(name) | set(_GROUPS.get(name, ()))
    has_axis = (tracks.axes[:, axes] >= _HAS_AXIS_FROM).any(axis=1)
    has_instrument = (_instruments_of(tracks) & np.uint64(instrument_bits(banned))) > 0
    return np.asarray(has_axis | has_instrument, np.bool_)


def nothing_allowed(unwanted: Named, n_tracks: int) -> InputError:
    """Return the error that all of n tracks have something that isn't wanted."""
    names = ", ".join(tr(name) for name in sorted(unwanted.instruments | unwanted.axes))
    return InputError(
        tr("All {n} tracks have something that is to be left out: {names}.").format(
            n=n_tracks, names=names
        ),
        remedy=tr("Leave out less, or add more music to the library."),
    )


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of the vocabulary.

    Attributes:
        pattern: found in text between spaces.
        spaced: whether words of its script are.
    """

    pattern: re.Pattern[str]
    spaced: bool

    def search(self, text: str) -> bool:
        return self.pattern.search(text) is not None


@cache
def _entries() -> dict[str, list[_Entry]]:
    entries: dict[str, list[_Entry]] = {}
    for words in (INSTRUMENT_WORDS, GENRE_WORDS, MOOD_WORDS):
        for name, line in words.items():
            entries[name] = [_entry(word) for word in line.split()]
    return entries


def _entry(word: str) -> _Entry:
    spaced = _UNSPACED.search(word) is None
    stem = re.escape(_folded(word.strip("*")).replace("_", " "))
    if spaced:
        start = r"" if word.startswith("*") else r"(?<= )"
        stem = start + stem + (r"" if word.endswith("*") else r"(?= )")
    return _Entry(re.compile(stem), spaced)


def _words(text: str) -> tuple[str, str]:
    """Return the words between spaces, and the text without spaces."""
    folded = _folded(text)
    return f" {' '.join(_WORD.findall(folded))} ", "".join(folded.split())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _split(text: str) -> tuple[str, list[str]]:
    """Return the wanted text, and the parts behind a word such as "without"."""
    wanted, negated = clauses_of(text)
    # Without anything left out, the text stays as it was written.
    return (", ".join(wanted) if negated else text), negated


@cache
def _negation() -> re.Pattern[str]:
    words = NEGATIONS.split()
    spaced = "|".join(word for word in words if _UNSPACED.search(word) is None)
    unspaced = "|".join(word for word in words if _UNSPACED.search(word) is not None)
    return re.compile(rf" (?:{spaced}) |(?:{unspaced})", re.IGNORECASE)


def _alternatives(name: str) -> set[str]:
    return {name, *_KINDS.get(name, ())}


def _instruments_of(tracks: TrackColumns) -> npt.NDArray[np.uint64]:
    """Return uint64 (n,), the instruments as bits; a track with vocals has them too."""
    vocals = np.where(tracks.vocals >= VOCALS_FROM, instrument_bits([VOCALS]), 0)
    return tracks.instruments | vocals.astype(np.uint64)


def _union(parts: Iterable[Named]) -> Named:
    instruments: frozenset[str] = frozenset()
    axes: frozenset[str] = frozenset()
    for part in parts:
        instruments |= part.instruments
        axes |= part.axes
    return Named(instruments, axes)


def _not_known(part: str) -> InputError:
    return InputError(
        tr("“{words}” names no known instrument, genre or mood to leave out.").format(words=part),
        remedy=tr("Write for instance: vocals, drums, guitar, metal, sad"),
    )
