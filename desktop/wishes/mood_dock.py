"""Where the mood pad is: in the panel where there is room for it, else over it."""

import time

from PySide6.QtCore import QEvent, QObject, QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout, QWidget

from desktop import icons
from desktop.wishes.mood_pad import MoodPad
from engine.translation import tr

PAD_KEY = "Ctrl+Shift+M"
_OPEN = "window/mood-pad"
_DOCKED_HEIGHT, _POPUP_HEIGHT = 240, 300
# Four rows of the list stay visible.
_LEAST_LIST = 300
_POPUP_WIDTH = 400
# The click on the button that closed the popup doesn't open it again.
_SAME_CLICK_S = 0.2


class MoodDock(QWidget):
    """The place of the pad in the panel, with the button that shows and hides it.

    Args:
        pad: the mood pad.
        below: what gets less room when the pad is in the panel: the list.
        panel: what both are in.
    """

    def __init__(self, pad: MoodPad, below: QWidget, panel: QWidget) -> None:
        super().__init__(panel)
        self._pad = pad
        self._below = below
        self._is_key = False
        self._is_wanted = False
        self._store: QSettings | None = None
        self.button = QToolButton()
        self.button.setObjectName("tool")
        self.button.setIcon(icons.icon("mood"))
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setAccessibleName(tr("Mood pad"))
        self.button.setToolTip(tr("Mood pad ({key})").format(key=PAD_KEY))
        self.button.toggled.connect(self._show)
        self._popup = _Popup(panel)
        self._popup.closed.connect(lambda: self.button.setChecked(False))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(pad)
        self.setFixedHeight(_DOCKED_HEIGHT)
        self.hide()
        below.installEventFilter(self)

    def remember_in(self, store: QSettings) -> None:
        """Keep whether the pad is open; show it again as soon as the panel has room for it."""
        self._store = store
        self._is_wanted = bool(store.value(_OPEN, False, type=bool))

    def toggle(self) -> None:
        """Show the pad with the focus on it, or hide it."""
        self._is_key = True
        self.button.toggle()
        self._is_key = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide the pad when the list has too little room beside it."""
        if watched is self._below and event.type() == QEvent.Type.Resize:
            if not self.isHidden() and not self._has_room:
                self.button.setChecked(False)
                # It comes back with the room.
                self._is_wanted = True
                self._remember(True)
            elif self._is_wanted and self._has_room and self._below.isVisible():
                self.button.setChecked(True)
        return super().eventFilter(watched, event)

    def _remember(self, is_open: bool) -> None:
        if self._store is not None:
            self._store.setValue(_OPEN, is_open)

    @property
    def _has_room(self) -> bool:
        docked = self.height() if not self.isHidden() else 0
        return self._below.height() + docked >= _LEAST_LIST + _DOCKED_HEIGHT

    def _show(self, is_on: bool) -> None:
        self._is_wanted = False
        self._remember(is_on)
        if not is_on:
            self.hide()
            self._popup.hide()
            return
        if self._has_room:
            self._layout.addWidget(self._pad)
            self.show()
        elif time.monotonic() - self._popup.closed_s < _SAME_CLICK_S and not self._is_key:
            self.button.setChecked(False)
            return
        else:
            self._popup.show_below(self._pad, self.button)
        self._pad.show()
        if self._is_key:
            self._pad.plane.setFocus(Qt.FocusReason.ShortcutFocusReason)


class _Popup(QFrame):
    """The pad over the panel, until the user clicks elsewhere or presses Esc."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("panel")
        self.setAccessibleName(tr("Mood pad"))
        self.closed_s = 0.0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 8, 10, 8)

    def show_below(self, pad: MoodPad, button: QWidget) -> None:
        """Show the pad below a button, within the window."""
        self._layout.addWidget(pad)
        window = button.window()
        self.resize(min(_POPUP_WIDTH, window.width()), min(_POPUP_HEIGHT, window.height()))
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 4))
        left = window.mapToGlobal(QPoint(0, 0)).x()
        self.move(max(corner.x(), left), corner.y())
        self.show()

    def hideEvent(self, event: QHideEvent) -> None:
        """Say that it was closed."""
        super().hideEvent(event)
        self.closed_s = time.monotonic()
        self.closed.emit()
