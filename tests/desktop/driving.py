"""What a user does with the window: press keys, drop files, answer questions."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QSlider

from desktop.library.window import LibraryWindow
from desktop.main_window import MainWindow
from desktop.preview.levels import LevelSlider
from desktop.workspace import Workspace
from engine.arrangement.arrangement import Arrangement, MusicItem
from engine.stories.analyse import ClipAnalysis

NO_MODIFIER = Qt.KeyboardModifier.NoModifier

OpenClip = Callable[[Path], None]


def arrangement_of(workspace: Workspace) -> Arrangement:
    """Return the arrangement of the open clip."""
    arrangement = workspace.arrangement
    assert arrangement is not None
    return arrangement


def item_of(workspace: Workspace) -> MusicItem:
    """Return the one music item of the open clip."""
    (item,) = arrangement_of(workspace).items
    return item


def title_and_start(workspace: Workspace) -> tuple[str, float]:
    """Return the title of the music under the open clip, and where in the track it starts."""
    item = item_of(workspace)
    return item.track.title, item.track_start_s


def slip_to(window: MainWindow, track_start_s: float) -> None:
    """Let the music begin elsewhere in its track."""
    window.preview.editor.commands.slip_to(track_start_s)


def selection_text(window: MainWindow) -> str:
    """Return what is written over the timeline about the selection."""
    return window.preview.editor._selection.whole_text


def titles(window: MainWindow) -> list[str]:
    """Return the titles of the ranked list."""
    model = window.results.model
    return [model.index(row).data() for row in range(model.rowCount())]


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def drop(window: MainWindow | LibraryWindow, path: Path) -> None:
    """Drop a file on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, button, NO_MODIFIER))


def answer(monkeypatch: pytest.MonkeyPatch, role: QMessageBox.ButtonRole) -> list[str]:
    """Click the button with this role in message boxes from now on; return what they ask."""
    asked: list[str] = []

    def click(box: QMessageBox) -> int:
        asked.append(" ".join(filter(None, (box.text(), box.informativeText()))))
        chosen = next(b for b in box.buttons() if box.buttonRole(b) == role)
        monkeypatch.setattr(QMessageBox, "clickedButton", lambda _self: chosen)
        return 0

    monkeypatch.setattr(QMessageBox, "exec", click)
    return asked


def clip_of(workspace: Workspace) -> ClipAnalysis:
    """Return the open clip."""
    assert workspace.clip is not None
    return workspace.clip


def slider_of(level: LevelSlider) -> QSlider:
    """Return the slider of a level."""
    slider = level.findChild(QSlider)
    assert isinstance(slider, QSlider)
    return slider


def folder_row(window: LibraryWindow) -> QModelIndex:
    """Return the first folder of the library window."""
    index = window.tracks.model.index(0, 0)
    assert index.isValid()
    return index


def cells(window: LibraryWindow, parent: QModelIndex, column: int) -> list[str]:
    """Return what a column of the rows below a folder shows."""
    model = window.tracks.model
    rows = range(model.rowCount(parent))
    return [model.index(row, column, parent).data() for row in rows]
