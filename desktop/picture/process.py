"""The process that decodes the picture, as the window sees it."""

import logging
import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.picture.messages import Command
from desktop.picture.serving import run
from desktop.picture.slots import FrameSlots
from engine.child_process import end_process

_log = logging.getLogger(__name__)
_context = multiprocessing.get_context("spawn")
_WATCH_MS = 500
# A decoder that does nothing for so long hangs.
_HUNG_S = 10.0
_END_S = 1.0


class DecoderProcess(QObject):
    """Starts the process, passes commands and replies on, and notices when it crashes or hangs.

    Args:
        slots: where it puts its frames.
        parent: its owner.
    """

    replied = Signal(object)
    ended = Signal(str)

    def __init__(self, slots: FrameSlots, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slots = slots
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._receiver: _Receiver | None = None
        # How far it had come, and how often it was found there.
        self._moved = (0, 0)
        self._timer = QTimer(self, interval=_WATCH_MS)
        self._timer.timeout.connect(self._watch)

    @property
    def is_running(self) -> bool:
        """Whether it was started and hasn't ended."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """The system's number of the process."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Start it."""
        self._slots.is_busy = False
        self._moved = (self._slots.n_steps, 0)
        self._connection, far = _context.Pipe()
        self._process = _context.Process(target=run, args=(far, self._slots.name), daemon=True)
        self._process.start()
        far.close()
        self._receiver = _Receiver(self._connection, self)
        queued = Qt.ConnectionType.QueuedConnection
        self._receiver.received.connect(self.replied, queued)
        self._receiver.ended.connect(self._note_end, queued)
        self._receiver.start()
        self._timer.start()

    def send(self, command: Command) -> None:
        """Pass a command on; one that has ended is noticed by itself."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.send(command)

    def stop(self) -> None:
        """End it now, with its files closed."""
        self._timer.stop()
        if self._process is None or self._connection is None or self._receiver is None:
            return
        process, connection, receiver = self._process, self._connection, self._receiver
        self._process = self._connection = self._receiver = None
        receiver.disconnect(self)
        with suppress(OSError):
            connection.send(None)
        code = end_process(process, _END_S)
        _log.info("the process that decodes the picture ended with %s", code)
        receiver.join()
        connection.close()

    def _note_end(self) -> None:
        if self._process is not None:
            self._end("it crashed")

    def _watch(self) -> None:
        n_steps, (n_before, n_still) = self._slots.n_steps, self._moved
        # By looks, not by the clock: while the window itself was stuck, nobody looked.
        n_still = n_still + 1 if self._slots.is_busy and n_steps == n_before else 0
        self._moved = (n_steps, n_still)
        if n_still * _WATCH_MS > 1000 * _HUNG_S and self._process is not None:
            self._process.kill()
            self._end("it hangs")

    def _end(self, reason: str) -> None:
        self.stop()
        self.ended.emit(reason)


class _Receiver(QObject):
    """Waits for replies on a thread of its own."""

    received = Signal(object)
    ended = Signal()

    def __init__(self, connection: Connection, parent: QObject) -> None:
        super().__init__(parent)
        self._connection = connection
        self._thread = threading.Thread(target=self._receive, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join()
        self.deleteLater()

    def _receive(self) -> None:
        try:
            while True:
                self.received.emit(self._connection.recv())
        except (EOFError, OSError):
            self.ended.emit()
