"""Where the playback is: by the sound that is heard, or by the watch where there is none."""

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
    """Runs from a position at a speed until it is stopped."""

    def start(self, position_s: float, speed: float) -> None:
        """Run from `position_s`; a negative speed runs backward."""

    def stop(self) -> None:
        """Stand still; nothing is heard."""

    def position_s(self) -> float:
        """Return the position that is heard now, in seconds of the clip."""


class WatchClock:
    """A clock without sound, for machines without a sound device."""

    def __init__(self) -> None:
        self._watch = QElapsedTimer()
        self._from_s = 0.0
        self._speed = 1.0

    def start(self, position_s: float, speed: float) -> None:
        """Run from `position_s`."""
        self._from_s, self._speed = position_s, speed
        self._watch.start()

    def stop(self) -> None:
        """Stand still."""
        self._from_s = self.position_s()
        self._watch.invalidate()

    def position_s(self) -> float:
        """Return the position by the watch."""
        if not self._watch.isValid():
            return self._from_s
        return self._from_s + self._speed * self._watch.nsecsElapsed() / 1e9


class SoundClock:
    """Plays the mixer through one audio sink and tells the time by what the sink has played.

    The sink goes on through pauses and seeks, in silence where there is nothing to hear: starting
    one takes up to a second on some systems. It stops when nothing was played for a while.

    Args:
        mixer: what is played.
        device: where it is played.
        parent: the owner on the GUI thread.
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
        self._idle.timeout.connect(self._rest)

    def start(self, position_s: float, speed: float) -> None:
        """Play from `position_s`, as soon as what is already with the device has been heard."""
        self._idle.stop()
        self._mixer.position = position_s * RATE_HZ
        self._mixer.speed = speed
        self._mixer.running = True
        self._from_s, self._speed = position_s, speed
        if not self._source.isOpen():
            self._source.n_given = 0
            self._source.open(QIODevice.OpenModeFlag.ReadOnly)
            self._from_frame = 0
            self._sink.start(self._source)
        else:
            self._from_frame = self._source.n_given

    def stop(self) -> None:
        """Fall silent."""
        self._from_s = self.position_s()
        self._mixer.running = False
        self._idle.start()

    def position_s(self) -> float:
        """Return the position by the frames that the sink has played."""
        if not self._mixer.running:
            return self._from_s
        played = self._sink.processedUSecs() * RATE_HZ / 1e6 - self._from_frame
        return self._from_s + self._speed * max(played, 0.0) / RATE_HZ

    def _rest(self) -> None:
        self._sink.stop()
        self._source.close()


def sound_format(device: QAudioDevice) -> QAudioFormat:
    """Return 48 kHz stereo, in float where the device takes it, else in 16 bits."""
    audio_format = QAudioFormat()
    audio_format.setSampleRate(RATE_HZ)
    audio_format.setChannelCount(2)
    audio_format.setSampleFormat(QAudioFormat.SampleFormat.Float)
    if not device.isFormatSupported(audio_format):
        audio_format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return audio_format


def encode(mixed: np.ndarray, sample_format: QAudioFormat.SampleFormat) -> bytes:
    """Return frames (n, 2) within ±1 as the bytes of the sink's sample format."""
    if sample_format == QAudioFormat.SampleFormat.Float:
        return mixed.astype(np.float32).tobytes()
    return np.rint(mixed * 32767.0).astype(np.int16).tobytes()


class _MixerDevice(QIODevice):
    """Hands the mixer's sum to the sink, block by block, and counts the frames; never ends."""

    def __init__(self, mixer: Mixer, audio_format: QAudioFormat, parent: QObject) -> None:
        super().__init__(parent)
        self._mixer = mixer
        self._format = audio_format
        self.n_given = 0

    def isSequential(self) -> bool:
        """Say that there is no seeking here: the mixer has the position."""
        return True

    def bytesAvailable(self) -> int:
        """Offer more than the sink can take: since Qt 6.10 it asks before it pulls."""
        return _OFFERED_BYTES + super().bytesAvailable()

    def readData(self, n_bytes: int) -> bytes:
        """Return up to `n_bytes` of sound, whole frames only."""
        n_frames = n_bytes // self._format.bytesPerFrame()
        self.n_given += n_frames
        return encode(self._mixer.read(n_frames), self._format.sampleFormat())

    def writeData(self, _data: object, _n_bytes: int) -> int:
        """Refuse: this is a source."""
        return -1
