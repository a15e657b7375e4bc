"""Progress of long work, and the one place where it can be stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from engine.errors import Cancelled


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """What a long task reports: `done` of `total` (None when unknown) in the named stage.

    Attributes:
        stage: a translated noun phrase.
        done, total: in a unit of the task's own.
        item: what is worked on, of several, such as the name of a file.
    """

    stage: str
    done: float
    total: float | None
    item: str = ""


class Progress:
    """Passes steps to a listener and raises `Cancelled` once `cancel` was called.

    Args:
        listener: called with each `ProgressStep`, on the thread that works.
    """

    def __init__(self, listener: Callable[[ProgressStep], None] | None = None) -> None:
        self._listener = listener
        self._cancelled = Event()

    def step(self, stage: str, done: float = 0, total: float | None = None, item: str = "") -> None:
        """Report; see `ProgressStep` for the arguments.

        Raises:
            Cancelled: when the user asked to stop.
        """
        self.check()
        if self._listener is not None:
            self._listener(ProgressStep(stage, done, total, item))

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

    def check(self) -> None:
        """Raise `Cancelled` when the user asked to stop."""
        self._whole.check()

    def cancel(self) -> None:
        """Ask the whole task to stop at its next step."""
        self._whole.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether the whole task was asked to stop."""
        return self._whole.cancelled


def silent() -> Progress:
    """Return a progress that nobody listens to."""
    return Progress()
