"""Undo and redo: every change is an operation of the engine, and its inverse undoes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from PySide6.QtCore import QObject, Signal, SignalInstance

from desktop.jobs import JobRunner, Lane
from desktop.session import Session
from engine.errors import InputError, SoundbedError
from engine.library.operation import Operation
from engine.progress import Progress

_MAX_STEPS = 100


@dataclass(slots=True, eq=False)
class _Step:
    """A change that can be undone, or redone.

    Attributes:
        name: of the change, translated.
        operation: what undoes or redoes it; None until the change is made, and permanently if it
            can't be undone.
        clip: content hash of the clip whose step it is, None for a step of the library.
        group: steps of one group that follow each other are undone and redone together.
    """

    name: str
    operation: Operation | None = None
    clip: str | None = None
    group: object = field(default_factory=object)


class UndoStack(QObject):
    """Makes changes on the one thread that writes, and undoes them in reverse order.

    A change can be undone right away, since its inverse runs after it on the same thread.

    Args:
        session: runs the operations.
        runner: has the thread.
        parent: its owner on the GUI thread.
    """

    changed = Signal()
    done = Signal(object)
    failed = Signal(object)
    undone = Signal(str)
    redone = Signal(str)

    def __init__(self, session: Session, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._clip: str | None = None
        self._running: list[_Step] = []

    @property
    def busy(self) -> bool:
        """Whether an operation is running or waiting to run."""
        return bool(self._running)

    def is_changing(self, clip: str) -> bool:
        """Return whether a step of the clip is running or waiting to run."""
        return any(step.clip == clip for step in self._running)

    @property
    def undo_name(self) -> str | None:
        """The name of the change that `undo` undoes, None when there is none."""
        # That of a group is what the user did: its first change.
        return _top_group(self._undo)[-1].name if self._undo else None

    @property
    def redo_name(self) -> str | None:
        """The name of the change that `redo` makes again, None when there is none."""
        return self._redo[-1].name if self._redo else None

    def do(
        self, operation: Operation, clip: str | None = None, group: object | None = None
    ) -> object:
        """Make a change that the user asked for; `done` or `failed` follows.

        Args:
            operation: the change.
            clip: content hash of the clip whose step it is, None for a step of the library.
            group: of the change that this one follows from: both are one step, unless another
                change came between.

        Returns:
            The group of this change.
        """
        self._redo.clear()
        step = _Step(operation.name, operation, clip, group or object())
        self._run(step, self._undo)
        return step.group

    def do_silently(self, operation: Operation) -> None:
        """Make a change that follows from something else, and is no step."""
        self._run(_Step(operation.name, operation), [])

    def add(self, name: str, inverse: Operation) -> None:
        """Add a step for a change that was made elsewhere.

        Args:
            name: of the change, translated.
            inverse: undoes it.
        """
        self._redo.clear()
        self._undo.append(_Step(name, inverse))
        del self._undo[:-_MAX_STEPS]
        self.changed.emit()

    def undo(self) -> None:
        """Undo the last change, if there is one."""
        self._step_back(self._undo, self._redo, self.undone, self.undo_name)

    def redo(self) -> None:
        """Make the change again that was undone last, if there is one."""
        self._step_back(self._redo, self._undo, self.redone, self.redo_name)

    def _step_back(
        self, steps: list[_Step], to: list[_Step], announce: SignalInstance, name: str | None
    ) -> None:
        """Take back the last group of `steps`; its name is announced once it is done."""
        group = _top_group(steps)
        del steps[len(steps) - len(group) :]
        for step in group:
            says = partial(announce.emit, name) if step is group[-1] else None
            self._run(step, to, steps, says)

    def forget(self) -> None:
        """Forget all steps: the library is another one than they were made in."""
        self._undo.clear()
        self._redo.clear()
        self.changed.emit()

    def open_clip(
        self, clip: str, undo: Sequence[Operation] = (), redo: Sequence[Operation] = ()
    ) -> None:
        """Put the saved steps of a clip below those of the library; steps of another clip go.

        Args:
            clip: its content hash.
            undo: what undoes its saved steps, the next one last.
            redo: what makes its undone steps again, the next one last.
        """
        self._clip = clip
        for steps, saved in ((self._undo, undo), (self._redo, redo)):
            kept = [step for step in steps if step.clip is None]
            steps[:] = [*(_Step(each.name, each, clip) for each in saved), *kept]
        self.changed.emit()

    def _run(
        self,
        change: _Step,
        to: list[_Step],
        origin: list[_Step] | None = None,
        announce: Callable[[], None] | None = None,
    ) -> None:
        """Make a change and put its inverse on the list `to`.

        Args:
            change: the step to make.
            to: where its inverse goes.
            origin: where the step goes back to after an error that may pass, such as a full disk.
            announce: called once it is made.
        """
        inverse = _Step(change.name, clip=change.clip, group=change.group)
        to.append(inverse)
        del to[:-_MAX_STEPS]
        self._running.append(change)

        def work(_progress: Progress) -> Operation | None:
            # The inverse of an earlier change is known only here, after it was made.
            operation = change.operation
            if operation is not None:
                inverse.operation = self._session.apply(operation)
            return operation

        def finish(operation: Operation | None) -> None:
            self._running.remove(change)
            if inverse.operation is None:
                _remove(inverse, to)
            self.changed.emit()
            if operation is not None:
                self.done.emit(operation)
                if announce is not None:
                    announce()

        def fail(error: SoundbedError) -> None:
            self._running.remove(change)
            _remove(inverse, to)
            # A step that the library no longer allows would block the steps below it.
            can_retry = not isinstance(error, InputError)
            if origin is not None and can_retry and change.clip in (None, self._clip):
                origin.append(change)
            self.changed.emit()
            self.failed.emit(error)

        job = self._runner.start(work, Lane.WRITE)
        job.succeeded.connect(finish)
        job.failed.connect(fail)
        self.changed.emit()


def _top_group(steps: Sequence[_Step]) -> list[_Step]:
    """Return the last steps that are undone together, the next one first."""
    return list(takewhile(lambda step: step.group is steps[-1].group, reversed(steps)))


def _remove(step: _Step, steps: list[_Step]) -> None:
    # It may be gone already: another clip was opened, or a new change ended what could be redone.
    if step in steps:
        steps.remove(step)
