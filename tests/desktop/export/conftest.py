"""A workspace with a clip and its music, and the exports of a plain window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from desktop.export.actions import ExportActions
from desktop.jobs import JobRunner
from desktop.task_strip import TaskStrip
from desktop.workspace import Workspace
from engine.settings import Settings
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def plain_window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def workspace(
    qtbot: QtBot, session: FakeSession, clip_file: Path, no_leaks: None
) -> Iterator[Workspace]:
    workspace = Workspace(session, JobRunner(), Settings())
    with qtbot.waitSignals([workspace.ranked, workspace.sound_ready]):
        workspace.open_clip(clip_file)
    yield workspace
    workspace.close()


@pytest.fixture
def exports(workspace: Workspace, plain_window: QMainWindow, store: QSettings) -> ExportActions:
    exports = ExportActions(workspace, TaskStrip(plain_window), plain_window, store)
    exports.set_shown(True)
    return exports
