"""The playback controls and the time."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop import icons
from desktop.preview.geometry import format_time
from engine.translation import tr


class Transport(QWidget):
    """Buttons to play, pause and step; shows the position of the playhead."""

    play_requested = Signal()
    start_requested = Signal()
    end_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._duration_s = 0.0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._play = QToolButton()
        self._play.setObjectName("play")
        self._play.setFixedSize(40, 40)
        self._play.setIconSize(QSize(24, 24))
        self._play.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._play.clicked.connect(self.play_requested)
        row.addWidget(_button("start", tr("Go to start (Home)"), self.start_requested.emit))
        row.addWidget(
            _button("frame-back", tr("One frame back (←)"), lambda: self.step_requested.emit(-1))
        )
        row.addSpacing(4)
        row.addWidget(self._play)
        row.addSpacing(4)
        row.addWidget(
            _button(
                "frame-forward", tr("One frame forward (→)"), lambda: self.step_requested.emit(1)
            )
        )
        row.addWidget(_button("end", tr("Go to end (End)"), self.end_requested.emit))
        self._time = QLabel()
        self._time.setObjectName("timecode")
        self._length = QLabel()
        self._length.setObjectName("quiet")
        self._speed = QLabel()
        self._speed.setObjectName("quiet")
        row.addSpacing(10)
        row.addWidget(self._time)
        row.addWidget(self._length)
        row.addSpacing(8)
        row.addWidget(self._speed)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.set_playing(False)
        self.set_duration(0.0)

    def set_duration(self, duration_s: float) -> None:
        """Show the duration of another clip."""
        self._duration_s = duration_s
        self._length.setText("/ " + format_time(duration_s))
        # As wide as the widest digits, so that nothing shifts while the time runs.
        sample = "".join("8" if c.isdigit() else c for c in format_time(duration_s))
        self._time.ensurePolished()
        self._time.setFixedWidth(self._time.fontMetrics().horizontalAdvance(sample) + 6)
        self.set_position(0.0)

    def set_position(self, position_s: float) -> None:
        """Show the time."""
        self._time.setText(format_time(position_s))

    def set_playing(self, playing: bool) -> None:
        """Show the button as Pause or as Play."""
        name = tr("Pause (Space)") if playing else tr("Play (Space)")
        self._play.setIcon(icons.icon("pause" if playing else "play", "on_accent"))
        self._play.setToolTip(name)
        self._play.setAccessibleName(name)

    def set_speed(self, speed: float) -> None:
        """Show the speed, unless it is normal."""
        self._speed.setText("" if speed == 1.0 else tr("{speed:g}×").format(speed=speed))


def _button(icon: str, name: str, act: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setObjectName("flat")
    button.setIcon(icons.icon(icon))
    button.setIconSize(QSize(20, 20))
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(act)
    return button
