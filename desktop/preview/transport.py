"""The playback controls."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from desktop import icons
from engine.translation import tr


class Transport(QWidget):
    """Buttons to play, pause and step; shows the speed."""

    play_requested = Signal()
    start_requested = Signal()
    end_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        self._play = QToolButton()
        self._play.setObjectName("play")
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
        self._speed = QLabel()
        self._speed.setObjectName("quiet")
        row.addSpacing(4)
        row.addWidget(self._speed)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.set_playing(False)

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
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(act)
    return button
