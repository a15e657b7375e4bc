"""Loops: a track repeats the passage that joins to itself best, and closes with its ending."""

import math
from dataclasses import dataclass

import numpy as np

from engine.arrangement.segments import MAX_SEGMENTS, TOLERANCE_S, Segment, Times
from engine.arrangement.slicing import join
from engine.errors import InputError
from engine.translation import tr

BAR_CROSSFADE_S = 0.25  # ends on the bar line, so that its first beat is at full level
LONG_CROSSFADE_S = 2.0
ON_BEAT_FADE_S = 0.05  # just enough against a click: the beat itself is the entry
OFF_BEAT_FADE_S = 0.5
_ENDING_S = 4.0  # of the track, kept whole at its end
_SHORTEST_LOOP_S = 8.0
_MAX_LINES = 600


def loop(
    clip_s: float, track_s: float, downbeats: Times, beats: Times, energy: Times
) -> tuple[Segment, ...]:
    """Repeat a part of a track that is shorter than the clip.

    It jumps back from a bar line `a` to an earlier one `b`, `n` times, and closes with its own
    ending: track length + n (a - b) - skipped start = clip length. What bars can't make up is
    taken from the start, which then falls on a beat; the music may end up to a beat before the
    picture does. Without beats, long crossfades meet the length exactly.

    Args:
        clip_s, track_s: lengths of the clip and of the track.
        downbeats, beats: (n,) rising, within the track.
        energy: (m,) over the track, evenly spaced; may be empty.

    Raises:
        InputError: when the track is so short that thousands of repeats would be needed.
    """
    for lines in (downbeats, beats):
        found = _choose_loop(clip_s, track_s, lines, energy)
        if found is not None:
            return _start_on_beat(found, clip_s, track_s, beats)
    return _loop_without_beats(clip_s, track_s)


def unnoticed_gap(clip_s: float) -> float:
    """Return by how much music may end before the picture without being noticed."""
    return min(1.0, clip_s / 20)


@dataclass(frozen=True, slots=True)
class _Loop:
    from_s: float  # a: the bar line where the track is left
    to_s: float  # b: the earlier bar line where it continues
    n_jumps: int
    crossfade_s: float

    @property
    def length_s(self) -> float:
        return self.from_s - self.to_s


def _choose_loop(clip_s: float, track_s: float, lines: Times, energy: Times) -> _Loop | None:
    """Return the pair of bar lines that costs least to jump between, or None without any."""
    lines = lines[:: max(1, math.ceil(lines.size / _MAX_LINES))]
    gap_s = unnoticed_gap(clip_s)
    ending_s = min(_ENDING_S, track_s / 4)
    to_s, from_s = lines[:, None], lines[None, :]
    length_s = from_s - to_s
    possible = (
        (length_s >= min(_SHORTEST_LOOP_S, track_s / 3))
        & (to_s >= BAR_CROSSFADE_S)
        & (from_s <= track_s - ending_s)
    )
    if not possible.any():
        return None
    length_s = np.where(possible, length_s, np.inf)
    n_jumps = np.maximum(1, np.ceil((clip_s - track_s - gap_s) / length_s))
    skipped_s = np.maximum(0.0, track_s + n_jumps * length_s - clip_s)
    possible &= skipped_s <= from_s - np.minimum(_SHORTEST_LOOP_S / 2, length_s / 2)
    if not possible.any():
        return None
    cost = (
        0.5 * (n_jumps - n_jumps[possible].min())
        + skipped_s / (2 * _SHORTEST_LOOP_S)
        + _phrase_cost(lines.size)
        + 0.5 * _energy_cost(lines, energy)
    )
    to_index, from_index = np.unravel_index(np.argmin(np.where(possible, cost, np.inf)), cost.shape)
    return _Loop(
        from_s=float(lines[from_index]),
        to_s=float(lines[to_index]),
        n_jumps=int(n_jumps[to_index, from_index]),
        crossfade_s=BAR_CROSSFADE_S,
    )


def _phrase_cost(n_lines: int) -> Times:
    # Most phrases have four bars; a loop of three sounds like a mistake.
    index = np.arange(n_lines)
    apart = index[None, :] - index[:, None]
    return np.select([apart % 4 == 0, apart % 2 == 0], [0.0, 0.2], 0.6)


def _energy_cost(lines: Times, energy: Times) -> Times:
    spread = float(energy.std()) if energy.size else 0.0
    if not (math.isfinite(spread) and spread > 0):
        return np.zeros((lines.size, lines.size))
    level: Times = energy[np.minimum(lines.astype(int), energy.size - 1)] / spread
    difference: Times = np.abs(level[:, None] - level[None, :])
    return difference


def _start_on_beat(loop: _Loop, clip_s: float, track_s: float, beats: Times) -> tuple[Segment, ...]:
    start_s = max(0.0, track_s + loop.n_jumps * loop.length_s - clip_s)
    if start_s == 0:
        return _repeat(loop, track_s, 0.0, 0.0)
    later = beats[(beats >= start_s) & (beats <= start_s + unnoticed_gap(clip_s))]
    if later.size:
        return _repeat(loop, track_s, float(later[0]), ON_BEAT_FADE_S)
    return _repeat(loop, track_s, start_s, OFF_BEAT_FADE_S)


def _loop_without_beats(clip_s: float, track_s: float) -> tuple[Segment, ...]:
    """Loop music without beats by long crossfades; the clip's length is met exactly."""
    crossfade_s = min(LONG_CROSSFADE_S, track_s / 8)
    ending_s = max(min(_ENDING_S, track_s / 4), crossfade_s)
    longest_s = track_s - ending_s - crossfade_s
    n_jumps = math.ceil((clip_s - track_s) / longest_s)
    from_s = track_s - ending_s
    # Going back by less than this would sound like a stutter; the start gives up the rest.
    length_s = max((clip_s - track_s) / n_jumps, min(_SHORTEST_LOOP_S, longest_s / 2))
    start_s = track_s + n_jumps * length_s - clip_s
    fade_in_s = 0.0 if start_s <= TOLERANCE_S else min(OFF_BEAT_FADE_S, length_s / 4)
    crossfade_s = min(crossfade_s, length_s / 2)
    loop = _Loop(from_s, from_s - length_s, n_jumps, crossfade_s)
    return _repeat(loop, track_s, max(0.0, start_s), fade_in_s)


def _repeat(loop: _Loop, track_s: float, start_s: float, fade_in_s: float) -> tuple[Segment, ...]:
    if loop.n_jumps >= MAX_SEGMENTS:
        raise InputError(
            tr("this track is far too short for this clip."), remedy=tr("Choose a longer one.")
        )
    repeats = ((loop.to_s, loop.from_s),) * (loop.n_jumps - 1)
    pieces = ((start_s, loop.from_s), *repeats, (loop.to_s, track_s))
    return join(pieces, loop.crossfade_s, fade_in_s, 0.0)
