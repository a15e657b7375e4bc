"""Where the mix goes: an audio device, or nowhere at the same pace."""

import os
import sys
from collections.abc import Callable
from typing import Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QElapsedTimer, QIODevice, QObject, QTimer
from PySide6.QtMultimedia import QAudio, QAudioDevice, QAudioFormat, QAudioSink

from engine.media.sound_file import RATE_HZ

Samples = npt.NDArray[np.float32]
Read = Callable[[int], Samples]

BUFFER_S = 0.08
# What the sound server keeps beside that: Qt asks PulseAudio for 21 ms, which runs dry when all
# cores are busy.
SERVER_S = 0.1 if sys.platform.startswith("linux") else 0.0
_OFFERED_BYTES = RATE_HZ * 8
_SILENT_MS = 10


def set_server_buffer() -> None:
    """Ask the sound server for its buffer, unless the user has; before Qt connects to it."""
    if SERVER_S:
        os.environ.setdefault("PULSE_LATENCY_MSEC", f"{1000 * SERVER_S:.0f}")
        os.environ.setdefault("PIPEWIRE_LATENCY", f"{SERVER_S * RATE_HZ:.0f}/{RATE_HZ}")


class Output(Protocol):
    """Takes samples from a mixer at the pace at which they are played."""

    def open(self) -> None:
        """Begin to take samples; counted from 0 again."""

    def close(self) -> None:
        """Take no more."""

    @property
    def is_open(self) -> bool:
        """Whether it takes samples."""

    @property
    def n_taken(self) -> int:
        """How many samples it has taken since it was opened."""

    @property
    def n_played(self) -> int:
        """How many of them have been played."""

    @property
    def n_dropouts(self) -> int:
        """How often it had nothing to play."""


class SilentOutput:
    """Plays nothing, at the right pace, for machines without an audio device.

    Args:
        read: gives the mix.
        parent: its owner.
    """

    n_dropouts = 0

    def __init__(self, read: Read, parent: QObject) -> None:
        self._read = read
        self._clock = QElapsedTimer()
        self._timer = QTimer(parent, interval=_SILENT_MS)
        self._timer.timeout.connect(self._take)
        self.n_taken = 0

    def open(self) -> None:
        """Begin to take samples."""
        self.n_taken = 0
        self._clock.start()
        self._timer.start()

    def close(self) -> None:
        """Take no more."""
        self._timer.stop()

    @property
    def is_open(self) -> bool:
        """Whether it takes samples."""
        return self._timer.isActive()

    @property
    def n_played(self) -> int:
        """How many samples would have been played."""
        return self.n_taken

    def _take(self) -> None:
        n_due = round(self._clock.nsecsElapsed() * RATE_HZ / 1e9) - self.n_taken
        while n_due > 0:
            n_due -= len(self.take(min(n_due, RATE_HZ)))

    def take(self, n_samples: int) -> Samples:
        """Take some samples now."""
        self.n_taken += n_samples
        return self._read(n_samples)


class DeviceOutput:
    """Plays the mix on an audio device.

    Args:
        device: where to play it.
        read: gives the mix.
        parent: its owner; the samples are read on its thread.
    """

    def __init__(self, device: QAudioDevice, read: Read, parent: QObject) -> None:
        audio_format = sound_format(device)
        self._source = _MixerDevice(read, audio_format, parent)
        self._sink = QAudioSink(device, audio_format, parent)
        self._sink.setBufferSize(audio_format.bytesForDuration(round(BUFFER_S * 1e6)))
        self._sink.stateChanged.connect(self._count_dropout)
        self.n_dropouts = 0

    def open(self) -> None:
        """Begin to take samples."""
        self._source.n_read = 0
        self._source.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink.start(self._source)

    def close(self) -> None:
        """Take no more."""
        self._sink.stop()
        self._source.close()

    @property
    def is_open(self) -> bool:
        """Whether it takes samples."""
        return self._source.isOpen()

    @property
    def n_taken(self) -> int:
        """How many samples it has taken since it was opened."""
        return self._source.n_read

    @property
    def n_played(self) -> int:
        """How many of them the device has played."""
        return round((self._sink.processedUSecs() / 1e6 - SERVER_S) * RATE_HZ)

    def _count_dropout(self, state: QAudio.State) -> None:
        # Pull mode only runs idle when the mix came too late.
        if state == QAudio.State.IdleState and self.is_open:
            self.n_dropouts += 1


class _MixerDevice(QIODevice):
    """Gives the mix to the sink, block by block, and counts its samples; never ends."""

    def __init__(self, read: Read, audio_format: QAudioFormat, parent: QObject) -> None:
        super().__init__(parent)
        self._read = read
        self._format = audio_format
        self.n_read = 0

    def isSequential(self) -> bool:
        """Return True: it can't seek, the mixer has the position."""
        return True

    def bytesAvailable(self) -> int:
        """Return more than the sink can hold: since Qt 6.10 it asks before it reads."""
        return _OFFERED_BYTES + super().bytesAvailable()

    def readData(self, n_bytes: int) -> bytes:
        """Return up to `n_bytes` of sound, in whole samples."""
        n_samples = n_bytes // self._format.bytesPerFrame()
        self.n_read += n_samples
        return encode(self._read(n_samples), self._format.sampleFormat())

    def writeData(self, _data: object, _n_bytes: int) -> int:
        """Return -1: this can only be read."""
        return -1


def sound_format(device: QAudioDevice) -> QAudioFormat:
    """Return 48 kHz stereo, as float where the device supports it, else as 16 bits."""
    audio_format = QAudioFormat()
    audio_format.setSampleRate(RATE_HZ)
    audio_format.setChannelCount(2)
    audio_format.setSampleFormat(QAudioFormat.SampleFormat.Float)
    if not device.isFormatSupported(audio_format):
        audio_format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return audio_format


def encode(mixed: Samples, sample_format: QAudioFormat.SampleFormat) -> bytes:
    """Return samples (n, 2) within ±1 as the bytes of the sink's sample format."""
    as_float = sample_format == QAudioFormat.SampleFormat.Float
    return bytes(mixed if as_float else np.rint(mixed * 32767.0).astype(np.int16))
