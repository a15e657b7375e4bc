"""The player: the sound leads, the picture follows."""

import math
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.audio.sound import Sound, SoundProcess

SPEEDS = (-4.0, -2.0, -1.0, 1.0, 2.0, 4.0)
_TICK_MS = 30
# So much of a frame's length after its start, a position is surely on it.
_ON_FRAME = 0.01
# A position that is so far beyond the end of the loop was never in it.
_BEYOND_LOOP_S = 0.3


class Follower(Protocol):
    """Shows the frame at the clock's position, such as `desktop.preview.picture.Picture`."""

    def show(self, position_s: float) -> None:
        """Pause on the frame at `position_s`."""

    def step(self, position_s: float, n_frames: int) -> None:
        """Pause some frames after the one at `position_s`, or before it when negative."""

    def follow(self, position_s: float, speed: float) -> None:
        """Keep in sync with the running clock; called many times a second."""


class Player(QObject):
    """Plays, pauses, seeks and shuttles through one clip.

    Args:
        picture: follows the sound.
        sound: for tests; by default a process that plays on this machine's audio device.
        parent: its owner on the GUI thread.
    """

    moved = Signal(float)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    sound_device_changed = Signal(bool)

    def __init__(
        self,
        picture: Follower,
        sound: Sound | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._duration_s = 0.0
        self._frame_s = 1.0 / 25.0
        # From where, and how many frames, while the picture looks for the frame.
        self._stepping: tuple[float, int] | None = None
        self._position_s = 0.0
        self._speed = 1.0
        self._playing = False
        self._loop: tuple[float, float] | None = None
        self._has_device = True
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.sound: Sound
        if sound is not None:
            self.sound = sound
        else:
            process = SoundProcess(self)
            process.device_changed.connect(self._set_device)
            self.sound = process

    @property
    def position_s(self) -> float:
        """The position of the playhead, in seconds."""
        return self._position_s

    @property
    def duration_s(self) -> float:
        """The duration of the clip, in seconds."""
        return self._duration_s

    @property
    def playing(self) -> bool:
        """Whether it plays, at any speed."""
        return self._playing

    @property
    def speed(self) -> float:
        """1 is normal, negative is reverse."""
        return self._speed

    @property
    def has_sound_device(self) -> bool:
        """Whether this machine has an audio device."""
        return self._has_device

    def load(self, duration_s: float, frame_rate: float) -> None:
        """Load another clip, paused at its start."""
        self.pause()
        self._stepping = None
        self._duration_s = duration_s
        self.set_loop(None)
        self._frame_s = 1.0 / frame_rate if frame_rate > 0 else 1.0 / 25.0
        self._set_position(0.0)

    def play(self, speed: float = 1.0) -> None:
        """Play from the playhead, or from the start when it is at the end."""
        if self._duration_s <= 0:
            return
        self._stepping = None
        first_s, end_s = self._loop or (0.0, self._duration_s)
        if speed > 0 and self._position_s >= end_s - self._frame_s / 2:
            self._set_position(first_s)
        if speed != self._speed:
            self._speed = speed
            self.speed_changed.emit(speed)
        self.sound.start(self._position_s, speed)
        self._picture.show(self._position_s)
        self._timer.start()
        self._set_playing(True)

    def pause(self) -> None:
        """Pause."""
        if not self._playing:
            return
        self._set_position(self.sound.position_s())
        self.sound.stop()
        self._timer.stop()
        self._picture.show(self._position_s)
        self._set_playing(False)
        if self._speed != 1.0:
            self._speed = 1.0
            self.speed_changed.emit(1.0)

    def toggle(self) -> None:
        """Play or pause."""
        if self._playing:
            self.pause()
        else:
            self.play()

    def seek(self, position_s: float) -> None:
        """Move the playhead; playback continues from there."""
        self._stepping = None
        self._set_position(position_s)
        if self._playing:
            self.sound.start(self._position_s, self._speed)
        self._picture.show(self._position_s)

    def step(self, n_frames: int) -> None:
        """Pause, and step some frames forward, or back when negative.

        The picture counts the frames that the clip has, whatever their rate. Until it has reached
        the right one (`finish_step`), the playhead is where that is at the clip's nominal rate.
        """
        self.pause()
        from_s, n_before = self._stepping or (self._position_s, 0)
        self._stepping = from_s, n_before + n_frames
        frame = math.floor(from_s / self._frame_s + _ON_FRAME) + n_before + n_frames
        last = max(0, round(self._duration_s / self._frame_s) - 1)
        # A little into the frame, so that rounding never shows its neighbour.
        self._set_position((min(max(frame, 0), last) + _ON_FRAME) * self._frame_s)
        self._picture.step(*self._stepping)

    def finish_step(self, time_s: float) -> None:
        """Move the playhead to the frame that the picture reached, unless it is elsewhere now."""
        if self._stepping is not None:
            self._stepping = None
            self._set_position(time_s)

    def set_loop(self, part_s: tuple[float, float] | None) -> None:
        """Repeat a part of the clip, from when to when in seconds; None to play on."""
        self._loop = part_s
        self.sound.set_loop(part_s)

    def skip(self, seconds: float) -> None:
        """Move the playhead some seconds forward, or back when negative."""
        self.seek(self._position_s + seconds)

    def shuttle(self, direction: int) -> None:
        """Play forward (1) or in reverse (-1), faster with each call, as J and L do."""
        speed = self._speed if self._playing else 0.0
        if speed * direction > 0:
            faster = [s for s in SPEEDS if s * direction > abs(speed)]
            speed = min(faster, key=abs, default=speed)
        else:
            speed = float(direction)
        self.play(speed)

    def _tick(self) -> None:
        position_s = self.sound.position_s()
        if self._loop is not None and self._speed > 0:
            self._follow_loop(position_s, *self._loop)
            return
        self._set_position(position_s)
        if (self._speed > 0 and position_s >= self._duration_s) or (
            self._speed < 0 and position_s <= 0
        ):
            self.pause()
            return
        self._picture.follow(self._position_s, self._speed)

    def _follow_loop(self, position_s: float, first_s: float, end_s: float) -> None:
        """Follow the sound, which goes back to the beginning of the loop by itself."""
        if position_s > end_s + _BEYOND_LOOP_S:
            self.seek(first_s)
            return
        # Between two reports the position runs on; what is beyond the end doesn't play.
        position_s = min(position_s, end_s - self._frame_s * _ON_FRAME)
        goes_back = position_s < self._position_s - self._frame_s
        self._set_position(position_s)
        if goes_back:
            self._picture.show(self._position_s)
        self._picture.follow(self._position_s, self._speed)

    def _set_position(self, position_s: float) -> None:
        self._position_s = min(max(position_s, 0.0), self._duration_s)
        self.moved.emit(self._position_s)

    def _set_playing(self, playing: bool) -> None:
        if playing != self._playing:
            self._playing = playing
            self.playing_changed.emit(playing)

    def _set_device(self, has_device: bool) -> None:
        self._has_device = has_device
        self.sound_device_changed.emit(has_device)
