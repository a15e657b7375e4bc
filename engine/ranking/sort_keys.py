"""What a list can be sorted by; the window's menu and the options are made from `SORT_KEYS`."""

from dataclasses import dataclass
from typing import Final, Literal

from engine.errors import InputError
from engine.translation import tr

SortBy = Literal["fit", "title", "tempo", "length", "energy", "added"]


@dataclass(frozen=True, slots=True)
class SortKey:
    """One thing to sort by.

    Attributes:
        name: identifies it.
        descends: whether the greatest come first unless the user turns it around.
    """

    name: SortBy
    descends: bool = False

    @property
    def title(self) -> str:
        """What it is called, translated."""
        return _titles()[self.name]


SORT_KEYS: Final = (
    SortKey("fit", descends=True),
    SortKey("title"),
    SortKey("tempo"),
    SortKey("length"),
    SortKey("energy"),
    SortKey("added", descends=True),
)
_BY_NAME = {key.name: key for key in SORT_KEYS}


@dataclass(frozen=True, slots=True)
class Sort:
    """How a list is sorted; the best, the latest or the smallest first.

    Attributes:
        by: name of one of `SORT_KEYS`.
        is_reversed: the other way around.
    """

    by: SortBy = "fit"
    is_reversed: bool = False

    def __post_init__(self) -> None:
        if self.by not in _BY_NAME:
            raise InputError(
                tr("A list can't be sorted by “{name}”.").format(name=self.by),
                remedy=tr("Choose one of: {words}").format(words=", ".join(_BY_NAME)),
            )

    @property
    def descends(self) -> bool:
        """Whether the greatest come first."""
        return _BY_NAME[self.by].descends != self.is_reversed


def _titles() -> dict[SortBy, str]:
    return {
        "fit": tr("Fit"),
        "title": tr("Title"),
        "tempo": tr("Tempo"),
        "length": tr("Length"),
        "energy": tr("Energy"),
        "added": tr("Date added"),
    }
