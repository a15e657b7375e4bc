"""Jobs that ended keep nothing that they worked with, and closed dialogs are deleted."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.export.questions import may_replace
from desktop.jobs import JobRunner, Lane
from desktop.main_window import MainWindow
from engine.export.formats import FORMATS
from tests.desktop.driving import OpenClip, answer


def test_a_job_that_ended_keeps_nothing_that_it_worked_with(
    qtbot: QtBot, runner: JobRunner
) -> None:
    class Known:
        """Stands for what a job works with, such as a list of tracks."""

    left: list[weakref.ref[Known]] = []
    results: list[object] = []

    def run() -> None:
        known = Known()
        job = runner.start(lambda _: known, Lane.READ)
        job.succeeded.connect(results.append)
        job.ended.connect(lambda: results.append(known))
        left.append(weakref.ref(known))

    for _ in range(5):
        run()
    qtbot.waitUntil(lambda: len(results) == 10)
    results.clear()

    def is_free() -> bool:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return all(known() is None for known in left)

    qtbot.waitUntil(is_free)


def test_a_closed_dialog_is_deleted(
    qtbot: QtBot, open_clip: OpenClip, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    (text,) = [kind for kind in FORMATS if kind.text is not None][:1]
    by_title = {action.text(): action for action in window.exports.actions}
    opened: tuple[Callable[[], object], ...] = (
        window.menus.show_keys,
        window.menus.show_about,
        window.menus.show_licences,
        window.settings.show,
        window.exports.hand_over,
        by_title[text.texts().title].trigger,
        window.batch.ask,
    )
    before = set(window.findChildren(QDialog))
    for show in opened:
        show()
        (dialog,) = set(window.findChildren(QDialog)) - before
        dialog.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert set(window.findChildren(QDialog)) == before


def test_a_question_is_deleted_once_it_is_answered(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    for _ in range(3):
        assert not may_replace([tmp_path / "film.mp4"], window)
    assert len(asked) == 3
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(QMessageBox) == []
