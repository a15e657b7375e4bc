"""Puts the candidates into the order of the list."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.encoders.wants import AXES
from engine.library.columns import TrackColumns
from engine.library.texts import TextCache, TrackTexts
from engine.ranking.candidates import Candidates, Part
from engine.ranking.diversity import N_CANDIDATES, N_SPREAD, spread_out
from engine.ranking.query import similarity_axes
from engine.ranking.scores import best_first, descending, first_copies

if TYPE_CHECKING:
    from engine.ranking.sort_keys import Sort

Int64Array = npt.NDArray[np.int64]
Float32Array = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]

_VALENCE, _AROUSAL = AXES.index("valence"), AXES.index("arousal")


def ordered(
    candidates: Candidates, scores: Float32Array, sort: "Sort", top: int, texts: TextCache
) -> Int64Array:
    """Return the candidates in the order of the list, each file once.

    Equal ones are in the order of their scores; what isn't known comes last.

    Args:
        candidates: n tracks.
        scores: float32 (n,).
        sort: what the list is sorted by.
        top: at least among so many ranks of the best ones similar music is kept apart.
        texts: have the titles.
    """
    if sort.by == "fit":
        order = by_fit(candidates, scores, top)
        return order if sort.descends else order[::-1]
    if sort.by == "title":
        values = _by_title(candidates, texts)
    elif sort.by == "added":
        values = _by_addition(candidates)
    else:
        values = candidates.column(_NUMBERS[sort.by]).astype(np.float64)
    keys = -values if sort.descends else values
    order = descending(scores)
    # What isn't a number comes last, either way.
    order = order[np.argsort(keys[order], kind="stable")]
    return first_copies(order, candidates.column(lambda tracks: tracks.contents))


def by_fit(candidates: Candidates, scores: Float32Array, top: int) -> Int64Array:
    """Return the candidates best first, each file once, similar music apart among the first ones.

    Args:
        candidates: n tracks.
        scores: float32 (n,).
        top: at least so many ranks count as the first ones.
    """
    n_spread = max(N_SPREAD, top)
    order = best_first(scores, candidates.names, n_spread + N_CANDIDATES)
    return spread_out(
        first_copies(order, candidates.column(lambda tracks: tracks.contents)),
        scores,
        lambda indexes: similarity_axes(candidates.vectors(indexes)),
        n_spread,
    )


def _by_title(candidates: Candidates, texts: TextCache) -> Float64Array:
    """Return float64 (n,), places of the titles in alphabetical order."""
    libraries = {id(part.library): part.library for part in candidates.parts}
    known = {key: texts.of(library) for key, library in libraries.items()}
    ranks = dict(zip(known, texts.ranks(tuple(known.values())), strict=True))

    def places(part: Part) -> Float64Array:
        key = id(part.library)
        return _of_rows(part, known[key], ranks[key])

    return np.concatenate([places(part) for part in candidates.parts])


def _of_rows(part: Part, texts: TrackTexts, ranks: Int64Array) -> Float64Array:
    """Return a value of each track of a part, float64 (n,); NaN where its text isn't known."""
    rows = texts.rows_of(part.columns.ids[part.rows])
    return np.where(rows < 0, np.nan, ranks[rows] if len(ranks) else np.nan)


def _by_addition(candidates: Candidates) -> Float64Array:
    """Return float64 (n,), in which order the tracks were added: bundled ones first."""
    numbers = [part.columns.ids[part.rows].astype(np.float64) for part in candidates.parts]
    for part, ids in zip(candidates.parts, numbers, strict=True):
        if part.library.origin == "bundled":
            # Before any number of the user's own tracks.
            ids -= 2.0**52
    return np.concatenate(numbers)


def _energy(tracks: TrackColumns) -> Float64Array:
    arousal = tracks.axes[:, _AROUSAL].astype(np.float64)
    # Exactly 0 twice: it isn't known.
    return np.where((arousal == 0) & (tracks.axes[:, _VALENCE] == 0), np.nan, arousal)


_NUMBERS: dict[str, Callable[[TrackColumns], Float64Array]] = {
    "tempo": lambda tracks: tracks.bpm,
    "length": lambda tracks: tracks.durations_s,
    "energy": _energy,
}
