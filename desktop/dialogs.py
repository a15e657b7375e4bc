"""Dialogs that are made each time they are opened."""

from PySide6.QtWidgets import QDialog


def open_once(dialog: QDialog) -> None:
    """Open a dialog, and delete it when it is closed: its window would keep it."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
