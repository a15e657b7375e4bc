"""Names a marker where it is."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from engine.translation import tr

_WIDTH_PX = 160


class MarkerName(QLineEdit):
    """A line over the timeline: Enter names the marker, Escape leaves its name as it was."""

    named = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAccessibleName(tr("Name of the marker"))
        self.setPlaceholderText(tr("Name of the marker"))
        self.setMaxLength(200)
        self.editingFinished.connect(self._finish)
        self.hide()

    def ask(self, name: str, x: float) -> None:
        """Ask for a name.

        Args:
            name: the one until now.
            x: of the marker, in pixels of the parent.
        """
        self.setText(name)
        self.selectAll()
        self.resize(_WIDTH_PX, self.sizeHint().height())
        self.move(round(min(max(x - 8, 0), max(self._over.width() - _WIDTH_PX, 0))), 0)
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the name as it was on Escape; no key reaches the timeline below."""
        if event.key() == Qt.Key.Key_Escape:
            self._close()
        else:
            super().keyPressEvent(event)
        event.accept()

    def _finish(self) -> None:
        # Hiding takes the focus away, which would finish it again.
        if self.isVisible():
            text = self.text().strip()
            self._close()
            self.named.emit(text)

    def _close(self) -> None:
        self.blockSignals(True)
        self.hide()
        self.blockSignals(False)
        self._over.setFocus(Qt.FocusReason.OtherFocusReason)
