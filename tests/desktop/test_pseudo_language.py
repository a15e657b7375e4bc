"""The window in a language whose sentences are a third longer: nothing is cut off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.library.edit_dialog import EditDialog
from desktop.main_window import MainWindow
from engine.translation import use_catalogue
from tests.desktop.driving import OpenClip
from tests.desktop.fake_session import FakeSession
from tests.desktop.layout_check import cut_off
from tests.pseudo_language import PseudoLanguage


@pytest.fixture(autouse=True)
def pseudo_language() -> Iterator[None]:
    before = use_catalogue(PseudoLanguage())
    yield
    use_catalogue(before)


def test_the_smallest_window_cuts_nothing_off(
    window: MainWindow, open_clip: OpenClip, clip_file: Path
) -> None:
    window.resize(window.minimumSize())
    QApplication.processEvents()
    assert cut_off(window) == [], "the welcome page"
    open_clip(clip_file)
    QApplication.processEvents()
    assert window.size() == window.minimumSize()
    assert cut_off(window) == [], "with a clip"


def test_no_page_of_the_library_is_cut_off(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    session.add_songs(tmp_path / "songs")
    library = window.library.show()
    library.resize(window.minimumSize())
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    library.audit.start()
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    for page in range(library.tabs.count()):
        library.tabs.setCurrentIndex(page)
        qtbot.waitUntil(lambda: window.runner.n_running == 0)
        QApplication.processEvents()
        assert cut_off(library) == [], library.tabs.tabText(page)
        assert library.size() == window.minimumSize()
    library.tracks.editing.ask([1])
    qtbot.waitUntil(lambda: bool(library.findChildren(EditDialog)))
    QApplication.processEvents()
    assert cut_off(library.findChildren(EditDialog)[0]) == []


def test_the_check_finds_what_is_cut_off(window: MainWindow) -> None:
    label = QLabel("a sentence that needs far more than this", window)
    label.setFixedWidth(40)
    label.show()
    assert [place for place in cut_off(window) if "a sentence" in place]
    label.setParent(None)
