"""The jumps between the bars of a track: what each would cost, and the cheapest way to an ending.

All times are seconds in the track.
"""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from engine.arrangement.segments import Times
from engine.library.marks import Marks

# A piece shorter than this, or than a quarter of a short clip, is too short to notice.
SHORTEST_PIECE_S = 8.0
BRIEFEST_PIECE_S = 1.0
# So much of the last chord's ringing may be faded out: half of it at most.
MAX_RING_S = 2.0
_INAUDIBLE_FADE_S = 0.25
_ENERGY_WEIGHT = 2.0
_FULLNESS_WEIGHT = 1.0
_REST_WEIGHT = 0.3
_JUMP_COST = 0.5
# What it costs to leave or enter inside a section, by the bars into a phrase of four.
_INSIDE_SECTION_COST = (0.1, 0.4, 0.2, 0.4)
# The bars before the ending lead into it; without two of them it comes as a surprise.
_NO_CADENCE_COST = 0.5
_CADENCE_BARS = 2
# Most phrases have four bars: the cost of a jump that makes one 0 to 3 bars longer.
_PHRASE_COST = (0.0, 0.6, 0.2, 0.6)
_MOVE_COST = 0.15
_OFF_BAR_COST = 0.2
SAME_TIME_S = 0.03

Pieces = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Pieces of a track, (from, to) each, in the order in which they play.

    Attributes:
        pieces: the first one's start is the entry; the last one reaches into the track's ending.
        fade_out_s: where the track doesn't play to its very end: over the last chord's ringing,
            or over the silence after it; else 0.
    """

    pieces: Pieces
    fade_out_s: float


@dataclass(frozen=True, slots=True)
class Lengths:
    """The lengths that a version has to meet.

    Attributes:
        clip_s: of the clip.
        track_s: of the track.
        audible_end_s: where in the track its last sound has died away, at most `track_s`.
        gap_s: by how much the music may end before the picture without being noticed.
    """

    clip_s: float
    track_s: float
    audible_end_s: float
    gap_s: float


Version = tuple[float, Pieces]


class Jumps:
    """The bars of a track with the cost of a jump between any two of them."""

    def __init__(self, lengths: Lengths, bars: Times, marks: Marks, shortest_s: float) -> None:
        self._lengths = lengths
        self._bars = bars
        starts = np.array([section.start_s for section in marks.sections])
        first_bars = np.unique(np.abs(bars[:, None] - starts).argmin(axis=0))
        section = np.maximum(np.searchsorted(first_bars, np.arange(bars.size), "right") - 1, 0)
        self._levels = _levels(marks, np.searchsorted(starts, bars + SAME_TIME_S) - 1)
        self._energy_before = np.concatenate(([0.0], np.cumsum(self._levels)))
        self._ring_s = lengths.audible_end_s - float(bars[-1])
        self._trim_s = min(MAX_RING_S, self._ring_s / 2)
        self._last_s = min(
            float(bars[first_bars[-1]]), lengths.audible_end_s - self._trim_s - BRIEFEST_PIECE_S
        )
        self._shortest_s = shortest_s
        # Only the loop of the score may play twice: neither the intro nor the ending.
        loop_start_s, loop_end_s = marks.loop_s or (math.inf, -math.inf)
        self._repeats = (
            (bars[:, None] - bars[None, :] >= shortest_s)
            & (bars[None, :] >= loop_start_s - SAME_TIME_S)
            & (bars[:, None] <= loop_end_s + SAME_TIME_S)
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

    @property
    def costs(self) -> Times:
        """The cost of a jump from the line of bar i to that of bar j, (n, n)."""
        costs: Times = self._jump_costs + _JUMP_COST
        return costs

    def fitted(self, clip_s: float) -> "Jumps":
        """Return the same for a clip of another length."""
        other = copy.copy(self)
        other._lengths = replace(self._lengths, clip_s=clip_s)
        return other

    def best_from(
        self, entry_s: float, wanted_s: float | None = None, entries: Times | None = None
    ) -> Version | None:
        """Return the cheapest version from an entry with its cost, None when none fits."""
        moved = 0.0
        if wanted_s is not None and entries is not None:
            n_between = np.searchsorted(entries, [entry_s, wanted_s])
            moved = _MOVE_COST * abs(int(n_between[0]) - int(n_between[1]))
            on_bar = entry_s == 0 or np.abs(self._bars - entry_s).min() <= SAME_TIME_S
            moved += 0.0 if on_bar else _OFF_BAR_COST
        found = [*self._uncut(entry_s), *self._once(entry_s)]
        if not found:
            return None
        cost, pieces = min(found)
        return cost + moved, pieces

    def cut(self, pieces: Pieces) -> Cut:
        """Return the pieces, their end shortened where they are longer than the clip."""
        length_s = sum(to_s - from_s for from_s, to_s in pieces)
        lengths, over_s = self._lengths, length_s - self._lengths.clip_s
        from_s, to_s = pieces[-1]
        end_s = min(to_s - over_s, lengths.track_s)
        fade_out_s = self._ring_s - over_s if over_s > 0 else _INAUDIBLE_FADE_S
        return Cut((*pieces[:-1], (from_s, end_s)), fade_out_s if end_s < lengths.track_s else 0.0)

    def _uncut(self, entry_s: float) -> Iterator[Version]:
        cost = float(self._rest_cost(np.array(self._lengths.audible_end_s - entry_s)))
        if math.isfinite(cost) and entry_s <= self._last_s:
            full = self._fullness_cost(self._energy_after(entry_s), self._n_bars_after(entry_s))
            yield cost + float(full), ((entry_s, self._lengths.audible_end_s),)

    def _once(self, entry_s: float) -> Iterator[Version]:
        left, entered = self._bars[:, None], self._bars[None, :]
        cost = self._rest_cost(left - entry_s + self._lengths.audible_end_s - entered)
        possible = (
            np.isfinite(cost)
            & (left - entry_s >= self._shortest_s)
            & ((entered > left) | self._repeats)
            & (entered <= self._last_s)
        )
        if not possible.any():
            return
        before, bar = self._energy_before[:-1], np.arange(self._bars.size)
        energy = self._energy_after(entry_s) - (before[None, :] - before[:, None])
        n_bars = self._n_bars_after(entry_s) - (bar[None, :] - bar[:, None])
        cost = cost + _JUMP_COST + self._jump_costs + self._fullness_cost(energy, n_bars)
        place = np.unravel_index(np.argmin(np.where(possible, cost, np.inf)), cost.shape)
        leave_s, enter_s = float(self._bars[place[0]]), float(self._bars[place[1]])
        yield float(cost[place]), ((entry_s, leave_s), (enter_s, self._lengths.audible_end_s))

    def _rest_cost(self, length_s: Times) -> Times:
        """Cost of ending early or ringing too briefly; infinite beyond what is allowed."""
        rest_s = self._lengths.clip_s - length_s
        allowed_s = np.where(rest_s >= 0, self._lengths.gap_s, self._trim_s) + 1e-6
        cost: Times = np.where(
            np.abs(rest_s) <= allowed_s, _REST_WEIGHT * np.abs(rest_s) / allowed_s, np.inf
        )
        return cost

    def _n_bars_after(self, entry_s: float) -> int:
        return int((self._bars >= entry_s - SAME_TIME_S).sum())

    def _energy_after(self, entry_s: float) -> float:
        return float(
            self._energy_before[-1]
            - self._energy_before[self._bars.size - self._n_bars_after(entry_s)]
        )

    def _fullness_cost(self, energy: npt.ArrayLike, n_bars: npt.ArrayLike) -> Times:
        """Cost of leaving out the bars with the most energy."""
        fullest = max(float(self._levels.max()), 1e-9)
        mean = np.asarray(energy) / np.maximum(n_bars, 1)
        cost: Times = _FULLNESS_WEIGHT * (1 - mean / fullest)
        return cost


def _steps(levels: Times) -> Times:
    """Return the step in energy at a jump from the line of bar i to that of bar j, (n, n).

    It is small where the bar before the jump is like the one after it, and where the composer
    makes the same step: verse to chorus is no surprise, whichever verse and whichever chorus.
    """
    before = np.concatenate((levels[:1], levels[:-1]))
    seam = np.abs(before[:, None] - levels[None, :])
    unlike: Times = np.maximum(
        np.abs(before[:, None] - before[None, :]), np.abs(levels[:, None] - levels[None, :])
    )
    return np.minimum(seam, unlike)


def _levels(marks: Marks, section: npt.NDArray[np.int64]) -> Times:
    """Return the energy of each bar, (n,): its own where the marks have it, else its section's."""
    if marks.energy_per_bar:
        known = np.array(marks.energy_per_bar)
        return known[np.minimum(np.arange(section.size), known.size - 1)]
    energies = np.array([one.energy for one in marks.sections])
    return energies[np.maximum(section, 0)]
