"""The picture, muted, kept in sync with the clock."""

from pathlib import Path

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage

from desktop.audio.messages import shared_clock_s
from desktop.picture.messages import Follow, Open, Reply, Resize, Show, Shown
from desktop.picture.process import DecoderProcess
from desktop.picture.slots import FrameSlots

_SHUTTLE_SEEK_S = 0.12
# While a window's edge is dragged, its frames keep their size.
_RESIZE_MS = 80
# A clip that crashes the decoder again and again isn't tried more often than this.
_RESTART_S = 2.0


class Picture(QObject):
    """Shows the frame at the clock's position: the last one whose time isn't later.

    Frames are decoded and scaled in a process of its own. A file that crashes it, or hangs it,
    takes nothing else with it; the next request starts it again.
    """

    frame_changed = Signal(QImage)
    # The time of the frame that is shown, in seconds of the clip.
    frame_shown = Signal(float)
    # After `step`: the time of the frame that was reached.
    stepped = Signal(float)
    failed = Signal(str)
    # The first frame after a failure.
    resumed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._slots: FrameSlots | None = None
        self._process: DecoderProcess | None = None
        self._size = QSize(640, 360)
        self._image: QImage | None = None
        self._show = Show(0, 0.0)
        # Replies to earlier requests are of another clip.
        self._first_request = 0
        self._step_request: int | None = None
        self._has_failed = False
        self._started_at_s = 0.0
        self._resizing = QTimer(self, singleShot=True, interval=_RESIZE_MS)
        self._resizing.timeout.connect(self._resize)

    def load(self, path: Path | None) -> None:
        """Show the first frame of another clip; None closes the clip."""
        self._let_go()
        self._path = path
        self._show = Show(self._show.number + 1, 0.0)
        self._first_request = self._show.number
        self._has_failed = False
        self._step_request = None
        if path is not None and self._process is None:
            self._start()
        elif self._process is not None:
            self._process.send(Open(path))
            self._process.send(self._show)

    def switch(self, path: Path) -> None:
        """Read the same clip from another file, such as its proxy, without a jump."""
        self._path = path
        if self._process is None:
            self._start()
        else:
            self._process.send(Open(path, continues=True))

    def set_size(self, size: QSize) -> None:
        """Fit the frames into a size in pixels of the screen."""
        self._size = size
        self._resizing.start()

    def show(self, position_s: float) -> None:
        """Pause on the frame at `position_s`."""
        self._request(position_s, 0)

    def step(self, position_s: float, n_frames: int) -> None:
        """Pause some frames after the one at `position_s`, or before it when negative.

        Frames are counted as the clip has them, whatever their rate; `stepped` follows.
        """
        self._request(position_s, n_frames)
        self._step_request = self._show.number

    def follow(self, position_s: float, speed: float) -> None:
        """Keep in sync with the running clock; called many times a second."""
        if speed <= 0:
            if abs(position_s - self._show.position_s) >= _SHUTTLE_SEEK_S:
                self.show(position_s)
        elif self._process is not None and position_s != self._show.position_s:
            # An audio device may start late: the picture starts when the sound does.
            self._process.send(Follow(position_s, speed, shared_clock_s()))

    def close(self) -> None:
        """End the process and free its memory."""
        self._resizing.stop()
        self._path = None
        if self._process is not None:
            self._process.stop()
            self._process = None
        self._let_go()
        if self._slots is not None:
            self._slots.close()
            self._slots = None

    def _request(self, position_s: float, n_steps: int) -> None:
        self._show = Show(self._show.number + 1, position_s, n_steps)
        self._step_request = None
        if self._process is None and self._path is not None:
            if shared_clock_s() - self._started_at_s > _RESTART_S:
                self._start()
        elif self._process is not None:
            self._process.send(self._show)

    def _start(self) -> None:
        self._started_at_s = shared_clock_s()
        if self._slots is None:
            self._slots = FrameSlots()
        process = self._process = DecoderProcess(self._slots, self)
        process.replied.connect(self._take)
        process.ended.connect(self._note_end)
        process.start()
        process.send(self._resize_command())
        process.send(Open(self._path))
        process.send(self._show)

    def _resize(self) -> None:
        if self._process is not None:
            self._process.send(self._resize_command())

    def _resize_command(self) -> Resize:
        return Resize(max(self._size.width(), 16), max(self._size.height(), 16))

    def _take(self, reply: Reply) -> None:
        if self._slots is None:
            return
        is_old = self._path is None or reply.request < self._first_request
        if isinstance(reply, Shown):
            if is_old:
                # Not painted, but given back: without a slot nothing more can be decoded.
                self._slots.released = reply.sequence
            else:
                self._paint(self._slots, reply)
        elif not is_old:
            self._fail(reply.reason)

    def _paint(self, slots: FrameSlots, shown: Shown) -> None:
        memory = slots.pixels(shown.slot, shown.width * shown.height)
        self._image = QImage(
            memory, shown.width, shown.height, 4 * shown.width, QImage.Format.Format_RGB32
        )
        self.frame_changed.emit(self._image)
        slots.released = shown.sequence
        self.frame_shown.emit(shown.time_s)
        if self._has_failed:
            self._has_failed = False
            self.resumed.emit()
        if shown.is_exact and shown.request == self._step_request:
            self._step_request = None
            self.stepped.emit(shown.time_s)

    def _fail(self, reason: str) -> None:
        self._has_failed = True
        self.failed.emit(reason)

    def _note_end(self, reason: str) -> None:
        self._process = None
        self._let_go()
        self._fail(reason)

    def _let_go(self) -> None:
        """Keep the shown frame, but not in the memory of the process."""
        if self._image is not None:
            self.frame_changed.emit(self._image.copy())
            self._image = None
