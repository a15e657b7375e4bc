"""The table of filters: each is one class here and one entry of `FILTERS`.

The options of `soundbed recommend` and the window's controls are made from the table, by the kind
of each filter: `Choices`, `Range` or `Switch`.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from engine.errors import InputError
from engine.translation import tr

if TYPE_CHECKING:
    # The options of the command line are made from this table, without numpy.
    import numpy as np
    import numpy.typing as npt

    from engine.encoders.matching import MatchingPack
    from engine.library.columns import ColumnRows, TrackColumns
    from engine.ranking.candidates import Candidates

    BoolArray = npt.NDArray[np.bool_]
    Int32Array = npt.NDArray[np.int32]
    Float64Array = npt.NDArray[np.float64]

T = TypeVar("T")

# Probability of a singing voice from which a track counts as one with vocals.
VOCALS_FROM = 0.5

Filters = Mapping[str, Any]
"""The filters in use: the value of each, by the filter's name."""


class Filter(ABC, Generic[T]):
    """One way to narrow the list.

    Attributes:
        name: identifies it; its command-line option has the same name.
    """

    name: ClassVar[str]

    @abstractmethod
    def title(self) -> str:
        """Return the words on its control, translated."""

    @abstractmethod
    def help(self) -> str:
        """Return what its option does, translated."""

    @abstractmethod
    def passes(self, tracks: "TrackColumns", value: T) -> "BoolArray":
        """Return bool (n,), which of n tracks pass."""

    @abstractmethod
    def describe(self, value: T) -> str:
        """Return the filter in words, for the error when no track passes."""

    def check(self, value: T) -> None:
        """Raise InputError when the value is invalid."""


class Choices(Filter[tuple[str, ...]]):
    """Passes tracks that have one of several words."""

    @abstractmethod
    def metavar(self) -> str:
        """Return the placeholder for a word in the help, such as GENRE, translated."""

    @abstractmethod
    def codes_of(self, tracks: "TrackColumns") -> "tuple[Int32Array, tuple[str, ...]]":
        """Return for each of n tracks the index of its word, -1 for none, and the words."""

    @abstractmethod
    def count_label(self, n: int) -> str:
        """Return "n words" for the control, translated."""

    @abstractmethod
    def unknown_word(self, word: str, known: Sequence[str]) -> InputError:
        """Return the error for a word that no track can have."""

    def words_of_pack(self, pack: "MatchingPack") -> tuple[str, ...]:
        """Return the words that are valid even if no track has them."""
        return ()

    def label(self, word: str) -> str:
        """Return a word as shown to the user."""
        return word

    def passes(self, tracks: "TrackColumns", value: tuple[str, ...]) -> "BoolArray":
        """Return bool (n,), which tracks have one of the words."""
        import numpy as np

        codes, words = self.codes_of(tracks)
        wanted = [code for code, word in enumerate(words) if word in value]
        return np.isin(codes, wanted)

    def canonical(self, words: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
        """Return the words in the spelling of the known ones, each once.

        Raises:
            InputError: when one isn't known; it names those that are.
        """
        spelling = {_normalised(word): word for word in known}
        for word in words:
            if _normalised(word) not in spelling:
                raise self.unknown_word(word, known)
        return tuple(dict.fromkeys(spelling[_normalised(word)] for word in words))


class Range(Filter[tuple[float, float]]):
    """Passes tracks whose number is within a range, both ends included.

    Attributes:
        example: how the option is written.
        lowest, highest: what the window offers.
    """

    example: ClassVar[str]
    lowest: ClassVar[int]
    highest: ClassVar[int]

    @abstractmethod
    def numbers_of(self, tracks: "TrackColumns") -> "Float64Array":
        """Return float64 (n,), the number of each track; NaN where it isn't known."""

    @abstractmethod
    def unit(self) -> str:
        """Return the unit of the numbers, translated."""

    @abstractmethod
    def titles_of_ends(self) -> tuple[str, str]:
        """Return what the lower and the upper end are called, translated."""

    def passes(self, tracks: "TrackColumns", value: tuple[float, float]) -> "BoolArray":
        """Return bool (n,), which tracks have a number within the range."""
        return _within(self.numbers_of(tracks), value)

    def check(self, value: tuple[float, float]) -> None:
        """Raise InputError unless the lower end comes first."""
        if not 0 <= value[0] <= value[1]:
            raise InputError(
                tr("{title}: the lower end of a range comes first.").format(title=self.title()),
                remedy=tr("Write it as {example}.").format(example=self.example),
            )


class Switch(Filter[bool]):
    """Passes tracks that have a property.

    Attributes:
        icon: on its control.
    """

    icon: ClassVar[str]


class _Genre(Choices):
    name = "genre"

    def title(self) -> str:
        return tr("Genre")

    def help(self) -> str:
        return tr("only this genre; repeat the option or separate genres with commas")

    def metavar(self) -> str:
        return tr("GENRE")

    def codes_of(self, tracks: "TrackColumns") -> "tuple[Int32Array, tuple[str, ...]]":
        return tracks.genres, tracks.genre_names

    def words_of_pack(self, pack: "MatchingPack") -> tuple[str, ...]:
        return pack.genres

    def label(self, genre: str) -> str:
        return tr(genre)

    def count_label(self, n: int) -> str:
        return tr("{n} genres").format(n=n)

    def describe(self, value: tuple[str, ...]) -> str:
        return tr("the genre {genres}").format(genres=", ".join(value))

    def unknown_word(self, word: str, known: Sequence[str]) -> InputError:
        return InputError(
            tr("The library has no genre “{genre}”.").format(genre=word),
            remedy=tr("The genres are: {genres}.").format(genres=", ".join(known)),
        )


class _Tempo(Range):
    name = "bpm"
    example = "90-120"
    lowest = 40
    highest = 220

    def title(self) -> str:
        return tr("Tempo")

    def help(self) -> str:
        return tr("only tempos in this range; a measured tempo also counts halved and doubled")

    def numbers_of(self, tracks: "TrackColumns") -> "Float64Array":
        return tracks.bpm

    def passes(self, tracks: "TrackColumns", value: tuple[float, float]) -> "BoolArray":
        """Return which tempos are within the range, for a measured one also its half or double."""
        # Trackers often hear 84 BPM as 168; the tempo of a track with marks is that of its score.
        by_factor = _within(0.5 * tracks.bpm, value) | _within(2.0 * tracks.bpm, value)
        return _within(tracks.bpm, value) | (by_factor & ~tracks.has_marks)

    def unit(self) -> str:
        return tr("BPM")

    def titles_of_ends(self) -> tuple[str, str]:
        return tr("Slowest tempo"), tr("Fastest tempo")

    def describe(self, value: tuple[float, float]) -> str:
        return tr("the tempo {range} BPM").format(range=f"{value[0]:g}-{value[1]:g}")


class _NoVocals(Switch):
    name = "no-vocals"
    icon = "no-vocals"

    def title(self) -> str:
        return tr("No vocals")

    def help(self) -> str:
        return tr("only tracks without a singing voice")

    def passes(self, tracks: "TrackColumns", value: bool) -> "BoolArray":
        return tracks.vocals < VOCALS_FROM

    def describe(self, value: bool) -> str:
        return tr("no vocals")


FILTERS: tuple[Filter[Any], ...] = (_Genre(), _Tempo(), _NoVocals())
_BY_NAME = {each.name: each for each in FILTERS}


def check_filters(filters: Filters) -> None:
    """Raise InputError when a filter's value is invalid."""
    for name, value in filters.items():
        _BY_NAME[name].check(value)


def keep_wanted(candidates: "Candidates", filters: Filters) -> "Candidates":
    """Return the candidates that pass every filter.

    Raises:
        InputError: when none passes; it names the filters.
    """
    kept, used = candidates, []
    for each in FILTERS:
        if each.name not in filters:
            continue
        value = filters[each.name]
        used.append(each.describe(value))
        kept = kept.keep(kept.column(partial(each.passes, value=value)))
        if not len(kept):
            raise _nothing_left(used, len(candidates))
    return kept


def words_of(parts: Sequence["ColumnRows"]) -> dict[str, tuple[str, ...]]:
    """Return for each filter of choices the words that tracks have, in alphabetical order."""
    import numpy as np

    found: dict[str, tuple[str, ...]] = {}
    for each in FILTERS:
        if isinstance(each, Choices):
            words: set[str] = set()
            for tracks, rows in parts:
                codes, names = each.codes_of(tracks)
                words |= {names[code] for code in np.unique(codes[rows]) if code >= 0}
            found[each.name] = tuple(sorted(words))
    return found


def with_known_words(
    filters: Filters, pack: "MatchingPack", parts: Sequence["ColumnRows"] | None
) -> Filters:
    """Return the filters with all words as pack and tracks spell them.

    Args:
        filters: as the user typed them.
        pack: the matching pack.
        parts: the tracks to be ranked; None while they are unknown: words that don't come from
            the pack are then left unchecked.

    Raises:
        InputError: when a word isn't known; it names those that are.
    """
    words = {} if parts is None else words_of(parts)
    checked = dict(filters)
    for each in FILTERS:
        if not isinstance(each, Choices) or each.name not in filters:
            continue
        known = dict.fromkeys([*each.words_of_pack(pack), *words.get(each.name, ())])
        if known or parts is not None:
            checked[each.name] = each.canonical(filters[each.name], tuple(known))
    return checked


def _within(numbers: "Float64Array", ends: tuple[float, float]) -> "BoolArray":
    # People see whole numbers: 89.6 is shown as 90 and belongs to 90-120.
    return (numbers >= ends[0] - 0.5) & (numbers <= ends[1] + 0.5)


def _normalised(word: str) -> str:
    # "Hip Hop", "hiphop" and "hip_hop" all mean "hip-hop".
    return "".join(character for character in word.lower() if character.isalnum())


def _nothing_left(used: list[str], n_tracks: int) -> InputError:
    if len(used) == 1:
        problem = tr("None of the {n} tracks passes the filter “{last}”.").format(
            n=n_tracks, last=used[-1]
        )
    else:
        problem = tr("No track passes both “{last}” and “{others}”.").format(
            last=used[-1], others=tr("” and “").join(used[:-1])
        )
    return InputError(problem, remedy=tr("Widen the filters, or add more music to the library."))
