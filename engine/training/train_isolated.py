"""Trains in a process of its own: what happens there never takes the program with it.

The child sends `ProgressStep` and `LearningPoint` objects through a pipe, at last its report or its
error. It is asked to stop through the same pipe, saves its state and ends; it also ends when this
process does. Nothing here imports torch but the child.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from engine.child_process import end_process
from engine.errors import Cancelled, InputError, SoundbedError, TrainingError
from engine.locks import exclusive
from engine.media.watching import ErrorLog, redirect_output
from engine.paths import log_file
from engine.progress import LearningPoint, Progress, ProgressStep
from engine.training.preparation import Preparation
from engine.training.training_request import TrainingReport, TrainingRequest
from engine.training.unfinished_training import (
    UnfinishedTraining,
    forget_training,
    keep_training,
    unfinished_training,
)
from engine.translation import tr
from engine.unfinished import delete_unfinished

_log = logging.getLogger(__name__)
# Always a fresh interpreter: a fork of a process with threads may hang.
_context = multiprocessing.get_context("spawn")
_POLL_S = 0.1
_REPORT_SPACING_S = 0.05
# A training step and the saving of its state take no longer.
_STOP_S = 30.0
_END_S = 5.0
_LOW_PRIORITY = 10

OnPoint = Callable[[LearningPoint], None]


@dataclass(frozen=True, slots=True)
class _Fault:
    """An error that isn't one of ours, as text: not every exception can be pickled."""

    name: str
    is_memory: bool


def begin_training(
    preparation: Preparation, progress: Progress, on_point: OnPoint
) -> TrainingReport:
    """Train a pack on what was prepared, see `train_pack`.

    Until there is a pack, the run is kept (`unfinished_training`), also when it is cancelled or
    its process dies.

    Args:
        preparation: what is learnt, and from what.
        progress: as of `train_pack`.
        on_point: called with each measured point of what learns.

    Raises:
        InputError: when another program trains at the moment.
        TrainingError: when the process died, or as of `train_pack`.
        SoundbedError: as of `train_pack`.
        Cancelled: when the user stopped it.
    """
    with _alone():
        return _trained(keep_training(preparation), progress, on_point)


def continue_training(progress: Progress, on_point: OnPoint) -> TrainingReport:
    """Continue the training run that was begun.

    Args:
        progress, on_point: as of `begin_training`.

    Raises:
        InputError: when there is none, or another program trains at the moment.
        SoundbedError, Cancelled: as of `begin_training`.
    """
    with _alone():
        kept = unfinished_training()
        if kept is None:
            raise InputError(tr("There is no training to continue."), remedy=tr("Start it again."))
        return _trained(kept, progress, on_point)


def abandon_training() -> None:
    """Forget the training run that was begun, unless another program trains at the moment.

    Raises:
        InputError: when one does: it needs what is kept.
    """
    with _alone():
        forget_training()


def _alone() -> contextlib.AbstractContextManager[None]:
    def give_up() -> None:
        raise InputError(
            tr("Another window of Soundbed is training a pack."),
            remedy=tr("Wait until it is done, or cancel it there."),
        )

    return exclusive("training", "of a window", give_up)


def _trained(kept: UnfinishedTraining, progress: Progress, on_point: OnPoint) -> TrainingReport:
    report = run_in_child(kept.request, progress, on_point)
    forget_training()
    return report


def run_in_child(request: TrainingRequest, progress: Progress, on_point: OnPoint) -> TrainingReport:
    """Run `train_pack` in a process of its own; see `begin_training`."""
    connection, far = _context.Pipe()
    reader, writer = _context.Pipe(duplex=False)
    errors = ErrorLog(reader)
    # No daemon: packs of others run in a child of its own.
    process = _context.Process(target=_serve, args=(far, writer, request))
    process.start()
    far.close()
    writer.close()
    try:
        outcome = _followed(_Child(process, connection, errors), request.out, progress, on_point)
    finally:
        # One that has sent its outcome ends by itself.
        end_process(process, _END_S)
        errors.close(request.out)
        connection.close()
    if isinstance(outcome, SoundbedError | Cancelled):
        raise outcome
    if isinstance(outcome, _Fault):
        raise _failed(outcome, request.out)
    return outcome


@dataclass(frozen=True, slots=True)
class _Child:
    process: BaseProcess
    connection: Connection
    errors: ErrorLog


def _followed(
    child: _Child, out: Path, progress: Progress, on_point: OnPoint
) -> TrainingReport | SoundbedError | Cancelled | _Fault:
    """Pass on what the child sends, until it sends its outcome."""
    stopped_s: float | None = None
    while True:
        wait([child.connection], _POLL_S)
        child.errors.read(out)
        if progress.cancelled and stopped_s is None:
            stopped_s = time.monotonic()
            with contextlib.suppress(OSError):
                child.connection.send(None)
        if stopped_s is not None and time.monotonic() - stopped_s > _STOP_S:
            return Cancelled()
        try:
            while child.connection.poll():
                message = child.connection.recv()
                if isinstance(message, LearningPoint):
                    on_point(message)
                elif not isinstance(message, ProgressStep):
                    outcome: TrainingReport | SoundbedError | Cancelled | _Fault = message
                    return outcome
                elif not progress.cancelled:
                    # Cancelled in between: the child is told in the next round.
                    with contextlib.suppress(Cancelled):
                        progress.step(message.stage, message.done, message.total, message.item)
        except (EOFError, OSError):
            if progress.cancelled:
                return Cancelled()
            child.process.join(_END_S)
            return _died(child.process.exitcode, out)


def _died(code: int | None, out: Path) -> TrainingError:
    _log.error("the process that trains ended with exit code %s", code)
    return TrainingError(
        tr("the process that trained it ended unexpectedly (exit code {code}).").format(code=code),
        path=out,
        remedy=tr(
            "Memory may have run out: close other programs, then continue the training. It resumes "
            "from the last saved state."
        ),
    )


def _failed(fault: _Fault, out: Path) -> TrainingError:
    if fault.is_memory:
        return TrainingError(
            tr("there wasn't enough memory for the training."),
            path=out,
            remedy=tr("Close other programs, then continue the training."),
        )
    return TrainingError(
        tr("something went wrong inside Soundbed ({kind}).").format(kind=fault.name),
        path=out,
        remedy=tr("The details are in the log: {log}").format(log=log_file()),
    )


def _serve(connection: Connection, errors: Connection, request: TrainingRequest) -> None:
    """Train, in the child."""
    redirect_output(errors)
    if hasattr(os, "nice"):
        os.nice(_LOW_PRIORITY)
    # Ctrl-C reaches all processes of the group; the parent handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    send = _Sender(connection)
    progress = Progress(send.step, send)
    threading.Thread(target=_listen, args=(connection, progress), daemon=True).start()
    send(_outcome(request, progress))


def _outcome(
    request: TrainingRequest, progress: Progress
) -> TrainingReport | SoundbedError | Cancelled | _Fault:
    try:
        progress.step(tr("Loading PyTorch"))
        from engine.training.train_pack import train_pack

        report = train_pack(request, progress)
        assert report is not None
        return report
    except (SoundbedError, Cancelled) as error:
        return error
    except Exception as error:  # noqa: BLE001 - it is reported, and the window stays open
        traceback.print_exc()
        return _Fault(type(error).__name__, isinstance(error, MemoryError))


class _Sender:
    """Sends messages to the parent, steps at a limited rate."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._next_s = 0.0
        self._stage = ""

    def __call__(self, message: object) -> None:
        self._connection.send(message)

    def step(self, step: ProgressStep) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_s or step.stage != self._stage:
            self._next_s, self._stage = now_s + _REPORT_SPACING_S, step.stage
            self(step)


def _listen(connection: Connection, progress: Progress) -> None:
    with contextlib.suppress(EOFError, OSError):
        connection.recv()
        progress.cancel()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # The state of the last seconds is lost, no file is half written.
        delete_unfinished()
        os._exit(1)
