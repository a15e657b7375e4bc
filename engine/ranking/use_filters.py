"""The filters by where a track comes from, how it may be used, and what the user did with it."""

from typing import TYPE_CHECKING, Any, Final

from engine.ranking.filter_kinds import Filter, Filterable, FixedChoices, Switch
from engine.translation import tr

if TYPE_CHECKING:
    from engine.ranking.filter_kinds import BoolArray

_ORIGINS: Final = ("bundled", "own")


class _NoCredit(Switch):
    """Passes tracks that may be used without naming anybody."""

    name = "licence"
    option = "no-credit"
    icon = "check"

    def title(self) -> str:
        return tr("No credit needed")

    def help(self) -> str:
        return tr("only tracks whose licence asks for no credit: CC0 or public domain")

    def passes(self, tracks: Filterable, value: bool) -> "BoolArray":
        return tracks.columns.needs_no_credit

    def describe(self, value: bool) -> str:
        return tr("no credit needed")


class _Origin(FixedChoices):
    """Passes bundled tracks, or the user's own."""

    name = "origin"

    def title(self) -> str:
        return tr("From")

    def help(self) -> str:
        return tr("only “bundled” tracks, or your “own”")

    def metavar(self) -> str:
        return tr("WHICH")

    def words(self) -> tuple[str, ...]:
        return _ORIGINS

    def has(self, tracks: Filterable, word: str) -> "BoolArray":
        import numpy as np

        is_bundled = tracks.origin == "bundled"
        return np.full(len(tracks), is_bundled == (word == "bundled"))

    def label(self, word: str) -> str:
        return {"bundled": tr("Bundled music"), "own": tr("My music")}.get(word, word)

    def count_label(self, n: int) -> str:
        return tr("All music")

    def describe(self, value: tuple[str, ...]) -> str:
        return ", ".join(map(self.label, value))


class _Favourite(Switch):
    """Passes the user's favourites."""

    name = "favourite"
    option = "favourites"
    icon = "check"

    def title(self) -> str:
        return tr("Favourites")

    def help(self) -> str:
        return tr("only your favourites")

    def passes(self, tracks: Filterable, value: bool) -> "BoolArray":
        from engine.library.decided import is_in

        return is_in(tracks.columns.contents, tracks.decided.favourites)

    def describe(self, value: bool) -> str:
        return tr("favourites")


class _Unused(Switch):
    """Passes tracks that the user never picked."""

    name = "unused"
    icon = "check"

    def title(self) -> str:
        return tr("Not used before")

    def help(self) -> str:
        return tr("only tracks that you haven't picked for any clip")

    def passes(self, tracks: Filterable, value: bool) -> "BoolArray":
        from engine.library.decided import is_in

        return ~is_in(tracks.columns.contents, tracks.decided.used)

    def describe(self, value: bool) -> str:
        return tr("not used before")


USE_FILTERS: tuple[Filter[Any], ...] = (_NoCredit(), _Origin(), _Favourite(), _Unused())
