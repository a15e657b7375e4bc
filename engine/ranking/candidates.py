"""All tracks that can be ranked: numbers and vectors; rows are read for those that are shown."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.errors import InputError
from engine.library.columns import ColumnRows, TrackColumns, content_key, joined
from engine.library.decided import Decided
from engine.library.library import Library
from engine.library.tracks import Origin, Track
from engine.ranking.estimates import estimate_vectors
from engine.ranking.filter_kinds import Filterable
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

# Shorter files are sounds and jingles rather than music for a clip.
SHORTEST_RANKED_S = 10.0
# What is made of a part of the vectors stays in the processor's cache.
_PART = 4_096
# Where that is one number a track, larger parts wait less for each other's threads.
LARGE_PART = 65_536
# More embedded tracks don't make the estimates of others better.
_N_FOR_ESTIMATES = 10_000

Float32Array = npt.NDArray[np.float32]
Int64Array = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some of the tracks of one library.

    Attributes:
        library: where their rows and features are stored.
        columns: the tracks, and others.
        rows: int64 (n,), which rows of `columns` they are, ascending.
    """

    library: Library
    columns: TrackColumns
    rows: Int64Array

    def select(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return a value of each track of the part, from one of each row of the columns."""
        # Without a copy where all rows count.
        return values if len(self.rows) == len(values) else values[self.rows]


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n tracks that can be ranked, each with an index from 0.

    Attributes:
        parts: where they are; their vectors are float32 (n, d), of length 1, deconfounded.
        n_outdated: tracks that wait for an analysis or embedding; their vectors are estimates.
        n_short: further tracks, too short to be ranked.
    """

    parts: tuple[Part, ...]
    n_outdated: int = 0
    n_short: int = 0

    def __len__(self) -> int:
        return sum(len(part.rows) for part in self.parts)

    def has(self, origin: Origin) -> bool:
        """Whether any is of this origin."""
        return any(part.library.origin == origin for part in self.parts)

    def column(self, of: Callable[[TrackColumns], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """Return a value of each track, (n, …).

        Args:
            of: returns the value of each track of a library, such as its tempo.
        """
        return np.concatenate([part.select(of(part.columns)) for part in self.parts])

    def filterable(self, decided: Decided) -> Iterator[tuple[Part, Filterable]]:
        """Yield each part with what filters read of its columns.

        Args:
            decided: what the user decided about tracks.
        """
        for part in self.parts:
            yield part, Filterable(part.columns, part.library.origin, decided)

    def filtered(
        self, passes: Callable[[Filterable], npt.NDArray[np.bool_]], decided: Decided
    ) -> npt.NDArray[np.bool_]:
        """Return bool (n,), which tracks pass a filter.

        Args:
            passes: returns which tracks of a library pass.
            decided: what the user decided about tracks.
        """
        parts = [part.select(passes(tracks)) for part, tracks in self.filterable(decided)]
        return np.concatenate(parts)

    def each_part(self, n_most: int = _PART) -> Iterator[Float32Array]:
        """Yield all vectors in parts of at most so many, float32 (k, d) each."""
        for part in self.parts:
            is_whole = len(part.rows) == len(part.columns)
            for start in range(0, len(part.rows), n_most):
                some = slice(start, start + n_most)
                yield part.columns.vectors[some if is_whole else part.rows[some]]

    def average(self) -> Float32Array:
        """Return the mean vector, float32 (d,)."""
        # As a product, which is faster than a sum over rows.
        total = sum(
            (np.ones(len(part), np.float32) @ part).astype(np.float64) for part in self.each_part()
        )
        return np.asarray(total / len(self), np.float32)

    def vectors(self, indexes: Sequence[int]) -> Float32Array:
        """Return the vectors of some tracks, float32 (k, d)."""
        wanted = np.asarray(indexes, np.int64)
        width = self.parts[0].columns.vectors.shape[1]
        found = np.empty((len(wanted), width), np.float32)
        start = 0
        for part in self.parts:
            is_here = (wanted >= start) & (wanted < start + len(part.rows))
            found[is_here] = part.columns.vectors[part.rows[wanted[is_here] - start]]
            start += len(part.rows)
        return found

    def keep(self, kept: npt.NDArray[np.bool_]) -> "Candidates":
        """Return the candidates where bool (n,) is true."""
        parts, start = [], 0
        for part in self.parts:
            rows = part.rows[kept[start : start + len(part.rows)]]
            parts.append(replace(part, rows=rows))
            start += len(part.rows)
        return replace(self, parts=tuple(parts))

    def tracks(self, indexes: Sequence[int]) -> list[Track | None]:
        """Return tracks; None for one that was removed or replaced since its vector was read."""
        places = [self._place(index) for index in indexes]
        found: list[Track | None] = [None] * len(places)
        for part in self.parts:
            here = {
                int(part.columns.ids[row]): (position, row)
                for position, (where, row) in enumerate(places)
                if where is part
            }
            for track_id, track in part.library.tracks.some(here).items():
                position, row = here[track_id]
                content = content_key(track.file.content_hash)
                if track.file.state == "ready" and content == part.columns.contents[row]:
                    found[position] = track
        return found

    def read(self, ranked: Iterable[int], at_a_time: int) -> Iterator[tuple[int, Track]]:
        """Yield the tracks of indexes with them, in their order; without those that changed."""
        ranked = iter(ranked)
        while indexes := list(islice(ranked, at_a_time)):
            for index, track in zip(indexes, self.tracks(indexes), strict=True):
                if track is not None:
                    yield index, track

    def names(self, indexes: Sequence[int]) -> list[tuple[str, Path]]:
        """Return titles and paths."""
        places = [self._place(index) for index in indexes]
        known: dict[int, dict[int, tuple[str, Path]]] = {}
        for part in self.parts:
            ids = [int(part.columns.ids[row]) for where, row in places if where is part]
            known[id(part)] = part.library.tracks.names(ids)
        return [
            known[id(part)].get(int(part.columns.ids[row]), ("", Path())) for part, row in places
        ]

    def features(self, index: int) -> "MusicFeatures":
        """Return the stored features of one track.

        Raises:
            LibraryError: when it was removed.
        """
        part, row = self._place(index)
        return part.library.tracks.features(int(part.columns.ids[row]))

    def notes(self) -> list[str]:
        """Return translated sentences on tracks that aren't ranked like the others."""
        notes = []
        if self.n_outdated:
            notes.append(
                trn(
                    "{n} track waits for a new analysis by this version of Soundbed: its rank is "
                    "estimated from genre and moods. The window analyses it in the background; on "
                    "the command line: soundbed library rescan",
                    "{n} tracks wait for a new analysis by this version of Soundbed: their ranks "
                    "are estimated from genre and moods. The window analyses them in the "
                    "background; on the command line: soundbed library rescan",
                    self.n_outdated,
                ).format(n=self.n_outdated)
            )
        if self.n_short:
            notes.append(
                trn(
                    "{n} track isn't ranked because it is shorter than {seconds:g} s.",
                    "{n} tracks aren't ranked because they are shorter than {seconds:g} s.",
                    self.n_short,
                ).format(n=self.n_short, seconds=SHORTEST_RANKED_S)
            )
        return notes

    def _place(self, index: int) -> tuple[Part, int]:
        """Return the part that a track is in, and its row there."""
        for part in self.parts:
            if index < len(part.rows):
                return part, int(part.rows[index])
            index -= len(part.rows)
        raise IndexError("no such candidate")


def gather(
    libraries: Iterable[Library],
    columns: Callable[[Library], Sequence[ColumnRows]],
    below: Path | None = None,
) -> Candidates:
    """Return every ready track of the libraries that is long enough.

    A track without a vector gets an estimate: another version analysed it, or it isn't embedded
    for a new pack yet.

    Args:
        libraries: bundled first.
        columns: returns the tracks of a library, with their vectors in the pack's space.
        below: only tracks whose files are in this folder.

    Raises:
        InputError: when there are tracks, but all are too short or none has a vector.
    """
    embedded: list[Part] = []
    outdated: list[Part] = []
    n_short = 0
    for library in libraries:
        ids_below = None if below is None else library.tracks.ids_below(below)
        for tracks, rows in columns(library):
            if ids_below is not None:
                rows = rows[np.isin(tracks.ids[rows], ids_below)]
            is_long = tracks.durations_s[rows] >= SHORTEST_RANKED_S
            n_short += int((~is_long).sum())
            ranked = rows[is_long]
            has_vector = tracks.is_embedded[ranked]
            embedded.append(Part(library, tracks, ranked[has_vector]))
            outdated.append(Part(library, tracks, ranked[~has_vector]))
    embedded, outdated = _not_empty(embedded), _not_empty(outdated)
    if outdated and not embedded:
        raise InputError(
            tr("All of your music was analysed by another version of Soundbed."),
            remedy=tr(
                "The window analyses it again in the background; on the command line: "
                "soundbed library rescan"
            ),
        )
    if n_short and not embedded:
        raise InputError(
            tr("All of this music is shorter than {seconds:g} s, too short for a clip.").format(
                seconds=SHORTEST_RANKED_S
            ),
            remedy=tr("Add longer tracks."),
        )
    n_outdated = sum(len(part.rows) for part in outdated)
    parts = (*embedded, *_estimated(embedded, outdated))
    return Candidates(parts, n_outdated, n_short)


def _not_empty(parts: Iterable[Part]) -> list[Part]:
    return [part for part in parts if len(part.rows)]


def _estimated(embedded: Sequence[Part], outdated: Sequence[Part]) -> Iterator[Part]:
    """Yield the outdated tracks with estimated vectors."""
    if not outdated:
        return
    n_known = sum(len(part.rows) for part in embedded)
    every = -(-n_known // _N_FOR_ESTIMATES)
    known = joined([part.columns.take(part.rows[::every]) for part in embedded])
    for part in outdated:
        tracks = part.columns.take(part.rows)
        vectors = estimate_vectors(known, tracks)
        yield Part(part.library, tracks.embedded(vectors), np.arange(len(tracks)))
