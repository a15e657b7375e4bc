"""A taste that the user set by hand: shares of genres that take the place of what was learnt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.library.database import Database
from engine.library.operation import Operation
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class OwnTaste:
    """The taste set by hand in the user's library."""

    database: Database

    def is_known(self) -> bool:
        """Return whether anything is known of the user's taste: set by hand, or a pick counts."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM own_taste) "
                "OR EXISTS (SELECT 1 FROM picks WHERE counts_for_taste)"
            ).fetchone()
        return bool(row[0])

    def shares(self) -> dict[str, float]:
        """Return the share of each genre by its name, empty where the taste is learnt.

        Values that can't be shares are left out.
        """
        with self.database.reading() as connection:
            rows = connection.execute("SELECT genre, share FROM own_taste ORDER BY genre")
            found = {str(row["genre"]): row["share"] for row in rows}
        return {
            genre: float(share)
            for genre, share in found.items()
            if isinstance(share, int | float) and 0 <= share <= 1
        }


@dataclass(frozen=True, slots=True)
class SetTaste(Operation):
    """Sets the taste by hand, or lets it be learnt again.

    Attributes:
        shares: of genres by name; empty for a taste that is learnt from picks.
    """

    part: ClassVar[type] = OwnTaste

    shares: tuple[tuple[str, float], ...]

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Change my taste") if self.shares else tr("Learn my taste from picks")

    @classmethod
    def of(cls, shares: Mapping[str, float]) -> "SetTaste":
        """Return the operation for shares by genre."""
        return cls(tuple(sorted(shares.items())))

    def apply(self, database: Database) -> "SetTaste":
        """Store the shares; the inverse puts back those from before."""
        with database.writing() as connection:
            before = SetTaste.of(OwnTaste(database).shares())
            connection.execute("DELETE FROM own_taste")
            connection.executemany(
                "INSERT INTO own_taste (genre, share) VALUES (?, ?)", self.shares
            )
        return before


@dataclass(frozen=True, slots=True)
class ForgetTaste(Operation):
    """Forgets what was learnt from the picks so far, and what was set by hand.

    The picks stay what was used in which clip.
    """

    part: ClassVar[type] = OwnTaste

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Forget my taste")

    def apply(self, database: Database) -> "RememberTaste":
        """Let no earlier pick count; the inverse lets those count again that did."""
        with database.writing() as connection:
            rows = connection.execute(
                "SELECT clip_hash, track_hash FROM picks WHERE counts_for_taste ORDER BY 1, 2"
            ).fetchall()
            connection.execute("UPDATE picks SET counts_for_taste = 0")
            shares = SetTaste(()).apply(database).shares
        return RememberTaste(tuple((row[0], row[1]) for row in rows), shares)


@dataclass(frozen=True, slots=True)
class RememberTaste(Operation):
    """Lets forgotten picks count for taste again.

    Attributes:
        picks: content hashes of clip and track of each.
        shares: what was set by hand.
    """

    part: ClassVar[type] = OwnTaste

    picks: tuple[tuple[str, str], ...]
    shares: tuple[tuple[str, float], ...]

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Remember my taste")

    def apply(self, database: Database) -> ForgetTaste:
        """Let the picks count; the inverse forgets them."""
        with database.writing() as connection:
            connection.executemany(
                "UPDATE picks SET counts_for_taste = 1 WHERE clip_hash = ? AND track_hash = ?",
                self.picks,
            )
            SetTaste(self.shares).apply(database)
        return ForgetTaste()
