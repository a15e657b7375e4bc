"""The handle that a finished file is dragged out by, into a file manager or an editing program."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QDrag,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QToolButton, QWidget

from desktop import icons
from desktop.export.actions import not_shown
from desktop.export.dragged_files import DraggedFiles, mime_data
from desktop.file_manager import show_in_folder
from desktop.workspace import Workspace
from engine.export import sound_files, timelines
from engine.export.export_format import ExportFormat
from engine.translation import tr

_KEY = "drag/format"
_KINDS = (
    sound_files.MUSIC,
    sound_files.MIX,
    timelines.FCP7,
    timelines.FCPXML,
    timelines.OTIO,
)


class DragHandle(QToolButton):
    """Drags a file, or copies it; a click shows which file, and what else can be done with it.

    Args:
        files: writes them.
        workspace: whose settings name the folder.
        store: remembers which file.
    """

    def __init__(
        self,
        files: DraggedFiles,
        workspace: Workspace,
        store: QSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._files = files
        self._workspace = workspace
        self._store = store
        self._pressed: QPoint | None = None
        self._is_dragging = False
        self.setIcon(icons.icon("drag"))
        self.setAccessibleName(tr("Drag or copy the finished file"))
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        group = QActionGroup(self)
        chosen = str(store.value(_KEY, sound_files.MUSIC.name))
        self._kind = next((kind for kind in _KINDS if kind.name == chosen), sound_files.MUSIC)
        for kind in _KINDS:
            action = self._menu.addAction(kind.texts().title.removesuffix("…"))
            action.setCheckable(True)
            action.setChecked(kind is self._kind)
            action.setToolTip(kind.texts().help)
            action.triggered.connect(lambda _=False, kind=kind: self._choose(kind))
            group.addAction(action)
        self._menu.addSeparator()
        self.copy_action = self._entry(tr("&Copy file"), self.copy)
        self.copy_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        # Elsewhere in the window the key copies what has the focus there.
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.addAction(self.copy_action)
        self._entry(tr("&Show in folder"), self._show_in_folder)
        self._entry(tr("&Folder for these files…"), self._ask_for_folder)
        self._choose(self._kind)

    @property
    def kind(self) -> ExportFormat:
        """What is dragged."""
        return self._kind

    @property
    def menu_actions(self) -> list[QAction]:
        """The entries of its menu."""
        return self._menu.actions()

    def copy(self) -> None:
        """Put the file on the clipboard, to be pasted into a folder."""
        self._files.prepare(
            self._kind, lambda path: QGuiApplication.clipboard().setMimeData(mime_data(path))
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait for a drag or a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin to drag; a file that isn't written yet follows the mouse once it is."""
        start = self._pressed
        if start is None:
            return
        moved = (event.position().toPoint() - start).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._pressed = None
            self._is_dragging = True
            self.setDown(False)
            self._files.prepare(self._kind, self._drag)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Show the menu after a click."""
        self.setDown(False)
        self._is_dragging = False
        if self._pressed is not None:
            self._pressed = None
            self._open_menu()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show the menu."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_menu()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Say what it is for, and why it is off."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._describe()

    def _drag(self, path: Path) -> None:
        if not self._is_dragging:
            return  # it took longer than the drag; the next one begins at once
        self._is_dragging = False
        drag = QDrag(self)
        drag.setMimeData(mime_data(path))
        drag.setPixmap(icons.icon("music", "accent").pixmap(32, 32))
        drag.exec(Qt.DropAction.CopyAction)

    def _choose(self, kind: ExportFormat) -> None:
        self._kind = kind
        self._store.setValue(_KEY, kind.name)
        self._describe()

    def _describe(self) -> None:
        what = self._kind.texts().title.removesuffix("…")
        text = tr("Drag this into a folder or an editing program: {what}").format(what=what)
        if not self.isEnabled():
            text = not_shown()
        self.setToolTip(text)
        self.setAccessibleDescription(text)

    def _open_menu(self) -> None:
        self._menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _show_in_folder(self) -> None:
        self._files.prepare(self._kind, show_in_folder)

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self.window(), tr("Folder for files that are dragged out"), str(self._files.folder)
        )
        if chosen:
            workspace = self._workspace
            workspace.set_settings(replace(workspace.settings, drag_folder=chosen))

    def _entry(self, text: str, act: Callable[[], object]) -> QAction:
        action = self._menu.addAction(text)
        action.triggered.connect(lambda _=False: act())
        return action
