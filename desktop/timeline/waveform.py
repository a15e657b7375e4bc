"""The arithmetic of waveforms: peaks of a sound as columns of pixels."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arrangement.arrangement import MusicItem
from engine.arrangement.gains import linear_gain
from engine.arrangement.segments import Segment

Curve = npt.NDArray[np.float64]

_FULL_SCALE = 127.0
# Each level of a pyramid has a quarter of the columns of the one before.
_FEWER = 4
_FEWEST = 64


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """The loudest sample of equally long columns of a sound, in several widths.

    Attributes:
        duration_s: of the sound.
        levels: (n,) of 0..1 each, the finest first; never empty.
    """

    duration_s: float
    levels: tuple[Curve, ...]

    @classmethod
    def of(cls, extremes: npt.NDArray[np.int8], duration_s: float) -> "Peaks":
        """Return the peaks of a sound from its stored ones.

        Args:
            extremes: lowest and highest sample of equally long columns, int8 (n, 2).
            duration_s: of the sound.
        """
        loudest: Curve = np.abs(extremes.astype(np.float64)).max(axis=1, initial=0.0) / _FULL_SCALE
        levels = [np.minimum(loudest, 1.0)]
        while len(levels[-1]) > _FEWEST:
            starts = np.arange(0, len(levels[-1]), _FEWER)
            levels.append(np.maximum.reduceat(levels[-1], starts))
        return cls(duration_s, tuple(levels))

    @property
    def per_s(self) -> float:
        """How many columns a second has; 0 for no sound."""
        return len(self.levels[0]) / self.duration_s if self.duration_s > 0 else 0.0

    def columns(self, first_s: float, step_s: float, n_columns: int) -> Curve:
        """Return the peak of each of `n_columns` parts of `step_s`, from `first_s` on, 0..1.

        Parts outside the sound are silent.
        """
        if n_columns <= 0 or self.per_s <= 0:
            return np.zeros(max(n_columns, 0))
        edges_s = first_s + np.arange(n_columns + 1) * step_s
        middles_s = (edges_s[:-1] + edges_s[1:]) / 2
        inside = (middles_s >= 0) & (middles_s < self.duration_s)
        stored_per_part = step_s * self.per_s
        if stored_per_part <= 1:
            finest = self.levels[0]
            stored_at = middles_s * self.per_s - 0.5
            found = np.interp(stored_at, np.arange(len(finest)), finest)
            return np.where(inside, found, 0.0)
        number = min(int(math.log(stored_per_part, _FEWER)), len(self.levels) - 1)
        level = self.levels[number]
        per_s = self.per_s / _FEWER**number
        starts = np.clip((edges_s * per_s).astype(np.int64), 0, len(level))
        padded = np.append(level, 0.0)
        found = np.maximum.reduceat(padded, starts)[:-1]
        return np.where(inside, found, 0.0)


def item_columns(
    item: MusicItem, peaks: Peaks, first_s: float, step_s: float, n_columns: int
) -> Curve:
    """Return the waveform of a music item, with its splices, fades and level, 0..1.

    Args:
        item: to draw.
        peaks: of its track.
        first_s: time in the item of the first column's start.
        step_s: length of a column.
        n_columns: how many are drawn.
    """
    envelope = np.zeros(max(n_columns, 0))
    times_s: Curve = first_s + (np.arange(n_columns, dtype=np.float64) + 0.5) * step_s
    for segment in item.segments:
        begin = max(0, math.floor((segment.item_start_s - first_s) / step_s))
        end = min(n_columns, math.ceil((segment.item_end_s - first_s) / step_s))
        if end <= begin:
            continue
        into_s = times_s[begin:end] - segment.item_start_s
        from_s = segment.track_start_s + first_s + begin * step_s - segment.item_start_s
        level: Curve = peaks.columns(from_s, step_s, end - begin) * fade(segment, into_s)
        level[(into_s < 0) | (into_s >= segment.duration_s)] = 0.0
        envelope[begin:end] = np.maximum(envelope[begin:end], level)
    whole = Segment(0.0, 0.0, item.duration_s, item.fade_in_s, item.fade_out_s)
    # A muted item is drawn as it would be; that it is muted is shown by its colour.
    gain = linear_gain(item.match_gain_db) * linear_gain(item.gain_db)
    return np.minimum(envelope * fade(whole, times_s) * gain, 1.0)


def fade(segment: Segment, into_s: Curve) -> Curve:
    """Return the gain of a segment's equal-power fades, 0..1, at times from its start."""
    gain = np.ones_like(into_s)
    if segment.fade_in_s > 0:
        gain *= np.sin(np.pi / 2 * np.clip(into_s / segment.fade_in_s, 0, 1))
    if segment.fade_out_s > 0:
        left_s = segment.duration_s - into_s
        gain *= np.sin(np.pi / 2 * np.clip(left_s / segment.fade_out_s, 0, 1))
    return gain


def played_parts(item: MusicItem) -> list[tuple[float, float]]:
    """Return which parts of its track an item plays, (from, to) in seconds, in its order."""
    return [
        # What plays only in a crossfade belongs to the part before it.
        (s.track_start_s + (s.fade_in_s if number else 0.0), s.track_start_s + s.duration_s)
        for number, s in enumerate(item.segments)
    ]


def joined(parts: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the parts in the track's order; those that touch or overlap are joined."""
    found: list[tuple[float, float]] = []
    for from_s, to_s in sorted(parts):
        if found and from_s <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], to_s))
        else:
            found.append((from_s, to_s))
    return found
