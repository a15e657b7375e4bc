"""A folder of clips, and what a user does with the dialog."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.batch.dialog import BatchDialog
from desktop.main_window import MainWindow

Ask = Callable[..., BatchDialog]


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        (folder / name).write_bytes(name.encode())
    return folder


@pytest.fixture
def ask(qtbot: QtBot, window: MainWindow) -> Ask:
    """Return a function that opens the dialog for a folder and waits until it has found clips."""

    def opened(folder: Path | None) -> BatchDialog:
        before = window.findChildren(BatchDialog)
        window.batch.ask(folder)
        (dialog,) = (each for each in window.findChildren(BatchDialog) if each not in before)
        qtbot.waitUntil(
            lambda: not dialog._timer.isActive() and "Looking" not in dialog.found.text()
        )
        return dialog

    return opened
