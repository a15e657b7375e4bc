"""In the smallest window, with large text or long words, everything can be read or scrolled to."""

from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.theme import Theme
from engine.translation import use_catalogue
from tests.desktop.driving import OpenClip
from tests.desktop.fake_session import FakeSession
from tests.desktop.layout_check import layout_problems
from tests.desktop.places import PLACES, Place
from tests.pseudo_language import PseudoLanguage

_SLACK_PX = 2


@pytest.fixture(
    params=[(150, "long words"), (200, "English"), (200, "long words")],
    ids=["150 % long", "200 %", "200 % long"],
)
def text(request: pytest.FixtureRequest, theme: Theme) -> Iterator[None]:
    percent, words = request.param
    theme.choose("dark")
    theme.choose_text_size(percent)
    before = use_catalogue(PseudoLanguage() if words == "long words" else NullTranslations())
    yield
    use_catalogue(before)
    theme.choose_text_size(100)


@pytest.fixture
def opened(
    text: None, window: MainWindow, open_clip: OpenClip, clip_file: Path, session: FakeSession
) -> MainWindow:
    session.add_songs(clip_file.parent / "songs")
    window.resize(window.minimumSize())
    open_clip(clip_file)
    return window


@pytest.mark.usefixtures("text")
def test_the_welcome_page(window: MainWindow, clips: list[Path]) -> None:
    window.resize(window.minimumSize())
    window.welcome.show_recent(clips)
    QTest.qWait(50)
    assert layout_problems(window) == []


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_nothing_is_cut_off_or_covered(qtbot: QtBot, opened: MainWindow, place: Place) -> None:
    def settle() -> None:
        qtbot.waitUntil(lambda: not opened.workspace.changes.busy and opened.runner.n_running == 0)

    settle()
    seen = 0
    for name, widget in place(opened, settle):
        assert layout_problems(widget) == [], name
        assert opened.size() == opened.minimumSize(), name
        assert is_within(widget, opened), f"{name}: {widget.size()}"
        seen += 1
    assert seen


def is_within(widget: QWidget, window: QWidget) -> bool:
    """Return whether a dialog is no larger than the window; a menu scrolls by itself."""
    room = window.rect().adjusted(0, 0, _SLACK_PX, _SLACK_PX)
    return isinstance(widget, QMenu) or room.contains(QRect(room.topLeft(), widget.size()))


def test_the_check_finds_what_is_wrong(window: MainWindow) -> None:
    before = layout_problems(window)
    for left in (0, 30):
        label = QLabel("two words", window)
        label.setGeometry(left, 100, 80, 30)
        label.show()
    outside = QLabel("away", window)
    outside.setGeometry(window.width() - 10, 300, 80, 30)
    outside.show()
    found = set(layout_problems(window)) - set(before)
    assert any("lies over QLabel “two words”" in problem for problem in found)
    assert any("“away”" in problem and "sticks out" in problem for problem in found)


def test_the_timeline_gets_its_share_of_a_large_window(
    qtbot: QtBot, window: MainWindow, open_clip: OpenClip, clip_file: Path
) -> None:
    window.resize(1600, 1200)
    open_clip(clip_file)
    shown = window.preview.editor
    height = shown.height()
    assert height >= 0.3 * window.preview.height()
    window.resize(1600, 1190)
    qtbot.wait(20)
    assert abs(shown.height() - height) <= 10
