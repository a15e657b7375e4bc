"""Keeps what was made from sets of pairs, for the systems that need the same again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from engine.training.data.pairs import PairSet

_Made = TypeVar("_Made")
Sets = tuple[PairSet | None, ...]


class Kept(Generic[_Made]):
    """The latest results, by the sets that they were made from and the settings.

    The sets are kept beside a result: as long as they exist, no other set can have their id.

    Args:
        n_kept: how many.
    """

    def __init__(self, n_kept: int) -> None:
        self._n_kept = n_kept
        self._made: OrderedDict[Hashable, tuple[Sets, _Made]] = OrderedDict()

    def get(self, sets: Sets, settings: Hashable, make: Callable[[], _Made]) -> _Made:
        """Return what was made from the sets with these settings; make it on the first call."""
        key = (tuple(map(id, sets)), settings)
        if key not in self._made:
            self._made[key] = (sets, make())
        self._made.move_to_end(key)
        if len(self._made) > self._n_kept:
            self._made.popitem(last=False)
        return self._made[key][1]
