"""Timecode: counting frames as hours:minutes:seconds:frames, with drop-frame at NTSC rates.

At 29.97 frames per second a count of thirty to the second falls behind the clock by 3.6 s an hour.
Drop-frame timecode leaves out two numbers (four at 59.94) at the start of every minute but each
tenth, and then stays within two frames of the clock. No frame is dropped, only its number
(SMPTE ST 12-1).
"""

import re
from dataclasses import dataclass
from fractions import Fraction

_PATTERN = re.compile(r"([0-9]{1,2}):([0-9]{2}):([0-9]{2})([:;.,])([0-9]{2,3})", re.ASCII)
_HOURS = 24


@dataclass(frozen=True, slots=True)
class TimecodeBase:
    """How the frames of a clip are numbered.

    Attributes:
        rate: frames per second, exact.
        is_drop: whether numbers are left out; only at multiples of 29.97.
        first_frame: the number of the clip's first frame, counted from 00:00:00:00.
    """

    rate: Fraction
    is_drop: bool = False
    first_frame: int = 0

    def __post_init__(self) -> None:
        if self.rate <= 0 or (self.is_drop and not can_drop(self.rate)):
            raise ValueError(f"no timecode counts {self.rate} frames per second like this")

    @property
    def n_per_second(self) -> int:
        """How many frames a second of timecode counts."""
        return max(1, round(self.rate))

    @property
    def n_per_day(self) -> int:
        """After how many frames the count starts again."""
        n_minutes = _HOURS * 60
        n_left_out = self._n_dropped * (n_minutes - n_minutes // 10)
        return self.n_per_second * 60 * n_minutes - n_left_out

    @property
    def _n_dropped(self) -> int:
        return self.n_per_second // 15 if self.is_drop else 0

    def text(self, frame: int) -> str:
        """Return the timecode of a frame of the clip, such as 01:00:00;02 with drop-frame."""
        number = (self.first_frame + frame) % self.n_per_day
        if self.is_drop:
            per_minute = 60 * self.n_per_second - self._n_dropped
            tens, rest = divmod(number, 10 * per_minute + self._n_dropped)
            # The first of ten minutes leaves out nothing, and is longer by as much.
            minutes = max(0, (rest - self._n_dropped) // per_minute)
            number += self._n_dropped * (9 * tens + minutes)
        seconds, frames = divmod(number, self.n_per_second)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        width = len(str(self.n_per_second - 1))
        mark = ";" if self.is_drop else ":"
        return f"{hours:02d}:{minutes:02d}:{seconds:02d}{mark}{frames:0{max(2, width)}d}"

    def number_of(self, seconds: int) -> int:
        """Return the number of the first frame of a second of timecode, from 00:00:00:00."""
        minutes = seconds // 60
        number = seconds * self.n_per_second - self._n_dropped * (minutes - minutes // 10)
        is_left_out = seconds % 60 == 0 and minutes % 10
        return number + self._n_dropped if is_left_out else number

    def seconds_of(self, number: int) -> int:
        """Return the second of timecode that a frame is in, counted from 00:00:00:00."""
        seconds = number // self.n_per_second
        # Numbers that are left out make timecode run ahead, by four seconds an hour at most.
        while self.number_of(seconds + 1) <= number:
            seconds += 1
        return seconds


def can_drop(rate: Fraction) -> bool:
    """Return whether there is drop-frame timecode at a rate: at 29.97 and its multiples."""
    return rate.denominator == 1001 and rate.numerator % 30_000 == 0


def timecode_base(rate: Fraction, start: str | None) -> TimecodeBase:
    """Return how a clip's frames are numbered.

    Args:
        rate: frames per second, exact.
        start: the timecode of the first frame as its file says it; None for 00:00:00:00, counted
            with drop-frame where the rate allows it, as editing programs do. So is a timecode
            that can't exist at this rate.
    """
    from_zero = TimecodeBase(rate, can_drop(rate))
    found = _PATTERN.fullmatch(start.strip()) if start else None
    if found is None:
        return from_zero
    hours, minutes, seconds, frames = (int(found[group]) for group in (1, 2, 3, 5))
    # A semicolon or a full stop marks drop-frame.
    base = TimecodeBase(rate, found[4] != ":" and can_drop(rate))
    possible = hours < _HOURS and minutes < 60 and seconds < 60 and frames < base.n_per_second
    if not possible:
        return from_zero
    total_minutes = 60 * hours + minutes
    number = (60 * total_minutes + seconds) * base.n_per_second + frames
    number -= base._n_dropped * (total_minutes - total_minutes // 10)
    if base.is_drop and seconds == 0 and minutes % 10 and frames < base._n_dropped:
        return from_zero  # one of the numbers left out
    return TimecodeBase(rate, base.is_drop, number)
