"""The dialog with the text of an export, such as the credits, to copy or to save."""

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.scrolling import resize_within
from engine.translation import tr

_COPIED_MS = 1600


class TextDialog(QDialog):
    """Shows a text.

    Args:
        title: what the text is.
        advice: what to do with it.
        text: the text.
        parent: of the dialog.
    """

    save_requested = Signal()

    def __init__(self, title: str, advice: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        intro = QLabel(advice)
        intro.setObjectName("quiet")
        intro.setWordWrap(True)
        self._text = QPlainTextEdit(text)
        self._text.setReadOnly(True)
        self._text.setAccessibleName(title)
        self._copy = QPushButton(icons.icon("copy", "on_accent"), tr("Copy"))
        self._copy.setObjectName("primary")
        self._copy.setDefault(True)
        self._copy.clicked.connect(self._copy_text)
        save = QPushButton(icons.icon("save"), tr("Save…"))
        save.clicked.connect(self.save_requested)
        save.clicked.connect(self.accept)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self._copy)
        buttons.addWidget(save)
        buttons.addStretch()
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(intro)
        layout.addWidget(self._text, 1)
        layout.addLayout(buttons)
        resize_within(self, self.minimumSizeHint().expandedTo(QSize(560, 300)))
        self._copied = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._copied.timeout.connect(lambda: self._copy.setText(tr("Copy")))

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())
        self._copy.setText(tr("Copied"))
        self._copied.start()
