"""Undo and redo in the window: arrangements, picks, the library."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from engine.errors import LibraryError
from engine.library.operation import Operation
from engine.library.removed import RemoveFolder
from tests.desktop.driving import (
    OpenClip,
    arrangement_of,
    item_of,
    press,
    slip_to,
    title_and_start,
)
from tests.desktop.fake_session import FakeSession


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.workspace.changes.busy and window.runner.n_running == 0)


def edit_menu(window: MainWindow) -> list[QAction]:
    (edit,) = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&Edit"]
    return edit.actions()


def test_changes_of_the_arrangement_can_be_undone_and_redone(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    workspace, changes = window.workspace, window.workspace.changes
    with qtbot.waitSignal(workspace.sound_ready):
        slip_to(window, 4.0)
    with qtbot.waitSignal(workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    assert title_and_start(workspace) == ("Track 2", 2.0)
    with qtbot.waitSignal(workspace.sound_ready):
        changes.undo()
    # Its sound plays at once, before its track is found.
    qtbot.waitUntil(lambda: title_and_start(workspace) == ("Track 1", 4.0))
    assert window.results.view.currentIndex().data() == "Track 1"
    changes.undo()
    settle(qtbot, window)
    assert title_and_start(workspace) == ("Track 1", 2.0)
    # The first arrangement of a clip stays.
    changes.undo()
    changes.redo()
    settle(qtbot, window)
    assert title_and_start(workspace) == ("Track 1", 4.0)


def test_the_menu_names_what_it_undoes(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    undo, redo, *_ = edit_menu(window)
    assert (undo.text(), undo.isEnabled()) == ("&Undo", False)
    open_clip(clip_file)
    slip_to(window, 4.0)
    assert (undo.text(), undo.isEnabled()) == ("&Undo Slip music", True)
    window.workspace.set_levels(-6.0, 0.0)
    assert undo.text() == "&Undo Change levels"
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    assert (undo.text(), redo.text()) == ("&Undo Change track", "&Redo")
    undo.trigger()
    settle(qtbot, window)
    assert (undo.text(), redo.text()) == ("&Undo Change levels", "&Redo Change track")
    assert window.statusBar().currentMessage() == "Undone: Change track"


def test_undo_and_redo_by_keys(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    slip_to(window, 4.0)
    control = Qt.KeyboardModifier.ControlModifier
    press(window, Qt.Key.Key_Z, control)
    qtbot.waitUntil(lambda: item_of(window.workspace).track_start_s == 2.0)
    press(window, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: item_of(window.workspace).track_start_s == 4.0)


def test_a_change_during_an_undo_counts(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    workspace = window.workspace
    slip_to(window, 4.0)
    workspace.changes.undo()
    slip_to(window, 6.0)
    settle(qtbot, window)
    assert title_and_start(workspace) == ("Track 1", 6.0)
    workspace.changes.undo()
    settle(qtbot, window)
    assert title_and_start(workspace) == ("Track 1", 2.0)


def test_saved_steps_can_be_undone_and_redone_when_the_clip_is_opened_again(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    workspace, changes = window.workspace, window.workspace.changes
    slip_to(window, 4.0)
    workspace.set_levels(-6.0, 0.0)
    workspace.set_levels(-9.0, 0.0)
    changes.undo()
    settle(qtbot, window)
    open_clip(clip_file)
    assert (changes.undo_name, changes.redo_name) == ("Change levels", "Change levels")
    changes.redo()
    settle(qtbot, window)
    assert arrangement_of(workspace).music_gain_db == -9.0
    for _ in range(3):
        changes.undo()
    settle(qtbot, window)
    assert changes.undo_name is None
    assert title_and_start(workspace) == ("Track 1", 2.0)
    assert arrangement_of(workspace).music_gain_db == 0.0


def test_the_steps_of_one_clip_are_not_those_of_another(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    slip_to(window, 4.0)
    settle(qtbot, window)
    other = clip_file.with_name("other.mp4")
    other.write_bytes(b"x")
    open_clip(other)
    assert window.workspace.changes.undo_name is None
    open_clip(clip_file)
    assert window.workspace.changes.undo_name == "Slip music"


def test_the_music_that_a_clip_opens_with_is_no_step(
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    clip_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session.add_songs(tmp_path / "songs")
    changes = window.workspace.changes
    changes.do(RemoveFolder(tmp_path / "songs"))
    changes.undo()
    settle(qtbot, window)
    saving, apply = threading.Event(), session.apply

    def apply_slowly(operation: Operation) -> Operation | None:
        saving.wait(5)
        return apply(operation)

    monkeypatch.setattr(session, "apply", apply_slowly)
    with qtbot.waitSignal(window.workspace.music_changed):
        window.open_clip(clip_file)
    # Not even until it is saved; and what was undone before can still be redone.
    assert changes.busy
    assert (changes.undo_name, changes.redo_name) == (None, "Remove folder")
    saving.set()
    settle(qtbot, window)
    assert (changes.undo_name, changes.redo_name) == (None, "Remove folder")


def test_a_clip_that_was_moved_keeps_its_steps(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path, tmp_path: Path
) -> None:
    open_clip(clip_file)
    workspace = window.workspace
    slip_to(window, 4.0)
    settle(qtbot, window)
    moved = tmp_path / "elsewhere" / clip_file.name
    moved.parent.mkdir()
    clip_file.rename(moved)
    open_clip(moved)
    workspace.changes.undo()
    settle(qtbot, window)
    assert title_and_start(workspace) == ("Track 1", 2.0)
    assert arrangement_of(workspace).clip.path == moved


def test_a_pick_can_be_undone(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    taste = window.results.filters._taste
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not taste.isHidden())
    assert window.workspace.changes.undo_name == "Pick track"
    window.workspace.changes.undo()
    qtbot.waitUntil(taste.isHidden)
    assert session.picked() == []


def test_a_removed_folder_is_brought_back_from_the_main_window(
    open_clip: OpenClip,
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    clip_file: Path,
    tmp_path: Path,
) -> None:
    session.add_songs(tmp_path / "songs")
    before = session.library.tracks.all()
    window.workspace.changes.do(RemoveFolder(tmp_path / "songs"))
    open_clip(clip_file)
    assert session.library.tracks.all() == ()
    # It outlives the clip that was open.
    n_rankings = len(session.asked_options)
    edit_menu(window)[0].trigger()
    settle(qtbot, window)
    assert session.library.tracks.all() == before
    assert window.statusBar().currentMessage() == "Undone: Remove folder"
    assert len(session.asked_options) == n_rankings + 1


def test_a_change_that_cannot_be_saved_is_explained_and_stays_on_screen(
    open_clip: OpenClip,
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    clip_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_clip(clip_file)
    settle(qtbot, window)

    def fail(_operation: object) -> None:
        raise LibraryError("the disk is full.")

    monkeypatch.setattr(session, "apply", fail)
    with qtbot.waitSignal(window.workspace.error_occurred):
        slip_to(window, 4.0)
    assert "the disk is full." in window.strip.text
    assert title_and_start(window.workspace) == ("Track 1", 4.0)
    assert window.workspace.changes.undo_name is None
