"""Long versions of a track: its own course once, then phrases of it in varied order, then its
ending.

Pieces begin and end on bar lines, with jumps between similar bars. No phrase is longer than the
stretch whose return is noticed, and no order of phrases is played three times where the
track has enough of them. All times are seconds in the track.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from engine.arrangement.jumps import (
    SAME_TIME_S,
    SHORTEST_PIECE_S,
    Cut,
    Jumps,
    Lengths,
    Pieces,
)
from engine.arrangement.repetition import STRETCH_S
from engine.arrangement.segments import Times
from engine.library.marks import Marks

# After so much that is varied, phrases return in the same order: nobody remembers the first.
_VARIED_S = 600.0
# Of the phrases that close the varied part, so many are tried as its last one.
_N_SEAMS = 6
# The entry leaves at least so much before the first jump.
_SHORTEST_COURSE_S = 4.0
# Each jump into the last pass is tried with so many of the bars that cost least.
_N_ENTRIES = 6
_OFTEN_COST = 0.6
_RECENT_COST = 1.0
_RECENT_S = 60.0
_SAME_JUMP_COST = 0.5
_LEAVING_WEIGHT = 0.5
_ODD_PHRASE_COST = (0.0, 0.4, 0.15, 0.4)
_THIRD_TIME_COST = 5.0
_SECOND_TIME_COST = 0.1

_Phrase = tuple[int, int]  # the lines of its first bar and after its last one


def vary(lengths: Lengths, start_s: float, lines: Times, nearby: Times, marks: Marks) -> Cut | None:
    """Return a version of a track for a clip longer than it, without a stretch played three times.

    It enters at `start_s` and plays up to the end of the loop. Phrases from the loop follow,
    each the one that costs least: after a jump between similar bars, seldom and not lately
    played. The last pass is the cheapest one that ends with the clip and the track's own ending.

    Args:
        lengths: of the clip and the track.
        start_s: the wanted entry; earlier where too little of the loop would remain.
        lines: (n,) where the track may be cut, rising.
        nearby: (m,) other entries, the nearest of which is taken where the clip's length can't be
            met from `start_s`; empty where the start has to stay.
        marks: of the track, with a loop.

    Returns:
        None when no version fits.
    """
    if lines.size < 3 or not marks.sections or marks.loop_s is None:
        return None
    first, end = (int(np.abs(lines - time_s).argmin()) for time_s in marks.loop_s)
    if end - first < 2:
        return None
    latest_s = max(float(lines[end]) - _SHORTEST_COURSE_S, 0.0)
    wanted_s = min(start_s, latest_s)
    near_s = float(np.median(np.diff(lines))) + SAME_TIME_S
    others = nearby[(np.abs(nearby - wanted_s) <= near_s) & (nearby <= latest_s)]
    others = others[np.argsort(np.abs(others - wanted_s), kind="stable")]
    jumps = Jumps(lengths, lines, marks, SHORTEST_PIECE_S)
    for entry_s in (wanted_s, *others.tolist()):
        found = _LongVersion(jumps, lengths, lines, (first, end), entry_s).best()
        if found is not None:
            return jumps.fitted(lengths.clip_s).cut(found)
    return None


class _LongVersion:
    """A long version that enters at a given time.

    Args:
        jumps: between the bars of the track.
        lengths: of the clip and the track.
        bars: (n,) of the track.
        loop: the lines between which phrases are taken.
        entry_s: where it begins.
    """

    def __init__(
        self, jumps: Jumps, lengths: Lengths, bars: Times, loop: _Phrase, entry_s: float
    ) -> None:
        self._jumps = jumps
        self._lengths = lengths
        self._bars = bars
        self._loop = loop
        self._entry_s = entry_s
        entry = max(int(np.searchsorted(bars, entry_s + SAME_TIME_S, "right")) - 1, 0)
        self._phrases = _Phrases(jumps.costs, bars, loop, (entry, loop[1]))

    def best(self) -> Pieces | None:
        """Return the cheapest version, None when none fits."""
        versions = [*self._without_phrases(), *self._with_phrases()]
        if not versions:
            return None
        return _merged(min(versions, key=lambda version: version[0])[1])

    def _without_phrases(self) -> Iterator[tuple[float, Pieces]]:
        version = self._jumps.fitted(self._lengths.clip_s).best_from(self._entry_s)
        if version is not None:
            yield version

    def _with_phrases(self) -> Iterator[tuple[float, Pieces]]:
        """Yield versions whose last pass begins after more and more phrases."""
        bars, (first, line) = self._bars, self._loop
        pieces = [(self._entry_s, float(bars[line]))]
        left_s = self._lengths.clip_s - (pieces[0][1] - pieces[0][0])
        longest_s = self._lengths.audible_end_s - float(bars[first]) + STRETCH_S
        n_phrases = 0
        while left_s > 0:
            if left_s <= longest_s:
                for cost, last in self._last_passes(line, left_s):
                    yield cost + self._phrases.again_cost(last), (*pieces, *last)
            begin, line = self._phrases.get(n_phrases)
            n_phrases += 1
            pieces.append((float(bars[begin]), float(bars[line])))
            left_s -= pieces[-1][1] - pieces[-1][0]

    def _last_passes(self, line: int, left_s: float) -> Iterator[tuple[float, Pieces]]:
        """Yield the ways from a line to the track's ending, each after a jump or without one."""
        jumps = self._jumps.fitted(left_s)
        going_on = jumps.best_from(float(self._bars[line]))
        if going_on is not None:
            yield going_on
        costs = self._phrases.costs_from(line)
        first_s = float(self._bars[self._loop[0]])
        if self._entry_s < first_s:
            # The intro has been played.
            costs = np.where(self._bars < first_s, np.inf, costs)
        exact = np.abs(self._lengths.audible_end_s - self._bars - left_s).argmin()
        for entered in {int(exact), *np.argsort(costs)[:_N_ENTRIES].tolist()}:
            if np.isfinite(costs[entered]):
                version = jumps.best_from(float(self._bars[entered]))
                if version is not None:
                    yield version[0] + float(costs[entered]), version[1]


class _Phrases:
    """The phrases of the varied part, one after the other.

    Args:
        costs: (n, n) of a jump from the line of one bar to that of another.
        bars: (n,) of the track.
        loop: the lines between which phrases are taken.
        course: the lines between which the track plays its own course before.
    """

    def __init__(
        self, costs: npt.NDArray[np.float64], bars: Times, loop: _Phrase, course: _Phrase
    ) -> None:
        self._bars = bars
        first, end = loop
        self._costs = costs + np.where(_is_stutter(bars), np.inf, 0.0)
        self._inside = slice(first, end)
        lengths_s = bars[None, first + 1 : end + 1] - bars[first:end, None]
        shortest_s = min(SHORTEST_PIECE_S, float(bars[end] - bars[first]) / 3)
        n_bars = np.arange(1, end - first + 1)[None, :] - np.arange(end - first)[:, None]
        self._n_bars = np.maximum(n_bars, 1)
        self._possible = (lengths_s >= shortest_s) & (lengths_s <= STRETCH_S) & (n_bars > 0)
        leaving = self._costs[first + 1 : end + 1, self._inside].min(axis=1)
        leaving = np.where(np.isfinite(leaving), leaving, 1e3)
        self._fixed = np.array(_ODD_PHRASE_COST)[n_bars % 4] + _LEAVING_WEIGHT * leaving[None, :]
        bar_s = float(np.median(np.diff(bars)))
        self._n_stretch = int(STRETCH_S / bar_s) + 1
        self._played: list[int] = []
        self._stretches: Counter[tuple[int, ...]] = Counter()
        self._times = np.zeros(len(bars))
        self._last_s = np.full(len(bars), -np.inf)
        self._now_s = 0.0
        self._used = np.zeros_like(costs)
        self._found: list[_Phrase] = []
        self._n_cycle = 0
        # The last pass will play it once more.
        whole = np.arange(first, len(bars)).tolist()
        self._awaited = set(self._stretches_of(whole))
        self._play(*course)
        self._varied_from_s = self._now_s

    def get(self, number: int) -> _Phrase:
        """Return a phrase by its number."""
        while not self._n_cycle and len(self._found) <= number:
            self._found.append(self._next())
            if self._now_s - self._varied_from_s > _VARIED_S:
                self._close()
        return self._found[number % self._n_cycle if self._n_cycle else number]

    def costs_from(self, line: int) -> Times:
        """Return the cost of a jump from a line to that of each bar, (n,)."""
        costs: Times = self._costs[line]
        return costs

    def again_cost(self, last: Pieces) -> float:
        """Return what it costs that a last pass plays stretches for the third time.

        Args:
            last: played after the phrases chosen so far.
        """
        if self._n_cycle:
            return 0.0
        edges = np.searchsorted(self._bars, np.array(last) - SAME_TIME_S).tolist()
        bars = [bar for begin, end in edges for bar in range(begin, end)]
        added = Counter(self._stretches_of(bars))
        thrice = sum(n for one, n in added.items() if n + self._stretches[one] >= 3)
        return _THIRD_TIME_COST * thrice

    def _next(self) -> _Phrase:
        """Choose the phrase that costs least after what has been played, and play it."""
        line, inside = self._line, self._inside
        jump = self._costs[line, inside] + _SAME_JUMP_COST * self._used[line, inside]
        if inside.start <= line < inside.stop:
            jump[line - inside.start] = 0.0
        times = self._times[inside]
        recent = np.exp((self._last_s[inside] - self._now_s) / _RECENT_S)
        often = _OFTEN_COST * (times - times.min()) + _RECENT_COST * recent
        summed = np.concatenate(([0.0], np.cumsum(often)))
        mean = (summed[None, 1:] - summed[:-1, None]) / self._n_bars
        costs = np.where(self._possible, self._fixed + mean + jump[:, None], np.inf)
        best, best_cost = (0, 0), np.inf
        for place in np.argsort(costs, axis=None)[:200].tolist():
            begin, end = (int(index) for index in np.unravel_index(place, costs.shape))
            if costs[begin, end] >= best_cost:
                break
            phrase = inside.start + begin, inside.start + end + 1
            cost = costs[begin, end] + self._repeat_cost(phrase)
            if cost < best_cost:
                best, best_cost = phrase, cost
        self._used[line, best[0]] += 1
        self._play(*best)
        return best

    def _repeat_cost(self, phrase: _Phrase) -> float:
        cost = 0.0
        for stretch in self._stretches_of(list(range(*phrase))):
            times = self._stretches[stretch] + (stretch in self._awaited)
            cost += _THIRD_TIME_COST * (times >= 2) + _SECOND_TIME_COST * (times == 1)
        return cost

    def _play(self, begin: int, end: int) -> None:
        self._stretches.update(self._stretches_of(list(range(begin, end))))
        self._played.extend(range(begin, end))
        self._now_s += float(self._bars[end] - self._bars[begin])
        self._times[begin:end] += 1
        self._last_s[begin:end] = self._now_s
        self._line = end

    def _close(self) -> None:
        """Let phrases return in the same order after the one that best leads to the first."""
        first = self._found[0][0]
        n = len(self._found)
        seams = [self._costs[self._found[at][1], first] for at in range(n - _N_SEAMS, n)]
        self._n_cycle = n - _N_SEAMS + int(np.argmin(seams)) + 1

    def _stretches_of(self, bars: list[int]) -> list[tuple[int, ...]]:
        """Return the stretches that end with each of some bars, played after what came before."""
        recent = self._played[-self._n_stretch + 1 :]
        played = recent + bars
        stops = range(max(len(recent) + 1, self._n_stretch), len(played) + 1)
        return [tuple(played[stop - self._n_stretch : stop]) for stop in stops]


def _merged(pieces: Pieces) -> Pieces:
    """Return the pieces, those that continue where the one before them ends joined to it."""
    merged = [pieces[0]]
    for from_s, to_s in pieces[1:]:
        if abs(from_s - merged[-1][1]) <= SAME_TIME_S:
            merged[-1] = merged[-1][0], to_s
        else:
            merged.append((from_s, to_s))
    return tuple(merged)


def _is_stutter(bars: Times) -> npt.NDArray[np.bool_]:
    """Return whether a jump goes back by so little that it sounds like a mistake, (n, n)."""
    back_s = bars[:, None] - bars[None, :]
    stutter: npt.NDArray[np.bool_] = (back_s >= 0) & (back_s < SHORTEST_PIECE_S)
    return stutter
