"""Marks for a recording, which has no score, guessed from its beats and its energy."""

import math
from dataclasses import replace

import numpy as np

from engine.arrangement.segments import Times
from engine.library.marks import Marks, Section

_BEATS_PER_BAR = 4
# Music without beats may be cut anywhere: at whole parts of this length.
_PART_S = 1.0
MAX_LINES = 400
_BARS_COMPARED = 4
# A step in energy so large, as a share of the loudest bar, is the beginning of a section.
_STEP = 0.12
_LONGEST_ENDING_S = 16.0
_SHORTEST_ENDING_S = 4.0


def guess_lines(downbeats: Times, beats: Times, until_s: float) -> Times:
    """Return the lines at which a recording may be cut: bars, else beats, else any time.

    Args:
        downbeats, beats: (n,) rising, within the track.
        until_s: where its last sound has died away.

    Returns:
        (m,) rising, at most 400.
    """
    for lines in (downbeats, beats[::_BEATS_PER_BAR]):
        lines = lines[lines < until_s]
        if lines.size >= 2 * _BARS_COMPARED:
            return lines[:: math.ceil(lines.size / MAX_LINES)]
    n_parts = max(2, min(MAX_LINES, int((until_s - _SHORTEST_ENDING_S / 2) / _PART_S) + 1))
    return np.linspace(0.0, max(until_s - _SHORTEST_ENDING_S / 2, until_s / 2), n_parts)


def guess_marks(lines: Times, energy: Times, until_s: float) -> Marks:
    """Return sections that begin where the energy changes, and a loop without intro and ending.

    Args:
        lines: (n,) bar lines, rising.
        energy: (seconds,) over the track; may be empty.
        until_s: where its last sound has died away.
    """
    levels = _levels(lines, energy)
    steps = _section_starts(levels)
    ending = _ending(lines, steps, until_s)
    opening = next((line for line in steps if line <= ending / 4), 0)
    starts = sorted({0, *(line for line in steps if line < ending), ending})
    ends = [*starts[1:], len(lines)]
    sections = tuple(
        Section(
            name=str(number),
            start_s=float(lines[start]),
            n_bars=max(1, end - start),
            energy=float(levels[start:end].mean()),
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
    loop_s = (float(lines[opening]), float(lines[ending])) if ending > opening else None
    return Marks(sections, loop_s, tuple(levels.tolist()))


def with_loop(marks: Marks) -> Marks:
    """Return the marks, with all between the first and the last section as loop if they have none.

    Args:
        marks: of a score or guessed.
    """
    starts_s = [section.start_s for section in marks.sections]
    if marks.loop_s is not None or len(starts_s) < 2:
        return marks
    return replace(marks, loop_s=(starts_s[1 if len(starts_s) > 2 else 0], starts_s[-1]))


def _levels(lines: Times, energy: Times) -> Times:
    """Return the mean energy of each bar over that of the loudest, (n,)."""
    if not energy.size:
        return np.full(len(lines), 0.5)
    summed = np.concatenate(([0.0], np.cumsum(np.nan_to_num(energy))))
    edges = np.append(lines, 2 * lines[-1] - lines[-2]).clip(0, energy.size)
    until = np.interp(edges, np.arange(energy.size + 1), summed)
    means = np.diff(until) / np.maximum(np.diff(edges), 1e-6)
    levels: Times = np.clip(means / max(float(means.max()), 1e-9), 0.0, 1.0)
    return levels


def _section_starts(levels: Times) -> list[int]:
    """Return the bars at which the energy changes most, rising, four bars apart or more."""
    n = _BARS_COMPARED
    if len(levels) < 2 * n:
        return []
    means = np.convolve(levels, np.full(n, 1 / n), "valid")
    steps = np.abs(means[n:] - means[:-n])
    found: list[int] = []
    for bar in np.argsort(-steps, kind="stable").tolist():
        if steps[bar] < _STEP:
            break
        if all(abs(bar + n - other) >= n for other in found):
            found.append(bar + n)
    return sorted(found)


def _ending(lines: Times, steps: list[int], until_s: float) -> int:
    """Return the bar with which the ending begins: where the energy last changes, if late."""
    earliest_s = until_s - min(_LONGEST_ENDING_S, until_s / 4)
    latest_s = until_s - _SHORTEST_ENDING_S
    late = [line for line in steps if earliest_s <= lines[line] <= latest_s]
    if late:
        return late[-1]
    return max(1, int(np.searchsorted(lines, max(latest_s, until_s / 2), "right")) - 1)
