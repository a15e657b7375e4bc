"""What is searched and sorted by as text: titles, artists, albums and genre tags, in memory.

Of 100,000 tracks they are read in two tenths of a second and take some ten megabytes. Searching
them here finds parts of words, single characters and Chinese in one way, in a few milliseconds;
SQLite's index of trigrams finds no word of fewer than three characters, and before version 3.45
none without its accents.
"""

import os
import sqlite3
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from engine.errors import display_path
from engine.library.changes import changed_since, stamp_of
from engine.library.columns_file import Stamp
from engine.library.library import Library
from engine.library.shown_rows import source_of
from engine.library.tracks import Origin

Int64Array = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

# Reading so many changed rows one by one takes as long as reading all.
_MANY = 1_000
# Between two tracks, and between two texts of one; no word contains them.
_END, _BETWEEN = "\0", "\n"
_COLUMNS = "id, title, artist, album, genre_tag, path"
# Letters that Unicode doesn't take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
# They choose between a sign and its emoji.
_VARIATIONS = frozenset(map(chr, range(0xFE00, 0xFE10)))


@dataclass(frozen=True, slots=True, eq=False)
class TrackTexts:
    """The texts of n tracks of one library.

    Attributes:
        ids: int64 (n,), numbers of the tracks, ascending.
        titles: folded, for sorting.
        texts: title, artist, album and genre tag of each track, folded.
        data: uint8 (k,), all texts in UTF-8, one after the other.
        starts: int64 (n,), where each begins in `data`.
        frequencies: int64 (256,), how often each byte is in `data`.
    """

    ids: Int64Array
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    data: npt.NDArray[np.uint8]
    starts: Int64Array
    frequencies: Int64Array

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, rows: Iterable[tuple[int, str, str]]) -> Self:
        """Return the texts of (number, folded title, folded texts) in the order of the numbers."""
        ids, titles, texts = [], [], []
        for track_id, title, text in rows:
            ids.append(track_id)
            titles.append(title)
            texts.append(text)
        parts = [f"{text}{_END}".encode("utf-8", "replace") for text in texts]
        lengths = np.fromiter(map(len, parts), np.int64, len(parts))
        data = np.frombuffer(b"".join(parts), np.uint8)
        return cls(
            np.asarray(ids, np.int64),
            tuple(titles),
            tuple(texts),
            data,
            np.cumsum(lengths) - lengths,
            np.bincount(data, minlength=256),
        )

    def rows_of(self, ids: Int64Array) -> Int64Array:
        """Return where the tracks of some numbers are, int64 (k,); -1 for those that aren't."""
        if np.array_equal(ids, self.ids):
            return np.arange(len(ids))
        if not len(self):
            return np.full(len(ids), -1)
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self) - 1)
        return np.where(self.ids[rows] == ids, rows, -1)

    def having(self, word: str) -> BoolArray:
        """Return bool (n,), which tracks have a folded word, or part of one, in a text."""
        found = np.zeros(len(self), np.bool_)
        wanted = word.encode("utf-8", "replace")
        if not wanted or len(wanted) > len(self.data) or _END in word:
            return found
        # The places of its rarest byte, and of these those that have the others around them.
        anchor = min(range(len(wanted)), key=lambda place: self.frequencies[wanted[place]])
        places = np.flatnonzero(self.data == wanted[anchor]) - anchor
        # None reaches over an end: the sign that is there, also behind the last one, isn't its own.
        for offset, byte in enumerate(wanted):
            if offset != anchor:
                places = places[self.data[places + offset] == byte]
        found[np.searchsorted(self.starts, places, side="right") - 1] = True
        return found

    def without(self, ids: Int64Array) -> list[tuple[int, str, str]]:
        """Return number, title and texts of all tracks but some."""
        kept = np.flatnonzero(~np.isin(self.ids, ids)).tolist()
        return [(int(self.ids[row]), self.titles[row], self.texts[row]) for row in kept]


class TextCache:
    """The texts of libraries, read again only where tracks have changed; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[Origin, Path], tuple[Stamp | None, TrackTexts]] = {}
        self._ranked: tuple[tuple[TrackTexts, ...], tuple[Int64Array, ...]] = ((), ())

    def of(self, library: Library) -> TrackTexts:
        """Return the texts of the ready tracks of a library.

        Raises:
            LibraryError: when it can't be read.
        """
        key = library.origin, library.database.path
        with self._lock, library.database.reading() as connection:
            stamp = stamp_of(connection)
            known = self._known.get(key)
            # A library of an older schema is the bundled one, which doesn't change.
            if known is not None and known[0] == stamp:
                return known[1]
            texts = _newer(connection, known) or TrackTexts.of(_read(connection))
            self._known[key] = stamp, texts
            return texts

    def ranks(self, libraries: Sequence[TrackTexts]) -> tuple[Int64Array, ...]:
        """Return int64 (n,) for each library: places of its tracks among all titles in order.

        Equal titles have the same place.
        """
        with self._lock:
            texts, ranks = self._ranked
            if len(texts) != len(libraries) or any(
                known is not asked for known, asked in zip(texts, libraries, strict=True)
            ):
                ranks = tuple(_ranks(libraries))
                self._ranked = tuple(libraries), ranks
            return ranks


def folded(text: str) -> str:
    """Return text without accents and capitals, so that what people take for equal is equal.

    Signs that nobody sees are left out as well: joiners, marks of direction, soft hyphens.
    """
    if text.isascii():
        return text.lower()
    # Taken apart first, as styled letters such as 𝓗 become capitals only then.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(sign for sign in apart if not _is_unseen(sign))
    return plain.translate(_PLAIN)


def _is_unseen(sign: str) -> bool:
    """Whether a sign only changes the one before it, or isn't shown at all."""
    return (
        unicodedata.combining(sign) != 0
        or unicodedata.category(sign) == "Cf"
        or sign in _VARIATIONS
    )


def _newer(
    connection: sqlite3.Connection, known: tuple[Stamp | None, TrackTexts] | None
) -> TrackTexts | None:
    """Return known texts with those that changed since; None where that is unknown or much."""
    if known is None or known[0] is None:
        return None
    changed = changed_since(connection, known[0])
    if changed is None or len(changed) > _MANY:
        return None
    numbers = ", ".join(map(str, changed.tolist()))
    rows = [*known[1].without(changed), *_read(connection, f"id IN ({numbers})")]
    return TrackTexts.of(sorted(rows))


def _read(connection: sqlite3.Connection, condition: str = "1") -> Iterable[tuple[int, str, str]]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM {source_of(connection)} "
        f"WHERE state = 'ready' AND {condition} ORDER BY id"
    )
    rows.row_factory = None
    for track_id, title, *others, path in rows:
        title = folded(title or display_path(Path(os.fsdecode(path)).stem))
        texts = [title, *(folded(text) for text in others if text)]
        yield track_id, title, _BETWEEN.join(texts)


def _ranks(libraries: Sequence[TrackTexts]) -> Iterable[Int64Array]:
    titles = [title for library in libraries for title in library.titles]
    places = {title: place for place, title in enumerate(sorted(set(titles)))}
    ranks = np.fromiter((places[title] for title in titles), np.int64, len(titles))
    ends = np.cumsum([len(library) for library in libraries])
    return [ranks[end - len(library) : end] for library, end in zip(libraries, ends, strict=True)]
