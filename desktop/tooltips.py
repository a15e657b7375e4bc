"""Tooltips of texts from files, which are never HTML."""

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """Return a text for `setToolTip` that is shown as it is written, whatever it contains."""
    return Qt.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpaceNormal) if text else ""
