"""Which part of the clip the timeline shows, and on which pixels."""

from dataclasses import dataclass, replace
from typing import overload

import numpy as np
import numpy.typing as npt

# Zoomed in all the way, a frame is wide enough to point at.
SHORTEST_SHOWN_S = 0.4
_STILL_SEEN = 0.08


@dataclass(frozen=True, slots=True)
class Scale:
    """Times of the clip as pixels of the timeline.

    Attributes:
        duration_s: of the clip.
        width_px: of the timeline.
        shown_s: how much of the clip is shown, at most all of it.
        first_s: the time at the left edge.
    """

    duration_s: float = 0.0
    width_px: float = 1.0
    shown_s: float = 0.0
    first_s: float = 0.0

    @property
    def per_s(self) -> float:
        """Pixels per second; 0 without a clip."""
        return self.width_px / self.shown_s if self.shown_s > 0 else 0.0

    @property
    def end_s(self) -> float:
        """The time at the right edge."""
        return self.first_s + self.shown_s

    @property
    def is_fitted(self) -> bool:
        """Whether the whole clip is shown."""
        return self.shown_s >= self.duration_s

    @overload
    def x(self, time_s: float) -> float: ...

    @overload
    def x(self, time_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]: ...

    def x(self, time_s: float | npt.NDArray[np.float64]) -> float | npt.NDArray[np.float64]:
        """Return where a time is, in pixels; it may be outside what is shown."""
        return (time_s - self.first_s) * self.per_s

    def time(self, x: float) -> float:
        """Return the time at a pixel, within the clip."""
        return min(max(self.time_outside(x), 0.0), self.duration_s)

    def time_outside(self, x: float) -> float:
        """Return the time at a pixel, which may be before or after the clip."""
        return self.first_s + (x / self.per_s if self.per_s else 0.0)

    def fitted(self) -> "Scale":
        """Return the scale that shows the whole clip."""
        return replace(self, shown_s=self.duration_s, first_s=0.0)

    def resized(self, width_px: float) -> "Scale":
        """Return the same part of the clip on another width."""
        return replace(self, width_px=max(width_px, 1.0))

    def zoomed(self, factor: float, at_x: float) -> "Scale":
        """Return the scale closer by a factor, with the time at one pixel unmoved."""
        if self.duration_s <= 0:
            return self
        fixed_s = self.time_outside(at_x)
        shortest_s = min(SHORTEST_SHOWN_S, self.duration_s)
        shown_s = min(max(self.shown_s / factor, shortest_s), self.duration_s)
        return self._at(fixed_s - at_x / self.width_px * shown_s, shown_s)

    def scrolled_to(self, first_s: float) -> "Scale":
        """Return the scale with another time at the left edge, as far as the clip reaches."""
        return self._at(first_s, self.shown_s)

    def scrolled(self, by_px: float) -> "Scale":
        """Return the scale moved along the clip by pixels."""
        return self.scrolled_to(self.first_s + (by_px / self.per_s if self.per_s else 0.0))

    def revealing(self, time_s: float) -> "Scale":
        """Return the scale turned like a page where a time isn't shown."""
        if self.first_s <= time_s < self.end_s or self.is_fitted:
            return self
        return self.scrolled_to(time_s - _STILL_SEEN * self.shown_s)

    def _at(self, first_s: float, shown_s: float) -> "Scale":
        first_s = min(max(first_s, 0.0), max(self.duration_s - shown_s, 0.0))
        return replace(self, first_s=first_s, shown_s=shown_s)
