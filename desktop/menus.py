"""The menu bar: everything that can be done, and only that."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from desktop import icons
from desktop.help import AboutDialog, ShortcutsDialog
from desktop.keys import KeyBinding
from desktop.theme import THEMES, Theme
from engine import __version__
from engine.errors import display_path
from engine.translation import tr

if TYPE_CHECKING:
    from desktop.main_window import MainWindow


class Menus(QObject):
    """Builds the menu bar of a window.

    Args:
        window: whose menu bar it is.
        bindings: the keys of the playback, shown beside their entries.
        theme: switched here.
    """

    def __init__(
        self, window: "MainWindow", bindings: tuple[KeyBinding, ...], theme: Theme
    ) -> None:
        super().__init__(window)
        self._window = window
        self._bindings = bindings
        self._theme = theme
        self._recent = QMenu(tr("Open &recent"), window)
        self._undo = self._action(
            tr("&Undo"), QKeySequence.StandardKey.Undo, lambda: window.workspace.undo(), "undo"
        )
        self._redo = self._action(
            tr("&Redo"), QKeySequence("Ctrl+Shift+Z"), lambda: window.workspace.redo(), "redo"
        )
        self._file_menu()
        edit = window.menuBar().addMenu(tr("&Edit"))
        edit.addActions([self._undo, self._redo])
        self._playback_menu()
        library = window.menuBar().addMenu(tr("&Library"))
        library.addAction(
            self._action(tr("&Your music…"), QKeySequence("Ctrl+M"), window.show_library, "music")
        )
        library.addAction(
            self._action(
                tr("&Add a folder…"),
                None,
                lambda: window.show_library().ask_for_folder(),
                "folder-add",
            )
        )
        self._view_menu(theme)
        self._help_menu()

    def show_recent(self, clips: list[Path]) -> None:
        """List the clips that were open lately."""
        self._recent.clear()
        self._recent.setEnabled(bool(clips))
        for clip in clips:
            action = self._recent.addAction(display_path(clip.name).replace("&", "&&"))
            action.setToolTip(display_path(clip))
            action.triggered.connect(lambda _=False, clip=clip: self._window.open_clip(clip))

    def show_history(self, can_undo: bool, can_redo: bool) -> None:
        """Offer undo and redo where there is something to undo."""
        self._undo.setEnabled(can_undo)
        self._redo.setEnabled(can_redo)

    def _file_menu(self) -> None:
        window = self._window
        menu = window.menuBar().addMenu(tr("&File"))
        menu.addAction(
            self._action(
                tr("&Open a video…"), QKeySequence.StandardKey.Open, window.ask_for_clip, "film"
            )
        )
        menu.addMenu(self._recent)
        menu.addSeparator()
        menu.addActions(window.exports.actions)
        menu.addSeparator()
        menu.addAction(self._action(tr("&Quit"), QKeySequence("Ctrl+Q"), window.close))

    def _playback_menu(self) -> None:
        menu = self._window.menuBar().addMenu(tr("&Playback"))
        for binding in self._bindings:
            # After a tab the key is only shown: acting on it is the window's part, since a
            # focused button or slider comes first.
            action = menu.addAction(f"{binding.meaning}\t{binding.shown}")
            action.triggered.connect(lambda _=False, act=binding.act: act())

    def _view_menu(self, theme: Theme) -> None:
        window = self._window
        menu = window.menuBar().addMenu(tr("&View"))
        group = QActionGroup(menu)
        names = {"system": tr("As the &system"), "dark": tr("&Dark"), "light": tr("&Light")}
        for choice in THEMES:
            action = QAction(names[choice], menu, checkable=True)
            action.setData(choice)
            action.triggered.connect(lambda _=False, choice=choice: theme.choose(choice))
            group.addAction(action)
            menu.addAction(action)
        self._themes = group.actions()
        theme.changed.connect(self._show_theme)
        menu.addSeparator()
        full = QAction(tr("&Full screen"), menu, checkable=True)
        full.setShortcut(QKeySequence("F11"))
        full.triggered.connect(
            lambda on: window.setWindowState(
                Qt.WindowState.WindowFullScreen if on else Qt.WindowState.WindowNoState
            )
        )
        menu.addAction(full)

    def _show_theme(self) -> None:
        for action in self._themes:
            action.setChecked(action.data() == self._theme.choice)

    def _help_menu(self) -> None:
        menu = self._window.menuBar().addMenu(tr("&Help"))
        menu.addAction(
            self._action(
                tr("&Keyboard shortcuts"), QKeySequence.StandardKey.HelpContents, self.show_keys
            )
        )
        menu.addAction(self._action(tr("&About Soundbed"), None, self.show_about))

    def show_keys(self) -> None:
        """Show what the keys do."""
        ShortcutsDialog(self._bindings, other_keys(), self._window).open()

    def show_about(self) -> None:
        """Show name, version and where the log is."""
        AboutDialog(__version__, self._window).open()

    def _action(
        self,
        text: str,
        key: QKeySequence | QKeySequence.StandardKey | None,
        act: Callable[[], object],
        icon: str = "",
    ) -> QAction:
        action = QAction(text, self)
        if icon:
            action.setIcon(icons.icon(icon))
        if key is not None:
            action.setShortcut(key)
        action.triggered.connect(lambda _=False: act())
        return action


def other_keys() -> list[tuple[str, str]]:
    """Return the keys of the menus and the list, with what they do."""
    return [
        ("↑ ↓", tr("Move in the list and hear the track")),
        (tr("Enter"), tr("Pick the track")),
        ("Ctrl+O", tr("Open a video")),
        ("Ctrl+E", tr("Export the video with music")),
        ("Ctrl+Shift+E", tr("Export the music")),
        ("Ctrl+Z", tr("Undo")),
        ("Ctrl+Shift+Z", tr("Redo")),
        ("Ctrl+M", tr("Your music")),
        (tr("Tab"), tr("To the next control")),
        ("F11", tr("Full screen")),
        ("F1", tr("These shortcuts")),
        ("Ctrl+Q", tr("Quit")),
    ]
