"""Undo and redo of the arrangements of one clip."""

from collections.abc import Sequence

from engine.arrangement.arrangement import Arrangement

MAX_STEPS = 100


class ArrangementHistory:
    """The arrangements of one clip, in order, and which of them is current.

    Args:
        arrangements: the oldest first; never empty.
        position: of the current one.
    """

    def __init__(self, arrangements: Sequence[Arrangement], position: int = 0) -> None:
        if not 0 <= position < len(arrangements):
            raise ValueError(f"no arrangement {position} of {len(arrangements)}")
        self._arrangements = tuple(arrangements)
        self._position = position

    @property
    def arrangements(self) -> tuple[Arrangement, ...]:
        """All arrangements, the oldest first."""
        return self._arrangements

    @property
    def position(self) -> int:
        """Which of them is current."""
        return self._position

    @property
    def current(self) -> Arrangement:
        """The current arrangement."""
        return self._arrangements[self._position]

    @property
    def can_undo(self) -> bool:
        """Whether there is an earlier arrangement."""
        return self._position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone arrangement."""
        return self._position < len(self._arrangements) - 1

    def apply(self, arrangement: Arrangement) -> None:
        """Make an arrangement current, forgetting what was undone; an equal one is no step."""
        if arrangement == self.current:
            return
        kept = self._arrangements[: self._position + 1]
        self._arrangements = (*kept, arrangement)[-MAX_STEPS:]
        self._position = len(self._arrangements) - 1

    def undo(self) -> Arrangement:
        """Go back one arrangement, if there is one, and return the current one."""
        self._position = max(0, self._position - 1)
        return self.current

    def redo(self) -> Arrangement:
        """Go forward one arrangement, if there is one, and return the current one."""
        self._position = min(len(self._arrangements) - 1, self._position + 1)
        return self.current
