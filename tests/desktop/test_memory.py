"""Nothing is left of jobs that ended and dialogs that were closed."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.export.questions import may_replace
from desktop.jobs import Job, JobRunner, Lane
from desktop.main_window import MainWindow
from engine.export.formats import FORMATS
from tests.desktop.driving import OpenClip, answer


def test_a_job_is_freed_once_it_has_ended(qtbot: QtBot, runner: JobRunner) -> None:
    left: list[weakref.ref[Job]] = []
    results: list[object] = []

    def run() -> None:
        job = runner.start(lambda _: "done", Lane.READ)
        job.succeeded.connect(results.append)
        job.ended.connect(lambda: results.append(job))
        left.append(weakref.ref(job))

    for _ in range(5):
        run()
    qtbot.waitUntil(lambda: len(results) == 10)
    results.clear()

    def is_free() -> bool:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return all(job() is None for job in left)

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
