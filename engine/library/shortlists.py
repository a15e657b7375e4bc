"""The tracks that the user keeps for a clip, in the user's order; both by content."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from engine.library.database import Database
from engine.library.operation import Operation
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class Shortlists:
    """The shortlists in the user's library; they outlive clips and tracks."""

    database: Database

    def of(self, clip_hash: str) -> tuple[str, ...]:
        """Return the content hashes of a clip's shortlist, in the user's order."""
        with self.database.reading() as connection:
            rows = connection.execute(
                "SELECT track_hash FROM shortlists WHERE clip_hash = ? ORDER BY position",
                (clip_hash,),
            )
            return tuple(str(row["track_hash"]) for row in rows)

    def replace(self, clip_hash: str, hashes: Sequence[str]) -> None:
        """Store another shortlist for a clip; each track counts once."""
        rows = [
            (clip_hash, position, content)
            for position, content in enumerate(dict.fromkeys(filter(None, hashes)))
        ]
        with self.database.writing() as connection:
            connection.execute("DELETE FROM shortlists WHERE clip_hash = ?", (clip_hash,))
            connection.executemany(
                "INSERT INTO shortlists (clip_hash, position, track_hash) VALUES (?, ?, ?)", rows
            )


@dataclass(frozen=True, slots=True)
class ChangeShortlist(Operation):
    """Changes the shortlist of a clip, as it is when the change is made; its kinds are below.

    Attributes:
        clip_hash: content hash of the clip.
        hashes: content hashes of tracks, in order.
    """

    part: ClassVar[type] = Shortlists

    clip_hash: str
    hashes: tuple[str, ...]

    @abstractmethod
    def changed(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the changed shortlist."""

    def apply(self, database: Database) -> "SetShortlist | None":
        """Store the change; the inverse puts back the shortlist before, None where it is equal."""
        shortlists = Shortlists(database)
        with database.writing():
            before = shortlists.of(self.clip_hash)
            shortlists.replace(self.clip_hash, self.changed(before))
            if shortlists.of(self.clip_hash) == before:
                return None
        return SetShortlist(self.clip_hash, before)


@dataclass(frozen=True, slots=True)
class SetShortlist(ChangeShortlist):
    """Stores a shortlist, such as in another order."""

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Change shortlist")

    def changed(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the new shortlist."""
        return self.hashes


@dataclass(frozen=True, slots=True)
class AddToShortlist(ChangeShortlist):
    """Adds tracks at the end of a shortlist."""

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Add to shortlist")

    def changed(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the shortlist with the tracks."""
        return (*hashes, *self.hashes)


@dataclass(frozen=True, slots=True)
class RemoveFromShortlist(ChangeShortlist):
    """Removes tracks from a shortlist."""

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Remove from shortlist")

    def changed(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the shortlist without the tracks."""
        return tuple(content for content in hashes if content not in self.hashes)
