"""How many tracks would be listed with each word of a filter, all other filters as they are."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.ranking.filter_kinds import Choices, Switch
from engine.ranking.filters import FILTERS
from engine.ranking.narrowing import Narrowed
from engine.ranking.scores import copies

BoolArray = npt.NDArray[np.bool_]
Facets = Mapping[str, Mapping[str, int]]
"""For each filter of choices or switch, by its name, the number of tracks for each word.

A switch has one word, its name.
"""


def count_facets(narrowed: Narrowed) -> Facets:
    """Return the numbers of tracks; copies of a file count once.

    Args:
        narrowed: which tracks pass each filter.
    """
    counter = _Counter(narrowed)
    counts: dict[str, dict[str, int]] = {}
    for each in FILTERS:
        if isinstance(each, Choices):
            counts[each.name] = counter.choices(each)
        elif isinstance(each, Switch):
            counts[each.name] = {each.name: counter.switch(each)}
    return counts


class _Counter:
    """Counts tracks that pass everything but one filter.

    Args:
        narrowed: which tracks pass each filter.
    """

    def __init__(self, narrowed: Narrowed) -> None:
        self._narrowed = narrowed
        failed = (~narrowed.others).astype(np.int16)
        for passes in narrowed.passes.values():
            failed += ~passes
        self._n_failed = failed
        contents = narrowed.candidates.column(lambda tracks: tracks.contents)
        self._is_copied, self._copies = copies(contents)

    def choices(self, choices: Choices) -> dict[str, int]:
        """Return for each word how many tracks have it."""
        asked = self._asked(choices.name)
        counts: dict[str, int] = {}
        files: dict[str, list[npt.NDArray[np.int64]]] = {}
        start = 0
        for part, tracks in self._narrowed.candidates.filterable(self._narrowed.decided):
            here = slice(start, start + len(part.rows))
            is_asked, start = asked[here], here.stop
            for word in choices.words_in(tracks):
                has = part.select(choices.has(tracks, word)) & is_asked
                counts[word] = counts.get(word, 0) + self._n_single(has, here)
                files.setdefault(word, []).append(self._copies_of(has, here))
        for word, found in files.items():
            counts[word] += len(np.unique(np.concatenate(found)))
        return counts

    def switch(self, switch: Switch) -> int:
        """Return how many tracks pass a switch."""
        narrowed = self._narrowed
        passes = narrowed.passes.get(switch.name)
        if passes is None:
            passes = narrowed.candidates.filtered(
                lambda tracks: switch.passes(tracks, True), narrowed.decided
            )
        has, everywhere = passes & self._asked(switch.name), slice(0, None)
        files = np.unique(self._copies_of(has, everywhere))
        return self._n_single(has, everywhere) + len(files)

    def _asked(self, name: str) -> BoolArray:
        """Return bool (n,), which tracks pass everything but a filter."""
        passes = self._narrowed.passes.get(name)
        if passes is None:
            return np.asarray(self._n_failed == 0, np.bool_)
        return np.asarray(self._n_failed == ~passes, np.bool_)

    def _n_single(self, has: BoolArray, here: slice) -> int:
        return int(np.count_nonzero(has & ~self._is_copied[here]))

    def _copies_of(self, has: BoolArray, here: slice) -> npt.NDArray[np.int64]:
        return self._copies[here][has & self._is_copied[here]]
