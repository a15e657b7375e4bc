"""The picture, muted, kept in sync with the clock."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame, QVideoSink

DRIFT_S = 0.06
_JUMP_S = 0.5
_CATCH_UP = 0.1
_SHUTTLE_SEEK_S = 0.12
# Some systems count the first block as played long before it plays.
_STARTED_S = 0.04


@dataclass(frozen=True, slots=True)
class Correction:
    """How to bring the picture back in sync.

    Attributes:
        rate: to play at, 1 for normal speed.
        jump: whether to seek to the clock's position.
    """

    rate: float
    jump: bool = False


def correct(drift_s: float, speed: float) -> Correction:
    """Return how to follow the clock.

    A drift up to 60 ms isn't visible. Up to half a second the rate changes by a tenth, which is
    less visible than a jump; beyond that the picture jumps.

    Args:
        drift_s: the picture's position minus the clock's.
        speed: the clock's speed, positive.
    """
    if abs(drift_s) <= DRIFT_S * max(speed, 1.0):
        return Correction(speed)
    if abs(drift_s) > _JUMP_S * max(speed, 1.0):
        return Correction(speed, jump=True)
    return Correction(speed * (1.0 - _CATCH_UP if drift_s > 0 else 1.0 + _CATCH_UP))


class Picture(QObject):
    """Shows the frame at the clock's position.

    Load only files that an isolated worker has decoded without error.
    """

    frame_changed = Signal(QVideoFrame)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sink = QVideoSink(self)
        self._sink.videoFrameChanged.connect(self.frame_changed)
        self._player = QMediaPlayer(self)
        self._player.setVideoSink(self._sink)
        self._player.errorOccurred.connect(self._report)
        self._player.mediaStatusChanged.connect(self._show_first)
        self._paused_at_s = 0.0

    def load(self, path: Path | None) -> None:
        """Show the first frame of another file; None closes the file."""
        self._paused_at_s = 0.0
        self._player.stop()
        self._player.setSource(QUrl.fromLocalFile(str(path)) if path else QUrl())

    def show(self, position_s: float) -> None:
        """Pause on the frame at `position_s`."""
        self._player.pause()
        self._seek(position_s)
        self._paused_at_s = position_s

    def follow(self, position_s: float, speed: float) -> None:
        """Keep in sync with the running clock; called many times a second."""
        if speed <= 0:
            if abs(position_s - self._paused_at_s) >= _SHUTTLE_SEEK_S:
                self.show(position_s)
            return
        if self._player.playbackState() != QMediaPlayer.PlaybackState.PlayingState:
            # An audio device may start late: the picture starts when the sound does.
            if position_s - self._paused_at_s > _STARTED_S:
                self._seek(position_s)
                self._player.setPlaybackRate(speed)
                self._player.play()
            return
        correction = correct(self._player.position() / 1000.0 - position_s, speed)
        if correction.jump:
            self._seek(position_s)
        if abs(self._player.playbackRate() - correction.rate) > 1e-3:
            self._player.setPlaybackRate(correction.rate)

    def _seek(self, position_s: float) -> None:
        self._player.setPosition(round(position_s * 1000.0))

    def _show_first(self, status: QMediaPlayer.MediaStatus) -> None:
        # A stopped player shows nothing; a paused one shows its current frame.
        if status == QMediaPlayer.MediaStatus.LoadedMedia:
            self._player.pause()

    def _report(self, _error: QMediaPlayer.Error, message: str) -> None:
        self.failed.emit(message)
