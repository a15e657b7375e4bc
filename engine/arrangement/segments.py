"""Which parts of a track lie under a clip: an excerpt of a long one, a loop of a short one, or a
version of either from the form that its score tells.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from engine.arrangement.cuts import Cut, Pieces, Room, lengthen, shorten
from engine.errors import InputError
from engine.library.marks import Marks
from engine.translation import tr

MAX_SEGMENTS = 10_000
MAX_DURATION_S = 7 * 24 * 3600.0
SLACK_S = 1e-6

_END_FADE_S = 3.0
_ON_BEAT_FADE_S = 0.05  # just enough against a click: the beat itself is the entry
_OFF_BEAT_FADE_S = 0.5
_BAR_CROSSFADE_S = 0.25  # ends on the bar line, so that its first beat is at full level
_PLAIN_CROSSFADE_S = 2.0
_ENDING_S = 4.0  # of the track, left untouched at its end
_SHORTEST_LOOP_S = 8.0
_ON_BEAT_S = 0.03
_MOST_MARKS = 600
_UNHEARD_SHARE = 0.02

_Times = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch of the track under the clip.

    Neighbours overlap by their crossfade: the next one's `fade_in_s` is this one's `fade_out_s`.

    Attributes:
        track_start_s: where it starts in the track.
        clip_start_s: where it starts in the clip.
        duration_s: its length, fades included.
        fade_in_s: equal-power fade at its start.
        fade_out_s: equal-power fade at its end.
    """

    track_start_s: float
    clip_start_s: float
    duration_s: float
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            check_number(field.name, getattr(self, field.name), 0.0, MAX_DURATION_S)
        if self.duration_s <= 0:
            raise broken_plan("duration_s")
        if self.fade_in_s + self.fade_out_s > self.duration_s + SLACK_S:
            raise broken_plan("fade_out_s")

    @property
    def clip_end_s(self) -> float:
        """Where it ends in the clip."""
        return self.clip_start_s + self.duration_s


def lay_under(
    *,
    clip_duration_s: float,
    track_duration_s: float,
    start_s: float,
    downbeats_s: npt.ArrayLike = (),
    beats_s: npt.ArrayLike = (),
    energy: npt.ArrayLike = (),
    marks: Marks | None = None,
    by_hand: bool = False,
) -> tuple[Segment, ...]:
    """Cover a clip with a track.

    A track at least as long as the clip gives one excerpt from `start_s`, faded at its end. A
    shorter one jumps back from a bar line `a` to an earlier one `b`, `n` times, and closes with
    its own ending: track length + n (a - b) - skipped start = clip length. What bars can't make
    up is taken from the start, which then falls on a beat; the music may end up to a beat before
    the picture does.

    Where the form of the track is known, both are versions made by musical cuts, see
    `engine.arrangement.cuts`: a long track too closes with its own ending, a short one repeats
    where its score says so.

    Args:
        clip_duration_s, track_duration_s: both above 0.
        start_s: where a long track starts; ignored for a short one, which needs all its length.
        downbeats_s, beats_s: times in the track, (n,) seconds; either may be empty.
        energy: (seconds,) one value per second of the track, any unit; may be empty.
        marks: the form of the track; None where nobody knows it.
        by_hand: whether the user chose the start of a long track, who then hears what follows it.

    Raises:
        InputError: when the track is so short that thousands of repeats would be needed.
    """
    downbeats, beats = (_times(times, track_duration_s) for times in (downbeats_s, beats_s))
    missing_s = clip_duration_s - track_duration_s
    curve = np.asarray(energy, float)
    heard_s = _heard_until(curve, track_duration_s)
    room = Room(clip_duration_s, track_duration_s, heard_s, _unheard_gap(clip_duration_s))
    if marks is not None and not (by_hand and missing_s <= 0):
        bars = downbeats[downbeats <= heard_s]
        if clip_duration_s <= heard_s + room.gap_s:
            cut = shorten(room, start_s, bars, beats, marks)
        else:
            cut = lengthen(room, bars, beats, marks)
        if cut is not None and len(cut.pieces) <= MAX_SEGMENTS:
            return _cut(cut)
    if missing_s <= 0:
        start_s = _latest_start(max(start_s, 0.0), -missing_s + 0.0, downbeats)
        on_beat = _near(start_s, np.concatenate((downbeats, beats)))
        return (_excerpt(clip_duration_s, track_duration_s, start_s, on_beat),)
    if missing_s <= room.gap_s:
        return (Segment(0.0, 0.0, track_duration_s),)
    for lines in (downbeats, beats):
        loop = _choose_loop(clip_duration_s, track_duration_s, lines, curve)
        if loop is not None:
            return _with_start_on_beat(loop, clip_duration_s, track_duration_s, beats)
    return _plain_loop(clip_duration_s, track_duration_s)


@dataclass(frozen=True, slots=True)
class _Loop:
    from_s: float  # a: the bar line where the track is left
    to_s: float  # b: the earlier bar line where it goes on
    n_jumps: int
    crossfade_s: float

    @property
    def length_s(self) -> float:
        return self.from_s - self.to_s


def _times(times: npt.ArrayLike, duration_s: float) -> _Times:
    values = np.asarray(times, dtype=np.float64).ravel()
    return np.unique(values[np.isfinite(values) & (values >= 0) & (values <= duration_s)])


def _latest_start(wanted_s: float, latest_s: float, downbeats: _Times) -> float:
    if wanted_s <= latest_s:
        return wanted_s
    earlier = downbeats[downbeats <= latest_s]
    return float(earlier[-1]) if earlier.size else latest_s


def _heard_until(energy: _Times, track_s: float) -> float:
    # What is 34 dB below the music's usual level, in its last seconds, nobody waits for.
    if not energy.size:
        return track_s
    heard = np.flatnonzero(energy > _UNHEARD_SHARE * np.median(energy))
    return min(float(heard[-1]) + 1.0, track_s) if heard.size else track_s


def _near(time_s: float, marks: _Times) -> bool:
    return bool(marks.size) and float(np.abs(marks - time_s).min()) <= _ON_BEAT_S


def _unheard_gap(clip_duration_s: float) -> float:
    return min(1.0, clip_duration_s / 20)


def _excerpt(clip_s: float, track_s: float, start_s: float, on_beat: bool) -> Segment:
    fade_in_s = _ON_BEAT_FADE_S if on_beat else _OFF_BEAT_FADE_S
    ends_by_itself = track_s - (start_s + clip_s) <= _unheard_gap(clip_s) / 4
    return Segment(
        track_start_s=start_s,
        clip_start_s=0.0,
        duration_s=clip_s,
        fade_in_s=0.0 if start_s == 0 else min(fade_in_s, clip_s / 4),
        fade_out_s=0.0 if ends_by_itself else min(_END_FADE_S, clip_s / 4),
    )


def _choose_loop(clip_s: float, track_s: float, marks: _Times, energy: _Times) -> _Loop | None:
    """Return the pair of bar lines that costs least to jump between, or None without any."""
    marks = marks[:: max(1, math.ceil(marks.size / _MOST_MARKS))]
    gap_s = _unheard_gap(clip_s)
    ending_s = min(_ENDING_S, track_s / 4)
    to_s, from_s = marks[:, None], marks[None, :]
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
        + _phrase_cost(marks.size)
        + 0.5 * _energy_cost(marks, energy)
    )
    to_index, from_index = np.unravel_index(np.argmin(np.where(possible, cost, np.inf)), cost.shape)
    return _Loop(
        from_s=float(marks[from_index]),
        to_s=float(marks[to_index]),
        n_jumps=int(n_jumps[to_index, from_index]),
        crossfade_s=_BAR_CROSSFADE_S,
    )


def _phrase_cost(n_marks: int) -> _Times:
    # Music is built of four bars more often than not; a loop of three sounds like a stumble.
    index = np.arange(n_marks)
    apart = index[None, :] - index[:, None]
    return np.select([apart % 4 == 0, apart % 2 == 0], [0.0, 0.2], 0.6)


def _energy_cost(marks: _Times, energy: _Times) -> _Times:
    spread = float(energy.std()) if energy.size else 0.0
    if not (math.isfinite(spread) and spread > 0):
        return np.zeros((marks.size, marks.size))
    level: _Times = energy[np.minimum(marks.astype(int), energy.size - 1)] / spread
    difference: _Times = np.abs(level[:, None] - level[None, :])
    return difference


def _with_start_on_beat(
    loop: _Loop, clip_s: float, track_s: float, beats: _Times
) -> tuple[Segment, ...]:
    start_s = max(0.0, track_s + loop.n_jumps * loop.length_s - clip_s)
    if start_s == 0:
        return _repeated(loop, track_s, 0.0, 0.0)
    later = beats[(beats >= start_s) & (beats <= start_s + _unheard_gap(clip_s))]
    if later.size:
        return _repeated(loop, track_s, float(later[0]), _ON_BEAT_FADE_S)
    return _repeated(loop, track_s, start_s, _OFF_BEAT_FADE_S)


def _plain_loop(clip_s: float, track_s: float) -> tuple[Segment, ...]:
    """Loop music without beats by long crossfades; its length is met exactly."""
    crossfade_s = min(_PLAIN_CROSSFADE_S, track_s / 8)
    ending_s = max(min(_ENDING_S, track_s / 4), crossfade_s)
    longest_s = track_s - ending_s - crossfade_s
    n_jumps = math.ceil((clip_s - track_s) / longest_s)
    from_s = track_s - ending_s
    # Going back by less than this would be heard as a stutter; the start gives up the rest.
    length_s = max((clip_s - track_s) / n_jumps, min(_SHORTEST_LOOP_S, longest_s / 2))
    start_s = track_s + n_jumps * length_s - clip_s
    fade_in_s = 0.0 if start_s <= SLACK_S else min(_OFF_BEAT_FADE_S, length_s / 4)
    crossfade_s = min(crossfade_s, length_s / 2)
    loop = _Loop(from_s, from_s - length_s, n_jumps, crossfade_s)
    return _repeated(loop, track_s, max(0.0, start_s), fade_in_s)


def _repeated(loop: _Loop, track_s: float, start_s: float, fade_in_s: float) -> tuple[Segment, ...]:
    if loop.n_jumps >= MAX_SEGMENTS:
        raise InputError(
            tr("this track is far too short for this clip."), remedy=tr("Choose a longer one.")
        )
    round_again = ((loop.to_s, loop.from_s),) * (loop.n_jumps - 1)
    pieces = ((start_s, loop.from_s), *round_again, (loop.to_s, track_s))
    return _joined(pieces, loop.crossfade_s, fade_in_s, 0.0)


def _cut(cut: Cut) -> tuple[Segment, ...]:
    fade_in_s = 0.0 if cut.pieces[0][0] == 0 else _ON_BEAT_FADE_S
    return _joined(cut.pieces, _BAR_CROSSFADE_S, fade_in_s, cut.fade_out_s)


def _joined(
    pieces: Pieces, crossfade_s: float, fade_in_s: float, fade_out_s: float
) -> tuple[Segment, ...]:
    """Lay pieces of a track, (from, to) each, end to end; a crossfade ends where a piece does."""
    # Before its very beginning a track has nothing to fade in.
    fades = [fade_in_s, *(min(crossfade_s, from_s) for from_s, _ in pieces[1:])]
    segments: list[Segment] = []
    clip_s = 0.0
    for number, (from_s, to_s) in enumerate(pieces):
        early_s = fades[number] if number else 0.0
        segments.append(
            Segment(
                track_start_s=from_s - early_s,
                clip_start_s=clip_s - early_s,
                duration_s=early_s + to_s - from_s,
                fade_in_s=fades[number],
                fade_out_s=fades[number + 1] if number + 1 < len(pieces) else fade_out_s,
            )
        )
        clip_s += to_s - from_s
    return tuple(segments)


def times_under_clip(segments: Iterable[Segment], times_s: npt.ArrayLike) -> _Times:
    """Return where times of the track are heard in the clip; those that aren't are left out."""
    wanted = np.asarray(times_s, np.float64).ravel()
    heard = [
        wanted[(wanted >= s.track_start_s) & (wanted < s.track_start_s + s.duration_s)]
        - s.track_start_s
        + s.clip_start_s
        for s in segments
    ]
    return np.sort(np.concatenate(heard)) if heard else np.zeros(0)


def times_in_track(segments: Iterable[Segment], clip_times_s: npt.ArrayLike) -> _Times:
    """Return what time of the track is heard at times of the clip, the last to begin counting."""
    times_s = np.asarray(clip_times_s, np.float64)
    found = np.zeros_like(times_s)
    for segment in segments:
        begun = times_s >= segment.clip_start_s
        found[begun] = times_s[begun] - segment.clip_start_s + segment.track_start_s
    return found


def check_number(name: str, value: object, low: float, high: float) -> None:
    """Raise unless `value` is a finite number from `low` to `high`; plans come from strangers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise broken_plan(name)
    # Nothing but numbers within the limits passes: not NaN either, nor an integer beyond floats.
    if not low <= value <= high:
        raise broken_plan(name)


def broken_plan(name: str) -> InputError:
    """Return the error for a field of a plan that can't be carried out."""
    return InputError(
        tr("the music plan can't be used: its {field} makes no sense.").format(field=name),
        remedy=tr("Choose the track again."),
    )
