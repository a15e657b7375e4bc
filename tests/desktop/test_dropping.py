"""Qt itself hands a dropped folder to a widget that takes one."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.batch.folder_field import FolderField
from tests.desktop.driving import NO_MODIFIER


@pytest.mark.parametrize("name", ["", "clip.mp4"])
def test_a_folder_or_that_of_a_file_is_taken(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    field = FolderField("Clips")
    qtbot.addWidget(field)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(QPoint(5, 5), action, data, button, NO_MODIFIER)
    QApplication.sendEvent(field, entering)
    assert entering.isAccepted()
    QApplication.sendEvent(field, QDropEvent(QPointF(5, 5), action, data, button, NO_MODIFIER))
    assert field.path == tmp_path


def test_what_is_no_file_is_refused(qtbot: QtBot) -> None:
    field = FolderField("Clips")
    qtbot.addWidget(field)
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/clips")])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    entering = QDragEnterEvent(QPoint(5, 5), action, data, button, NO_MODIFIER)
    entering.ignore()
    QApplication.sendEvent(field, entering)
    assert not entering.isAccepted()
