"""Clocks for the playback: the audio device's, or a timer where there is none."""

from typing import Protocol

import numpy as np
from PySide6.QtCore import QElapsedTimer, QIODevice, QObject, QTimer
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioFormat,
    QAudioSink,
)

from desktop.preview.mixer import RATE_HZ, Mixer

_BUFFER_S = 0.12
_IDLE_MS = 5000
_OFFERED_BYTES = RATE_HZ * 8


class Clock(Protocol):
    """Runs from a position at a speed until it stops."""

    def start(self, position_s: float, speed: float) -> None:
        """Run from `position_s`; a negative speed runs in reverse."""

    def stop(self) -> None:
        """Stop, in silence."""

    def position_s(self) -> float:
        """Return the position that is playing now, in seconds of the clip."""


class TimerClock:
    """A clock without sound, for machines without an audio device."""

    def __init__(self) -> None:
        self._timer = QElapsedTimer()
        self._from_s = 0.0
        self._speed = 1.0

    def start(self, position_s: float, speed: float) -> None:
        """Run from `position_s`."""
        self._from_s, self._speed = position_s, speed
        self._timer.start()

    def stop(self) -> None:
        """Stop."""
        self._from_s = self.position_s()
        self._timer.invalidate()

    def position_s(self) -> float:
        """Return the position by the timer."""
        if not self._timer.isValid():
            return self._from_s
        return self._from_s + self._speed * self._timer.nsecsElapsed() / 1e9


class SoundClock:
    """Plays the mixer through one audio sink; the time is what the sink has played.

    The sink keeps running, silently, through pauses and seeks: starting one takes up to a second
    on some systems. It stops after a few seconds of silence.

    Args:
        mixer: what to play.
        device: where to play it.
        parent: its owner on the GUI thread.
    """

    def __init__(self, mixer: Mixer, device: QAudioDevice, parent: QObject) -> None:
        self._mixer = mixer
        audio_format = sound_format(device)
        self._source = _MixerDevice(mixer, audio_format, parent)
        self._sink = QAudioSink(device, audio_format, parent)
        self._sink.setBufferSize(audio_format.bytesForDuration(round(_BUFFER_S * 1e6)))
        self._from_s = 0.0
        self._from_frame = 0
        self._speed = 1.0
        self._idle = QTimer(parent)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self._stop_sink)

    def start(self, position_s: float, speed: float) -> None:
        """Play from `position_s`, as soon as the device has played what it already has."""
        self._idle.stop()
        self._mixer.position = position_s * RATE_HZ
        self._mixer.speed = speed
        self._mixer.running = True
        self._from_s, self._speed = position_s, speed
        if not self._source.isOpen():
            self._source.n_read = 0
            self._source.open(QIODevice.OpenModeFlag.ReadOnly)
            self._from_frame = 0
            self._sink.start(self._source)
        else:
            self._from_frame = self._source.n_read

    def stop(self) -> None:
        """Stop; the device plays silence."""
        self._from_s = self.position_s()
        self._mixer.running = False
        self._idle.start()

    def position_s(self) -> float:
        """Return the position by the samples that the sink has played."""
        if not self._mixer.running:
            return self._from_s
        played = self._sink.processedUSecs() * RATE_HZ / 1e6 - self._from_frame
        return self._from_s + self._speed * max(played, 0.0) / RATE_HZ

    def _stop_sink(self) -> None:
        self._sink.stop()
        self._source.close()


def sound_format(device: QAudioDevice) -> QAudioFormat:
    """Return 48 kHz stereo, as float where the device supports it, else as 16 bits."""
    audio_format = QAudioFormat()
    audio_format.setSampleRate(RATE_HZ)
    audio_format.setChannelCount(2)
    audio_format.setSampleFormat(QAudioFormat.SampleFormat.Float)
    if not device.isFormatSupported(audio_format):
        audio_format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return audio_format


def encode(mixed: np.ndarray, sample_format: QAudioFormat.SampleFormat) -> bytes:
    """Return samples (n, 2) within ±1 as the bytes of the sink's sample format."""
    if sample_format == QAudioFormat.SampleFormat.Float:
        return mixed.astype(np.float32).tobytes()
    return np.rint(mixed * 32767.0).astype(np.int16).tobytes()


class _MixerDevice(QIODevice):
    """Gives the mix to the sink, block by block, and counts its samples; never ends."""

    def __init__(self, mixer: Mixer, audio_format: QAudioFormat, parent: QObject) -> None:
        super().__init__(parent)
        self._mixer = mixer
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
        n_frames = n_bytes // self._format.bytesPerFrame()
        self.n_read += n_frames
        return encode(self._mixer.read(n_frames), self._format.sampleFormat())

    def writeData(self, _data: object, _n_bytes: int) -> int:
        """Return -1: this can only be read."""
        return -1
