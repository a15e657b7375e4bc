"""Which tracks are listed: those that pass the filters, the search and what isn't wanted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import numpy.typing as npt

from engine.errors import InputError
from engine.library.decided import Decided, is_in
from engine.ranking.affect_area import AffectArea, nothing_inside
from engine.ranking.candidates import Candidates
from engine.ranking.filters import FILTERS, Filters
from engine.ranking.words import Named, excluded, nothing_allowed
from engine.translation import tr

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Narrowing:
    """What narrows a list, and which of n candidates pass it.

    Attributes:
        filters: the filters in use.
        unwanted: what isn't wanted.
        area: of the mood pad, in which the tracks lie; None for all of it.
        search: the text that is looked for; "" for none.
        found: bool (n,), which tracks the search finds; None without one.
        decided: what the user decided about tracks.
        show_hidden: whether hidden tracks are listed, too.
    """

    filters: Filters = field(default_factory=dict)
    unwanted: Named = field(default_factory=Named)
    area: AffectArea | None = None
    search: str = ""
    found: BoolArray | None = None
    decided: Decided = field(default_factory=Decided)
    show_hidden: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Narrowed:
    """Which of n candidates pass.

    Attributes:
        candidates: all of them.
        passes: bool (n,) for each filter in use, by its name.
        others: bool (n,), which tracks pass everything but the filters.
        decided: what the user decided about tracks.
        problem: why none is left; None where some are.
    """

    candidates: Candidates
    passes: Mapping[str, BoolArray]
    others: BoolArray
    decided: Decided
    problem: InputError | None = None

    @property
    def kept(self) -> BoolArray:
        """Which tracks pass everything, bool (n,)."""
        return _all(self.others, self.passes.values())


def narrow(candidates: Candidates, by: Narrowing) -> Narrowed:
    """Return which tracks are listed.

    Args:
        candidates: n tracks, at least one.
        by: what narrows the list.
    """
    n_tracks, problem = len(candidates), None
    others = np.ones(n_tracks, np.bool_)
    if len(by.decided.hidden) and not by.show_hidden:
        contents = candidates.column(lambda tracks: tracks.contents)
        others &= ~is_in(contents, by.decided.hidden)
        if not others.any():
            problem = InputError(
                tr("All tracks are hidden."), remedy=tr("Show hidden tracks, or add more music.")
            )
    if by.found is not None:
        others &= by.found
        if problem is None and not others.any():
            problem = InputError(
                tr("Nothing is found for “{text}”.").format(text=by.search.strip()),
                remedy=tr("Search for fewer or other words."),
            )
    kept, passes, n_others = others.copy(), {}, int(others.sum())
    used = [] if by.found is None else [tr("the search {text}").format(text=by.search.strip())]
    for each in FILTERS:
        if each.name not in by.filters:
            continue
        value = by.filters[each.name]
        used.append(each.describe(value))
        passes[each.name] = candidates.filtered(partial(each.passes, value=value), by.decided)
        kept &= passes[each.name]
        if problem is None and not kept.any():
            problem = _nothing_left(used, n_others)
    if by.area is not None:
        inside = candidates.column(by.area.contains)
        if problem is None and not (kept & inside).any():
            problem = nothing_inside(int(kept.sum()))
        others &= inside
        kept &= inside
    if by.unwanted:
        allowed = ~candidates.column(lambda tracks: excluded(tracks, by.unwanted))
        if problem is None and not (kept & allowed).any():
            problem = nothing_allowed(by.unwanted, int(kept.sum()))
        others &= allowed
    return Narrowed(candidates, passes, others, by.decided, problem)


def _all(first: BoolArray, others: Iterable[BoolArray]) -> BoolArray:
    kept = first.copy()
    for each in others:
        kept &= each
    return kept


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
