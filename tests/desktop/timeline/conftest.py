"""A window with a clip and its music."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.timeline.timeline import Timeline
from tests.desktop.driving import OpenClip


@pytest.fixture
def timeline(
    window: MainWindow, open_clip: OpenClip, clip_file: Path, qtbot: QtBot
) -> Iterator[Timeline]:
    """A clip of 4 s; its track plays from 2.0 s on, with a beat each half second."""
    window.resize(1400, 900)
    open_clip(clip_file)
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    yield window.preview.timeline
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
