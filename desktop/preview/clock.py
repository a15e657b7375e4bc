"""Where the playback is: by the sound that is heard, or by the watch where there is none."""

from typing import Protocol

import numpy as np
from PySide6.QtCore import QByteArray, QElapsedTimer, QIODevice, QObject
from PySide6.QtMultimedia import (
    QAudioDevice,
    QAudioFormat,
    QAudioSink,
)

from desktop.preview.mixer import RATE_HZ, Mixer

_BUFFER_S = 0.12
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
        self._speed = 1.0
        self._running = False

    def start(self, position_s: float, speed: float) -> None:
        """Play from `position_s`."""
        self._sink.reset()
        self._mixer.position = position_s * RATE_HZ
        self._mixer.speed = speed
        self._from_s, self._speed, self._running = position_s, speed, True
        self._source.open(QIODevice.OpenModeFlag.ReadOnly)
        self._sink.start(self._source)

    def stop(self) -> None:
        """Fall silent at once."""
        self._from_s = self.position_s()
        self._running = False
        self._sink.reset()
        self._source.close()

    def position_s(self) -> float:
        """Return the position by the frames that the sink has played."""
        if not self._running:
            return self._from_s
        return self._from_s + self._speed * self._sink.processedUSecs() / 1e6


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
    """Hands the mixer's sum to the sink, block by block; never ends."""

    def __init__(self, mixer: Mixer, audio_format: QAudioFormat, parent: QObject) -> None:
        super().__init__(parent)
        self._mixer = mixer
        self._format = audio_format

    def isSequential(self) -> bool:
        """Say that there is no seeking here: the mixer has the position."""
        return True

    def bytesAvailable(self) -> int:
        """Offer more than the sink can take: since Qt 6.10 it asks before it pulls."""
        return _OFFERED_BYTES + super().bytesAvailable()

    def readData(self, n_bytes: int) -> QByteArray:
        """Return up to `n_bytes` of sound, whole frames only."""
        n_frames = n_bytes // self._format.bytesPerFrame()
        return QByteArray(encode(self._mixer.read(n_frames), self._format.sampleFormat()))

    def writeData(self, _data: bytes, _n_bytes: int) -> int:
        """Refuse: this is a source."""
        return -1
