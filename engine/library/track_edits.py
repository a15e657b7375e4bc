"""What the user says about tracks in place of their files, kept by content hash.

So it stays after rescans, moves and new analyses, and counts for all copies of a file. The files
themselves are never written.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import ClassVar

import msgspec

from engine.encoders.wants import WANTED_GENRES, WANTED_MOODS
from engine.errors import InputError
from engine.library.database import Database
from engine.library.operation import Operation
from engine.library.tracks import Tracks
from engine.media.tags import plain_text
from engine.translation import tr, trn

_BATCH = 500


@dataclass(frozen=True, slots=True)
class TrackEdit:
    """What the user says about a track; None where the file and the analysis count.

    Attributes:
        title: one line; "" counts as None.
        artist, album: one line; "" for none.
        genre: one of `WANTED_GENRES`; "" for none.
        moods: some of `WANTED_MOODS`.
    """

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    moods: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.genre and self.genre not in WANTED_GENRES:
            raise InputError(tr("There is no genre “{name}”.").format(name=self.genre))
        for mood in self.moods or ():
            if mood not in WANTED_MOODS:
                raise InputError(tr("There is no mood “{name}”.").format(name=mood))

    @property
    def counts_in_ranking(self) -> bool:
        """Whether it changes what is ranked, not only what is shown."""
        return self.genre is not None or self.moods is not None


NO_EDIT = TrackEdit()
_NAMES = tuple(field.name for field in fields(TrackEdit))


@dataclass(frozen=True, slots=True)
class TrackEdits:
    """The edits in one database."""

    database: Database

    def of(self, content_hashes: Iterable[str]) -> dict[str, TrackEdit]:
        """Return the edits of files by their content hashes; those without one are left out."""
        wanted, found = list(content_hashes), {}
        with self.database.reading() as connection:
            for start in range(0, len(wanted), _BATCH):
                some = wanted[start : start + _BATCH]
                rows = connection.execute(
                    f"SELECT content_hash, {', '.join(_NAMES)} FROM track_edits "
                    f"WHERE content_hash IN ({', '.join('?' * len(some))})",
                    some,
                )
                found.update({row["content_hash"]: _edit(row) for row in rows})
        return found


@dataclass(frozen=True, slots=True)
class EditTracks(Operation):
    """Shows tracks with other titles, artists, albums, genres or moods than their files say.

    Attributes:
        changes: content hashes of files, each with all that the user says about it.
    """

    part: ClassVar[type] = Tracks

    changes: tuple[tuple[str, TrackEdit], ...]

    @property
    def name(self) -> str:
        """What it does, translated."""
        n_tracks = len(self.changes)
        if n_tracks == 1:
            return tr("Edit track")
        return trn("Edit {n} track", "Edit {n} tracks", n_tracks).format(n=n_tracks)

    def apply(self, database: Database) -> "EditTracks":
        """Store what the user says; the inverse stores what they said before."""
        if any(not content_hash for content_hash, _ in self.changes):
            raise InputError(
                tr("A file that can't be used can't be edited either."),
                remedy=tr("Try to analyse it again first."),
            )
        with database.writing() as connection:
            known = TrackEdits(database).of(content_hash for content_hash, _ in self.changes)
            before = []
            for content_hash, edit in self.changes:
                earlier = known.get(content_hash, NO_EDIT)
                before.append((content_hash, earlier))
                _store(connection, content_hash, _cleaned(edit))
                if (earlier.genre, earlier.moods) != (edit.genre, edit.moods):
                    # A vector is made from genre and moods too; the next ranking makes it again.
                    connection.execute(
                        "DELETE FROM embeddings WHERE track_id IN "
                        "(SELECT id FROM tracks WHERE content_hash = ?)",
                        (content_hash,),
                    )
        return EditTracks(tuple(before))


def _cleaned(edit: TrackEdit) -> TrackEdit:
    return TrackEdit(
        title=plain_text(edit.title),
        artist=None if edit.artist is None else plain_text(edit.artist) or "",
        album=None if edit.album is None else plain_text(edit.album) or "",
        genre=edit.genre,
        moods=edit.moods,
    )


def _store(connection: sqlite3.Connection, content_hash: str, edit: TrackEdit) -> None:
    if edit == NO_EDIT:
        connection.execute("DELETE FROM track_edits WHERE content_hash = ?", (content_hash,))
        return
    values = {name: getattr(edit, name) for name in _NAMES}
    if edit.moods is not None:
        values["moods"] = json.dumps(edit.moods)
    connection.execute(
        f"INSERT OR REPLACE INTO track_edits (content_hash, {', '.join(_NAMES)}) "
        f"VALUES (:content_hash, {', '.join(f':{name}' for name in _NAMES)})",
        {"content_hash": content_hash, **values},
    )


def _edit(row: sqlite3.Row) -> TrackEdit:
    values = {name: row[name] for name in _NAMES}
    if values["moods"] is not None:
        moods = msgspec.json.decode(values["moods"], type=tuple[str, ...])
        values["moods"] = tuple(mood for mood in moods if mood in WANTED_MOODS)
    if values["genre"] and values["genre"] not in WANTED_GENRES:
        values["genre"] = None
    return TrackEdit(**values)
