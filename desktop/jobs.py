"""One `Job` wraps every engine call, so that the window never waits.

Reads run in parallel; changes are written one after the other on one thread. Adding a folder takes
long and writes only now and then, so it has a separate thread: no other change waits for it. Work
that the user didn't start has another one, for the same reason, and so have what is prepared to be
played next, the clips of a folder, and training. A job's signals always arrive on the thread that
made it, so a slot may use widgets.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import Enum
from functools import partial
from queue import SimpleQueue

from PySide6.QtCore import SIGNAL, QObject, Qt, QTimer, Signal, SignalInstance

from engine.errors import Cancelled, SoundbedError
from engine.paths import log_file
from engine.progress import Progress, ProgressStep
from engine.translation import tr

_log = logging.getLogger(__name__)
_SECONDS_BETWEEN_STEPS = 0.03
_RETURNED_AFTER_MS = 20
# Of all jobs that ended: no job and its progress refer to each other then.
_ENDED = Progress()


def _nothing(_progress: Progress) -> None:
    """Stand for the work of a job that ended."""


class Lane(Enum):
    """Where a job runs: `READ` in parallel, the others one after the other."""

    READ = "read"
    WRITE = "write"
    INDEX = "index"
    BACKGROUND = "background"
    AHEAD = "ahead"
    BATCH = "batch"
    TRAINING = "training"


_THREADS = {lane: 4 if lane is Lane.READ else 1 for lane in Lane}


class _Signals(QObject):
    """The signals of one job at a time."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()
    pause_changed = Signal()

    def disconnect_all(self) -> None:
        """Forget who follows them."""
        followed = {
            "progressed(PyObject)": self.progressed,
            "succeeded(PyObject)": self.succeeded,
            "failed(PyObject)": self.failed,
            "cancelled()": self.cancelled,
            "ended()": self.ended,
            "pause_changed()": self.pause_changed,
        }
        for name, signal in followed.items():
            # `QMetaMethod.fromSignal` would keep this object for ever.
            if self.receivers(SIGNAL(name)):
                signal.disconnect()


class Job:
    """One engine call on its own thread, with progress and cancel.

    It isn't a `QObject`: a window makes ten thousand jobs in an hour, and PySide keeps some memory
    of each. Its signals are borrowed from the `JobRunner`.

    Args:
        work: called off the GUI thread with a `Progress`; what it returns goes to `succeeded`.
        lane: where it runs.
        signals: that nobody follows yet.
        post: called on the worker's thread with what is then called on the GUI thread.
    """

    def __init__(
        self,
        work: Callable[[Progress], object],
        lane: Lane,
        signals: _Signals,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._work = work
        self._lane = lane
        self._signals = signals
        self._post = post
        self._progress = Progress(self._relay)
        self._last_stage = ""
        self._last_step = 0.0

    @property
    def progressed(self) -> SignalInstance:
        """Sent with each `ProgressStep`, unless they follow too closely."""
        return self._signals.progressed

    @property
    def succeeded(self) -> SignalInstance:
        """Sent with what the work returned."""
        return self._signals.succeeded

    @property
    def failed(self) -> SignalInstance:
        """Sent with the `SoundbedError`."""
        return self._signals.failed

    @property
    def cancelled(self) -> SignalInstance:
        """Sent in place of the other two after `cancel`."""
        return self._signals.cancelled

    @property
    def ended(self) -> SignalInstance:
        """Sent after each of the three."""
        return self._signals.ended

    @property
    def pause_changed(self) -> SignalInstance:
        """Sent when the work is asked to wait, or to continue."""
        return self._signals.pause_changed

    def run(self) -> None:
        """Do the work; called on a worker thread by the `JobRunner`."""
        result: object = None
        error: BaseException | None = None
        try:
            if self._lane is not Lane.WRITE:
                # What was cancelled in the queue isn't started, except for writes.
                self._progress.check()
            result = self._work(self._progress)
        except (Cancelled, SoundbedError) as expected:
            error = expected
        except Exception as unexpected:  # noqa: BLE001 - a bug shows an error; the window stays open
            _log.exception("a task of the window failed")
            error = SoundbedError(
                tr("Something went wrong inside Soundbed ({kind}).").format(
                    kind=type(unexpected).__name__
                ),
                remedy=tr("The details are in the log: {log}").format(log=log_file()),
            )
        self._post(partial(self._finish, result, error))

    def cancel(self) -> None:
        """Ask the work to stop; `cancelled` follows, and never `succeeded`."""
        self._progress.cancel()

    def pause(self) -> None:
        """Ask the work to wait at its next step."""
        self._progress.pause()
        self.pause_changed.emit()

    def resume(self) -> None:
        """Let paused work continue."""
        self._progress.resume()
        self.pause_changed.emit()

    @property
    def paused(self) -> bool:
        """Whether the work was asked to wait."""
        return self._progress.paused

    def release(self, silent: _Signals) -> _Signals:
        """Forget what it worked with, after its end, and return its signals for another job.

        Args:
            silent: its signals from now on, which nobody sends.
        """
        self._work, self._progress = _nothing, _ENDED
        mine, self._signals = self._signals, silent
        mine.disconnect_all()
        return mine

    def _relay(self, step: ProgressStep) -> None:
        now = time.monotonic()
        if step.stage == self._last_stage and now - self._last_step < _SECONDS_BETWEEN_STEPS:
            return
        self._last_stage, self._last_step = step.stage, now
        self._post(partial(self._report, step))

    def _report(self, step: ProgressStep) -> None:
        if not self._progress.cancelled:
            self.progressed.emit(step)

    def _finish(self, result: object, error: BaseException | None) -> None:
        if self._progress.cancelled or isinstance(error, Cancelled):
            self.cancelled.emit()
        elif error is not None:
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)
        self.ended.emit()


class JobRunner(QObject):
    """Starts jobs, keeps them alive until they end, and stops them all when the window closes."""

    _posted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {
            lane: ThreadPoolExecutor(n_threads, thread_name_prefix=f"soundbed-{lane.value}")
            for lane, n_threads in _THREADS.items()
        }
        self._running: set[Job] = set()
        self._returning: dict[Job, Future[None]] = {}
        self._ended: list[Job] = []
        self._free = [_Signals(self)]
        # Of all jobs that ended: nobody sends them.
        self._silent = _Signals(self)
        self._calls: SimpleQueue[Callable[[], None]] = SimpleQueue()
        # Queued explicitly: an automatic connection can mistake the worker thread for this one.
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)
        self._releasing = QTimer(self, interval=_RETURNED_AFTER_MS)
        self._releasing.timeout.connect(self._release_returned)

    def start(self, work: Callable[[Progress], object], lane: Lane = Lane.READ) -> Job:
        """Start `work`; connect to the job's signals before returning to the event loop."""
        signals = self._free.pop() if self._free else _Signals(self)
        job = Job(work, lane, signals, self._post)
        self._running.add(job)
        signals.ended.connect(lambda: self._remove(job))
        self._returning[job] = self._lanes[lane].submit(_run, [job])
        return job

    @property
    def n_running(self) -> int:
        """How many jobs haven't ended yet."""
        return len(self._running)

    def shutdown(self) -> None:
        """Cancel all long work and wait for the threads; writes in the queue are still done."""
        for job in self._running:
            job.cancel()
        for executor in self._lanes.values():
            executor.shutdown(wait=True)
        self._releasing.stop()
        for job in (*self._running, *self._ended):
            # Jobs that would follow it can no longer be started.
            job.release(self._silent)
        self._running.clear()
        self._ended.clear()
        self._returning.clear()

    def _post(self, call: Callable[[], None]) -> None:
        self._calls.put(call)
        self._posted.emit()

    def _call(self) -> None:
        self._calls.get_nowait()()

    def _remove(self, job: Job) -> None:
        self._running.discard(job)
        self._ended.append(job)
        if not self._releasing.isActive():
            self._releasing.start()

    def _release_returned(self) -> None:
        # While a job's thread has it, that thread may be the last, and would delete the widgets
        # that the job worked with.
        returned = [job for job in self._ended if self._returning[job].done()]
        self._ended = [job for job in self._ended if job not in returned]
        for job in returned:
            del self._returning[job]
            self._free.append(job.release(self._silent))
        if not self._ended:
            self._releasing.stop()


def _run(jobs: list[Job]) -> None:
    # A thread keeps its last arguments until it has other work; the list is empty by then.
    jobs.pop().run()


class LatestJobs:
    """Jobs by what they find out: a new one stops the one before.

    Args:
        runner: where they run.
    """

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self._jobs: dict[str, Job] = {}

    def start(self, name: str, work: Callable[[Progress], object]) -> Job:
        """Start `work` in place of the job of that name."""
        self.stop(name)
        job = self._jobs[name] = self._runner.start(work)
        job.ended.connect(lambda: self._remove(name, job))
        return job

    def stop(self, name: str) -> None:
        """Stop the job of a name, if one is running."""
        job = self._jobs.pop(name, None)
        if job is not None:
            job.cancel()

    def is_running(self, name: str, job: Job | None = None) -> bool:
        """Return whether a job of a name, or this one, hasn't ended yet and is the latest."""
        running = self._jobs.get(name)
        return running is not None and job in (None, running)

    def is_latest(self, name: str, job: Job) -> bool:
        """Return whether no other job has taken the place of one."""
        return self._jobs.get(name, job) is job

    def _remove(self, name: str, job: Job) -> None:
        if self._jobs.get(name) is job:
            del self._jobs[name]
