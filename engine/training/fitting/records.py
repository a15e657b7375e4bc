"""What the fits of a system leave: how each went, and the state that it resumes from.

A system fits its networks deep inside, a teacher shared with others among them. Whoever asked for
it opens `recording`, within which every fit is noted and, given a folder, saved and resumed.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from engine.progress import Progress
from engine.training.fitting.checkpoint import Checkpoint
from engine.training.fitting.trainer import Fit, Objective, fit
from engine.training.method.training_config import TrainingConfig

TEACHER: Final = "teacher"
STUDENT: Final = "student"


@dataclass(frozen=True, slots=True)
class FitRecord:
    """One fit.

    Attributes:
        role: `TEACHER`, or `STUDENT` for any network that learns from uploaders.
        fit: how it went.
    """

    role: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Records:
    """The fits that were made so far.

    Attributes:
        states: the folder of saved states; None saves nothing.
        fits: in their order.
        names: how many fits of each name saved their state.
    """

    states: Path | None
    fits: list[FitRecord] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)

    def checkpoint(self, role: str, seed: int) -> Checkpoint | None:
        """Return where the next fit of a role saves its state; a system makes them in one order."""
        if self.states is None:
            return None
        name = f"{role}-{seed}"
        self.names[name] += 1
        number = self.names[name]
        return Checkpoint(self.states / f"{name if number == 1 else f'{name}-{number}'}.npz")


_current: ContextVar[Records | None] = ContextVar("records", default=None)


@contextmanager
def recording(states: Path | None = None) -> Iterator[list[FitRecord]]:
    """Yield the list that every fit within the block is added to.

    Args:
        states: the folder where their states are saved and resumed from; None saves nothing.
    """
    records = Records(states)
    token = _current.set(records)
    try:
        yield records.fits
    finally:
        _current.reset(token)


def resumed_fit(
    role: str, objective: Objective, config: TrainingConfig, progress: Progress, stage: str
) -> Fit:
    """Fit a network in place, from the state that the open `recording` has of it, if any.

    Args:
        role: see `FitRecord`.
        objective, config, progress, stage: see `fit`.
    """
    records = _current.get()
    checkpoint = None if records is None else records.checkpoint(role, config.seed)
    return fit(objective, config, progress, stage, checkpoint)


def note(role: str, found: Fit) -> None:
    """Add a fit to the open `recording`; also one that was made earlier and is used again."""
    records = _current.get()
    if records is not None:
        records.fits.append(FitRecord(role, found))
