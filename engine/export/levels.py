"""The level of a piece of music over the frames of a timeline, as points with lines between them.

Editing programs know levels at whole frames. Some draw straight lines in dB between them, some in
amplitude: points are set so close that both come out alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.arrangement.automation import GainPoints
from engine.arrangement.gains import MUTED_DB

SILENCE_DB = -96.0
_TOLERANCE_DB = 0.1
# Half way between points so far apart, a line in dB and one in amplitude differ by 0.5 dB.
_MAX_STEP_DB = 6.0

_Frames = npt.NDArray[np.int64]
_Gains = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LevelPoint:
    """A level at a frame.

    Attributes:
        frame: of the clip.
        gain_db: `SILENCE_DB` is silence.
    """

    frame: int
    gain_db: float

    @property
    def factor(self) -> float:
        """The level as a factor of the amplitude."""
        return 0.0 if self.gain_db <= SILENCE_DB else float(10 ** (self.gain_db / 20))


@dataclass(frozen=True, slots=True)
class FrameFade:
    """An equal-power fade from one frame to another; which of them is silent says `is_out`."""

    first: int
    end: int
    is_out: bool = False

    def gains_db(self, frames: _Frames) -> _Gains:
        """Return the level at frames: 0 dB on the loud side, silence on the other."""
        share = np.clip((frames - self.first) / (self.end - self.first), 0.0, 1.0)
        amplitude = np.sin(np.pi / 2 * (1 - share if self.is_out else share))
        return 20 * np.log10(np.maximum(amplitude, 10 ** (SILENCE_DB / 20)))


def level_points(
    first: int,
    end: int,
    gain_db: float,
    fades: Iterable[FrameFade],
    automation: GainPoints,
    frame_s: float,
) -> tuple[LevelPoint, ...]:
    """Return the level from one frame to another; one point where it doesn't change.

    Args:
        first, end: frames of the clip.
        gain_db: a constant gain.
        fades: of the piece; they may overlap.
        automation: volume and ducking over the clip.
        frame_s: length of a frame.
    """
    automation = _around(automation, first * frame_s, end * frame_s)
    fades = [fade for fade in fades if fade.end > fade.first]
    changes = [np.rint(time_s / frame_s).astype(np.int64) for time_s in _change_times_s(automation)]
    changes += [np.arange(fade.first, fade.end + 1) for fade in fades]
    inside = np.unique(np.clip(np.concatenate(changes), first, end))
    frames = np.union1d(inside, [first, end])
    levels = automation.at(frames * frame_s)
    gains = np.where(levels <= MUTED_DB, SILENCE_DB, levels + gain_db)
    for fade in fades:
        gains = gains + fade.gains_db(frames)
    gains = np.maximum(gains, SILENCE_DB)
    chosen = _simplified(frames, gains)
    if np.ptp(gains) < _TOLERANCE_DB / 10:
        chosen = chosen[:1]
    return tuple(LevelPoint(int(frames[n]), round(float(gains[n]), 3)) for n in chosen)


def _around(automation: GainPoints, start_s: float, end_s: float) -> GainPoints:
    """Return the points from the last one before a time to the first one after another."""
    times_s = automation.times_s
    first = max(int(np.searchsorted(times_s, start_s, side="right")) - 1, 0)
    last = int(np.searchsorted(times_s, end_s, side="left")) + 1
    return GainPoints(times_s[first:last], automation.gains_db[first:last])


def _change_times_s(automation: GainPoints) -> Iterator[npt.NDArray[np.float64]]:
    """Yield the times of the points, and times on steep lines between them."""
    yield automation.times_s
    steps = np.diff(automation.gains_db)
    for n in np.flatnonzero(np.abs(steps) > _MAX_STEP_DB):
        n_parts = int(np.ceil(abs(steps[n]) / _MAX_STEP_DB))
        yield np.linspace(automation.times_s[n], automation.times_s[n + 1], n_parts + 1)


def _simplified(frames: _Frames, gains: _Gains) -> list[int]:
    """Return which points are needed: lines between them stay within the tolerance of all others.

    (Douglas and Peucker, 1973, with the distance in dB.)
    """
    needed = {0, len(frames) - 1}
    spans = [(0, len(frames) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        line = np.interp(frames[first : last + 1], frames[[first, last]], gains[[first, last]])
        distances = np.abs(gains[first : last + 1] - line)
        middle = first + int(distances.argmax())
        if distances.max() <= _TOLERANCE_DB:
            if abs(gains[last] - gains[first]) <= _MAX_STEP_DB:
                continue
            middle = (first + last) // 2
        needed.add(middle)
        spans += [(first, middle), (middle, last)]
    return sorted(needed)
