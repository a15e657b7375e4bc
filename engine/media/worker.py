"""Decode untrusted files in child processes, which may hang or crash without harm."""

import contextlib
import importlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, TypeVar

from engine.child_process import end_process
from engine.errors import Cancelled, DecoderCrashed, SoundbedError, TimedOut
from engine.limits import Limits
from engine.media.watching import Beat, ErrorLog, Heart, Watch, redirect_output
from engine.progress import Progress, ProgressStep, silent
from engine.translation import tr
from engine.unfinished import delete_unfinished

T = TypeVar("T")
K = TypeVar("K")

_log = logging.getLogger(__name__)
# Always a fresh interpreter: a fork of a process with threads may hang.
_context = multiprocessing.get_context("spawn")
_POLL_S = 0.1
_REPORT_SPACING_S = 0.05
# The time that a stopped process gets to delete its temporary files; a hanging one can't.
_CLEAN_UP_S = 1.0
# Sound and picture that play come before all decoding; the highest niceness is 19.
_NORMAL_PRIORITY, _LOW_PRIORITY = 5, 19


@dataclass(frozen=True, slots=True)
class _Task:
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    memory_mb: int
    reports: bool


@dataclass(frozen=True, slots=True)
class _Fault:
    """What went wrong in the child, as text: not every exception can be pickled."""

    summary: str
    details: str


def run_isolated(
    function: Callable[..., T],
    *args: Any,
    path: Path,
    limits: Limits,
    progress: Progress | None = None,
    **kwargs: Any,
) -> T:
    """Run a module-level function in its own process, with a deadline and a memory limit.

    Args:
        function: importable by name; gets `progress` as a keyword when one is given here.
        args, kwargs: for the function; like the result, they are copied between the processes.
        path: the file concerned, named in errors.
        limits: the process is killed beyond them (its memory is limited on Linux alone).
        progress: receives the child's steps; cancelling it kills the child.

    Returns:
        What the function returned.

    Raises:
        DecoderCrashed: when the child died, hung, ran out of memory or raised another error.
        SoundbedError: whatever the function raised.
        Cancelled: when `progress` was cancelled.
    """
    task = _Task(function, args, kwargs, limits.memory_mb, progress is not None)
    worker = _Worker(low_priority=limits.low_priority)
    try:
        worker.start(task, limits)
        while True:
            wait([worker.connection], _POLL_S)
            outcome = worker.poll(path, progress or silent())
            if outcome is not None:
                break
    finally:
        worker.kill()
    if isinstance(outcome.value, SoundbedError | Cancelled):
        raise outcome.value
    result: T = outcome.value
    return result


class WorkerPool:
    """Several worker processes for many tasks; one that dies fails its task and is replaced.

    Args:
        n_workers: how many run in parallel.
        low_priority: leave the cores to whatever else wants them (not on Windows).
    """

    def __init__(self, n_workers: int, *, low_priority: bool = False) -> None:
        if n_workers < 1:
            raise ValueError("a pool has at least one worker")
        self._workers = [_Worker(low_priority=low_priority) for _ in range(n_workers)]

    def map_unordered(
        self,
        function: Callable[..., T],
        tasks: Iterable[tuple[K, tuple[Any, ...]]],
        limits: Limits | Callable[[K], Limits],
        progress: Progress | None = None,
        *,
        reports: bool = False,
    ) -> Iterator[tuple[K, T | SoundbedError]]:
        """Run the function on many tasks and yield each result when it is finished.

        Args:
            function: importable by name; called as `function(*args)`.
            tasks: (key, args) pairs; keys that are paths are named in errors.
            limits: of each task, as in `run_isolated`; or a function of its key.
            progress: cancelling it kills the workers.
            reports: whether the function takes `progress` as a keyword; its steps show that the
                task advances, and aren't passed on.

        Returns:
            (key, result), or (key, error) where that task failed.

        Raises:
            Cancelled: when `progress` was cancelled.
        """
        progress = progress or silent()
        # Steps of single tasks mean nothing to whoever counts tasks.
        watched = _Unreported(progress)
        waiting = iter(tasks)
        busy: dict[_Worker, K] = {}
        exhausted = False
        try:
            while True:
                for worker in self._workers:
                    if exhausted or worker in busy:
                        continue
                    item = next(waiting, None)
                    if item is None:
                        exhausted = True
                        break
                    key, args = item
                    of_task = limits(key) if callable(limits) else limits
                    worker.start(_Task(function, args, {}, of_task.memory_mb, reports), of_task)
                    busy[worker] = key
                if not busy:
                    return
                progress.check()
                wait([worker.connection for worker in busy], _POLL_S)
                for worker, key in list(busy.items()):
                    path = key if isinstance(key, Path) else None
                    outcome = worker.poll(path, watched)
                    if outcome is not None:
                        del busy[worker]
                        yield key, outcome.value
        finally:
            for worker in busy:
                worker.kill()

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.kill()

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Outcome:
    value: Any


class _Worker:
    """One child process, started when first needed and restarted after it died."""

    connection: Connection

    def __init__(self, *, low_priority: bool = False) -> None:
        self._low_priority = low_priority
        self._process: multiprocessing.process.BaseProcess | None = None

    def start(self, task: _Task, limits: Limits) -> None:
        if self._process is None or not self._process.is_alive():
            self.kill()
            self.connection, far = _context.Pipe()
            reader, errors = _context.Pipe(duplex=False)
            self._errors = ErrorLog(reader)
            self._process = _context.Process(
                target=_serve, args=(far, errors, self._low_priority), daemon=True
            )
            self._process.start()
            far.close()
            errors.close()
        self._errors.start()
        self._watch = Watch(limits, time.monotonic())
        # If the child has died meanwhile, `poll` will report it.
        with contextlib.suppress(BrokenPipeError):
            self.connection.send(task)

    def poll(self, path: Path | None, progress: Progress) -> _Outcome | None:
        """Pass progress on; return the outcome once there is one."""
        progress.check()
        self._errors.read(path)
        try:
            while self.connection.poll():
                message = self.connection.recv()
                if isinstance(message, Beat):
                    self._watch.beat(message, time.monotonic())
                elif isinstance(message, ProgressStep):
                    progress.step(message.stage, message.done, message.total)
                elif isinstance(message, _Fault):
                    _log.error("worker failed on %s\n%s", path, message.details)
                    return _Outcome(_crashed(message.summary, path))
                else:
                    assert isinstance(message, _Outcome)
                    return message
        except (EOFError, ConnectionResetError):
            code = self.kill(path, grace_s=1.0)
            _log.error("worker died on %s with exit code %s", path, code)
            return _Outcome(_crashed(tr("the decoder crashed on this file."), path))
        problem = self._watch.problem(time.monotonic())
        if problem is not None:
            self.kill(path)
            return _Outcome(_crashed(problem, path, TimedOut))
        return None

    def kill(self, path: Path | None = None, grace_s: float = 0.0) -> int | None:
        """Kill the process; one that is exiting by itself gets `grace_s` to set its exit code."""
        if self._process is None:
            return None
        code = end_process(self._process, grace_s, _CLEAN_UP_S)
        self._process = None
        self.connection.close()
        self._errors.close(path)
        return code


class _Unreported(Progress):
    """Passes on that a task is to stop, and none of its steps."""

    def __init__(self, whole: Progress) -> None:
        super().__init__()
        self._whole = whole

    def check(self) -> None:
        self._whole.check()


def _crashed(
    problem: str, path: Path | None, kind: type[DecoderCrashed] = DecoderCrashed
) -> DecoderCrashed:
    return kind(
        problem, path=path, remedy=tr("Convert the file with another program, or leave it out.")
    )


def _serve(connection: Connection, errors: Connection, low_priority: bool) -> None:
    """Run in the child: do one task after the other until the parent has ended."""
    redirect_output(errors)
    if hasattr(os, "nice"):
        os.nice(_LOW_PRIORITY if low_priority else _NORMAL_PRIORITY)
    # Ctrl-C reaches all processes of the group; the parent handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    # OpenBLAS reads it when the first task imports numpy. Its threads spin while they wait for
    # each other: next to other workers they cost more than they gain, and one worker waited
    # forever for a thread that was never woken.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    threading.Thread(target=_end_with_parent, daemon=True).start()
    parent = _Parent(connection)
    heart = Heart(parent.send)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            task = connection.recv()
            heart.start()
            outcome = _perform(task, parent, heart)
            heart.stop()
            parent.send(outcome)


class _Parent:
    """Sends messages to the parent, from any thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        with self._lock:
            self._connection.send(message)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        _end()


def _end(*_: object) -> None:
    """End the process at once, from any place, without a half-written file left behind."""
    delete_unfinished()
    os._exit(1)


def _perform(task: _Task, parent: _Parent, heart: Heart) -> _Outcome | _Fault:
    kwargs = dict(task.kwargs)
    if task.reports:
        kwargs["progress"] = Progress(_Reporter(parent, heart))
    try:
        limit_memory(task.memory_mb)
        return _Outcome(task.function(*task.args, **kwargs))
    except (SoundbedError, Cancelled) as error:
        return _Outcome(error)
    except MemoryError:
        return _Fault(tr("the file needs more memory than is allowed."), traceback.format_exc())
    except Exception as error:  # noqa: BLE001 - a strange file may cause any error
        summary = tr("the file can't be analysed ({reason}).").format(
            reason=" ".join(f"{type(error).__name__}: {error}".split())[:200]
        )
        return _Fault(summary, traceback.format_exc())


class _Reporter:
    """Sends progress to the parent, at a limited rate."""

    def __init__(self, parent: _Parent, heart: Heart) -> None:
        self._parent, self._heart = parent, heart
        self._next = 0.0
        self._stage = ""
        self._furthest: dict[str, float] = {}

    def __call__(self, step: ProgressStep) -> None:
        if step.done > self._furthest.get(step.stage, -1.0):
            self._furthest[step.stage] = step.done
            self._heart.n_steps += 1
        now = time.monotonic()
        if now >= self._next or step.stage != self._stage:
            self._next, self._stage = now + _REPORT_SPACING_S, step.stage
            self._parent.send(step)


def limit_memory(memory_mb: int) -> None:
    """Limit the memory of this process, where the system can."""
    # Limits private writable memory: RLIMIT_AS would also count the address space that numpy and
    # onnxruntime merely reserve. macOS doesn't enforce it, Windows has no such limit.
    if not sys.platform.startswith("linux"):
        return
    resource = importlib.import_module("resource")
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    soft = memory_mb << 20
    resource.setrlimit(
        resource.RLIMIT_DATA, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )
