"""Watch a worker process: its processor time, its progress, and its standard error."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from engine.limits import Limits
from engine.translation import tr

_log = logging.getLogger(__name__)

BEAT_SPACING_S = 0.5
# Less processor time between two beats is that of the beats themselves.
_ALIVE_S = 0.005
# A damaged file may cause a message for each packet.
_MAX_LINES = 40
_MAX_LINE_BYTES = 400


@dataclass(frozen=True, slots=True)
class Beat:
    """What a worker reports of itself while it works.

    Attributes:
        processor_s: processor time of the process, of all its threads.
        n_steps: how often its task has advanced.
    """

    processor_s: float
    n_steps: int


class Heart:
    """Sends beats from a thread of the worker while a task runs.

    Args:
        send: passes a beat to the parent; called from another thread.
    """

    def __init__(self, send: Callable[[Beat], None]) -> None:
        self._send = send
        self._working = threading.Event()
        self.n_steps = 0
        threading.Thread(target=self._run, daemon=True).start()

    def start(self) -> None:
        """Begin: a task starts."""
        self.n_steps = 0
        self._beat()
        self._working.set()

    def stop(self) -> None:
        """Pause: the task is done."""
        self._working.clear()

    def _run(self) -> None:
        while True:
            self._working.wait()
            time.sleep(BEAT_SPACING_S)
            if self._working.is_set():
                self._beat()

    def _beat(self) -> None:
        try:
            self._send(Beat(time.process_time(), self.n_steps))
        except OSError:
            # The parent has ended; another thread ends this process.
            self._working.clear()


class Watch:
    """Decides in the parent whether a worker has used up its limits.

    The clock counts only while nothing happens: a busy computer makes every task take longer.

    Args:
        limits: of the task.
        now_s: the time of a clock that never goes back.
    """

    def __init__(self, limits: Limits, now_s: float) -> None:
        self._limits = limits
        self._started_s: float | None = None
        self._used_s = self._used_at_step_s = 0.0
        self._n_steps = 0
        self._alive_at_s = now_s

    def beat(self, beat: Beat, now_s: float) -> None:
        """Take a beat into account."""
        if self._started_s is None:
            self._started_s = beat.processor_s
        used_s = beat.processor_s - self._started_s
        if used_s - self._used_s > _ALIVE_S or beat.n_steps != self._n_steps:
            self._alive_at_s = now_s
        if beat.n_steps != self._n_steps:
            self._n_steps, self._used_at_step_s = beat.n_steps, used_s
        self._used_s = used_s

    def problem(self, now_s: float) -> str | None:
        """Return which limit was exceeded, as a sentence; None while all is well."""
        limits = self._limits
        if self._used_s > limits.deadline_s:
            return tr("no result after {seconds:.0f} s of processor time.").format(
                seconds=limits.deadline_s
            )
        if self._used_s - self._used_at_step_s > limits.stall_s:
            return tr("no progress in {seconds:.0f} s of processor time.").format(
                seconds=limits.stall_s
            )
        if now_s - self._alive_at_s > limits.idle_s:
            return tr("nothing happened for {seconds:.0f} s.").format(seconds=limits.idle_s)
        return None


class ErrorLog:
    """Writes what a worker writes to standard error to the log, so much of it for each task.

    Args:
        reader: the other end of the pipe that the worker was given.
    """

    def __init__(self, reader: Connection) -> None:
        self._reader = reader
        self._pending = b""
        self._n_lines = 0
        if sys.platform != "win32":
            os.set_blocking(reader.fileno(), False)

    def start(self) -> None:
        """Begin: a task starts."""
        self._n_lines = 0

    def read(self, path: Path | None) -> None:
        """Log all that was written by now, while the worker was working on a file."""
        for data in self._available():
            *lines, self._pending = (self._pending + data).split(b"\n")
            self._pending = self._pending[:_MAX_LINE_BYTES]
            for line in lines:
                self._note(line, path)

    def close(self, path: Path | None) -> None:
        """Log the rest, and close the pipe."""
        self.read(path)
        if self._pending:
            self._note(self._pending, path)
            self._pending = b""
        self._reader.close()

    def _note(self, line: bytes, path: Path | None) -> None:
        self._n_lines += 1
        if self._n_lines <= _MAX_LINES and line.strip():
            text = line[:_MAX_LINE_BYTES].decode("utf-8", "backslashreplace").strip()
            _log.info("worker on %s: %s", path, text)
        elif self._n_lines == _MAX_LINES + 1:
            _log.info("worker on %s: further messages are left out", path)

    def _available(self) -> Iterator[bytes]:
        try:
            if sys.platform == "win32":
                while self._reader.poll():
                    yield self._reader.recv_bytes()
                return
            while data := os.read(self._reader.fileno(), 1 << 16):
                yield data
        except (BlockingIOError, EOFError, OSError):
            return


def redirect_output(writer: Connection) -> None:
    """Send standard output and standard error of this process, also of C code, to a pipe."""
    if sys.platform == "win32":
        import msvcrt

        handle = msvcrt.open_osfhandle(writer.fileno(), os.O_WRONLY)
    else:
        handle = writer.fileno()
    for descriptor in (1, 2):
        os.dup2(handle, descriptor)
