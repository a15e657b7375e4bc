"""The sound as the window sees it: commands to the process that plays it, and the time from it."""

import logging
import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.audio.messages import (
    N_SHARED,
    Command,
    Report,
    SetGain,
    SetLevels,
    SetLoop,
    SetSound,
    Start,
    Stop,
    read_report,
    shared_clock_s,
)
from desktop.audio.mixer import Source
from desktop.audio.playback import run
from engine.arrangement.automation import GainPoints
from engine.child_process import end_process

_log = logging.getLogger(__name__)
_context = multiprocessing.get_context("spawn")
_WATCH_MS = 200
_MOST_STARTS = 5
# A process that has run for so long didn't fail to start.
_STEADY_S = 60.0
_END_S = 1.0


class Sound(Protocol):
    """Plays two sound files that start with the clip; its clock leads the picture."""

    def start(self, position_s: float, speed: float) -> None:
        """Play from `position_s`; a negative speed plays in reverse."""

    def stop(self) -> None:
        """Stop, in silence."""

    def position_s(self) -> float:
        """Return the position that plays now, in seconds of the clip."""

    def set_sound(self, source: Source, path: Path | None) -> None:
        """Change to another sound file at the same moment of the clip; None is silence."""

    def set_gain(self, source: Source, gain_db: float) -> None:
        """Set the level of a channel."""

    def set_levels(self, levels: GainPoints) -> None:
        """Set the music's level over the clip."""

    def set_loop(self, part_s: tuple[float, float] | None) -> None:
        """Repeat a part of the clip, without a gap; None to play on."""

    def close(self) -> None:
        """Stop for good, and close all files."""


class SoundProcess(QObject):
    """The sound in its own process, which is started again when it ends unexpectedly.

    The process is there from the start, so that the first sound isn't late. If it can't be kept
    alive, the time runs on by the clock, in silence.
    """

    device_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report = Report()
        self._from = Report()
        self._running = False
        self._loop: tuple[float, float] | None = None
        self._settings: dict[object, Command] = {}
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._n_starts = 0
        self._launched_at_s = 0.0
        self._has_device = True
        self._launch()
        self._timer = QTimer(self, interval=_WATCH_MS)
        self._timer.timeout.connect(self._watch)
        self._timer.start()

    @property
    def has_device(self) -> bool:
        """Whether there is an audio device."""
        return self._has_device

    @property
    def report(self) -> Report:
        """The newest report of the process."""
        self._report = read_report(self._shared, self._report)
        return self._report

    def start(self, position_s: float, speed: float) -> None:
        """Play from `position_s`, as soon as the device has played what it already has."""
        number = self._from.number + 1
        self._from = Report(number, position_s, shared_clock_s(), speed)
        self._running = True
        self._send(Start(number, position_s, speed))

    def stop(self) -> None:
        """Stop; the device plays silence."""
        if self._running:
            position_s = self.position_s()
            self._running = False
            self._from = Report(self._from.number, position_s)
            self._send(Stop())

    def position_s(self) -> float:
        """Return the position that plays now."""
        if not self._running:
            return self._from.position_s
        now_s = shared_clock_s()
        if self._process is None:
            return self._looped(
                self._from.position_s + self._from.speed * (now_s - self._from.time_s)
            )
        report = self.report
        # Until the device has played what it already has, the new start doesn't play yet.
        if report.number < self._from.number:
            return self._from.position_s
        return report.position_at(now_s)

    def set_sound(self, source: Source, path: Path | None) -> None:
        """Change to another sound file at the same moment of the clip; None is silence."""
        self._set(("sound", source), SetSound(source, path))

    def set_gain(self, source: Source, gain_db: float) -> None:
        """Set the level of a channel."""
        self._set(("gain", source), SetGain(source, gain_db))

    def set_levels(self, levels: GainPoints) -> None:
        """Set the music's level over the clip."""
        self._set("levels", SetLevels(levels))

    def set_loop(self, part_s: tuple[float, float] | None) -> None:
        """Repeat a part of the clip, without a gap; None to play on."""
        self._loop = part_s
        self._set("loop", SetLoop(part_s))

    def close(self) -> None:
        """End the process."""
        self._timer.stop()
        self._end()

    def _looped(self, position_s: float) -> float:
        """Return where a position is that has run on by the clock."""
        if self._loop is None or self._from.speed <= 0:
            return position_s
        first_s, end_s = self._loop
        if self._from.position_s >= end_s or position_s < end_s:
            return position_s
        return first_s + (position_s - end_s) % (end_s - first_s)

    def _set(self, what: object, command: Command) -> None:
        self._settings[what] = command
        self._send(command)

    def _send(self, command: Command) -> None:
        if self._connection is None:
            return
        try:
            self._connection.send(command)
        except OSError:
            self._restart()

    def _watch(self) -> None:
        if self._process is not None and not self._process.is_alive():
            self._restart()
        has_device = self._process is not None and self.report.has_device
        if has_device != self._has_device:
            self._has_device = has_device
            self.device_changed.emit(has_device)

    def _restart(self) -> None:
        """Start the process again, with all that it knew."""
        code = None if self._process is None else self._process.exitcode
        _log.error("the process that plays the sound ended with %s", code)
        position_s = self.position_s()
        self._end()
        if shared_clock_s() - self._launched_at_s > _STEADY_S:
            self._n_starts = 0
        if self._n_starts < _MOST_STARTS:
            self._launch()
        for command in self._settings.values():
            self._send(command)
        if self._running:
            self.start(position_s, self._from.speed)

    def _launch(self) -> None:
        self._n_starts += 1
        self._launched_at_s = shared_clock_s()
        self._shared = _context.RawArray("d", N_SHARED)
        self._connection, far = _context.Pipe()
        self._process = _context.Process(target=run, args=(far, self._shared), daemon=True)
        self._process.start()
        far.close()

    def _end(self) -> None:
        if self._process is None or self._connection is None:
            return
        self._connection.close()
        end_process(self._process, _END_S)
        self._process = self._connection = None
