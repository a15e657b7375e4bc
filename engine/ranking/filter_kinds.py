"""The kinds of filters: words to choose from, a range, or a switch.

The options of `soundbed recommend` and the window's controls are made by kind.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from engine.errors import InputError
from engine.translation import tr

if TYPE_CHECKING:
    # The options of the command line are made from the table of filters, without numpy.
    import numpy as np
    import numpy.typing as npt

    from engine.encoders.matching import MatchingPack
    from engine.library.columns import TrackColumns
    from engine.library.decided import Decided
    from engine.library.tracks import Origin

    BoolArray = npt.NDArray[np.bool_]
    Int32Array = npt.NDArray[np.int32]
    Float64Array = npt.NDArray[np.float64]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Filterable:
    """What filters read of n tracks of one library.

    Attributes:
        columns: the tracks.
        origin: of all of them.
        decided: what the user decided about tracks.
    """

    columns: "TrackColumns"
    origin: "Origin"
    decided: "Decided"

    def __len__(self) -> int:
        return len(self.columns)


class Filter(ABC, Generic[T]):
    """One way to narrow the list.

    Attributes:
        name: identifies it.
        option: its command-line option, without the dashes; the same as the name unless set.
    """

    name: ClassVar[str]
    option: ClassVar[str] = ""

    @abstractmethod
    def title(self) -> str:
        """Return the words on its control, translated."""

    @abstractmethod
    def help(self) -> str:
        """Return what its option does, translated."""

    @abstractmethod
    def passes(self, tracks: Filterable, value: T) -> "BoolArray":
        """Return bool (n,), which of n tracks pass."""

    @abstractmethod
    def describe(self, value: T) -> str:
        """Return the filter in words, for the error when no track passes."""

    def check(self, value: T) -> None:
        """Raise InputError when the value is invalid."""

    @property
    def option_name(self) -> str:
        """Its command-line option, without the dashes."""
        return self.option or self.name


class Choices(Filter[tuple[str, ...]]):
    """Passes tracks that have one of several words."""

    @abstractmethod
    def metavar(self) -> str:
        """Return the placeholder for a word in the help, such as GENRE, translated."""

    @abstractmethod
    def count_label(self, n: int) -> str:
        """Return "n words" for the control, translated."""

    @abstractmethod
    def unknown_word(self, word: str, known: Sequence[str]) -> InputError:
        """Return the error for a word that no track can have."""

    @abstractmethod
    def words_in(self, tracks: Filterable) -> tuple[str, ...]:
        """Return the words that the tracks may have."""

    @abstractmethod
    def has(self, tracks: Filterable, word: str) -> "BoolArray":
        """Return bool (n,), which of n tracks have a word of `words_in`."""

    def words_of_pack(self, pack: "MatchingPack") -> tuple[str, ...]:
        """Return the words that are valid even if no track has them."""
        return ()

    def label(self, word: str) -> str:
        """Return a word as shown to the user."""
        return word

    def passes(self, tracks: Filterable, value: tuple[str, ...]) -> "BoolArray":
        """Return bool (n,), which tracks have one of the words."""
        import numpy as np

        found = np.zeros(len(tracks), np.bool_)
        for word in self.words_in(tracks):
            if word in value:
                found |= self.has(tracks, word)
        return found

    def canonical(self, words: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
        """Return the words in the spelling of the known ones, each once.

        Raises:
            InputError: when one isn't known; it names those that are.
        """
        spelling = {self.normalised(word): word for word in known}
        for word in words:
            if self.normalised(word) not in spelling:
                raise self.unknown_word(word, known)
        return tuple(dict.fromkeys(spelling[self.normalised(word)] for word in words))

    def normalised(self, word: str) -> str:
        """Return a word without what people write differently."""
        # "Hip Hop", "hiphop" and "hip_hop" all mean "hip-hop".
        return "".join(character for character in word.lower() if character.isalnum())


class FixedChoices(Choices):
    """Choices among words that are the same for all music."""

    @abstractmethod
    def words(self) -> tuple[str, ...]:
        """Return all words, in the order in which they are offered."""

    def words_in(self, tracks: Filterable) -> tuple[str, ...]:
        """Return all words."""
        return self.words()

    def words_of_pack(self, pack: "MatchingPack") -> tuple[str, ...]:
        """Return all words."""
        return self.words()

    def unknown_word(self, word: str, known: Sequence[str]) -> InputError:
        """Return the error for another word."""
        return InputError(
            tr("{title}: “{word}” isn't known.").format(title=self.title(), word=word),
            remedy=tr("Choose one of: {words}").format(words=", ".join(known)),
        )


class Range(Filter[tuple[float, float]]):
    """Passes tracks whose number is within a range, both ends included.

    Attributes:
        example: how the option is written.
        lowest, highest: what the window offers; the highest stands for all that is more, too.
    """

    example: ClassVar[str]
    lowest: ClassVar[int]
    highest: ClassVar[int]

    @abstractmethod
    def numbers_of(self, tracks: Filterable) -> "Float64Array":
        """Return float64 (n,), the number of each track; NaN where it isn't known."""

    @abstractmethod
    def unit(self) -> str:
        """Return the unit of the numbers, translated."""

    @abstractmethod
    def titles_of_ends(self) -> tuple[str, str]:
        """Return what the lower and the upper end are called, translated."""

    def passes(self, tracks: Filterable, value: tuple[float, float]) -> "BoolArray":
        """Return bool (n,), which tracks have a number within the range."""
        low, high = value
        return within(self.numbers_of(tracks), (low, math.inf if high >= self.highest else high))

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


def within(numbers: "Float64Array", ends: tuple[float, float]) -> "BoolArray":
    """Return which numbers are in a range of whole numbers, both ends included."""
    # People see whole numbers: 89.6 is shown as 90 and belongs to 90-120.
    return (numbers >= ends[0] - 0.5) & (numbers <= ends[1] + 0.5)
