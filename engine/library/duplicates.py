"""Copies of one file, and versions of one piece, among the user's tracks."""

import os
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.library.columns import ColumnRows
from engine.library.database import Database
from engine.library.shown_rows import source_of
from engine.progress import Progress
from engine.translation import tr

Kind = Literal["copies", "versions"]

# What is added to the title of a piece for its versions.
_WORDS = (
    r"instrumental|inst|no vocals?|vocals?|a ?cappella|no drums|without drums|drums? ?(?:only)?|"
    r"no melody|underscore|loop(?:able|ed)?|short|long|full(?: length)?|edit|radio edit|mix|"
    r"main|alt(?:ernat(?:e|ive))?|version|ver|v ?\d+|take ?\d+|stems?|bed|sting(?:er)?|bumper|"
    r"cut(?:down)?|extended|intro|outro|live|demo|remix|remaster(?:ed)?(?: \d{4})?|reprise|"
    r"\d{1,3} ?(?:s|sec|secs|second|seconds|min|mins)|0?\d:\d{2}|:\d{2}|lite|light mix|no fx|"
    r"acoustic|piano version|orchestral|wav|mp3|master"
)
_VERSION = re.compile(rf"(?:^|[\s_\-–—(\[])(?:{_WORDS})(?=$|[\s_\-–—)\],.])", re.IGNORECASE)
_SIGNS = re.compile(r"[\W_]+")
_LEAST_LETTERS = 3
# So alike are encodings of one recording; its other versions and other pieces are less.
_SAME_RECORDING = 0.9995
_SAME_LENGTH_S = 0.35
_LEAST_LENGTH_S = 5.0
# Between tracks of one title and artist without words that say that they are versions.
_SAME_PIECE = 0.9
_MOST_NEIGHBOURS = 400
_STEP = 2_000


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Tracks that are one file, or one piece.

    Attributes:
        kind: "copies" have the same bytes, "versions" have one title or nearly one sound.
        ids: their numbers, ascending; at least two.
    """

    kind: Kind
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """What is compared of a track; of copies, only the first is.

    Attributes:
        id: its number.
        piece: its title without the words of versions, with its artist or folder.
        is_version: whether there were such words.
    """

    id: int
    piece: tuple[str, str] | None
    is_version: bool


def find_duplicates(
    database: Database, columns: Sequence[ColumnRows], progress: Progress
) -> tuple[DuplicateGroup, ...]:
    """Return the copies, and then the versions, in the order of their first numbers.

    Args:
        database: of the user's own library.
        columns: its ready tracks with vectors.
        progress: may cancel.
    """
    progress.step(tr("Comparing tracks"))
    by_hash: dict[str, list[int]] = defaultdict(list)
    rows: list[_Row] = []
    with database.reading() as connection:
        for number, row in enumerate(
            connection.execute(
                "SELECT id, content_hash, title, artist, path "
                f"FROM {source_of(connection)} WHERE state = 'ready' ORDER BY id"
            )
        ):
            if number % _STEP == 0:
                progress.check()
            same = by_hash[row["content_hash"]]
            same.append(row["id"])
            if len(same) == 1:
                rows.append(_row(row))
    copies = [DuplicateGroup("copies", tuple(ids)) for ids in by_hash.values() if len(ids) > 1]
    groups = _Groups()
    vectors = _Vectors.of(columns)
    _join_titles(rows, vectors, groups)
    firsts = np.asarray([row.id for row in rows], np.int64)
    _join_recordings(vectors.only(firsts), groups, progress)
    versions = [DuplicateGroup("versions", ids) for ids in groups.all()]
    return (*copies, *versions)


def base_title(title: str) -> tuple[str, bool]:
    """Return a title without the words of versions, and whether it had some."""
    shorter = title
    while True:
        cut = _VERSION.sub(" ", shorter)
        if cut == shorter:
            break
        shorter = cut
    base = _SIGNS.sub(" ", shorter.casefold()).strip()
    if len(base) < _LEAST_LETTERS:
        # Nothing but such words: they are the title.
        return _SIGNS.sub(" ", title.casefold()).strip(), False
    return base, shorter != title


def _row(row: sqlite3.Row) -> _Row:
    folder, name = os.path.split(os.fsdecode(row["path"]))
    title, is_version = base_title(row["title"] or PurePath(name).stem)
    artist = (row["artist"] or "").casefold()
    return _Row(row["id"], (title, artist or folder) if title else None, is_version)


class _Groups:
    """Joins numbers into groups."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def join(self, one: int, other: int) -> None:
        """Put two numbers into one group."""
        first, second = sorted((self._root(one), self._root(other)))
        self._parents[second] = first

    def all(self) -> list[tuple[int, ...]]:
        """Return the groups, each ascending, by their first numbers."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in sorted(self._parents):
            found[self._root(number)].append(number)
        return [tuple(found[first]) for first in sorted(found) if len(found[first]) > 1]

    def _root(self, number: int) -> int:
        self._parents.setdefault(number, number)
        while self._parents[number] != number:
            self._parents[number] = self._parents[self._parents[number]]
            number = self._parents[number]
        return number


@dataclass(frozen=True, slots=True, eq=False)
class _Vectors:
    """The embedded tracks, n of them.

    Attributes:
        ids: int64 (n,), ascending.
        durations_s: float64 (n,).
        vectors: float32 (n, d), of length 1.
    """

    ids: npt.NDArray[np.int64]
    durations_s: npt.NDArray[np.float64]
    vectors: npt.NDArray[np.float32]

    @classmethod
    def of(cls, columns: Sequence[ColumnRows]) -> "_Vectors":
        kept = [(part, rows[part.is_embedded[rows]]) for part, rows in columns]
        kept = [(part, rows) for part, rows in kept if len(rows)]
        if not kept:
            return cls(np.zeros(0, np.int64), np.zeros(0), np.zeros((0, 1), np.float32))
        ids = np.concatenate([part.ids[rows] for part, rows in kept])
        order = np.argsort(ids)
        vectors = np.concatenate([part.vectors[rows] for part, rows in kept])[order]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return cls(
            ids[order],
            np.concatenate([part.durations_s[rows] for part, rows in kept])[order],
            vectors / np.maximum(lengths, 1e-9),
        )

    def only(self, ids: npt.NDArray[np.int64]) -> "_Vectors":
        """Return the tracks of some numbers."""
        kept = np.isin(self.ids, ids)
        return _Vectors(self.ids[kept], self.durations_s[kept], self.vectors[kept])

    def cosine(self, one: int, other: int) -> float:
        """Return how alike two tracks are; 0 where one isn't embedded."""
        places = np.searchsorted(self.ids, [one, other])
        if (places >= len(self.ids)).any() or self.ids[places].tolist() != [one, other]:
            return 0.0
        return float(self.vectors[places[0]] @ self.vectors[places[1]])


def _join_titles(rows: Iterable[_Row], vectors: _Vectors, groups: _Groups) -> None:
    by_piece: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        if row.piece is not None:
            by_piece[row.piece].append(row)
    for same in by_piece.values():
        # The piece itself, to which the others are compared.
        first = min(same, key=lambda row: (row.is_version, row.id))
        for row in same:
            if row is not first and (
                row.is_version or vectors.cosine(first.id, row.id) >= _SAME_PIECE
            ):
                groups.join(first.id, row.id)


def _join_recordings(tracks: _Vectors, groups: _Groups, progress: Progress) -> None:
    """Join tracks of one length that sound nearly equal, such as two encodings."""
    order = np.argsort(tracks.durations_s, kind="stable")
    order = order[tracks.durations_s[order] >= _LEAST_LENGTH_S]
    lengths, vectors, ids = tracks.durations_s[order], tracks.vectors[order], tracks.ids[order]
    ends = np.searchsorted(lengths, lengths + _SAME_LENGTH_S, side="right")
    for place in range(len(order)):
        if place % _STEP == 0:
            progress.step(tr("Comparing tracks"), place, len(order))
        end = min(int(ends[place]), place + _MOST_NEIGHBOURS)
        if end - place < 2:
            continue
        alike = vectors[place + 1 : end] @ vectors[place]
        for other in np.flatnonzero(alike >= _SAME_RECORDING).tolist():
            groups.join(int(ids[place]), int(ids[place + 1 + other]))
