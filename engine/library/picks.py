"""Which tracks the user picked for which clips: where they were used, what taste learns from."""

import json
import math
import os
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from engine.errors import display_path
from engine.library.database import Database, now
from engine.library.operation import Operation
from engine.library.tracks import Track
from engine.paths import data_dir
from engine.translation import tr

_COLUMNS = (
    "picks.clip_hash, track_hash, track_title, genre_probabilities, picked_at, counts_for_taste"
)


@dataclass(frozen=True, slots=True)
class Use:
    """That a track was used in a clip.

    Attributes:
        clip_name: of the clip's file, "" where it isn't known.
        clip_hash: content hash of the clip.
        picked_at: time in UTC, ISO 8601.
    """

    clip_name: str
    clip_hash: str
    picked_at: str


@dataclass(frozen=True, slots=True)
class Pick:
    """A track that the user picked for a clip.

    Attributes:
        clip_hash: content hash of the clip.
        track_hash: content hash of the track, bundled or own.
        track_title: its title when it was picked.
        genre_probabilities: of the track when it was picked.
        picked_at: time in UTC, ISO 8601.
        clip_path: where the clip was, None where that isn't known.
        counts_for_taste: whether taste is learnt from it.
    """

    clip_hash: str
    track_hash: str
    track_title: str
    genre_probabilities: tuple[float, ...]
    picked_at: str
    clip_path: Path | None = None
    counts_for_taste: bool = True

    @classmethod
    def of(cls, clip_hash: str, track: Track, clip_path: Path | None = None) -> "Pick":
        """Return the pick of a track for a clip, now."""
        return cls(
            clip_hash,
            track.file.content_hash,
            track.title,
            track.profile.genre_probabilities,
            now(),
            clip_path,
        )

    @property
    def clip_name(self) -> str:
        """The name of the clip's file as it can be shown, "" where it isn't known."""
        return "" if self.clip_path is None else display_path(self.clip_path.name)


@dataclass(frozen=True, slots=True)
class Picks:
    """The picks in one database; they outlive their tracks."""

    database: Database

    def all(self) -> tuple[Pick, ...]:
        """Return all picks, the oldest first; clips that moved are where they were saved last.

        That of a picture is where the picture was: its clip is among the data of the program.
        """
        with self.database.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS}, clips.path AS saved_path, clip_path FROM picks "
                "LEFT JOIN clips ON clips.clip_hash = picks.clip_hash "
                "ORDER BY picked_at, picks.clip_hash, track_hash"
            ).fetchall()
        made = data_dir()
        picks = []
        for row in rows:
            pick, saved_path = _pick(row), _path(row["saved_path"])
            is_made = saved_path is not None and made in saved_path.parents
            if saved_path is not None and (pick.clip_path is None or not is_made):
                pick = replace(pick, clip_path=saved_path)
            picks.append(pick)
        return tuple(picks)

    def tracks(self) -> frozenset[str]:
        """Return the content hashes of all picked tracks."""
        with self.database.reading() as connection:
            rows = connection.execute("SELECT DISTINCT track_hash FROM picks").fetchall()
        return frozenset(row["track_hash"] for row in rows)

    def uses(self) -> Mapping[str, tuple[Use, ...]]:
        """Return where each track was used by its content hash, the latest use first."""
        found = defaultdict[str, list[Use]](list)
        for pick in reversed(self.all()):
            found[pick.track_hash].append(Use(pick.clip_name, pick.clip_hash, pick.picked_at))
        return {content: tuple(uses) for content, uses in found.items()}

    def get(self, clip_hash: str, track_hash: str) -> Pick | None:
        """Return the pick of a track for a clip as it is stored, None when there is none."""
        with self.database.reading() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS}, clip_path FROM picks WHERE clip_hash = ? AND track_hash = ?",
                (clip_hash, track_hash),
            ).fetchone()
        return None if row is None else _pick(row)

    def add(self, pick: Pick) -> None:
        """Store a pick; the same track for the same clip counts once."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO picks (clip_hash, track_hash, track_title, "
                "genre_probabilities, picked_at, clip_path, counts_for_taste) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    pick.clip_hash,
                    pick.track_hash,
                    pick.track_title,
                    json.dumps(pick.genre_probabilities),
                    pick.picked_at,
                    None if pick.clip_path is None else os.fsencode(pick.clip_path),
                    pick.counts_for_taste,
                ),
            )

    def remove(self, clip_hash: str, track_hash: str) -> None:
        """Remove a pick, if it is there."""
        with self.database.writing() as connection:
            connection.execute(
                "DELETE FROM picks WHERE clip_hash = ? AND track_hash = ?", (clip_hash, track_hash)
            )


@dataclass(frozen=True, slots=True)
class AddPick(Operation):
    """Picks a track for a clip.

    Attributes:
        pick: what to store.
    """

    part: ClassVar[type] = Picks

    pick: Pick

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Pick track")

    def apply(self, database: Database) -> "AddPick | RemovePick":
        """Store the pick; the inverse puts back what was there."""
        picks = Picks(database)
        with database.writing():
            before = picks.get(self.pick.clip_hash, self.pick.track_hash)
            picks.add(self.pick)
        if before is not None:
            return AddPick(before)
        return RemovePick(self.pick.clip_hash, self.pick.track_hash)


@dataclass(frozen=True, slots=True)
class RemovePick(Operation):
    """Removes a pick.

    Attributes:
        clip_hash, track_hash: content hashes of the two.
    """

    part: ClassVar[type] = Picks

    clip_hash: str
    track_hash: str

    @property
    def name(self) -> str:
        """What it does, translated."""
        return tr("Remove pick")

    def apply(self, database: Database) -> "AddPick | None":
        """Remove the pick; the inverse puts it back, None where there was none."""
        picks = Picks(database)
        with database.writing():
            before = picks.get(self.clip_hash, self.track_hash)
            picks.remove(self.clip_hash, self.track_hash)
        return None if before is None else AddPick(before)


def _path(raw: object) -> Path | None:
    return Path(os.fsdecode(raw)) if isinstance(raw, bytes | str) and raw else None


def _pick(row: sqlite3.Row) -> Pick:
    return Pick(
        row["clip_hash"],
        row["track_hash"],
        row["track_title"],
        _probabilities(row["genre_probabilities"]),
        row["picked_at"],
        _path(row["clip_path"]),
        bool(row["counts_for_taste"]),
    )


def _probabilities(text: object) -> tuple[float, ...]:
    """Return stored probabilities, none where they are damaged: the pick itself still counts."""
    try:
        values = tuple(float(value) for value in json.loads(str(text)))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return ()
    return values if all(math.isfinite(value) and value >= 0 for value in values) else ()
