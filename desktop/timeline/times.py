"""Times as the user reads them: timecode, frames or seconds, and the ticks of the ruler."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from desktop.timeline.scale import Scale
from engine.media.timecode import TimecodeBase
from engine.settings import TimeDisplay

_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14400)
_FINE_STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MAX_TICKS = 500


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the ruler with its label."""

    time_s: float
    label: str


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How times of a clip are written.

    Attributes:
        base: how its frames are numbered.
        display: what the user chose.
    """

    base: TimecodeBase
    display: TimeDisplay = "timecode"

    def frame_at(self, time_s: float) -> int:
        """Return the frame that is shown at a time."""
        # A hundredth of a frame is rounding.
        return int(max(0.0, time_s) * float(self.base.rate) + 0.01)

    def text(self, time_s: float) -> str:
        """Return a time of the clip."""
        if self.display == "seconds":
            return format_time(time_s)
        frame = self.frame_at(time_s)
        return str(frame) if self.display == "frames" else self.base.text(frame)

    def length_text(self, duration_s: float) -> str:
        """Return the length of a clip; in timecode it counts from zero."""
        if self.display != "timecode":
            return self.text(duration_s)
        # A length of an hour is an hour, whatever numbers the timecode leaves out on the way.
        return TimecodeBase(self.base.rate, self.base.is_drop).text(self.frame_at(duration_s))

    def ticks(self, scale: Scale, least_px: float) -> list[Tick]:
        """Return the ticks of the ruler on round times, each at least `least_px` from the next."""
        if scale.per_s <= 0:
            return []
        least_s = least_px / scale.per_s
        kinds = {
            "seconds": self._second_ticks,
            "frames": self._frame_ticks,
            "timecode": self._timecode_ticks,
        }
        found: list[Tick] = []
        for tick in kinds[self.display](scale, least_s):
            if tick.time_s > min(scale.end_s, scale.duration_s) or len(found) >= _MAX_TICKS:
                break
            found.append(tick)
        return found

    def _second_ticks(self, scale: Scale, least_s: float) -> Iterator[Tick]:
        step_s = _first_from(least_s, (*_FINE_STEPS_S, *_STEPS_S))
        decimals = 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2
        for number in count(int(scale.first_s / step_s)):
            yield Tick(number * step_s, format_time(number * step_s, decimals))

    def _frame_ticks(self, scale: Scale, least_s: float) -> Iterator[Tick]:
        rate = float(self.base.rate)
        decades = (step * 10**power for power in range(9) for step in (1, 2, 5))
        step = next(each for each in decades if each / rate >= least_s)
        for frame in count(int(scale.first_s * rate) // step * step, step):
            yield Tick(frame / rate, str(frame))

    def _timecode_ticks(self, scale: Scale, least_s: float) -> Iterator[Tick]:
        base, rate = self.base, float(self.base.rate)
        # Other steps would leave a shorter one before each second, where labels would meet.
        frames = [step for step in range(1, base.n_per_second) if not base.n_per_second % step]
        step = next((each for each in frames if each / rate >= least_s), None)
        if step is not None:
            yield from self._ticks_between_seconds(scale, step)
            return
        step_s = round(_first_from(least_s, _STEPS_S))
        first = base.first_frame + int(scale.first_s * rate)
        for seconds in count(base.seconds_of(first) // step_s * step_s, step_s):
            frame = base.number_of(seconds) - base.first_frame
            if frame >= 0:
                yield Tick(frame / rate, base.text(frame))

    def _ticks_between_seconds(self, scale: Scale, step: int) -> Iterator[Tick]:
        base = self.base
        for frame in count(int(scale.first_s * float(base.rate))):
            text = base.text(frame)
            # Counted within the second, so that each second starts with a tick.
            if int(text[9:]) % step == 0:
                yield Tick(float(frame / base.rate), text)


def format_time(time_s: float, decimals: int = 2) -> str:
    """Return 83.456 as 1:23.46 and 3723 as 1:02:03.00."""
    ticks = round(max(time_s, 0.0) * 10**decimals)
    whole, rest = divmod(ticks, 10**decimals)
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    tail = f".{rest:0{decimals}d}" if decimals else ""
    return f"{head}:{seconds:02d}{tail}"


def _first_from(least: float, steps: tuple[float, ...]) -> float:
    return next((step for step in steps if step >= least), steps[-1])
