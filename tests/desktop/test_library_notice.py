"""The notice that the library can't be used, and the way back to an earlier state."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.library.notice import LibraryNotice
from desktop.library.restore import RestoreDialog
from desktop.main_window import MainWindow
from engine.library.clips import SavedClip
from engine.library.picks import AddPick, Pick
from engine.library.restoring import Difference, difference, restore
from engine.library.snapshots import Snapshot, Snapshots
from engine.stories.library_health import LibraryHealth
from tests.desktop.driving import OpenClip
from tests.desktop.fake_session import FakeSession


def save(session: FakeSession, name: str) -> None:
    session.library.clips.save(SavedClip(name, Path(f"/clips/{name}.mp4"), "{}"))


@pytest.fixture
def changed(session: FakeSession) -> FakeSession:
    """A library with a snapshot of its first clip; the second was saved later."""
    save(session, "one")
    Snapshots(session.library.database.path).take("daily")
    save(session, "two")
    return session


def dialog_of(window: MainWindow, qtbot: QtBot) -> RestoreDialog:
    dialog = window.library_notice.ask()
    qtbot.waitUntil(lambda: dialog.list.count() > 0)
    return dialog


def test_a_library_that_can_be_used_says_nothing(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    assert window.library_notice.isHidden()


def test_what_is_wrong_is_said_with_a_way_back(
    qtbot: QtBot, window: MainWindow, changed: FakeSession
) -> None:
    changed.health = LibraryHealth({}, ("the library is damaged.",), can_restore=True)
    window.library_notice.check()
    qtbot.waitUntil(window.library_notice.isVisible)
    assert window.library_notice.text == ("Your own music can't be used: the library is damaged.")
    assert window.library_notice.accessibleName() == window.library_notice.text
    assert window.library_notice.restore.isVisible()
    window.library_notice.close_button.click()
    assert window.library_notice.isHidden()


def test_a_window_that_stays_open_checks_again(
    qtbot: QtBot, session: FakeSession, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.library.notice._CHECKED_AGAIN_MS", 20)
    notice = LibraryNotice(session, runner)
    qtbot.addWidget(notice)
    notice.check()
    qtbot.waitUntil(lambda: runner.n_running == 0)
    session.health = LibraryHealth({}, ("the library is damaged.",), can_restore=False)
    try:
        qtbot.waitUntil(notice.isVisible)
    finally:
        notice._again.stop()
        qtbot.waitUntil(lambda: runner.n_running == 0)


def test_without_a_snapshot_there_is_no_button(
    qtbot: QtBot, window: MainWindow, session: FakeSession
) -> None:
    session.health = LibraryHealth({}, ("the library is damaged.",), can_restore=False)
    window.library_notice.check()
    qtbot.waitUntil(window.library_notice.isVisible)
    assert not window.library_notice.restore.isVisible()


def test_one_click_restores_what_was_shown(
    qtbot: QtBot, window: MainWindow, changed: FakeSession
) -> None:
    dialog = dialog_of(window, qtbot)
    qtbot.waitUntil(dialog.restore.isEnabled)
    assert dialog.changes.text() == "Clips with music: 1 is lost (/clips/two.mp4)"
    with qtbot.waitSignal(window.library_notice.restored):
        QTest.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
    assert changed.library.clips.get("one") is not None
    assert changed.library.clips.get("two") is None
    assert window.workspace.changes.undo_name is None
    # The state before is a snapshot, which undoes it.
    again = dialog_of(window, qtbot)
    assert again.list.count() == 2
    qtbot.waitUntil(again.restore.isEnabled)
    assert again.changes.text() == "Clips with music: 1 comes back (/clips/two.mp4)"
    again.reject()


def test_picks_that_come_back_count_again(
    qtbot: QtBot, window: MainWindow, session: FakeSession, open_clip: OpenClip, clip_file: Path
) -> None:
    open_clip(clip_file)
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    assert window.results.filters._taste.isHidden()
    session.apply(AddPick(Pick.of("clip-other", session.tracks[0])))
    window.library_notice.restored.emit()
    qtbot.waitUntil(lambda: not window.results.filters._taste.isHidden())


def test_a_damaged_snapshot_is_named_and_changes_nothing(
    qtbot: QtBot, window: MainWindow, changed: FakeSession
) -> None:
    (snapshot,) = Snapshots(changed.library.database.path).all()
    dialog = dialog_of(window, qtbot)
    qtbot.waitUntil(dialog.restore.isEnabled)
    snapshot.path.write_bytes(b"no snapshot " * 1000)
    QTest.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "damaged" in dialog.changes.text())
    assert changed.library.clips.get("two") is not None
    dialog.reject()


def test_a_dialog_that_is_closed_while_it_compares_is_gone(
    qtbot: QtBot, window: MainWindow, changed: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def compare(snapshot: Snapshot) -> Difference:
        release.wait(10)
        return difference(changed.library.database.path, snapshot)

    monkeypatch.setattr(changed, "compare_snapshot", compare)
    dialog = dialog_of(window, qtbot)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    release.set()
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def test_a_restore_that_has_begun_ends_and_is_shown(
    qtbot: QtBot, window: MainWindow, changed: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def restore_late(snapshot: Snapshot) -> None:
        release.wait(10)
        restore(changed.library.database.path, snapshot)

    monkeypatch.setattr(changed, "restore_snapshot", restore_late)
    dialog = dialog_of(window, qtbot)
    qtbot.waitUntil(dialog.restore.isEnabled)
    with qtbot.waitSignal(window.library_notice.restored):
        QTest.mouseClick(dialog.restore, Qt.MouseButton.LeftButton)
        assert not dialog.list.isEnabled()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert dialog.isVisible()
        release.set()
    assert changed.library.clips.get("two") is None
