"""Covers a clip with a track: an excerpt of a long one, a loop or a longer version of a short
one, or a version of either, cut by the marks of its score.
"""

from dataclasses import dataclass, replace

import numpy as np

from engine.arrangement.cuts import lengthen, shorten
from engine.arrangement.guessed_form import MAX_LINES, guess_lines, guess_marks, with_loop
from engine.arrangement.jumps import MAX_RING_S, Cut, Lengths
from engine.arrangement.loops import (
    BAR_CROSSFADE_S,
    LONG_CROSSFADE_S,
    OFF_BEAT_FADE_S,
    ON_BEAT_FADE_S,
    loop,
    unnoticed_gap,
)
from engine.arrangement.music_form import MusicForm
from engine.arrangement.repetition import repetition
from engine.arrangement.segments import MAX_SEGMENTS, TOLERANCE_S, Segment, Times
from engine.arrangement.slicing import join
from engine.arrangement.varied import vary
from engine.library.marks import Marks

_END_FADE_S = 3.0
_ON_BEAT_S = 0.03
_INAUDIBLE_SHARE = 0.02


def cover(
    clip_duration_s: float,
    music: MusicForm,
    start_s: float,
    *,
    by_hand: bool = False,
    keeps_ending: bool = False,
) -> tuple[Segment, ...]:
    """Cover a clip with a track.

    A track at least as long as the clip gives one excerpt from `start_s`, faded at its end, or,
    where its marks are known, a version that closes with its own ending
    (`engine.arrangement.cuts`). A shorter one is repeated once or more, where its score says so
    or where it joins to itself best, up to its own ending. Where a stretch would be played three
    times, it plays in a version with its phrases in varied order (`engine.arrangement.varied`).
    The music may end unnoticeably before the picture does.

    Args:
        clip_duration_s: above 0.
        music: the track.
        start_s: where it starts; ignored for a track shorter than the clip unless `by_hand`.
        by_hand: whether the user chose the start; then a long track plays on uncut.
        keeps_ending: whether a long track has to close with its own ending, by hand or without
            marks too.

    Raises:
        InputError: when the track is so short that thousands of repeats would be needed.
    """
    case = _case(clip_duration_s, music)
    missing_s = clip_duration_s - music.duration_s
    fits = clip_duration_s <= case.lengths.audible_end_s + case.lengths.gap_s
    if fits or (missing_s <= 0 and (music.marks is None or by_hand)):
        cut = None
        if keeps_ending or (music.marks is not None and not by_hand):
            cut = shorten(case.lengths, start_s, case.lines, case.beats, case.marks)
        if cut is not None:
            return case.segments_of(cut)
        if missing_s > 0:
            return (Segment(0.0, 0.0, music.duration_s),)
        return (_excerpt(case, max(start_s, 0.0)),)
    return _repeated(case, max(start_s, 0.0) if by_hand else None)


def reaches_ending(segments: tuple[Segment, ...], music: MusicForm) -> bool:
    """Return whether the segments close with the track's own ending."""
    audible_end_s = _audible_until(np.asarray(music.energy_curve, float), music.duration_s)
    return segments[-1].track_end_s >= audible_end_s - MAX_RING_S - TOLERANCE_S


def intro_end_s(music: MusicForm) -> float:
    """Return where the track's intro ends, by its score or guessed; 0 where it has none."""
    loop_s = with_loop(_case(music.duration_s, music).marks).loop_s
    return 0.0 if loop_s is None else loop_s[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """A track to cover a clip with.

    Attributes:
        lengths: of clip and track.
        downbeats, beats: (n,) rising, within the track.
        energy: (m,) over the track, evenly spaced.
        lines: (k,) where it may be cut, rising.
        marks: of its score, or guessed.
        has_score: whether they are of its score.
    """

    lengths: Lengths
    downbeats: Times
    beats: Times
    energy: Times
    lines: Times
    marks: Marks
    has_score: bool

    @property
    def has_pulse(self) -> bool:
        """Whether the lines are at beats."""
        return bool(self.beats.size or self.downbeats.size)

    def segments_of(self, cut: Cut) -> tuple[Segment, ...]:
        """Return the segments of a version."""
        pieces, entry_s = list(cut.pieces), cut.pieces[0][0]
        if not self.has_pulse and len(pieces) > 1:
            # Any time may be jumped to: the clip's length is met exactly.
            rest_s = self.lengths.clip_s - sum(to_s - from_s for from_s, to_s in pieces)
            pieces[-1] = (max(0.0, pieces[-1][0] - rest_s), pieces[-1][1])
        crossfade_s = BAR_CROSSFADE_S if self.has_pulse else LONG_CROSSFADE_S
        fade_in_s = 0.0 if entry_s == 0 else _entry_fade(self, entry_s)
        return join(pieces, crossfade_s, fade_in_s, cut.fade_out_s)


def _case(clip_s: float, music: MusicForm) -> _Case:
    track_s = music.duration_s
    downbeats, beats = (_clean(times, track_s) for times in (music.downbeats_s, music.beats_s))
    energy = np.asarray(music.energy_curve, float)
    until_s = _audible_until(energy, track_s)
    lengths = Lengths(clip_s, track_s, until_s, unnoticed_gap(clip_s))
    lines, marks = downbeats[downbeats <= until_s], music.marks
    if marks is None or not marks.sections or lines.size < 2:
        lines = guess_lines(downbeats, beats, until_s)
        marks = guess_marks(lines, energy, until_s)
    return _Case(lengths, downbeats, beats, energy, lines, marks, music.marks is not None)


def _repeated(case: _Case, chosen_s: float | None) -> tuple[Segment, ...]:
    """Cover a clip longer than the track, from its beginning or the start that was chosen."""
    plain = _plainly_repeated(case) if chosen_s is None else None
    if plain is not None and repetition(plain).stretch_times < 3:
        return plain
    cut = _varied(case, chosen_s)
    if cut is not None and len(cut.pieces) <= MAX_SEGMENTS:
        return case.segments_of(cut)
    return plain or _plainly_repeated(case)


def _varied(case: _Case, chosen_s: float | None) -> Cut | None:
    """Return a long version; a start that was chosen stays, if need be by jumps between beats."""
    lengths, marks, nowhere = case.lengths, with_loop(case.marks), np.zeros(0)
    entries = np.unique(np.concatenate((case.lines, case.beats)))
    if chosen_s is None:
        return vary(lengths, 0.0, case.lines, entries, marks)
    cut = vary(lengths, chosen_s, case.lines, nowhere, marks)
    beats = case.beats[case.beats < lengths.audible_end_s]
    if cut is None and beats.size <= MAX_LINES:
        # Four beats are to a bar what four bars are to a phrase; energies are known by the bar.
        cut = vary(lengths, chosen_s, beats, nowhere, replace(marks, energy_per_bar=()))
    return cut or vary(lengths, chosen_s, case.lines, entries, marks)


def _plainly_repeated(case: _Case) -> tuple[Segment, ...]:
    lengths = case.lengths
    if case.has_score:
        cut = lengthen(lengths, case.lines, case.beats, case.marks)
        if cut is not None and len(cut.pieces) <= MAX_SEGMENTS:
            return case.segments_of(cut)
    return loop(lengths.clip_s, lengths.track_s, case.downbeats, case.beats, case.energy)


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


def _entry_fade(case: _Case, entry_s: float) -> float:
    lines = np.concatenate((case.downbeats, case.beats))
    on_beat = bool(lines.size) and float(np.abs(lines - entry_s).min()) <= _ON_BEAT_S
    return ON_BEAT_FADE_S if on_beat else OFF_BEAT_FADE_S


def _excerpt(case: _Case, start_s: float) -> Segment:
    clip_s, track_s = case.lengths.clip_s, case.lengths.track_s
    start_s = _latest_start(start_s, track_s - clip_s, case.downbeats)
    fade_in_s = _entry_fade(case, start_s)
    reaches_end = track_s - (start_s + clip_s) <= case.lengths.gap_s / 4
    return Segment(
        track_start_s=start_s,
        item_start_s=0.0,
        duration_s=clip_s,
        fade_in_s=0.0 if start_s == 0 else min(fade_in_s, clip_s / 4),
        fade_out_s=0.0 if reaches_end else min(_END_FADE_S, clip_s / 4),
    )
