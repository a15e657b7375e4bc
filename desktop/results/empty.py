"""What stands in place of an empty list: why it is empty, and buttons that help."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from engine.errors import SoundbedError
from engine.translation import tr


class EmptyList(QWidget):
    """Says what to do about an empty list."""

    clear_requested = Signal()
    library_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel()
        self._text.setObjectName("quiet")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._clear = QPushButton(tr("Clear filters"))
        self._clear.clicked.connect(self.clear_requested)
        self._library = QPushButton(tr("Add your own music…"))
        self._library.clicked.connect(self.library_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 0, 32, 0)
        layout.setSpacing(14)
        layout.addStretch(2)
        # Without an alignment, so that the height fits the wrapped text.
        layout.addWidget(self._text)
        for button in (self._clear, self._library):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_nothing_found(self, filtered: bool) -> None:
        """Show what to do about an empty list."""
        self._text.setText(
            tr("No tracks match these filters.")
            if filtered
            else tr("There is no music yet. Add a folder of your own.")
        )
        self._clear.setVisible(filtered)
        self._library.setVisible(not filtered)

    def show_error(self, error: SoundbedError) -> None:
        """Show why there is no list."""
        self._text.setText(str(error))
        self._clear.hide()
        self._library.hide()
