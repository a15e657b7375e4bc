"""The steps of a clip's arrangement, as they are saved with it for undo and redo."""

from dataclasses import dataclass, replace
from pathlib import Path

from engine.arrangement.arrangement import Arrangement

MAX_STEPS = 100


@dataclass(frozen=True, slots=True)
class ArrangementHistory:
    """The arrangements of one clip, in order, and which of them is current.

    Attributes:
        arrangements: the oldest first; never empty.
        position: of the current one.
    """

    arrangements: tuple[Arrangement, ...]
    position: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.position < len(self.arrangements):
            raise ValueError(f"no arrangement {self.position} of {len(self.arrangements)}")

    @property
    def current(self) -> Arrangement:
        """The current arrangement."""
        return self.arrangements[self.position]

    def changed(self, arrangement: Arrangement) -> "ArrangementHistory":
        """Return the history with a new step that replaces the undone ones.

        An equal arrangement adds no step; the oldest steps are dropped when there are too many.
        """
        if arrangement == self.current:
            return self
        kept = self.arrangements[: self.position + 1]
        arrangements = (*kept, arrangement)[-MAX_STEPS:]
        return ArrangementHistory(arrangements, len(arrangements) - 1)

    def amended(self, arrangement: Arrangement) -> "ArrangementHistory":
        """Return the history with another arrangement in place of the current one."""
        before, after = self.arrangements[: self.position], self.arrangements[self.position + 1 :]
        return replace(self, arrangements=(*before, arrangement, *after))

    def stepped(self, direction: int, arrangement: Arrangement) -> "ArrangementHistory":
        """Return the history with the step before (-1) or after (1) the current one as current.

        Args:
            direction: -1 or 1.
            arrangement: the one of that step; if it isn't the same, it becomes a new step.
        """
        position = self.position + direction
        if 0 <= position < len(self.arrangements) and self.arrangements[position] == arrangement:
            return replace(self, position=position)
        return self.changed(arrangement)

    def moved(self, clip: Path) -> "ArrangementHistory":
        """Return the history for the clip's file at its current path."""
        arrangements = tuple(
            replace(each, clip=replace(each.clip, path=clip)) for each in self.arrangements
        )
        return replace(self, arrangements=arrangements)
