"""The steps of a clip's arrangement, as they are saved with it for undo and redo."""

from dataclasses import dataclass, replace
from pathlib import Path

from engine.arrangement.arrangement import Arrangement

MAX_STEPS = 100
# Segments, spans, points and markers of all steps: about 3 MB as they are saved. Hours of music
# have a thousand segments, and all steps are saved with each change.
MAX_PARTS = 20_000


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

        An equal arrangement adds no step; the oldest steps are dropped when there are too many
        of them, or too much in them.
        """
        if arrangement == self.current:
            return self
        kept = self.arrangements[: self.position + 1]
        arrangements = _within_limits((*kept, arrangement))
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


def _within_limits(steps: tuple[Arrangement, ...]) -> tuple[Arrangement, ...]:
    """Return the newest steps, as many as may be saved; at least the last change can be undone."""
    n_kept, n_parts = 0, 0
    for step in reversed(steps[-MAX_STEPS:]):
        n_parts += _n_parts(step)
        if n_kept >= 2 and n_parts > MAX_PARTS:
            break
        n_kept += 1
    return steps[-n_kept:]


def _n_parts(arrangement: Arrangement) -> int:
    spans = () if arrangement.ducking is None else arrangement.ducking.spans
    n_segments = sum(len(item.segments) for item in arrangement.items)
    return n_segments + len(spans) + len(arrangement.volume) + len(arrangement.markers)
