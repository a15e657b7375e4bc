"""Musical cuts: versions of a track, shorter or longer, from the form that its score tells.

Pieces begin and end on bar lines, so the beat goes on through every cut, and the last piece runs
up to the track's own ending. All times are seconds in the track.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.library.marks import Marks

# A shorter piece than this, or than a quarter of a short clip, is over before it has begun.
_SHORTEST_PIECE_S = 8.0
_BRIEFEST_PIECE_S = 1.0
# What may be faded out of the last chord's ringing: half of it at most.
_MOST_RING_S = 2.0
_UNHEARD_FADE_S = 0.25
_ENERGY_WEIGHT = 2.0
_FULLNESS_WEIGHT = 1.0
_REST_WEIGHT = 0.3
_JUMP_COST = 0.5
_NOT_THE_LOOP_COST = 0.5
# What it costs to leave or enter inside a section, by the bars into a phrase of four.
_INSIDE_SECTION_COST = (0.1, 0.4, 0.2, 0.4)
# The bars before the ending lead into it; without two of them it comes out of the blue.
_NO_CADENCE_COST = 0.5
_CADENCE_BARS = 2
# Phrases have four bars more often than not: so much costs a jump that makes one of 0 to 3 more.
_PHRASE_COST = (0.0, 0.6, 0.2, 0.6)
_MOVE_COST = 0.15
_OFF_BAR_COST = 0.2
_SAME_S = 0.03

_Times = npt.NDArray[np.float64]
Pieces = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Pieces of a track, (from, to) each, in the order in which they are heard.

    Attributes:
        pieces: the first one's start is the entry; the last one reaches into the track's ending.
        fade_out_s: where the track isn't heard up to its very end: over the last chord's ringing,
            or over what nobody hears after it; else 0.
    """

    pieces: Pieces
    fade_out_s: float


@dataclass(frozen=True, slots=True)
class Room:
    """What a version has to fit into.

    Attributes:
        clip_s: its length.
        track_s: the track's length.
        heard_s: where in the track its last sound has died away, at most `track_s`.
        gap_s: by so much the music may end before the picture without being missed.
    """

    clip_s: float
    track_s: float
    heard_s: float
    gap_s: float


def shorten(room: Room, start_s: float, bars: _Times, beats: _Times, marks: Marks) -> Cut | None:
    """Return the version of a track longer than the clip that is heard as if written so.

    It enters at `start_s`, leaves out bars by a jump between bars of like energy, and closes with
    the track's own ending. Of what whole bars can't make up, the music ends that much before the
    picture (`gap_s`), or the last chord rings that much shorter; when neither is enough, the
    entry moves by as few beats as possible.

    Args:
        room: the clip and the track.
        start_s: the entry wished for; the nearest beat is taken from which enough is left.
        bars, beats: (n,) rising, within the track.
        marks: the track's form.

    Returns:
        None when the form allows none, such as for a clip that the ending alone would fill.
    """
    if bars.size < 2 or not marks.sections:
        return None
    shortest_s = max(_BRIEFEST_PIECE_S, min(_SHORTEST_PIECE_S, room.clip_s / 4))
    form = _Form(room, bars, marks, shortest_s)
    entries = np.unique(np.concatenate(([0.0], beats, bars)))
    entries = entries[entries <= max(room.heard_s - room.clip_s, 0.0) + room.gap_s]
    wish_s = float(entries[np.abs(entries - start_s).argmin()])
    best = form.best_from(wish_s)
    if best is None:
        bar_s = float(np.median(np.diff(bars)))
        near = entries[(np.abs(entries - wish_s) <= bar_s + _SAME_S) & (entries != wish_s)]
        moved = [form.best_from(float(entry_s), wish_s, entries) for entry_s in near]
        best = min(filter(None, moved), default=None)
    return None if best is None else form.cut(best[1])


def lengthen(room: Room, bars: _Times, beats: _Times, marks: Marks) -> Cut | None:
    """Return the version of a track shorter than the clip that repeats where its score says so.

    It goes round the loop as often as fits. What is then missing, or too much, is a jump between
    bars of like energy in the last pass, back or forth, and that ends as `shorten` does; when
    bars don't fit, the track enters on one of its first beats.

    Returns:
        None without a loop that is worth a repeat, or when no jump fits.
    """
    loop_start_s, loop_end_s = marks.loop_s or (0.0, 0.0)
    loop_s = loop_end_s - loop_start_s
    if loop_s < _SHORTEST_PIECE_S or bars.size < 2 or not marks.sections:
        return None
    most = max(1, math.ceil((room.clip_s - room.heard_s - room.gap_s) / loop_s))
    bar_s = float(np.median(np.diff(bars)))
    for entry_s in (0.0, *beats[(beats > bars[0]) & (beats < bars[0] + bar_s)].tolist()):
        versions = []
        # One jump fewer than would fill the clip leaves it to one that the score doesn't know.
        for n_jumps, extra in ((most, 0.0), (most - 1, _NOT_THE_LOOP_COST)):
            version = _rounds(room, bars, marks, (loop_start_s, loop_end_s), n_jumps, entry_s)
            if version is not None:
                versions.append((version[0] + extra, version[1]))
        if versions:
            return min(versions, key=lambda version: version[0])[1]
    return None


def _rounds(
    room: Room,
    bars: _Times,
    marks: Marks,
    loop_s: tuple[float, float],
    n_jumps: int,
    entry_s: float,
) -> tuple[float, Cut] | None:
    """Return the version that goes `n_jumps` times round the loop, after its last pass's cost."""
    start_s, end_s = loop_s
    pieces: Pieces = ((entry_s, end_s), *(loop_s,) * (n_jumps - 1))[:n_jumps]
    before_s = sum(to_s - from_s for from_s, to_s in pieces)
    # To go back for less than this would be a stumble.
    form = _Form(replace(room, clip_s=room.clip_s - before_s), bars, marks, _SHORTEST_PIECE_S)
    last = form.best_from(start_s if n_jumps else entry_s)
    if last is None:
        return None
    cut = form.cut(last[1])
    return last[0], Cut((*pieces, *cut.pieces), cut.fade_out_s)


_Best = tuple[float, Pieces]


class _Form:
    """The bars of a track with what a jump between any two costs."""

    def __init__(self, room: Room, bars: _Times, marks: Marks, shortest_s: float) -> None:
        self._room = room
        self._bars = bars
        starts = np.array([section.start_s for section in marks.sections])
        first_bars = np.unique(np.abs(bars[:, None] - starts).argmin(axis=0))
        section = np.maximum(np.searchsorted(first_bars, np.arange(bars.size), "right") - 1, 0)
        self._levels = _levels(marks, np.searchsorted(starts, bars + _SAME_S) - 1)
        self._heard = np.concatenate(([0.0], np.cumsum(self._levels)))
        self._ring_s = room.heard_s - float(bars[-1])
        self._trim_s = min(_MOST_RING_S, self._ring_s / 2)
        self._last_s = min(
            float(bars[first_bars[-1]]), room.heard_s - self._trim_s - _BRIEFEST_PIECE_S
        )
        self._shortest_s = shortest_s
        # What may be heard twice is what the score lets go round: neither the intro nor the ending.
        loop_start_s, loop_end_s = marks.loop_s or (math.inf, -math.inf)
        self._repeats = (
            (bars[:, None] - bars[None, :] >= shortest_s)
            & (bars[None, :] >= loop_start_s - _SAME_S)
            & (bars[:, None] <= loop_end_s + _SAME_S)
        )
        phase = np.arange(bars.size) - first_bars[section]
        inside = np.array(_INSIDE_SECTION_COST)[phase % 4] * ~np.isin(
            np.arange(bars.size), first_bars
        )
        self._jump_costs = (
            _ENERGY_WEIGHT * _steps(self._levels)
            + np.array(_PHRASE_COST)[(phase[:, None] - phase[None, :]) % 4]
            + inside[:, None]
            + inside[None, :]
        )
        self._jump_costs[:, max(first_bars[-1] - _CADENCE_BARS + 1, 0) :] += _NO_CADENCE_COST

    def best_from(
        self, entry_s: float, wish_s: float | None = None, entries: _Times | None = None
    ) -> _Best | None:
        """Return the cheapest version from an entry with its cost, None when none fits."""
        moved = 0.0
        if wish_s is not None and entries is not None:
            n_between = np.searchsorted(entries, [entry_s, wish_s])
            moved = _MOVE_COST * abs(int(n_between[0]) - int(n_between[1]))
            on_bar = entry_s == 0 or np.abs(self._bars - entry_s).min() <= _SAME_S
            moved += 0.0 if on_bar else _OFF_BAR_COST
        found = [*self._uncut(entry_s), *self._once(entry_s)]
        if not found:
            return None
        cost, pieces = min(found)
        return cost + moved, pieces

    def cut(self, pieces: Pieces) -> Cut:
        """Return the pieces, their end shortened where they are longer than the clip."""
        length_s = sum(to_s - from_s for from_s, to_s in pieces)
        room, over_s = self._room, length_s - self._room.clip_s
        from_s, to_s = pieces[-1]
        end_s = min(to_s - over_s, room.track_s)
        fade_out_s = self._ring_s - over_s if over_s > 0 else _UNHEARD_FADE_S
        return Cut((*pieces[:-1], (from_s, end_s)), fade_out_s if end_s < room.track_s else 0.0)

    def _uncut(self, entry_s: float) -> Iterator[_Best]:
        cost = float(self._rest_cost(np.array(self._room.heard_s - entry_s)))
        if math.isfinite(cost) and entry_s <= self._last_s:
            heard = self._fullness_cost(self._heard_after(entry_s), self._n_after(entry_s))
            yield cost + float(heard), ((entry_s, self._room.heard_s),)

    def _once(self, entry_s: float) -> Iterator[_Best]:
        left, entered = self._bars[:, None], self._bars[None, :]
        cost = self._rest_cost(left - entry_s + self._room.heard_s - entered)
        possible = (
            np.isfinite(cost)
            & (left - entry_s >= self._shortest_s)
            & ((entered > left) | self._repeats)
            & (entered <= self._last_s)
        )
        if not possible.any():
            return
        until, bar = self._heard[:-1], np.arange(self._bars.size)
        heard = self._heard_after(entry_s) - (until[None, :] - until[:, None])
        n_heard = self._n_after(entry_s) - (bar[None, :] - bar[:, None])
        cost = cost + _JUMP_COST + self._jump_costs + self._fullness_cost(heard, n_heard)
        place = np.unravel_index(np.argmin(np.where(possible, cost, np.inf)), cost.shape)
        leave_s, enter_s = float(self._bars[place[0]]), float(self._bars[place[1]])
        yield float(cost[place]), ((entry_s, leave_s), (enter_s, self._room.heard_s))

    def _rest_cost(self, length_s: _Times) -> _Times:
        """What it costs to end too early or to ring too briefly; infinite beyond what may be."""
        rest_s = self._room.clip_s - length_s
        allowed_s = np.where(rest_s >= 0, self._room.gap_s, self._trim_s) + 1e-6
        cost: _Times = np.where(
            np.abs(rest_s) <= allowed_s, _REST_WEIGHT * np.abs(rest_s) / allowed_s, np.inf
        )
        return cost

    def _n_after(self, entry_s: float) -> int:
        return int((self._bars >= entry_s - _SAME_S).sum())

    def _heard_after(self, entry_s: float) -> float:
        return float(self._heard[-1] - self._heard[self._bars.size - self._n_after(entry_s)])

    def _fullness_cost(self, heard: npt.ArrayLike, n_heard: npt.ArrayLike) -> _Times:
        """What it costs to leave out the bars in which most happens."""
        fullest = max(float(self._levels.max()), 1e-9)
        mean = np.asarray(heard) / np.maximum(n_heard, 1)
        cost: _Times = _FULLNESS_WEIGHT * (1 - mean / fullest)
        return cost


def _steps(levels: _Times) -> _Times:
    """Return how strange the energy is at a jump from the line of bar i to that of bar j, (n, n).

    Not at all where what was heard last is like what follows, nor where the composer makes the
    same step: verse to chorus is no surprise, whichever verse it is and whichever chorus.
    """
    before = np.concatenate((levels[:1], levels[:-1]))
    seam = np.abs(before[:, None] - levels[None, :])
    unlike: _Times = np.maximum(
        np.abs(before[:, None] - before[None, :]), np.abs(levels[:, None] - levels[None, :])
    )
    return np.minimum(seam, unlike)


def _levels(marks: Marks, section: npt.NDArray[np.int64]) -> _Times:
    """Return the energy of each bar, (n,): of the bar itself where the score tells, else of its
    section.
    """
    if marks.energy_per_bar:
        known = np.array(marks.energy_per_bar)
        return known[np.minimum(np.arange(section.size), known.size - 1)]
    energies = np.array([one.energy for one in marks.sections])
    return energies[np.maximum(section, 0)]
