"""What an empty page of the library window says instead of nothing."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def advice(text: str) -> QLabel:
    """Return a label for the middle of an empty page.

    Args:
        text: what the page will show and what to do, translated.
    """
    label = QLabel(text)
    label.setObjectName("quiet")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setContentsMargins(80, 0, 80, 0)
    return label
