"""The tour: three steps, by mouse or keys, once by itself and again from the menu."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.tour import TourOverlay
from tests.desktop.driving import OpenClip


@pytest.fixture
def overlay(window: MainWindow, open_clip: OpenClip, clip_file: Path, qtbot: QtBot) -> TourOverlay:
    open_clip(clip_file)
    window.menus.tour_requested.emit()
    overlay = window.tour.overlay
    assert overlay is not None
    return overlay


def test_three_steps_lead_through_the_window(
    overlay: TourOverlay, window: MainWindow, qtbot: QtBot
) -> None:
    titles = []
    for _ in range(3):
        titles.append(overlay._title.text())
        assert overlay.rect().contains(overlay._bubble.geometry())
        assert overlay._text.text() in overlay.accessibleDescription()
        if len(titles) < 3:
            overlay.next.click()
    assert titles == ["Music that fits", "Under the clip", "On to your editing program"]
    assert overlay.next.text() == "Done"
    assert overlay.skip.isHidden()
    overlay.next.click()
    qtbot.waitUntil(lambda: window.tour.overlay is None)


def test_keys_step_and_end_it(overlay: TourOverlay, window: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(overlay, Qt.Key.Key_Return)
    assert overlay.number == 1
    QTest.keyClick(overlay, Qt.Key.Key_Left)
    assert overlay.number == 0
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.tour.overlay is None)
    # Where Space plays the clip.
    assert window.focusWidget() is window.results.view


def test_it_follows_the_window(overlay: TourOverlay, window: MainWindow) -> None:
    window.resize(900, 560)
    assert overlay.size() == window.size()
    assert overlay.rect().contains(overlay._bubble.geometry())


def test_it_comes_once_by_itself(
    window: MainWindow, open_clip: OpenClip, clip_file: Path, store: QSettings, qtbot: QtBot
) -> None:
    window.tour._wait.setInterval(1)
    window.tour.start_with_first_clip(window.workspace.clip_opened)
    open_clip(clip_file)
    qtbot.waitUntil(lambda: window.tour.overlay is not None)
    assert window.tour.overlay is not None
    window.tour.overlay.close()
    qtbot.waitUntil(lambda: window.tour.overlay is None)
    window.tour._wait.timeout.emit()
    assert window.tour.overlay is None
