"""Favourites, shortlist and hidden tracks: by keys and menu in the real window, undone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from desktop.deciding.picking import count_as_picks
from desktop.main_window import MainWindow
from desktop.menus import other_keys
from engine.library.decisions import SetFavourite, SetHidden
from engine.library.library import Library
from engine.library.picks import AddPick, Pick
from tests.desktop.driving import OpenClip, press, title_and_start, titles
from tests.desktop.fake_session import FakeSession

CONTROL = Qt.KeyboardModifier.ControlModifier


def sentence(window: MainWindow, row: int) -> str:
    model = window.results.model
    return str(model.index(row).data(Qt.ItemDataRole.AccessibleTextRole))


def test_keys_mark_the_track_and_mark_it_no_longer(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_F)
    press(opened, Qt.Key.Key_S)
    settle()
    assert session.library.decisions.favourites() == {"hash1"}
    assert session.library.shortlists.of("clip-holiday") == ("hash1",)
    assert "favourite, on the shortlist" in sentence(opened, 0)
    assert opened.results.marks.shortlist == ("hash1",)
    press(opened, Qt.Key.Key_F)
    press(opened, Qt.Key.Key_S)
    settle()
    assert session.library.decisions.favourites() == frozenset()
    assert session.library.shortlists.of("clip-holiday") == ()
    assert "favourite" not in sentence(opened, 0)


def test_marks_are_undone_and_redone(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_F)
    settle()
    assert opened.workspace.changes.undo_name == "Add to favourites"
    opened.workspace.changes.undo()
    settle()
    assert session.library.decisions.favourites() == frozenset()
    assert "favourite" not in sentence(opened, 0)
    opened.workspace.changes.redo()
    settle()
    assert session.library.decisions.favourites() == {"hash1"}
    assert "favourite" in sentence(opened, 0)


def test_several_rows_are_marked_together(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    session.apply(SetFavourite(("hash2",), True))
    opened.results.marks.reload()
    settle()
    press(opened, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(opened, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(opened, Qt.Key.Key_F)
    settle()
    # One of them was no favourite.
    assert session.library.decisions.favourites() == {"hash1", "hash2", "hash3"}
    press(opened, Qt.Key.Key_F)
    settle()
    assert session.library.decisions.favourites() == frozenset()


def test_a_hidden_track_leaves_the_list_and_the_next_one_plays(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_H)
    settle()
    assert titles(opened) == ["Track 2", "Track 3", "Track 4", "Track 5"]
    assert session.library.decisions.hidden() == {"hash1"}
    assert title_and_start(opened.workspace)[0] == "Track 2"
    assert opened.results.view.currentIndex().data() == "Track 2"
    assert opened.strip.text == "“Track 1” is hidden."


def test_hiding_the_playing_track_is_one_step(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    changes = opened.workspace.changes
    before = changes.undo_name
    press(opened, Qt.Key.Key_H)
    settle()
    assert changes.undo_name == "Hide track"
    changes.undo()
    settle()
    assert session.library.decisions.hidden() == frozenset()
    assert title_and_start(opened.workspace)[0] == "Track 1"
    assert (changes.undo_name, changes.redo_name) == (before, "Hide track")
    changes.redo()
    settle()
    assert session.library.decisions.hidden() == {"hash1"}
    assert title_and_start(opened.workspace)[0] == "Track 2"
    assert (changes.undo_name, changes.redo_name) == ("Hide track", None)


def test_tracks_hidden_one_after_the_other_are_one_step_each(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_H)
    press(opened, Qt.Key.Key_H)
    settle()
    assert session.library.decisions.hidden() == {"hash1", "hash2"}
    assert title_and_start(opened.workspace)[0] == "Track 3"
    opened.workspace.changes.undo()
    settle()
    assert session.library.decisions.hidden() == {"hash1"}


def test_the_last_track_makes_room_for_the_one_before(
    opened: MainWindow, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_5)
    settle()
    press(opened, Qt.Key.Key_H)
    settle()
    assert titles(opened)[-1] == "Track 4"
    assert title_and_start(opened.workspace)[0] == "Track 4"


def offered_button(window: MainWindow) -> QPushButton:
    return next(
        button for button in window.strip.findChildren(QPushButton) if button.text() == "Undo"
    )


def test_the_notice_brings_a_hidden_track_back(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_H)
    settle()
    # Another change came after it, which stays.
    opened.workspace.set_levels(-6.0, 0.0)
    settle()
    offered_button(opened).click()
    settle()
    assert session.library.decisions.hidden() == frozenset()
    assert titles(opened)[0] == "Track 1"
    assert opened.workspace.settings.music_gain_db == -6.0


def test_hiding_a_track_that_doesnt_play_leaves_the_music(
    opened: MainWindow, qtbot: QtBot, settle: Callable[[], None]
) -> None:
    view, model = opened.results.view, opened.results.model
    view.selectionModel().select(model.index(3), view.selectionModel().SelectionFlag.ClearAndSelect)
    press(opened, Qt.Key.Key_H)
    settle()
    assert title_and_start(opened.workspace)[0] == "Track 1"
    assert titles(opened) == ["Track 1", "Track 2", "Track 3", "Track 5"]
    assert opened.workspace.changes.undo_name == "Hide track"


def test_letters_typed_into_a_field_mark_nothing(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    field = QLineEdit(opened)
    field.show()
    QTest.keyClicks(field, "fsh")
    settle()
    assert field.text() == "fsh"
    assert session.library.decisions.favourites() == frozenset()
    assert session.library.decisions.hidden() == frozenset()


def edit_actions(window: MainWindow) -> list[QAction]:
    (edit,) = [menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == "&Edit"]
    return edit.actions()


def test_the_edit_menu_marks_once_a_clip_is_shown(
    open_clip: OpenClip,
    window: MainWindow,
    clip_file: Path,
    session: FakeSession,
    settle: Callable[[], None],
) -> None:
    favourite = next(each for each in edit_actions(window) if each.text().endswith("\tF"))
    assert not favourite.isEnabled()
    open_clip(clip_file)
    assert favourite.isEnabled()
    favourite.trigger()
    settle()
    assert session.library.decisions.favourites() == {"hash1"}
    assert {each.text().partition("\t")[2] for each in edit_actions(window)} >= {"F", "S", "H"}


def test_no_key_has_two_meanings(window: MainWindow) -> None:
    keys = [(each.key, each.modifiers) for each in window.bindings]
    assert len(keys) == len(set(keys))
    shown = [each.shown for each in window.bindings] + [key for key, _ in other_keys()]
    assert len(shown) == len(set(shown))


def test_marks_of_another_process_show_with_the_next_change(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    other = Library.open(session.library.database.path)
    other.apply(SetFavourite(("hash2",), True))
    press(opened, Qt.Key.Key_F)
    settle()
    assert "favourite" in sentence(opened, 0)
    assert "favourite" in sentence(opened, 1)


def test_rows_say_where_a_track_was_used(
    open_clip: OpenClip,
    window: MainWindow,
    clip_file: Path,
    session: FakeSession,
    settle: Callable[[], None],
) -> None:
    used = session.tracks[1]
    session.apply(AddPick(Pick.of("clip-other", used, Path("/videos/wedding.mp4"))))
    open_clip(clip_file)
    settle()
    assert "used in wedding.mp4" in sentence(window, 1)
    assert "used in" not in sentence(window, 0)
    window.results.view.setFocus()
    press(window, Qt.Key.Key_Return)
    settle()
    assert "your pick for this clip" in sentence(window, 0)


def test_a_picked_track_leaves_a_list_of_unused_ones_at_once(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    opened.workspace.request.set_filter("unused", True, at_once=True)
    settle()
    assert titles(opened)[0] == "Track 1"
    press(opened, Qt.Key.Key_Return)
    settle()
    assert titles(opened) == ["Track 2", "Track 3", "Track 4", "Track 5"]
    # It was picked to be used: its music stays.
    assert title_and_start(opened.workspace)[0] == "Track 1"
    opened.workspace.changes.undo()
    settle()
    assert titles(opened)[0] == "Track 1"
    assert session.picked() == []


def test_the_shortlist_is_that_of_the_clip(
    open_clip: OpenClip,
    window: MainWindow,
    clip_file: Path,
    tmp_path: Path,
    settle: Callable[[], None],
) -> None:
    open_clip(clip_file)
    window.results.view.setFocus()
    press(window, Qt.Key.Key_S)
    settle()
    other = tmp_path / "other.mp4"
    other.write_bytes(b"not decoded by the fake")
    open_clip(other)
    settle()
    assert window.results.marks.shortlist == ()
    assert "shortlist" not in sentence(window, 0)


def test_nothing_selected_is_said(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    opened.results.view.selectionModel().clear()
    press(opened, Qt.Key.Key_F)
    settle()
    assert opened.statusBar().currentMessage() == "Select a track in the list first."
    assert not any(isinstance(each, SetFavourite | SetHidden) for each in session.applied)


def test_hidden_tracks_are_listed_when_they_are_asked_for(
    opened: MainWindow, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_H)
    settle()
    show_hidden = opened.results.deciding.show_hidden
    assert show_hidden in opened.results.actions_of_menu()
    show_hidden.trigger()
    settle()
    assert titles(opened)[0] == "Track 1"
    assert "hidden" in sentence(opened, 0)
    opened.results.view.choose_row(0)
    settle()
    press(opened, Qt.Key.Key_H)
    settle()
    assert "hidden" not in sentence(opened, 0)
    assert opened.statusBar().currentMessage() == "Shown again."


def test_an_export_that_counts_marks_its_track_as_used(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    workspace = opened.workspace
    assert workspace.clip is not None
    assert workspace.music is not None
    count_as_picks(workspace, workspace.clip, workspace.music.tracks)
    settle()
    assert session.library.picks.uses() == {}
    workspace.set_settings(replace(workspace.settings, exports_are_picks=True))
    count_as_picks(workspace, workspace.clip, workspace.music.tracks)
    settle()
    (use,) = session.library.picks.uses()["hash1"]
    assert use.clip_name == "holiday.mp4"
    assert "your pick for this clip" in sentence(opened, 0)


def test_enter_picks_the_row_chosen_last_before_it_plays(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_2)
    assert title_and_start(opened.workspace)[0] == "Track 1"
    press(opened, Qt.Key.Key_Return)
    settle()
    assert session.picked() == [("clip-holiday", "hash2")]
