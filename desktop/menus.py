"""The menu bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from desktop import icons
from desktop.batch.actions import BATCH_KEY
from desktop.clip.clip_tabs import NEXT_KEY, PREVIOUS_KEY
from desktop.clip.hints import open_hint
from desktop.dialogs import open_once
from desktop.export.actions import HAND_OVER_KEY, not_shown
from desktop.help import AboutDialog, LicencesDialog, ShortcutsDialog
from desktop.keys import CLEAR_KEY, FIND_KEY, PICKS_KEY, REDO_KEY, UNDO_KEY, KeyBinding, key_text
from desktop.settings.actions import SETTINGS_KEY
from desktop.theme import Theme, ThemeChoice
from desktop.undo import UndoStack
from desktop.wishes.actions import LIKE_KEY, UNLIKE_KEY
from desktop.wishes.mood_dock import PAD_KEY
from engine import __version__
from engine.errors import display_path
from engine.export.formats import FORMATS
from engine.translation import tr


@dataclass(frozen=True, slots=True)
class KeyTables:
    """The shortcuts that the window acts on.

    Attributes:
        playback: of the player.
        timeline: of the timeline.
        deciding: of the selected tracks.
    """

    playback: tuple[KeyBinding, ...]
    timeline: tuple[KeyBinding, ...]
    deciding: tuple[KeyBinding, ...]


class Menus(QObject):
    """Fills the menu bar of the window, and emits what the user chooses.

    Args:
        bar: the window's.
        exports: the export actions.
        batch: makes music for a folder of clips.
        changes: what the Edit menu undoes and redoes.
        keys: the shortcuts of playback, timeline and selected tracks.
        theme: the theme that the View menu switches.
    """

    open_requested = Signal()
    step_requested = Signal(int)
    recent_requested = Signal(Path)
    quit_requested = Signal()
    library_requested = Signal()
    folder_requested = Signal()
    settings_requested = Signal()
    tour_requested = Signal()
    picks_requested = Signal()
    taste_requested = Signal()
    training_requested = Signal()

    def __init__(
        self,
        bar: QMenuBar,
        exports: Sequence[QAction],
        batch: QAction,
        changes: UndoStack,
        keys: KeyTables,
        theme: Theme,
    ) -> None:
        super().__init__(bar)
        self._bar = bar
        self._keys = keys
        self._theme = theme
        self._recent = QMenu(tr("Open &recent"), bar)
        self._clip_menus: list[QMenu] = []
        self._file_menu(exports, batch)
        self._edit_menu(changes)
        self._keys_menu(tr("&Playback"), self._keys.playback)
        self._keys_menu(tr("&Timeline"), self._keys.timeline)
        self._library_menu()
        self._view_menu()
        self._help_menu()

    @property
    def _window(self) -> QWidget:
        return self._bar.window()

    def show_recent(self, clips: list[Path]) -> None:
        """List the recent clips."""
        self._recent.clear()
        self._recent.setEnabled(bool(clips))
        for clip in clips:
            action = self._recent.addAction(display_path(clip.name).replace("&", "&&"))
            action.setToolTip(display_path(clip))
            action.triggered.connect(lambda _=False, clip=clip: self.recent_requested.emit(clip))

    def set_clip_shown(self, is_shown: bool) -> None:
        """Enable the menus of playback and timeline only while the clip is shown."""
        of_menus = [action for menu in self._clip_menus for action in menu.actions()]
        for action in (*of_menus, *self._marking):
            action.setEnabled(is_shown)
            action.setToolTip("" if is_shown else not_shown())
            action.setStatusTip(action.toolTip())

    def add_list_menu(self, actions: Sequence[QAction]) -> None:
        """Add the actions of the ranked list, which work while a clip is shown."""
        menu = QMenu(tr("L&ist"), self._bar)
        menu.setToolTipsVisible(True)
        menu.addActions(actions)
        self._clip_menus.append(menu)
        self._bar.insertMenu(self._library.menuAction(), menu)

    def _file_menu(self, exports: Sequence[QAction], batch: QAction) -> None:
        menu = self._bar.addMenu(tr("&File"))
        key = QKeySequence.StandardKey.Open
        opening = self._action(tr("&Open a clip…"), key, self.open_requested.emit, "film")
        opening.setToolTip(open_hint())
        menu.addAction(opening)
        menu.setToolTipsVisible(True)
        menu.addMenu(self._recent)
        menu.addAction(
            self._action(tr("&Previous clip"), PREVIOUS_KEY, lambda: self.step_requested.emit(-1))
        )
        menu.addAction(
            self._action(tr("&Next clip"), NEXT_KEY, lambda: self.step_requested.emit(1))
        )
        menu.addSeparator()
        menu.addActions(exports)
        menu.addSeparator()
        menu.addAction(batch)
        menu.addSeparator()
        menu.addAction(self._action(tr("&Quit"), "Ctrl+Q", self.quit_requested.emit))

    def _edit_menu(self, changes: UndoStack) -> None:
        undo = self._action("", UNDO_KEY, changes.undo, "undo")
        redo = self._action("", REDO_KEY, changes.redo, "redo")
        menu = self._bar.addMenu(tr("&Edit"))
        menu.setToolTipsVisible(True)
        menu.addActions([undo, redo])
        menu.addSeparator()
        self._marking = [self._key_action(menu, binding) for binding in self._keys.deciding]
        menu.addSeparator()
        settings = self._action(tr("&Settings…"), SETTINGS_KEY, self.settings_requested.emit)
        settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        menu.addAction(settings)

        def refresh() -> None:
            undo.setEnabled(changes.undo_name is not None)
            redo.setEnabled(changes.redo_name is not None)
            undo.setText(tr("&Undo {change}").format(change=changes.undo_name or "").rstrip())
            redo.setText(tr("&Redo {change}").format(change=changes.redo_name or "").rstrip())

        changes.changed.connect(refresh)
        refresh()

    def _keys_menu(self, name: str, bindings: Sequence[KeyBinding]) -> None:
        menu = self._bar.addMenu(name)
        menu.setToolTipsVisible(True)
        self._clip_menus.append(menu)
        for binding in bindings:
            self._key_action(menu, binding)

    def _key_action(self, menu: QMenu, binding: KeyBinding) -> QAction:
        # After a tab the key is only shown; the window acts on it, since a focused button or
        # slider comes first.
        action = menu.addAction(f"{binding.meaning}\t{key_text(binding.shown)}")
        action.triggered.connect(lambda _=False: binding.act())
        return action

    def _library_menu(self) -> None:
        menu = self._library = self._bar.addMenu(tr("&Library"))
        menu.addAction(
            self._action(tr("&Your music…"), "Ctrl+M", self.library_requested.emit, "music")
        )
        menu.addAction(
            self._action(tr("&Add a folder…"), None, self.folder_requested.emit, "folder-add")
        )
        menu.addSeparator()
        menu.addAction(self._action(tr("Your &picks…"), PICKS_KEY, self.picks_requested.emit))
        menu.addAction(self._action(tr("My &taste…"), None, self.taste_requested.emit))
        menu.addSeparator()
        menu.addAction(self._action(tr("T&rain on my edits…"), None, self.training_requested.emit))

    def _view_menu(self) -> None:
        window, theme = self._window, self._theme
        menu = self._bar.addMenu(tr("&View"))
        group = QActionGroup(menu)
        names: dict[ThemeChoice, str] = {
            "system": tr("Same as &system"),
            "dark": tr("&Dark"),
            "light": tr("&Light"),
        }
        for choice, name in names.items():
            action = QAction(name, menu, checkable=True)
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
        menu = self._bar.addMenu(tr("&Help"))
        menu.addAction(
            self._action(
                tr("&Keyboard shortcuts"), QKeySequence.StandardKey.HelpContents, self.show_keys
            )
        )
        menu.addAction(self._action(tr("&Tour"), None, self.tour_requested.emit))
        menu.addAction(self._action(tr("&Licences…"), None, self.show_licences))
        menu.addAction(self._action(tr("&About Soundbed"), None, self.show_about))

    def show_keys(self) -> None:
        """Show the keyboard shortcuts."""
        columns = (
            (tr("Playback"), [(each.shown, each.meaning) for each in self._keys.playback]),
            (
                tr("Timeline"),
                [*((each.shown, each.meaning) for each in self._keys.timeline), *selection_keys()],
            ),
            (
                tr("Tracks and other"),
                [*((each.shown, each.meaning) for each in self._keys.deciding), *other_keys()],
            ),
        )
        open_once(ShortcutsDialog(columns, self._window))

    def show_about(self) -> None:
        """Show name, version and where the log file is."""
        open_once(AboutDialog(__version__, self._window))

    def show_licences(self) -> None:
        """Show the licences of all that Soundbed is made of."""
        open_once(LicencesDialog(self._window))

    def _action(
        self,
        text: str,
        key: str | QKeySequence.StandardKey | None,
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


def selection_keys() -> list[tuple[str, str]]:
    """Return the keys of the timeline while it has the focus, as (key, what it does)."""
    return [
        ("↑ ↓", tr("Select music, edges, splices, points (after Tab)")),
        (tr("Ctrl+← →"), tr("Move the selection by a frame")),
        (tr("Ctrl+Shift+← →"), tr("Move the selection by a beat")),
        (tr("Ctrl+↑ ↓"), tr("Raise or lower a volume point")),
        (tr("Del"), tr("Remove the selection")),
        (tr("Esc"), tr("Cancel a drag, or select nothing")),
    ]


def other_keys() -> list[tuple[str, str]]:
    """Return the shortcuts of the menus and the list, as (key, what it does)."""
    return [
        ("↑ ↓", tr("Select a track and play it")),
        ("1 … 9", tr("Play one of the first nine tracks")),
        (tr("Enter"), tr("Pick the track")),
        (LIKE_KEY, tr("More music like the track")),
        (UNLIKE_KEY, tr("Less music like the track")),
        (PAD_KEY, tr("Mood pad")),
        ("Ctrl+O", tr("Open a clip")),
        (tr("Ctrl+PgUp PgDown"), tr("Previous or next clip")),
        *[
            (kind.shortcut, tr("Export: {what}").format(what=kind.texts().title.removesuffix("…")))
            for kind in FORMATS
            if kind.shortcut
        ],
        (HAND_OVER_KEY, tr("Hand over several files")),
        (BATCH_KEY, tr("Music for a folder of clips")),
        (FIND_KEY, tr("Search the list")),
        (tr("Esc"), tr("Clear the search, and go to the list (in the search field)")),
        (CLEAR_KEY, tr("Clear search and filters")),
        (UNDO_KEY, tr("Undo")),
        (REDO_KEY, tr("Redo")),
        ("Ctrl+M", tr("Your music")),
        (SETTINGS_KEY, tr("Settings")),
        (PICKS_KEY, tr("Your picks")),
        (tr("Tab"), tr("Next control")),
        ("F11", tr("Full screen")),
        ("F1", tr("Keyboard shortcuts")),
        ("Ctrl+Q", tr("Quit")),
    ]
