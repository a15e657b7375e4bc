"""A training from the choice of edits to the pack, whether its window is open or not."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from desktop.jobs import Job, JobRunner, Lane
from desktop.session import Session
from desktop.training_session import TrainingWish
from engine.errors import SoundbedError
from engine.progress import LearningPoint, Progress

if TYPE_CHECKING:
    from engine.training.preparation import Preparation
    from engine.training.training_request import TrainingReport


class TrainingRun(QObject):
    """Reads the edits, trains, and keeps what came of it.

    Args:
        session: the engine.
        runner: where its calls run.
        parent: its owner.

    Attributes:
        preparation: what the edits can teach; None before they were read.
        report: of the training that ended last; None before, and once it was put aside.
        job: reads or trains; None while nothing is done.
        is_training: whether the job trains.
        points: what was measured so far of the training.
        can_resume: whether the training that was cancelled last can be continued.
    """

    prepared = Signal(object)
    preparing_failed = Signal(object)
    started = Signal(object)
    measured = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    stopped = Signal()
    _point = Signal(object)

    def __init__(self, session: Session, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self.preparation: Preparation | None = None
        self.report: TrainingReport | None = None
        self.job: Job | None = None
        self.is_training = False
        self.points: list[LearningPoint] = []
        self.can_resume = False
        # Measured on the job's thread.
        self._point.connect(self._note, Qt.ConnectionType.QueuedConnection)

    def prepare(self, wish: TrainingWish) -> Job:
        """Read the edits; `prepared` or `preparing_failed` follows unless it is cancelled."""
        session = self._session
        self.preparation = None
        job = self._begin(
            self._runner.start(
                lambda progress: session.prepare_training(wish, progress), Lane.TRAINING
            )
        )
        job.succeeded.connect(self._take_preparation)
        job.failed.connect(self.preparing_failed)
        return job

    def train(self) -> None:
        """Train on what was prepared; `succeeded`, `failed` or `stopped` follows."""
        session, preparation, emit = self._session, self.preparation, self._point.emit
        assert preparation is not None
        self._train(lambda progress: session.begin_training(preparation, progress, emit))

    def resume(self) -> None:
        """Continue the training that was begun, likewise."""
        session, emit = self._session, self._point.emit
        self._train(lambda progress: session.continue_training(progress, emit), is_kept=True)

    def cancel(self) -> None:
        """Stop what is done; a training can be continued."""
        if self.job is not None:
            self.job.cancel()

    def put_aside(self) -> None:
        """Forget what came of the last training."""
        self.report = self.preparation = None

    def _train(
        self, work: Callable[[Progress], "TrainingReport"], *, is_kept: bool = False
    ) -> None:
        self.report = None
        self.points.clear()
        self.is_training = True
        finished: list[TrainingReport] = []
        begun = threading.Event()
        if is_kept:
            begun.set()

        def train(progress: Progress) -> "TrainingReport":
            begun.set()
            finished.append(work(progress))
            return finished[0]

        job = self._begin(self._runner.start(train, Lane.TRAINING))
        job.succeeded.connect(self._take_report)
        job.failed.connect(self._fail)
        job.cancelled.connect(lambda: self._stop(finished, begun.is_set()))
        self.started.emit(job)

    def _begin(self, job: Job) -> Job:
        self.job = job
        job.ended.connect(lambda: self._end(job))
        return job

    def _end(self, job: Job) -> None:
        if self.job is job:
            self.job = None
            self.is_training = False

    def _take_preparation(self, preparation: "Preparation") -> None:
        self.preparation = preparation
        self.prepared.emit(preparation)

    def _take_report(self, report: "TrainingReport") -> None:
        self.is_training = False
        self.report = report
        self.succeeded.emit(report)

    def _fail(self, error: SoundbedError) -> None:
        self.is_training = False
        self.failed.emit(error)

    def _stop(self, finished: "Sequence[TrainingReport]", can_resume: bool) -> None:
        if finished:
            # Cancelled while the pack was written: it is there all the same.
            self._take_report(finished[0])
            return
        self.is_training = False
        self.can_resume = can_resume
        self.stopped.emit()

    def _note(self, point: LearningPoint) -> None:
        self.points.append(point)
        self.measured.emit(point)
