"""A user who finds music in the window by keys and clicks, which are counted."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.results.controls import ChoicesControl, Control, RangeControl
from desktop.results.list_view import ResultsView
from engine.library.tracks import Track
from engine.ranking.sort_keys import Sort, SortBy
from tests.desktop.driving import NO_MODIFIER

_MS = 60_000
_LEFT = Qt.MouseButton.LeftButton
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class User:
    """Uses the window by keys and clicks, and counts them.

    Attributes:
        n: keys and clicks since the task began.
    """

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.n = 0
        self._qtbot = qtbot

    def begin(self) -> None:
        """Show what a task begins with: the whole list, and its best track under the clip."""
        window = self.window
        window.results.lists.show_shortlist(False)
        window.results.mood_dock.button.setChecked(False)
        window.workspace.scenes.select(None)
        window.workspace.request.clear()
        window.workspace.request.update(at_once=True, sort=Sort())
        self.wait()
        window.results.choose_rank(1)
        (best,) = window.results.selected_tracks()
        self.until(lambda: self.plays(best))
        window.activateWindow()
        self.until(window.isActiveWindow)
        window.results.view.setFocus()
        self.n = 0

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_MODIFIER) -> None:
        """Press a key where the focus is, then wait for what it does."""
        QTest.keyClick(self._focused(), key, modifiers)
        self.n += 1
        self.wait()

    def type(self, text: str) -> None:
        """Type letters where the focus is."""
        QTest.keyClicks(self._focused(), text)
        self.n += len(text)
        self.wait()

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget, in its middle unless a place is named."""
        assert widget.isVisible()
        QTest.mouseClick(widget, _LEFT, NO_MODIFIER, at or widget.rect().center())
        self.n += 1
        self.wait()

    def choose_first(self) -> Track:
        """Click the first row, and return its track."""
        view = self.window.results.lists.shown
        assert isinstance(view, ResultsView)
        item = view.model().index(0, 0)
        self.click(view.viewport(), view.visualRect(item).center())
        return self.window.results.selected_tracks()[0]

    def choose_words(self, name: str, *words: str) -> None:
        """Check words of a filter."""
        control = self._control(name)
        assert isinstance(control, ChoicesControl)

        def check() -> None:
            for word in words:
                self._entry(control.menu, self._with_data(control.menu, word))

        self._in_menu(control, check)

    def choose_range(self, name: str, low: int | None, high: int | None) -> None:
        """Type the ends of a range."""
        control = self._control(name)
        assert isinstance(control, RangeControl)

        def write() -> None:
            for box, number in ((control.low, low), (control.high, high)):
                if number is not None:
                    self.n += 2 + len(str(number))
                    QTest.mouseClick(box.lineEdit(), _LEFT)
                    QTest.keyClick(box, Qt.Key.Key_A, _CTRL)
                    QTest.keyClicks(box, str(number))

        self._in_menu(control, write)

    def switch(self, name: str) -> None:
        """Switch a filter on."""
        control = self._control(name)
        if control.button.isVisible():
            self.click(control.button)
            return
        more = self.window.results.filters.more
        self._open(more, lambda: self._entry(more.menu(), control.entry))

    def sort(self, by: SortBy) -> None:
        """Sort the list."""
        button = self.window.results.sort
        self._open(button, lambda: self._entry(button.menu(), button.keys[by]))

    def drop_on_list(self, path: Path) -> None:
        """Drag a file from elsewhere onto the list."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copy, place = Qt.DropAction.CopyAction, QPoint(20, 200)
        for event in (
            QDragEnterEvent(place, copy, data, _LEFT, NO_MODIFIER),
            QDropEvent(QPointF(place), copy, data, _LEFT, NO_MODIFIER),
        ):
            QApplication.sendEvent(self.window.results, event)
        self.n += 1

    def drag_mood(self, valence: float, arousal: float) -> None:
        """Drag the point of the mood pad."""
        plane = self.window.results.mood.plane
        assert plane.isVisible()
        at = plane.scale.to_pixels(valence, arousal).toPoint()
        QTest.mousePress(plane, _LEFT, NO_MODIFIER, plane.rect().center())
        QTest.mouseMove(plane, at)
        QTest.mouseRelease(plane, _LEFT, NO_MODIFIER, at)
        self.n += 1
        self.wait()

    def wait(self) -> None:
        """Wait until the list shows what is asked for, and changes are made."""
        workspace, results = self.window.workspace, self.window.results
        self.until(
            lambda: (
                not workspace.request._timer.isActive()
                and not results.mood.is_ranking
                and results._busy.isHidden()
                and not workspace.changes.busy
            )
        )

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self._qtbot.waitUntil(is_so, timeout=_MS)

    def plays(self, track: Track) -> bool:
        """Whether a track is under the clip where the playhead is."""
        workspace = self.window.workspace
        music = workspace.music
        return music is not None and music.track_at(workspace.listening.position_s) == track

    def _focused(self) -> QWidget:
        focused = QApplication.focusWidget()
        if focused is None or not focused.isVisible():
            # Without a screen, a field of a closed menu may keep the focus for a moment.
            focused = self.window.focusWidget()
        return focused or self.window

    def _control(self, name: str) -> Control:
        return self.window.results.filters.controls[name]

    def _in_menu(self, control: Control, act: Callable[[], None]) -> None:
        """Open the menu of a filter, act in it, and leave it with Esc."""
        more, menu = self.window.results.filters.more, control.entry.menu()
        assert isinstance(menu, QMenu)

        def act_and_leave() -> None:
            act()
            QTest.keyClick(menu, Qt.Key.Key_Escape)
            self.n += 1

        if control.button.isVisible():
            self._open(control.button, act_and_leave)
            return

        def open_entry() -> None:
            self._entry(more.menu(), control.entry)
            self.until(menu.isVisible)
            act_and_leave()
            QTest.keyClick(more.menu(), Qt.Key.Key_Escape)
            self.n += 1

        self._open(more, open_entry)

    def _open(self, button: QWidget, act: Callable[[], None]) -> None:
        """Click a button, and act while its menu is open, which waits for the user."""

        def act_and_close() -> None:
            try:
                act()
            finally:
                while (popup := QApplication.activePopupWidget()) is not None:
                    popup.close()

        QTimer.singleShot(50, act_and_close)
        self.click(button)
        # Without a screen, the closed menu may stay the active window, and take the next keys.
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def _entry(self, menu: QMenu, action: QAction) -> None:
        assert menu.isVisible() and action.isEnabled()
        QTest.mouseClick(menu, _LEFT, NO_MODIFIER, menu.actionGeometry(action).center())
        self.n += 1

    @staticmethod
    def _with_data(menu: QMenu, data: str) -> QAction:
        return next(action for action in menu.actions() if action.data() == data)
