"""Progress of long work, and the one place where it can be stopped."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Literal

from engine.errors import Cancelled

# How soon a paused task notices that it was stopped.
_WAIT_S = 0.1
# From a shorter time, or from less of the first of several items, nothing can be foretold.
_LEAST_TAKEN_S = 2.0
_LEAST_OF_ITEM = 0.3
_ITEMS = "items"


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """What a long task reports: `done` of `total` (None when unknown) in the named stage.

    Attributes:
        stage: a translated noun phrase.
        done, total: in a unit of the task's own.
        item: what is worked on, of several, such as the name of a file.
        left_s: how long the stage, or all of several items, will probably still take; None while
            that isn't known.
    """

    stage: str
    done: float
    total: float | None
    item: str = ""
    left_s: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """How good a model is at one place of a curve, measured while it learns; lower is better.

    Attributes:
        axis: what the place counts: epochs, or how large a change of a model is.
        at, end: the place, and the last one of the axis.
        learnt: on what it learns from: the loss along epochs, else a mean rank (0 best, .5 chance).
        held_out: mean rank on what it doesn't learn from; None where nothing is held out.
    """

    axis: Literal["epoch", "size"]
    at: int
    end: int
    learnt: float
    held_out: float | None


class Progress:
    """Passes steps to a listener and raises `Cancelled` once `cancel` was called.

    Args:
        listener: called with each `ProgressStep`, on the thread that works.
        on_point: called with each `LearningPoint` of what learns, likewise.
    """

    def __init__(
        self,
        listener: Callable[[ProgressStep], None] | None = None,
        on_point: Callable[[LearningPoint], None] | None = None,
    ) -> None:
        self._listener = listener
        self._on_point = on_point
        self._cancelled = Event()
        self._running = Event()
        self._running.set()
        # What is counted, when it began, and how much was done then.
        self._counted, self._started_s, self._done_before = "", 0.0, 0.0

    def step(self, stage: str, done: float = 0, total: float | None = None, item: str = "") -> None:
        """Report; see `ProgressStep` for the arguments.

        Raises:
            Cancelled: when the user asked to stop.
        """
        self.check()
        if self._listener is not None:
            # The stages of several items make one task, whose speed counts.
            left_s = self._left_s(_ITEMS if item else stage, done, total)
            self._listener(ProgressStep(stage, done, total, item, left_s))

    def point(self, point: LearningPoint) -> None:
        """Report how good a model is."""
        if self._on_point is not None:
            self._on_point(point)

    def check(self) -> None:
        """Wait while the task is paused; raise `Cancelled` when the user asked to stop."""
        if not self._running.is_set():
            paused_s = time.monotonic()
            while not (self._cancelled.is_set() or self._running.wait(_WAIT_S)):
                pass
            self._started_s += time.monotonic() - paused_s
        if self._cancelled.is_set():
            raise Cancelled

    def pause(self) -> None:
        """Ask the task to wait at its next step; safe from any thread."""
        self._running.clear()

    def resume(self) -> None:
        """Let a paused task continue; safe from any thread."""
        self._running.set()

    @property
    def paused(self) -> bool:
        """Whether `pause` was called, and `resume` wasn't since."""
        return not self._running.is_set()

    def cancel(self) -> None:
        """Ask the task to stop at its next step; safe from any thread."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    def _left_s(self, counted: str, done: float, total: float | None) -> float | None:
        now_s = time.monotonic()
        if counted != self._counted or done < self._done_before:
            self._counted, self._started_s, self._done_before = counted, now_s, done
        taken_s, n_done = now_s - self._started_s, done - self._done_before
        least = _LEAST_OF_ITEM if counted == _ITEMS else 0.0
        if total is None or n_done <= least or taken_s < _LEAST_TAKEN_S:
            return None
        return taken_s * max(total - done, 0.0) / n_done


class PartProgress(Progress):
    """One of several parts of a long task, whose steps count as steps of the whole.

    A part may have several stages that each count from 0; the whole never goes back.

    Args:
        whole: receives every step.
        index: which part this is, from 0.
        n_parts: how many there are; each counts alike.
        item: what the part works on, see `ProgressStep`.
    """

    def __init__(self, whole: Progress, index: int, n_parts: int, item: str = "") -> None:
        super().__init__()
        self._whole = whole
        self._index = index
        self._n_parts = n_parts
        self._item = item
        self._furthest = 0.0

    def step(self, stage: str, done: float = 0, total: float | None = None, item: str = "") -> None:
        """Report; see `Progress.step`."""
        if total:
            self._furthest = max(self._furthest, min(done / total, 1.0))
        self._whole.step(stage, self._index + self._furthest, self._n_parts, item or self._item)

    def point(self, point: LearningPoint) -> None:
        """See `Progress.point`."""
        self._whole.point(point)

    def check(self) -> None:
        """See `Progress.check`."""
        self._whole.check()

    def cancel(self) -> None:
        """Ask the whole task to stop at its next step."""
        self._whole.cancel()

    def pause(self) -> None:
        """Ask the whole task to wait at its next step."""
        self._whole.pause()

    def resume(self) -> None:
        """Let the whole task continue."""
        self._whole.resume()

    @property
    def paused(self) -> bool:
        """Whether the whole task was paused."""
        return self._whole.paused

    @property
    def cancelled(self) -> bool:
        """Whether the whole task was asked to stop."""
        return self._whole.cancelled


def silent() -> Progress:
    """Return a progress that nobody listens to."""
    return Progress()
