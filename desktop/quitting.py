"""The question before the window closes while it still works."""

from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.batch.actions import BatchActions
from desktop.task_strip import TaskStrip
from desktop.training.actions import TrainingActions
from engine.translation import tr


def may_quit(
    parent: QWidget, strip: TaskStrip, batch: BatchActions, training: TrainingActions
) -> bool:
    """Return whether nothing is running, or the user says that it may be cancelled.

    Args:
        parent: of the question.
        strip: knows whether a task is running that the user waits for.
        batch: makes music for a folder of clips.
        training: trains a pack.
    """
    if batch.is_running:
        question = tr(
            "Music for a folder of clips is still being made. Cancel it and quit? Started "
            "again later, it continues."
        )
    elif training.is_running:
        question = tr(
            "A pack is still being trained. Cancel the training and quit? It can be continued "
            "later."
        )
    elif strip.busy:
        question = tr("An export is still running. Cancel it and quit?")
    else:
        return True
    answer = QMessageBox.question(parent, tr("Cancel and quit?"), question)
    return answer == QMessageBox.StandardButton.Yes
