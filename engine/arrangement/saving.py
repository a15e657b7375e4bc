"""Changing the arrangement of a clip, as an operation that can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

from engine.arrangement.arrangement import Arrangement
from engine.arrangement.history import ArrangementHistory
from engine.arrangement.storage import history_to_json, replaceable
from engine.arrangement.titles import title_of
from engine.library.clips import Clips, SavedClip
from engine.library.database import Database
from engine.library.operation import Operation
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class ChangeArrangement(Operation):
    """Makes an arrangement the current one of its clip, and saves the step.

    Attributes:
        clip_hash: content hash of the clip.
        arrangement: to become current.
        title: of the change, translated.
        direction: 0 for a new step; -1 for the saved step before the current one, 1 for the one
            after it.
        amends: whether it replaces the current step instead of adding one, such as once the
            loudness is measured; it can't be undone by itself.
    """

    part: ClassVar[type] = Clips

    clip_hash: str
    arrangement: Arrangement
    title: str = ""
    direction: int = 0
    amends: bool = False

    @property
    def name(self) -> str:
        """What it does, translated."""
        return self.title or tr("Change music")

    def apply(self, database: Database) -> "ChangeArrangement | None":
        """Save the step; the inverse steps back. The first arrangement of a clip can't be undone.

        Raises:
            ArrangementFromFuture: when a newer Soundbed saved it; it is kept.
        """
        clips, path = Clips(database), self.arrangement.clip.path
        with database.writing():
            saved = clips.get(self.clip_hash)
            before = None if saved is None else replaceable(saved.text)
            if before is None:
                after = ArrangementHistory((self.arrangement,))
            elif self.amends:
                after = before.moved(path).amended(self.arrangement)
            elif self.direction:
                after = before.moved(path).stepped(self.direction, self.arrangement)
            else:
                after = before.moved(path).changed(self.arrangement)
            clips.save(SavedClip(self.clip_hash, path, history_to_json(after)))
        if before is None or self.amends:
            return None
        back = 1 if self.direction < 0 else -1
        return replace(self, arrangement=before.moved(path).current, direction=back)


def change_of(clip_hash: str, before: Arrangement | None, after: Arrangement) -> ChangeArrangement:
    """Return the change from one arrangement of a clip to another, named after what differs."""
    return ChangeArrangement(clip_hash, after, title_of(before, after))


def saved_steps(
    clip_hash: str, history: ArrangementHistory
) -> tuple[Sequence[ChangeArrangement], Sequence[ChangeArrangement]]:
    """Return what undoes and what redoes the steps saved with a clip, the next one last."""
    undo = [
        ChangeArrangement(clip_hash, before, title_of(before, after), -1)
        for before, after in pairwise(history.arrangements[: history.position + 1])
    ]
    redo = [
        ChangeArrangement(clip_hash, after, title_of(before, after), 1)
        for before, after in pairwise(history.arrangements[history.position :])
    ]
    return undo, redo[::-1]
