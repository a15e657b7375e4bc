"""Playback, levels and loudness below the picture: in one line, or in two where it is narrow."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop.preview.levels import Levels
from desktop.preview.loudness_menu import LoudnessMenu
from desktop.preview.speech_button import SpeechButton
from desktop.preview.transport import Transport

_SPACING_PX = 8
_ALL_COLUMNS = 4


class PlaybackControls(QWidget):
    """Shows the levels beside the buttons, or below them.

    Attributes:
        transport: plays and steps.
        levels: of music and clip.
        speech: the ducking.
        loudness: of the music.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.transport = Transport()
        self.levels = Levels()
        self.speech = SpeechButton()
        self.loudness = LoudnessMenu()
        sound = QHBoxLayout()
        sound.setSpacing(0)
        sound.addWidget(self.speech)
        sound.addWidget(self.loudness)
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_SPACING_PX)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.transport, 0, 0)
        grid.addLayout(sound, 0, 3)
        # What the levels leave, as they are never wider than they need.
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 100)
        self._is_wide: bool | None = None
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Need the width of the buttons, or of one level below them."""
        height = super().minimumSizeHint().height()
        return QSize(max(self._buttons_width, self.levels.minimumSizeHint().width()), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the controls for the new width."""
        super().resizeEvent(event)
        self._arrange()

    @property
    def _buttons_width(self) -> int:
        buttons = (self.transport, self.speech, self.loudness)
        return sum(button.sizeHint().width() for button in buttons) + 3 * _SPACING_PX

    def _arrange(self) -> None:
        needed = self._buttons_width + self.levels.minimumSizeHint().width() + _SPACING_PX
        is_wide = self.width() >= needed
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        if is_wide:
            self._grid.addWidget(self.levels, 0, 2)
        else:
            self._grid.addWidget(self.levels, 1, 0, 1, _ALL_COLUMNS)
        self.updateGeometry()
