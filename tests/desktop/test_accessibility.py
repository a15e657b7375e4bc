"""Every place of the window by Tab and for screen readers."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from engine.library.shortlists import AddToShortlist
from tests.desktop.driving import OpenClip, press

_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
)


def controls(window: QWidget) -> set[QWidget]:
    """Return the visible controls that Tab should reach."""
    return {
        each
        for each in window.findChildren(QWidget)
        if isinstance(each, _CONTROLS)
        and each.window() is window
        and each.isVisible()
        and each.isEnabled()
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        # A field inside a control is reached as that control.
        and each.focusProxy() is None
        and not isinstance(each.parentWidget(), QAbstractSpinBox | QComboBox)
    }


def by_tab(window: QWidget) -> list[QWidget]:
    """Return what has the focus while Tab is pressed, once around."""
    window.activateWindow()
    found: list[QWidget] = []
    for _ in range(200):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in found:
            return found
        found.append(focused)
    raise AssertionError("Tab never comes back")


def name_of(widget: QWidget) -> str:
    """Return what a screen reader says."""
    text = getattr(widget, "text", str)() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or text


def reached(control: QWidget, order: list[QWidget]) -> bool:
    """Whether Tab reaches a control, or a button of its group, from which arrow keys lead to it."""
    if isinstance(control, QAbstractButton) and (group := control.group()) is not None:
        return any(button in order for button in group.buttons())
    return control in order


def check(window: QWidget) -> list[QWidget]:
    """Check the names and the reach of Tab; return its order."""
    wanted = controls(window)
    assert wanted
    assert [each for each in wanted if not name_of(each)] == []
    order = by_tab(window)
    assert [name_of(each) for each in wanted if not reached(each, order)] == []
    return order


@pytest.fixture
def shown(
    open_clip: OpenClip, window: MainWindow, clip_file: Path, qtbot: QtBot
) -> tuple[MainWindow, Callable[[], None]]:
    """The window with a clip and three tracks on the shortlist, and a wait for its jobs."""

    def settle() -> None:
        qtbot.waitUntil(lambda: not window.workspace.changes.busy and window.runner.n_running == 0)

    open_clip(clip_file)
    window.workspace.changes.do(AddToShortlist("clip-holiday", ("hash1", "hash2", "hash3")))
    settle()
    return window, settle


Shown = tuple[MainWindow, Callable[[], None]]


def test_the_window_and_the_mood_pad(shown: Shown) -> None:
    window, settle = shown
    window.results.mood_dock.button.setChecked(True)
    settle()
    order = check(window)
    results = window.results
    parts: list[QWidget] = [results.search, results.sort, results.mood_dock.button, results.view]
    places = [order.index(each) for each in parts]
    assert places == sorted(places)
    pad = results.mood
    places = [order.index(each) for each in (pad.plane, pad.valence, pad.arousal)]
    assert places == sorted(places)


def test_the_shortlist(shown: Shown) -> None:
    window, settle = shown
    press(window, Qt.Key.Key_S, Qt.KeyboardModifier.ShiftModifier)
    settle()
    assert window.results.lists.shortlist.view in check(window)


def test_the_comparison(shown: Shown) -> None:
    window, settle = shown
    press(window, Qt.Key.Key_C)
    settle()
    order = check(window)
    assert window.results.lists.comparison.pick_button in order


def test_the_settings(shown: Shown) -> None:
    window, settle = shown
    window.settings.show()
    settle()
    dialog = window.settings.dialog
    assert dialog is not None
    order = check(dialog)
    heights = [each.mapTo(dialog, QPoint()).y() for each in order]
    # From top to bottom, and once back to the top.
    assert sum(above > below for above, below in pairwise(heights)) <= 1


def test_the_library(shown: Shown) -> None:
    window, settle = shown
    library = window.library.show()
    settle()
    for page in range(library.tabs.count()):
        library.tabs.setCurrentIndex(page)
        settle()
        check(library)
