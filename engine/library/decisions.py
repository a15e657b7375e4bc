"""Favourites and hidden tracks, by content: moved files keep them, bundled tracks have them too."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from engine.library.database import Database
from engine.library.operation import Operation
from engine.translation import tr, trn

Kind = Literal["favourite", "hidden"]


@dataclass(frozen=True, slots=True)
class Decisions:
    """The favourites and hidden tracks in the user's library; they outlive their tracks."""

    database: Database

    def favourites(self) -> frozenset[str]:
        """Return the content hashes of the favourite tracks."""
        return self.of_kind("favourite")

    def hidden(self) -> frozenset[str]:
        """Return the content hashes of the tracks that no list shows."""
        return self.of_kind("hidden")

    def of_kind(self, kind: Kind) -> frozenset[str]:
        """Return the content hashes of the tracks of a kind."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT track_hash FROM decisions WHERE kind = ?", (kind,))
            return frozenset(str(row["track_hash"]) for row in rows)


@dataclass(frozen=True, slots=True)
class Decide(Operation):
    """Marks tracks, or takes their marks away; its two kinds are below.

    Attributes:
        hashes: content hashes of the tracks; "" is left out.
        on: whether they are marked.
    """

    part: ClassVar[type] = Decisions
    kind: ClassVar[Kind]

    hashes: tuple[str, ...]
    on: bool

    def apply(self, database: Database) -> Self | None:
        """Change the marks; the inverse changes back those that were different, None where none."""
        with database.writing() as connection:
            marked = Decisions(database).of_kind(self.kind)
            changed = [
                content
                for content in dict.fromkeys(self.hashes)
                if content and (content in marked) != self.on
            ]
            statement = (
                "INSERT INTO decisions (track_hash, kind) VALUES (?, ?)"
                if self.on
                else "DELETE FROM decisions WHERE track_hash = ? AND kind = ?"
            )
            connection.executemany(statement, [(content, self.kind) for content in changed])
        return type(self)(tuple(changed), not self.on) if changed else None


@dataclass(frozen=True, slots=True)
class SetFavourite(Decide):
    """Makes tracks favourites, or no longer."""

    kind: ClassVar[Kind] = "favourite"

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Add to favourites") if self.on else tr("Remove from favourites")


@dataclass(frozen=True, slots=True)
class SetHidden(Decide):
    """Hides tracks from every list, or shows them again."""

    kind: ClassVar[Kind] = "hidden"

    @property
    def name(self) -> str:
        """What it does, translated."""
        n_tracks = len(self.hashes)
        if self.on:
            return trn("Hide track", "Hide tracks", n_tracks)
        return trn("Show track again", "Show tracks again", n_tracks)
