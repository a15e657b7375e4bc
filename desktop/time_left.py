"""How long a task still takes, by its speed so far."""

import time
from collections.abc import Callable

from engine.progress import ProgressStep
from engine.translation import tr, trn

_MIN_ELAPSED_S = 5.0
_MIN_DONE = 0.3
_MINUTE_S, _HOUR_S = 60, 3600


class TimeLeft:
    """Follows the steps of a task.

    Speed is measured from the first step: an earlier run may have done part of the work.

    Args:
        now: the clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._start: tuple[float, float] | None = None

    def follow(self, step: ProgressStep) -> float | None:
        """Return the seconds left after a step; None while that can't be known."""
        if step.total is None:
            return None
        if self._start is None:
            self._start = (self._now(), step.done)
        elapsed_s, done = self._now() - self._start[0], step.done - self._start[1]
        if elapsed_s < _MIN_ELAPSED_S or done < _MIN_DONE:
            return None
        return max(0.0, step.total - step.done) * elapsed_s / done


def time_left_words(seconds: float) -> str:
    """Return a time in words, rounded as an estimate deserves."""
    if seconds < _MINUTE_S:
        return tr("less than a minute left")
    minutes = round(seconds / _MINUTE_S)
    if seconds < _HOUR_S:
        return trn("about {n} minute left", "about {n} minutes left", minutes).format(n=minutes)
    hours, minutes = divmod(5 * round(seconds / _MINUTE_S / 5), 60)
    return tr("about {hours} h {minutes} min left").format(hours=hours, minutes=minutes)
