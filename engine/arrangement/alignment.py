"""Where in a track a clip fits best: bars, the motion of the picture, cuts on beats."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from engine.arrangement.music_form import MusicForm
from engine.arrangement.segments import Times

if TYPE_CHECKING:
    from engine.video.descriptors import VideoDescriptors

# A cut and a beat closer than this seem simultaneous (about two frames of film).
_TOGETHER_S = 0.08
# Starts that are compared at most; a longer track is sampled evenly.
_MAX_STARTS = 600
# Points of the curves that are compared at most.
_MAX_POINTS = 240
# Deviation over mean from which a curve visibly or audibly rises and falls.
_CLEAR_CHANGE = 0.1
_MOVEMENT_WEIGHT = 0.5
_CUT_WEIGHT = 0.5
# Starting at the track's own beginning needs no cut: another start has to be better by this much.
_BEGINNING_BONUS = 0.12
# A start in a passage this much quieter than the track's median would sound like a fault.
_SILENT_SHARE = 0.1
_SILENCE_COST = 1.0
# Fewer cuts than this have no rhythm.
_MIN_CUTS = 3
_SAME_TIME_S = 0.03
# An intro that takes more of the clip than this leaves too little time for the music itself.
_LONG_INTRO = 0.25

_Curve = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ClipMotion:
    """What the music of a clip is aligned with.

    Attributes:
        duration_s: length of the clip.
        motion_curve: float32 (n,), motion over the clip, evenly spaced.
        cuts_s: float32 (m,), times of the cuts.
    """

    duration_s: float
    motion_curve: _Curve
    cuts_s: _Curve


@dataclass(frozen=True, slots=True)
class Alignment:
    """How well a clip and a track match from one start.

    Attributes:
        start_s: where in the track the clip begins; 0 when the track is shorter than the clip.
        movement: correlation of the picture's motion with the music's energy, -1 to 1, closer to
            0 the less either changes.
        n_points: moments that were compared for it.
        cuts_on_beat: share of the cuts that fall on a beat, 0 to 1; 0 when there are few cuts.
        by_chance: that share for cuts at random times.
        n_cuts: cuts that could be compared.
    """

    start_s: float
    movement: float
    n_points: int
    cuts_on_beat: float
    by_chance: float
    n_cuts: int


def motion_of(duration_s: float, descriptors: "VideoDescriptors") -> ClipMotion:
    """Return the motion of a clip from its descriptors."""
    return ClipMotion(duration_s, descriptors.motion_curve, descriptors.cuts_s)


def n_points(length_s: float) -> int:
    """Return at how many moments curves of this length are compared."""
    return int(min(_MAX_POINTS, max(3, round(length_s))))


def align(clip: ClipMotion, music: MusicForm) -> Alignment:
    """Return the start that maximises movement + cuts on beats, on a bar line.

    s* = argmax over bar lines s of  ½·corr(motion(t), energy(s + t)) + ½·(share of cuts c with
    a beat within 80 ms of s + c, beyond what chance gives), with a small preference for the
    track's own beginning; the idea of CMT's matching score (motion with density, cuts with
    beats).

    Args:
        clip: its motion and cuts.
        music: the track; beats are used where there are no bar lines, and where sections are
            known, the beginning of each counts as a beginning.
    """
    beats = np.asarray(music.beats_s, np.float32)
    energy = np.asarray(music.energy_curve, np.float32)
    starts = _candidate_starts(clip, music, beats)
    movement, n_compared = _movement(starts, clip, energy, music.duration_s)
    cuts = _inner_cuts(clip, music.duration_s)
    on_beat, by_chance = _cuts_on_beat(starts, cuts, beats), _chance(beats)
    score = (
        _MOVEMENT_WEIGHT * movement
        + _CUT_WEIGHT * (on_beat - by_chance) * (len(cuts) > 0)
        + _BEGINNING_BONUS * _is_beginning(starts, clip.duration_s, music)
        - _SILENCE_COST * _is_silent(starts, energy, music.duration_s)
    )
    best = int(np.argmax(score))
    return Alignment(
        start_s=float(starts[best]),
        movement=float(movement[best]),
        n_points=n_compared,
        cuts_on_beat=float(on_beat[best]),
        by_chance=by_chance,
        n_cuts=len(cuts),
    )


def _candidate_starts(clip: ClipMotion, music: MusicForm, beats_s: _Curve) -> Times:
    latest_s = music.duration_s - clip.duration_s
    downbeats = np.asarray(music.downbeats_s, np.float64)
    bars = downbeats if len(downbeats) else np.asarray(beats_s, np.float64)
    bars = np.unique(bars[np.isfinite(bars) & (bars > 0) & (bars <= latest_s)])
    if len(bars) > _MAX_STARTS:
        bars = bars[np.linspace(0, len(bars) - 1, _MAX_STARTS).round().astype(int)]
    return np.concatenate([[0.0], bars])


def _movement(
    starts: Times, clip: ClipMotion, energy_curve: _Curve, track_duration_s: float
) -> tuple[Times, int]:
    if len(clip.motion_curve) < 3 or len(energy_curve) < 3 or track_duration_s <= 0:
        return np.zeros(len(starts)), 0
    length_s = min(clip.duration_s, track_duration_s)
    n_compared = n_points(length_s)
    times_s = (np.arange(n_compared) + 0.5) * length_s / n_compared
    motion = _at(times_s, clip.motion_curve, clip.duration_s)
    energy = _at(starts[:, None] + times_s, energy_curve, track_duration_s)
    return _correlation(motion, energy), n_compared


def _at(times_s: Times, curve: _Curve, duration_s: float) -> Times:
    # The curve's points are the middles of equal parts of the duration.
    middles_s = (np.arange(len(curve)) + 0.5) * duration_s / len(curve)
    values = np.nan_to_num(np.asarray(curve, np.float64))
    return np.asarray(np.interp(times_s, middles_s, values), np.float64)


def _correlation(motion: Times, energy: Times) -> Times:
    motion_change, energy_change = _change(motion), _change(energy)
    motion = motion - motion.mean()
    energy = energy - energy.mean(axis=1, keepdims=True)
    scale = np.linalg.norm(motion) * np.linalg.norm(energy, axis=1)
    product = energy @ motion
    correlation: Times = np.zeros_like(product)
    np.divide(product, scale, out=correlation, where=scale > 1e-9)
    # A curve that hardly changes has no visible or audible shape.
    return correlation * np.minimum(1, np.minimum(motion_change, energy_change) / _CLEAR_CHANGE)


def _change(curve: Times) -> Times:
    """Return deviation over mean along the last axis."""
    mean = np.maximum(np.abs(curve).mean(axis=-1), 1e-9)
    return np.asarray(curve.std(axis=-1) / mean, np.float64)


def _inner_cuts(clip: ClipMotion, track_duration_s: float) -> Times:
    cuts = np.asarray(clip.cuts_s, np.float64)
    cuts = cuts[(cuts > 0) & (cuts < min(clip.duration_s, track_duration_s))]
    return cuts if len(cuts) >= _MIN_CUTS else cuts[:0]


def _cuts_on_beat(starts: Times, cuts_s: Times, beats_s: _Curve) -> Times:
    if not len(cuts_s) or not len(beats_s):
        return np.zeros(len(starts))
    beats = np.sort(np.asarray(beats_s, np.float64))
    share = np.empty(len(starts))
    for row, start_s in enumerate(starts):
        times_s = start_s + cuts_s
        after = np.searchsorted(beats, times_s).clip(1, len(beats) - 1) if len(beats) > 1 else 0
        distance = np.abs(beats[after] - times_s)
        if len(beats) > 1:
            distance = np.minimum(distance, np.abs(beats[np.asarray(after) - 1] - times_s))
        share[row] = float(np.mean(distance <= _TOGETHER_S))
    return share


def _chance(beats_s: _Curve) -> float:
    """Share of random times that fall on a beat: windows of 160 ms over the beat's length."""
    if len(beats_s) < 2:
        return 0.0
    period_s = float(np.median(np.diff(np.sort(beats_s))))
    return min(1.0, 2 * _TOGETHER_S / period_s) if period_s > 0 else 1.0


def _is_beginning(starts: Times, clip_duration_s: float, music: MusicForm) -> Times:
    """1 where the track or a section begins, else 0; ½ where an intro would fill the clip."""
    beginning: Times = (starts == 0).astype(np.float64)
    if music.marks is None or not music.marks.sections:
        return beginning
    sections = np.asarray([section.start_s for section in music.marks.sections], np.float64)
    beginning[np.abs(starts[:, None] - sections).min(axis=1) <= _SAME_TIME_S] = 1.0
    if len(sections) > 1 and sections[1] > _LONG_INTRO * clip_duration_s:
        beginning[starts <= sections[0] + _SAME_TIME_S] = 0.5
    return beginning


def _is_silent(
    starts: Times, energy_curve: _Curve, track_duration_s: float
) -> npt.NDArray[np.bool_]:
    if not len(energy_curve) or track_duration_s <= 0:
        return np.zeros(len(starts), np.bool_)
    energy = _at(starts + 0.5, energy_curve, track_duration_s)
    silent: npt.NDArray[np.bool_] = energy < _SILENT_SHARE * float(np.median(energy_curve))
    # A track may begin softly on purpose.
    return silent & (starts > 0)
