"""Covers a clip with a track: an excerpt of a long one, a loop of a short one, or a version of
either, cut by the marks of its score.
"""

import math
from dataclasses import dataclass

import numpy as np

from engine.arrangement.cuts import MAX_RING_S, Cut, Lengths, Pieces, lengthen, shorten
from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import MAX_SEGMENTS, TOLERANCE_S, Segment, Times
from engine.errors import InputError
from engine.translation import tr

_END_FADE_S = 3.0
_ON_BEAT_FADE_S = 0.05  # just enough against a click: the beat itself is the entry
_OFF_BEAT_FADE_S = 0.5
_BAR_CROSSFADE_S = 0.25  # ends on the bar line, so that its first beat is at full level
_LONG_CROSSFADE_S = 2.0
_ENDING_S = 4.0  # of the track, kept whole at its end
_SHORTEST_LOOP_S = 8.0
_ON_BEAT_S = 0.03
_MAX_LINES = 600
_INAUDIBLE_SHARE = 0.02


def cover(
    clip_duration_s: float, music: MusicForm, start_s: float, *, by_hand: bool = False
) -> tuple[Segment, ...]:
    """Cover a clip with a track.

    A track at least as long as the clip gives one excerpt from `start_s`, faded at its end. A
    shorter one jumps back from a bar line `a` to an earlier one `b`, `n` times, and closes with
    its own ending: track length + n (a - b) - skipped start = clip length. What bars can't make
    up is taken from the start, which then falls on a beat; the music may end up to a beat before
    the picture does.

    Where the marks of the track are known, both are versions with musical cuts, see
    `engine.arrangement.cuts`: a long track too closes with its own ending, a short one repeats
    where its score says so.

    Args:
        clip_duration_s: above 0.
        music: the track.
        start_s: where a long track starts; ignored for a short one, which needs all its length.
        by_hand: whether the user chose the start of a long track; then it plays on uncut.

    Raises:
        InputError: when the track is so short that thousands of repeats would be needed.
    """
    track_s = music.duration_s
    downbeats, beats = (_clean(times, track_s) for times in (music.downbeats_s, music.beats_s))
    missing_s = clip_duration_s - track_s
    energy = np.asarray(music.energy_curve, float)
    lengths = Lengths(
        clip_s=clip_duration_s,
        track_s=track_s,
        audible_end_s=_audible_until(energy, track_s),
        gap_s=_unnoticed_gap(clip_duration_s),
    )
    if music.marks is not None and not (by_hand and missing_s <= 0):
        bars = downbeats[downbeats <= lengths.audible_end_s]
        if clip_duration_s <= lengths.audible_end_s + lengths.gap_s:
            cut = shorten(lengths, start_s, bars, beats, music.marks)
        else:
            cut = lengthen(lengths, bars, beats, music.marks)
        if cut is not None and len(cut.pieces) <= MAX_SEGMENTS:
            return _segments_of(cut)
    if missing_s <= 0:
        start_s = _latest_start(max(start_s, 0.0), -missing_s + 0.0, downbeats)
        on_beat = _is_near(start_s, np.concatenate((downbeats, beats)))
        return (_excerpt(clip_duration_s, track_s, start_s, on_beat),)
    if missing_s <= lengths.gap_s:
        return (Segment(0.0, 0.0, track_s),)
    for lines in (downbeats, beats):
        loop = _choose_loop(clip_duration_s, track_s, lines, energy)
        if loop is not None:
            return _start_on_beat(loop, clip_duration_s, track_s, beats)
    return _loop_without_beats(clip_duration_s, track_s)


def reaches_ending(segments: tuple[Segment, ...], music: MusicForm) -> bool:
    """Return whether the segments close with the track's own ending."""
    energy = np.asarray(music.energy_curve, float)
    audible_end_s = _audible_until(energy, music.duration_s)
    return segments[-1].track_end_s >= audible_end_s - MAX_RING_S - TOLERANCE_S


@dataclass(frozen=True, slots=True)
class _Loop:
    from_s: float  # a: the bar line where the track is left
    to_s: float  # b: the earlier bar line where it continues
    n_jumps: int
    crossfade_s: float

    @property
    def length_s(self) -> float:
        return self.from_s - self.to_s


def _clean(times_s: object, duration_s: float) -> Times:
    values = np.asarray(times_s, dtype=np.float64).ravel()
    return np.unique(values[np.isfinite(values) & (values >= 0) & (values <= duration_s)])


def _latest_start(wanted_s: float, latest_s: float, downbeats: Times) -> float:
    if wanted_s <= latest_s:
        return wanted_s
    earlier = downbeats[downbeats <= latest_s]
    return float(earlier[-1]) if earlier.size else latest_s


def _audible_until(energy: Times, track_s: float) -> float:
    # At the end, 34 dB below the music's usual level counts as silence.
    if not energy.size:
        return track_s
    audible = np.flatnonzero(energy > _INAUDIBLE_SHARE * np.median(energy))
    return min(float(audible[-1]) + 1.0, track_s) if audible.size else track_s


def _is_near(time_s: float, lines: Times) -> bool:
    return bool(lines.size) and float(np.abs(lines - time_s).min()) <= _ON_BEAT_S


def _unnoticed_gap(clip_duration_s: float) -> float:
    return min(1.0, clip_duration_s / 20)


def _excerpt(clip_s: float, track_s: float, start_s: float, on_beat: bool) -> Segment:
    fade_in_s = _ON_BEAT_FADE_S if on_beat else _OFF_BEAT_FADE_S
    reaches_ending = track_s - (start_s + clip_s) <= _unnoticed_gap(clip_s) / 4
    return Segment(
        track_start_s=start_s,
        item_start_s=0.0,
        duration_s=clip_s,
        fade_in_s=0.0 if start_s == 0 else min(fade_in_s, clip_s / 4),
        fade_out_s=0.0 if reaches_ending else min(_END_FADE_S, clip_s / 4),
    )


def _choose_loop(clip_s: float, track_s: float, lines: Times, energy: Times) -> _Loop | None:
    """Return the pair of bar lines that costs least to jump between, or None without any."""
    lines = lines[:: max(1, math.ceil(lines.size / _MAX_LINES))]
    gap_s = _unnoticed_gap(clip_s)
    ending_s = min(_ENDING_S, track_s / 4)
    to_s, from_s = lines[:, None], lines[None, :]
    length_s = from_s - to_s
    possible = (
        (length_s >= min(_SHORTEST_LOOP_S, track_s / 3))
        & (to_s >= _BAR_CROSSFADE_S)
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
        crossfade_s=_BAR_CROSSFADE_S,
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
    later = beats[(beats >= start_s) & (beats <= start_s + _unnoticed_gap(clip_s))]
    if later.size:
        return _repeat(loop, track_s, float(later[0]), _ON_BEAT_FADE_S)
    return _repeat(loop, track_s, start_s, _OFF_BEAT_FADE_S)


def _loop_without_beats(clip_s: float, track_s: float) -> tuple[Segment, ...]:
    """Loop music without beats by long crossfades; the clip's length is met exactly."""
    crossfade_s = min(_LONG_CROSSFADE_S, track_s / 8)
    ending_s = max(min(_ENDING_S, track_s / 4), crossfade_s)
    longest_s = track_s - ending_s - crossfade_s
    n_jumps = math.ceil((clip_s - track_s) / longest_s)
    from_s = track_s - ending_s
    # Going back by less than this would sound like a stutter; the start gives up the rest.
    length_s = max((clip_s - track_s) / n_jumps, min(_SHORTEST_LOOP_S, longest_s / 2))
    start_s = track_s + n_jumps * length_s - clip_s
    fade_in_s = 0.0 if start_s <= TOLERANCE_S else min(_OFF_BEAT_FADE_S, length_s / 4)
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
    return _join(pieces, loop.crossfade_s, fade_in_s, 0.0)


def _segments_of(cut: Cut) -> tuple[Segment, ...]:
    fade_in_s = 0.0 if cut.pieces[0][0] == 0 else _ON_BEAT_FADE_S
    return _join(cut.pieces, _BAR_CROSSFADE_S, fade_in_s, cut.fade_out_s)


def _join(
    pieces: Pieces, crossfade_s: float, fade_in_s: float, fade_out_s: float
) -> tuple[Segment, ...]:
    """Put pieces of a track, (from, to) each, end to end; a crossfade ends where a piece does."""
    # Before its very beginning a track has nothing to fade in.
    fades = [fade_in_s, *(min(crossfade_s, from_s) for from_s, _ in pieces[1:])]
    segments: list[Segment] = []
    item_s = 0.0
    for number, (from_s, to_s) in enumerate(pieces):
        early_s = fades[number] if number else 0.0
        segments.append(
            Segment(
                track_start_s=from_s - early_s,
                item_start_s=item_s - early_s,
                duration_s=early_s + to_s - from_s,
                fade_in_s=fades[number],
                fade_out_s=fades[number + 1] if number + 1 < len(pieces) else fade_out_s,
            )
        )
        item_s += to_s - from_s
    return tuple(segments)
