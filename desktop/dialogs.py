"""Dialogs made each time they are opened, and deleted after: their window would keep them."""

from PySide6.QtWidgets import QAbstractButton, QDialog, QMessageBox


def open_once(dialog: QDialog) -> None:
    """Open a dialog, and delete it when it is closed."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def clicked(box: QMessageBox) -> QAbstractButton:
    """Ask a question, and return the button that the user clicked."""
    box.exec()
    box.deleteLater()
    return box.clickedButton()
