"""Saving the arrangements of a clip, as a change that can be undone."""

from dataclasses import dataclass

from engine.arrangement.storage import refuse_newer
from engine.library.clips import Clips, SavedClip
from engine.library.database import Database
from engine.library.operation import Operation
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class SaveArrangement(Operation):
    """Saves the arrangements of a clip.

    Attributes:
        clip: what to save.
    """

    clip: SavedClip

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Change arrangement")

    def apply(self, database: Database) -> "SaveArrangement | RemoveArrangement":
        """Save the arrangements; the inverse puts back what was there.

        Raises:
            ArrangementFromFuture: when what was there is of a newer Soundbed; it stays.
        """
        clips = Clips(database)
        with database.writing():
            before = clips.get(self.clip.clip_hash)
            if before is not None:
                refuse_newer(before.text)
            clips.save(self.clip)
        return RemoveArrangement(self.clip.clip_hash) if before is None else SaveArrangement(before)


@dataclass(frozen=True, slots=True)
class RemoveArrangement(Operation):
    """Removes the arrangements of a clip.

    Attributes:
        clip_hash: content hash of the clip.
    """

    clip_hash: str

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Remove arrangement")

    def apply(self, database: Database) -> "SaveArrangement | RemoveArrangement":
        """Remove the arrangements; the inverse puts them back."""
        clips = Clips(database)
        with database.writing():
            before = clips.get(self.clip_hash)
            clips.remove(self.clip_hash)
        return self if before is None else SaveArrangement(before)
