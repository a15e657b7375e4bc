"""The level of the music over the clip: the user's volume points, and ducking under speech.

Both are straight lines in dB between points. One function computes their sum, so that what is
played, drawn and handed over is the same.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.arrangement.clip_part import MAX_FRAME
from engine.arrangement.gains import MUTED_DB, check_gain
from engine.arrangement.segments import MAX_DURATION_S, unusable

MAX_SPANS = 100_000
MAX_DEPTH_DB = 60.0
MIN_RAMP_S = 0.01
MAX_RAMP_S = 10.0

_Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class VolumePoint:
    """The level of the music at a frame.

    Attributes:
        frame: of the clip.
        gain_db: `MUTED_DB` and below is silence.
    """

    frame: int
    gain_db: float

    def __post_init__(self) -> None:
        if not 0 <= self.frame <= MAX_FRAME:
            raise unusable("volume")
        check_gain(self.gain_db)


@dataclass(frozen=True, slots=True)
class Span:
    """A part of the clip, in seconds from its start."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not 0 <= self.start_s < self.end_s <= MAX_DURATION_S:
            raise unusable("ducking")


@dataclass(frozen=True, slots=True)
class Ducking:
    """Lowers the music where somebody speaks.

    Attributes:
        spans: where somebody speaks, by time, without overlaps.
        depth_db: by how much the music is lowered there.
        attack_s: how long it takes to be lowered; it is when the speech begins.
        release_s: how long it takes to be back after the speech. Where there is no time to be
            back before the next attack, the music stays down.
    """

    spans: tuple[Span, ...]
    depth_db: float
    attack_s: float = 0.3
    release_s: float = 0.8

    def __post_init__(self) -> None:
        if len(self.spans) > MAX_SPANS or not 0 < self.depth_db <= MAX_DEPTH_DB:
            raise unusable("ducking")
        if not all(
            MIN_RAMP_S <= ramp_s <= MAX_RAMP_S for ramp_s in (self.attack_s, self.release_s)
        ):
            raise unusable("ducking")
        if any(before.end_s > after.start_s for before, after in pairwise(self.spans)):
            raise unusable("ducking")

    @property
    def lowered(self) -> tuple[Span, ...]:
        """Where the music is all the way down: the spans, joined where it couldn't come back."""
        joined: list[Span] = []
        for span in self.spans:
            if joined and span.start_s - joined[-1].end_s < self.attack_s + self.release_s:
                joined[-1] = Span(joined[-1].start_s, span.end_s)
            else:
                joined.append(span)
        return tuple(joined)


@dataclass(frozen=True, slots=True, eq=False)
class GainPoints:
    """A level over time: straight lines in dB between points, constant outside.

    Attributes:
        times_s: float64 (n,), rising; of the clip.
        gains_db: float64 (n,).
    """

    times_s: _Values
    gains_db: _Values

    def at(self, times_s: npt.ArrayLike) -> _Values:
        """Return the level in dB at times; 0 without points."""
        times = np.asarray(times_s, np.float64)
        if not len(self.times_s):
            return np.zeros_like(times)
        return np.interp(times, self.times_s, self.gains_db)


def gain_points(
    volume: tuple[VolumePoint, ...], frame_rate: Fraction, ducking: Ducking | None
) -> GainPoints:
    """Return the level of all music over a clip: volume points plus ducking.

    Args:
        volume: by frame.
        frame_rate: of the clip, frames per second.
        ducking: None for none.
    """
    levels, ducked = _levels(volume, frame_rate), _ducked(ducking)
    times_s = np.union1d(levels.times_s, ducked.times_s)
    return GainPoints(times_s, levels.at(times_s) + ducked.at(times_s))


def gain_curve(points: GainPoints, first: int, n: int, rate_hz: int) -> npt.NDArray[np.float32]:
    """Return the factor of each sample of a part of the clip.

    Args:
        points: the level over the clip.
        first: the first sample of the part, counted from the clip's start.
        n: how many samples.
        rate_hz: samples per second.

    Returns:
        float32 (n,).
    """
    if not len(points.times_s):
        return np.ones(n, np.float32)
    gains_db = points.at((first + np.arange(n)) / rate_hz)
    return np.where(gains_db <= MUTED_DB, 0.0, 10 ** (gains_db / 20)).astype(np.float32)


def _levels(volume: tuple[VolumePoint, ...], frame_rate: Fraction) -> GainPoints:
    return GainPoints(
        np.array([float(point.frame / frame_rate) for point in volume]),
        np.array([max(point.gain_db, MUTED_DB) for point in volume]),
    )


def _ducked(ducking: Ducking | None) -> GainPoints:
    if ducking is None:
        return GainPoints(np.zeros(0), np.zeros(0))
    lowered = ducking.lowered
    starts = np.array([span.start_s for span in lowered])
    ends = np.array([span.end_s for span in lowered])
    times = np.stack([starts - ducking.attack_s, starts, ends, ends + ducking.release_s], axis=1)
    gains = np.tile([0.0, -ducking.depth_db, -ducking.depth_db, 0.0], len(lowered))
    return GainPoints(times.ravel(), gains)
