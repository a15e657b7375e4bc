"""The window with an open clip, and a wait for all that it does in the background."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from tests.desktop.driving import OpenClip


@pytest.fixture
def opened(open_clip: OpenClip, window: MainWindow, clip_file: Path) -> MainWindow:
    open_clip(clip_file)
    window.results.view.setFocus()
    return window


@pytest.fixture
def settle(qtbot: QtBot, window: MainWindow) -> Callable[[], None]:
    """Return a function that waits until nothing runs in the background."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not window.workspace.changes.busy and window.runner.n_running == 0)

    return wait
