"""What the user asks for in the list: one object that every control reads and writes."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.stories.ranking_options import RankingOptions

# Placed with the ranking: the keys 1 to 9 reach them, and they fill the smallest window.
N_FIRST = 12
_DELAY_MS = 150
# What `clear` sets back; the fields of a dataclass, each with the value that asks for nothing.
_NARROWING = ("filters", "search", "text", "without", "correction", "references", "area")


class RankingRequest(QObject):
    """The ranking options as the controls have them now.

    A control calls `update` when the user changes it, and shows `options` whenever `edited` is
    emitted. The tracks are ranked when `changed` is emitted, a moment later. Values must be
    comparable with ==, so nothing is ranked twice.

    Args:
        options: at the beginning.
        parent: its owner.
    """

    edited = Signal(object)
    changed = Signal(object)
    replaced = Signal(object)

    def __init__(
        self, options: RankingOptions | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._options = options or RankingOptions()
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(lambda: self.changed.emit(self._options))

    @property
    def options(self) -> RankingOptions:
        """What is asked for."""
        return self._options

    def update(self, *, at_once: bool = False, **changes: Any) -> None:
        """Change some fields; `edited` follows now, `changed` after a short delay.

        Args:
            at_once: emit `changed` now, too.
            **changes: fields of `RankingOptions`.

        Raises:
            InputError: when a value is invalid; then nothing changes.
        """
        options = replace(self._options, **changes)
        if options == self._options:
            return
        self._options = options
        self.edited.emit(options)
        if at_once:
            self._timer.stop()
            self.changed.emit(options)
        else:
            self._timer.start()

    def set_filter(self, name: str, value: Any, *, at_once: bool = False) -> None:
        """Use a filter with this value; None for not using it."""
        filters = {key: old for key, old in self._options.filters.items() if key != name}
        if value is not None:
            filters[name] = value
        self.update(filters=filters, at_once=at_once)

    @property
    def narrowing(self) -> tuple[str, ...]:
        """The fields that ask for something that `clear` takes away."""
        asked, nothing = self._options, RankingOptions()
        return tuple(name for name in _NARROWING if getattr(asked, name) != getattr(nothing, name))

    def clear(self) -> None:
        """Ask for nothing in particular: without filters, search and wishes."""
        nothing = RankingOptions()
        self.update(at_once=True, **{name: getattr(nothing, name) for name in _NARROWING})

    def put(self, options: RankingOptions) -> None:
        """Ask for something else altogether, such as what is remembered with another clip.

        `replaced` follows instead of `changed`: who calls this has the tracks ranked.
        """
        self._timer.stop()
        self._options = options
        self.edited.emit(options)
        self.replaced.emit(options)

    def take(self) -> RankingOptions:
        """Return what is asked for, to be ranked now: `changed` no longer follows."""
        self._timer.stop()
        return self._options
