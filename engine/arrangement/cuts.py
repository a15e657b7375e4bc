"""Musical cuts: versions of a track, shorter or longer, made by the marks of its score.

Pieces begin and end on bar lines, so the beat continues through every cut, and the last piece runs
up to the track's own ending. All times are seconds in the track.
"""

import math
from dataclasses import replace

import numpy as np

from engine.arrangement.jumps import (
    BRIEFEST_PIECE_S,
    SAME_TIME_S,
    SHORTEST_PIECE_S,
    Cut,
    Jumps,
    Lengths,
    Pieces,
)
from engine.arrangement.segments import Times
from engine.library.marks import Marks

_NOT_THE_LOOP_COST = 0.5


def shorten(
    lengths: Lengths, start_s: float, bars: Times, beats: Times, marks: Marks
) -> Cut | None:
    """Return a version of a track longer than the clip that sounds as if composed for it.

    It enters at `start_s`, leaves out bars by a jump between bars of similar energy, and closes
    with the track's own ending. What whole bars can't make up, the music ends before the picture
    (by `gap_s` at most), or the last chord rings shorter; when neither is enough, the entry moves
    by as few beats as possible.

    Args:
        lengths: of the clip and the track.
        start_s: the wanted entry; the nearest beat from which enough of the track remains.
        bars, beats: (n,) rising, within the track.
        marks: of the track.

    Returns:
        None when no version fits, such as for a clip that the ending alone would fill.
    """
    if bars.size < 2 or not marks.sections:
        return None
    shortest_s = max(BRIEFEST_PIECE_S, min(SHORTEST_PIECE_S, lengths.clip_s / 4))
    jumps = Jumps(lengths, bars, marks, shortest_s)
    entries = np.unique(np.concatenate(([0.0], beats, bars)))
    entries = entries[entries <= max(lengths.audible_end_s - lengths.clip_s, 0.0) + lengths.gap_s]
    wanted_s = float(entries[np.abs(entries - start_s).argmin()])
    best = jumps.best_from(wanted_s)
    if best is None:
        bar_s = float(np.median(np.diff(bars)))
        near = entries[(np.abs(entries - wanted_s) <= bar_s + SAME_TIME_S) & (entries != wanted_s)]
        moved = [jumps.best_from(float(entry_s), wanted_s, entries) for entry_s in near]
        best = min(filter(None, moved), default=None)
    return None if best is None else jumps.cut(best[1])


def lengthen(lengths: Lengths, bars: Times, beats: Times, marks: Marks) -> Cut | None:
    """Return the version of a track shorter than the clip that repeats where its score says so.

    It repeats the loop as often as fits. What is then missing, or too much, is made up by a jump
    between bars of similar energy in the last pass, back or forth, which ends as `shorten` does;
    when bars don't fit, the track enters on one of its first beats.

    Returns:
        None without a loop long enough to repeat, or when no jump fits.
    """
    loop_start_s, loop_end_s = marks.loop_s or (0.0, 0.0)
    loop_s = loop_end_s - loop_start_s
    if loop_s < SHORTEST_PIECE_S or bars.size < 2 or not marks.sections:
        return None
    most = max(1, math.ceil((lengths.clip_s - lengths.audible_end_s - lengths.gap_s) / loop_s))
    bar_s = float(np.median(np.diff(bars)))
    for entry_s in (0.0, *beats[(beats > bars[0]) & (beats < bars[0] + bar_s)].tolist()):
        versions = []
        # With one jump fewer than would fill the clip, a jump outside the loop fills the rest.
        for n_jumps, extra in ((most, 0.0), (most - 1, _NOT_THE_LOOP_COST)):
            version = _repeat_loop(
                lengths, bars, marks, (loop_start_s, loop_end_s), n_jumps, entry_s
            )
            if version is not None:
                versions.append((version[0] + extra, version[1]))
        if versions:
            return min(versions, key=lambda version: version[0])[1]
    return None


def _repeat_loop(
    lengths: Lengths,
    bars: Times,
    marks: Marks,
    loop_s: tuple[float, float],
    n_jumps: int,
    entry_s: float,
) -> tuple[float, Cut] | None:
    """Return the cost of the last pass, and the version that repeats the loop `n_jumps` times."""
    start_s, end_s = loop_s
    pieces: Pieces = ((entry_s, end_s), *(loop_s,) * (n_jumps - 1))[:n_jumps]
    before_s = sum(to_s - from_s for from_s, to_s in pieces)
    # Going back by less than this would sound like a mistake.
    jumps = Jumps(replace(lengths, clip_s=lengths.clip_s - before_s), bars, marks, SHORTEST_PIECE_S)
    last = jumps.best_from(start_s if n_jumps else entry_s)
    if last is None:
        return None
    cut = jumps.cut(last[1])
    return last[0], Cut((*pieces, *cut.pieces), cut.fade_out_s)
