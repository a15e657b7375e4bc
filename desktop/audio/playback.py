"""The process that plays the sound: it obeys the window's commands and reports what plays."""

import importlib
import logging
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, MutableSequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal, qInstallMessageHandler
from PySide6.QtMultimedia import QMediaDevices

from desktop.audio.messages import (
    Command,
    Report,
    SetGain,
    SetLevels,
    SetSound,
    Start,
    Stop,
    shared_clock_s,
    write_report,
)
from desktop.audio.mixer import Mixer, Samples
from desktop.audio.outputs import DeviceOutput, Output, SilentOutput, set_server_buffer
from engine.errors import SoundbedError
from engine.media.sound_file import RATE_HZ, SoundFile

_log = logging.getLogger(__name__)
_REPORT_MS = 10
_IDLE_MS = 5000
# A device that plays nothing for so long is gone, even if nothing was said.
_HUNG_S = 0.6
_HUNG_REPORTS = 30
_OPENING_S = 1.5
_FIRST_RETRY_MS = 5_000
_LONGEST_RETRY_MS = 80_000
_NICENESS = -10
_LONGEST_RUN_US = 1_000_000  # in real time, without a pause


@dataclass(frozen=True, slots=True)
class _Played:
    """From which sample taken by the output on, which part of the clip plays."""

    first: int
    number: int
    position_s: float
    speed: float


@dataclass(frozen=True, slots=True)
class _Moved:
    """How much the output had played when that last changed, and how often it hasn't since."""

    n_played: int
    time_s: float
    n_same: int = 0


class Playback(QObject):
    """Plays the mix on the default device, follows when that changes, and continues without one.

    The output keeps running, silently, through pauses and seeks: starting one takes up to a second
    on some systems. It stops after a few seconds of silence.

    Args:
        shared: where reports are written.
    """

    def __init__(self, shared: MutableSequence[float]) -> None:
        super().__init__()
        self.mixer = Mixer()
        self._shared = shared
        self._report = Report()
        self._played: deque[_Played] = deque()
        self._current = self._started = _Played(0, 0, 0.0, 1.0)
        self._n_read = 0
        self._devices = QMediaDevices(self)
        self._devices.audioOutputsChanged.connect(self.change_output)
        self._output = self._make_output()
        self._n_dropouts = 0
        self._retry_ms = _FIRST_RETRY_MS
        self._moved = _Moved(0, 0.0)
        self._reporting = _timer(self, _REPORT_MS, self.report, once=False)
        self._idle = _timer(self, _IDLE_MS, self._rest, once=True)
        self._retry = _timer(self, _FIRST_RETRY_MS, self.change_output, once=True)
        self._silencing = _timer(self, 0, self._play_in_silence, once=True)
        self.report()

    def obey(self, command: Command) -> None:
        """Do what the window asks."""
        if isinstance(command, Start):
            self._start(command)
        elif isinstance(command, Stop):
            self.mixer.stop()
            self._idle.start()
        elif isinstance(command, SetSound):
            self._set_sound(command)
        elif isinstance(command, SetGain):
            self.mixer.set_gain(command.source, command.gain_db)
        elif isinstance(command, SetLevels):
            self.mixer.set_levels(command.levels)
        else:
            part_s = command.part_s
            self.mixer.loop = None if part_s is None else _samples(*part_s)

    def change_output(self) -> None:
        """Continue on the default device, from what played last."""
        self._replace_output(self._make_output())

    def report(self) -> None:
        """Tell the window what plays now."""
        n_played = self._output.n_played - self.mixer.latency
        while self._played and self._played[0].first <= n_played:
            self._current = self._played.popleft()
        now_s, current = shared_clock_s(), self._current
        if self._output.is_open:
            self._watch(n_played, now_s)
        n_since = max(n_played - current.first, 0) if self._output.is_open else 0
        self._report = replace(
            self._report,
            number=current.number,
            position_s=current.position_s + current.speed * n_since / RATE_HZ,
            time_s=now_s,
            speed=current.speed,
            has_device=not self._is_silent,
            n_dropouts=self._n_dropouts + self._output.n_dropouts,
        )
        write_report(self._shared, self._report)

    def _start(self, command: Start) -> None:
        self._idle.stop()
        if not self._output.is_open:
            self._open()
        self.mixer.start(command.position_s * RATE_HZ, command.speed)
        first = self._output.n_taken
        self._started = _Played(first, command.number, command.position_s, command.speed)
        self._played.append(self._started)

    def _open(self) -> None:
        self._played.clear()
        self._n_read = 0
        self._output.open()
        self._moved = _Moved(0, shared_clock_s() + _OPENING_S)
        self._reporting.start()

    def _rest(self) -> None:
        self.report()
        self._output.close()
        self._reporting.stop()

    def _set_sound(self, command: SetSound) -> None:
        started = time.thread_time()
        self.mixer.set_sound(command.source, _opened(command.path))
        self._report = replace(self._report, switch_s=time.thread_time() - started)

    def _watch(self, n_played: int, now_s: float) -> None:
        moved = self._moved
        if n_played != moved.n_played:
            self._moved = _Moved(n_played, max(now_s, moved.time_s))
            return
        # Counted as well, since this process itself may have had to wait.
        self._moved = replace(moved, n_same=moved.n_same + 1)
        is_hung = now_s - moved.time_s > _HUNG_S and moved.n_same >= _HUNG_REPORTS
        if is_hung and not self._is_silent:
            _log.error("no samples taken for %g s: playing in silence", _HUNG_S)
            self._retry.start(self._retry_ms)
            self._retry_ms = min(2 * self._retry_ms, _LONGEST_RETRY_MS)
            # Not here: replacing the output reports, too.
            self._moved = _Moved(n_played, now_s + _HUNG_S)
            self._silencing.start()

    def _play_in_silence(self) -> None:
        self._replace_output(SilentOutput(self._read, self))

    def _replace_output(self, output: Output) -> None:
        self.report()
        was_open, before, started = self._output.is_open, self._report, self._started
        if started.number != before.number:
            # What was started last hasn't been played yet; the window waits for it.
            before = replace(
                before,
                number=started.number,
                position_s=started.position_s,
                speed=started.speed,
            )
        self._n_dropouts += self._output.n_dropouts
        self._output.close()
        self._output = output
        # Until the new one has played something, that is what plays.
        self._current = _Played(0, before.number, before.position_s, before.speed)
        if was_open and self.mixer.running:
            self._start(Start(before.number, before.position_s, before.speed))
        self.report()

    @property
    def _is_silent(self) -> bool:
        return isinstance(self._output, SilentOutput)

    def _make_output(self) -> Output:
        device = QMediaDevices.defaultAudioOutput()
        if device.isNull():
            return SilentOutput(self._read, self)
        return DeviceOutput(device, self._read, self)

    def _read(self, n_samples: int) -> Samples:
        mixed = self.mixer.read(n_samples)
        for n_before, position in self.mixer.jumps:
            first, position_s = self._n_read + n_before, position / RATE_HZ
            self._played.append(replace(self._started, first=first, position_s=position_s))
        self._n_read += n_samples
        return mixed


class _Receiver(QObject):
    """Waits for commands on a thread of its own, and hands them over to the thread that plays."""

    received = Signal(object)
    ended = Signal()

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self._thread = threading.Thread(target=self._receive, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _receive(self) -> None:
        try:
            while True:
                self.received.emit(self._connection.recv())
        except (EOFError, OSError):
            # The window is closed, or has ended in another way.
            self.ended.emit()


def run(connection: Connection, shared: MutableSequence[float]) -> None:
    """Play until the other end of the connection is closed; the process's main function."""
    # Ctrl-C reaches all processes of the group; the window handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    qInstallMessageHandler(lambda _kind, _context, text: _log.info("Qt: %s", text))
    _come_first()
    set_server_buffer()
    app = QCoreApplication(["soundbed"])
    playback = Playback(shared)
    receiver = _Receiver(connection)
    queued = Qt.ConnectionType.QueuedConnection
    receiver.received.connect(playback.obey, queued)
    receiver.ended.connect(app.quit, queued)
    receiver.start()
    app.exec()


def _come_first() -> None:
    """Let the sound come before all other work, where the system allows it (Linux).

    A process that runs wild is ended by the system, and started again by the window.
    """
    try:
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_RTTIME, (_LONGEST_RUN_US, _LONGEST_RUN_US))
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except (ImportError, AttributeError, OSError, ValueError):
        with suppress(AttributeError, OSError):
            os.nice(_NICENESS)


def _samples(first_s: float, end_s: float) -> tuple[int, int] | None:
    """Return the samples of a part of the clip, None where it has none."""
    first, end = round(first_s * RATE_HZ), round(end_s * RATE_HZ)
    return (first, end) if first < end else None


def _opened(path: Path | None) -> SoundFile | None:
    if path is None:
        return None
    try:
        return SoundFile(path)
    except SoundbedError as error:
        _log.warning("%s", error)
        return None


def _timer(parent: QObject, interval_ms: int, act: Callable[[], None], once: bool) -> QTimer:
    timer = QTimer(parent, singleShot=once, interval=interval_ms)
    timer.timeout.connect(act)
    return timer
