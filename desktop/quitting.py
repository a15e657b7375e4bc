"""The question before the window closes while it still works."""

from PySide6.QtWidgets import QMessageBox, QWidget

from engine.translation import tr


def may_quit(parent: QWidget, *, is_batch: bool) -> bool:
    """Ask whether what is running may be cancelled.

    Args:
        parent: of the question.
        is_batch: whether music for a folder of clips is made, rather than an export.
    """
    question = tr("An export is still running. Cancel it and quit?")
    if is_batch:
        question = tr(
            "Music for a folder of clips is still being made. Cancel it and quit? Started "
            "again later, it continues."
        )
    answer = QMessageBox.question(parent, tr("Cancel and quit?"), question)
    return answer == QMessageBox.StandardButton.Yes
