"""Progress of long work, and the one place where it can be stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from engine.errors import Cancelled


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """What a long task reports: `done` of `total` (None when unknown) in the named stage."""

    stage: str
    done: float
    total: float | None


class Progress:
    """Passes steps to a listener and raises `Cancelled` once `cancel` was called.

    Args:
        listener: called with each `ProgressStep`, on the thread that works.
    """

    def __init__(self, listener: Callable[[ProgressStep], None] | None = None) -> None:
        self._listener = listener
        self._cancelled = Event()

    def step(self, stage: str, done: float = 0, total: float | None = None) -> None:
        """Report; the stage is a translated noun phrase such as "Reading frames".

        Raises:
            Cancelled: when the user asked to stop.
        """
        self.check()
        if self._listener is not None:
            self._listener(ProgressStep(stage, done, total))

    def check(self) -> None:
        """Raise `Cancelled` when the user asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def cancel(self) -> None:
        """Ask the task to stop at its next step; safe from any thread."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()


def silent() -> Progress:
    """Return a progress that nobody listens to."""
    return Progress()
