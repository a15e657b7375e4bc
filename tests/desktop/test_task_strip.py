"""A scan can be paused with the keyboard, and says how long it will still take."""

import threading

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.jobs import Job, JobRunner
from desktop.task_strip import TaskStrip
from engine.progress import Progress, ProgressStep


class Scan:
    """A task that steps until it is told to end."""

    def __init__(self) -> None:
        self.n_steps = 0
        self.end = threading.Event()

    def __call__(self, progress: Progress) -> int:
        while not self.end.wait(0.005):
            progress.step("Analysing music", self.n_steps, 1000)
            self.n_steps += 1
        return self.n_steps


def follow(runner: JobRunner, strip: TaskStrip, scan: Scan, *, can_pause: bool = True) -> Job:
    job = runner.start(scan)
    strip.follow(job, "Adding songs", lambda _: ("Done", None), can_pause=can_pause)
    return job


def test_a_scan_is_paused_and_resumed_with_the_keyboard(
    qtbot: QtBot, runner: JobRunner, strip: TaskStrip
) -> None:
    scan = Scan()
    follow(runner, strip, scan)
    strip.activateWindow()
    qtbot.waitUntil(lambda: strip.text == "Adding songs · Analysing music")
    button = strip._pause
    assert (button.text(), button.accessibleName()) == ("Pause", "Pause: Adding songs")
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert strip.text == "Paused: Adding songs"
    assert (button.text(), button.accessibleName()) == ("Resume", "Resume: Adding songs")
    # The step that was on its way is done; then nothing moves, and the text stays.
    qtbot.wait(100)
    n_steps = scan.n_steps
    qtbot.wait(100)
    assert scan.n_steps == n_steps
    assert strip.text == "Paused: Adding songs" and strip.busy
    QTest.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: strip.text == "Adding songs · Analysing music")
    assert button.text() == "Pause"
    scan.end.set()
    qtbot.waitUntil(lambda: strip.text == "Done")
    assert not button.isVisibleTo(strip)


def test_a_paused_scan_can_be_cancelled(qtbot: QtBot, runner: JobRunner, strip: TaskStrip) -> None:
    follow(runner, strip, Scan())
    strip.pause_or_resume()
    strip.cancel()
    assert not strip._pause.isEnabled()
    qtbot.waitUntil(lambda: strip.text == "Cancelled: Adding songs")
    # The next task isn't paused.
    scan = Scan()
    follow(runner, strip, scan)
    assert strip._pause.text() == "Pause" and strip._pause.isEnabled()
    scan.end.set()
    qtbot.waitUntil(lambda: strip.text == "Done")


def test_only_scans_can_be_paused(qtbot: QtBot, runner: JobRunner, strip: TaskStrip) -> None:
    scan = Scan()
    follow(runner, strip, scan, can_pause=False)
    assert not strip._pause.isVisibleTo(strip)
    scan.end.set()
    qtbot.waitUntil(lambda: strip.text == "Done")


def test_the_time_left_is_shown(qtbot: QtBot, runner: JobRunner, strip: TaskStrip) -> None:
    scan = Scan()
    job = follow(runner, strip, scan)
    job.progressed.disconnect()
    task = strip._front
    assert task is not None
    strip._show_step(task, ProgressStep("Analysing music", 10, 100, left_s=1500.0))
    assert strip.text == "Adding songs · Analysing music · about 25 minutes left"
    scan.end.set()
    qtbot.waitUntil(lambda: strip.text == "Done")
