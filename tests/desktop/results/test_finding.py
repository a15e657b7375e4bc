"""The window on a session without an engine: search, order and filters of the list."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.jobs import Lane
from desktop.library.edit_dialog import EditDialog
from desktop.main_window import MainWindow
from desktop.results.controls import ChoicesControl
from desktop.results.row_actions import RowAction
from engine.library.clip_queries import SaveClipQuery
from engine.ranking.sort_keys import Sort
from tests.desktop.driving import OpenClip, press, titles
from tests.desktop.fake_session import FakeSession

ALL = [f"Track {number}" for number in range(1, 6)]
DESCRIBE = "Find music that sounds like this"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(open_clip: OpenClip, window: MainWindow, clip_file: Path) -> MainWindow:
    open_clip(clip_file)
    return window


def menu_action(window: MainWindow, text: str) -> QAction:
    actions = [action for menu in window.menuBar().findChildren(QMenu) for action in menu.actions()]
    return next(action for action in actions if action.text() == text)


def buttons_shown(window: MainWindow) -> list[str]:
    buttons = window.results._empty.findChildren(QAbstractButton)
    return [button.text() for button in buttons if button.isVisible()]


def search(qtbot: QtBot, window: MainWindow, text: str) -> None:
    with qtbot.waitSignal(window.workspace.ranked):
        QTest.keyClicks(window.results.search, text)


# The search


def test_typing_narrows_the_list_and_esc_goes_back(qtbot: QtBot, opened: MainWindow) -> None:
    find = menu_action(opened, "&Find music…")
    assert find.shortcut().toString() == "Ctrl+F"
    find.trigger()
    assert opened.focusWidget() is opened.results.search
    search(qtbot, opened, "ack 3")
    assert titles(opened) == ["Track 3"]
    with qtbot.waitSignal(opened.workspace.ranked):
        QTest.keyClick(opened.results.search, Qt.Key.Key_Escape)
    assert titles(opened) == ALL
    assert opened.focusWidget() is opened.results.view


def test_several_keys_are_one_ranking(
    qtbot: QtBot, opened: MainWindow, session: FakeSession
) -> None:
    n_before = len(session.asked_options)
    search(qtbot, opened, "track 4")
    qtbot.wait(200)
    assert [options.search for options in session.asked_options[n_before:]] == ["track 4"]


def test_enter_makes_a_wish(qtbot: QtBot, opened: MainWindow) -> None:
    wishes: list[str] = []
    opened.results.search.described.connect(wishes.append)
    search(qtbot, opened, "Track")
    QTest.keyClick(opened.results.search, Qt.Key.Key_Return)
    assert wishes == ["Track"]
    assert opened.results.search.text() == ""


def test_arrow_keys_in_the_search_field_choose_tracks(qtbot: QtBot, opened: MainWindow) -> None:
    opened.results.search.start()
    with qtbot.waitSignal(opened.workspace.music_changed):
        press(opened, Qt.Key.Key_Down)
    assert opened.results.view.currentIndex().row() == 1


def test_an_empty_list_says_what_to_do(qtbot: QtBot, opened: MainWindow) -> None:
    search(qtbot, opened, "xyz")
    assert opened.results._empty._text.text() == "No tracks match “xyz”."
    assert buttons_shown(opened) == [DESCRIBE, "Clear search"]
    with qtbot.waitSignal(opened.workspace.ranked):
        opened.results._empty._clear_search.click()
    assert titles(opened) == ALL
    control = opened.results.filters.controls["genre"]
    control.set_value(("jazz",))
    control.changed.emit()
    search(qtbot, opened, "xyz")
    assert buttons_shown(opened) == [DESCRIBE, "Clear search", "Clear search and filters"]
    with qtbot.waitSignal(opened.workspace.ranked):
        menu_action(opened, "&Clear search and filters").trigger()
    assert titles(opened) == ALL
    assert opened.results.search.text() == ""
    assert control.value is None


def test_a_search_that_finds_nothing_becomes_a_wish(qtbot: QtBot, opened: MainWindow) -> None:
    search(qtbot, opened, "calm piano")
    buttons = opened.results._empty.findChildren(QAbstractButton)
    with qtbot.waitSignal(opened.workspace.ranked):
        next(button for button in buttons if button.text() == DESCRIBE).click()
    assert titles(opened) == ALL
    assert opened.results.search.text() == ""
    assert opened.workspace.request.options.text == "calm piano"


def test_while_a_wish_is_ranked_the_list_no_longer_says_that_a_search_found_nothing(
    qtbot: QtBot, opened: MainWindow
) -> None:
    search(qtbot, opened, "calm piano")
    said: list[tuple[str, list[str]]] = []
    text = opened.results._empty._text
    opened.workspace.ranking.connect(lambda: said.append((text.text(), buttons_shown(opened))))
    with qtbot.waitSignal(opened.workspace.ranked):
        QTest.keyClick(opened.results.search, Qt.Key.Key_Return)
    assert said[-1] == ("Ranking the tracks", [])


def test_leaving_a_search_keeps_the_music(qtbot: QtBot, opened: MainWindow) -> None:
    playing = opened.workspace.music
    opened.results.search.start()
    search(qtbot, opened, "ack 3")
    with qtbot.waitSignal(opened.workspace.ranked):
        QTest.keyClick(opened.results.search, Qt.Key.Key_Escape)
    assert opened.focusWidget() is opened.results.view
    assert opened.workspace.music is playing
    assert opened.results.view.currentIndex().row() == 0


# The order


def test_the_list_is_sorted(qtbot: QtBot, opened: MainWindow, session: FakeSession) -> None:
    button = opened.results.sort
    assert button.text() == "Fit ↓"
    with qtbot.waitSignal(opened.workspace.ranked):
        button.keys["title"].trigger()
    assert button.text() == "Title ↑"
    with qtbot.waitSignal(opened.workspace.ranked):
        button.turn.trigger()
    assert session.asked_options[-1].sort == Sort("title", is_reversed=True)
    assert titles(opened) == ALL[::-1]
    assert button.accessibleName() == "Sorted by: Title, reversed"
    with qtbot.waitSignal(opened.workspace.ranked):
        button.keys["length"].trigger()
    assert session.asked_options[-1].sort == Sort("length")


# The filters


def test_chips_show_counts_and_faint_words(qtbot: QtBot, opened: MainWindow) -> None:
    control = opened.results.filters.controls["genre"]
    assert isinstance(control, ChoicesControl)
    qtbot.waitUntil(lambda: len(control.menu.actions()) == 2)
    assert [action.text() for action in control.menu.actions()] == ["ambient\t3", "jazz\t2"]
    assert control.button.accessibleName() == "Genre: any"
    search(qtbot, opened, "track 2")
    ambient, jazz = control.menu.actions()
    assert (ambient.text(), ambient.isEnabled()) == ("ambient\t0", False)
    jazz.trigger()
    assert control.button.accessibleName() == "Genre: jazz"
    assert control.entry.text() == "Genre: jazz"


def test_filters_without_room_are_in_a_menu(qtbot: QtBot, opened: MainWindow) -> None:
    filters = opened.results.filters
    opened.resize(900, 560)
    QTest.qWait(50)
    hidden = [each for each in filters.controls.values() if not each.button.isVisible()]
    assert hidden and filters.more.isVisible()
    assert filters.more.menu().actions() == [each.entry for each in hidden]
    switch = filters.controls["favourite"]
    assert switch in hidden
    with qtbot.waitSignal(opened.workspace.ranked):
        switch.entry.trigger()
    assert opened.workspace.options.filters == {"favourite": True}
    assert filters.more.text() == "More filters (1)"
    assert filters.more.accessibleName() == "More filters (1): Favourites"
    opened.resize(2500, 1000)
    opened._editor.setSizes([900, 1560])
    qtbot.waitUntil(lambda: not filters.more.isVisible())
    assert all(each.button.isVisible() for each in filters.controls.values())


# The menu of a row


def actions_for(window: MainWindow, *rows: int) -> dict[str, QAction]:
    view = window.results.view
    view.selectionModel().clearSelection()
    for row in rows:
        flag = view.selectionModel().SelectionFlag.Select
        view.selectionModel().select(window.results.model.index(row), flag)
    menu = window.results.row_actions.menu()
    assert menu is not None
    return {action.text(): action for action in menu.actions() if action.text()}


def test_actions_apply_to_all_selected_rows(opened: MainWindow) -> None:
    got: list[str] = []
    opened.results.row_actions.add(
        RowAction(
            lambda items: f"Do it {len(items)} times",
            lambda items: got.extend(item.track.title for item in items),
            key="X",
        )
    )
    actions = actions_for(opened, 0, 3)
    actions["Do it 2 times\tX"].trigger()
    assert got == ["Track 1", "Track 4"]
    actions["Copy the titles"].trigger()
    assert QGuiApplication.clipboard().text() == "Track 1\nTrack 4"
    assert "Use this track" not in actions


def test_the_menu_of_one_row(qtbot: QtBot, opened: MainWindow) -> None:
    actions = actions_for(opened, 2)
    actions["Copy the credit"].trigger()
    assert QGuiApplication.clipboard().text().startswith("Music: “Track 3”")
    with qtbot.waitSignal(opened.workspace.music_changed):
        actions["Use this track"].trigger()
    assert opened.workspace.arrangement is not None
    assert opened.workspace.arrangement.items[0].track.title == "Track 3"


def test_own_tracks_can_be_edited_from_the_list(
    qtbot: QtBot, opened: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    assert "Edit…" not in actions_for(opened, 2)
    session.add_songs(tmp_path / "songs")
    session.tracks.append(session.library.tracks.get(1))
    with qtbot.waitSignal(opened.workspace.ranked):
        opened.results.rank_again()
    last = opened.results.model.rowCount() - 1
    assert last > 4
    actions_for(opened, last)["Edit…"].trigger()
    qtbot.waitUntil(lambda: bool(opened.results.findChildren(EditDialog)))
    dialog = opened.results.findChild(EditDialog)
    assert isinstance(dialog, EditDialog)
    dialog.close()
    assert "Edit…" not in actions_for(opened, 2, last)


def test_a_right_click_selects_without_choosing(opened: MainWindow) -> None:
    view = opened.results.view
    place = view.visualRect(opened.results.model.index(2)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=QPoint(place))
    assert view.selected_rows() == [range(2, 3)]
    assert view.currentIndex().row() == 0
    assert opened.workspace.arrangement is not None
    assert opened.workspace.arrangement.items[0].track.title == "Track 1"


# What is remembered with a clip


def saved(session: FakeSession) -> list[str]:
    return [each.query for each in session.applied if isinstance(each, SaveClipQuery)]


def test_the_query_is_put_back_with_its_clip(
    qtbot: QtBot,
    opened: MainWindow,
    open_clip: OpenClip,
    session: FakeSession,
    clip_file: Path,
    tmp_path: Path,
) -> None:
    request = opened.workspace.request
    search(qtbot, opened, "track 3")
    request.update(sort=Sort("title"))
    request.set_filter("genre", ("ambient",))
    other = tmp_path / "other.mp4"
    other.write_bytes(b"x")
    open_clip(other)
    # A new clip keeps the filters alone.
    assert (opened.results.search.text(), request.options.sort) == ("", Sort())
    assert request.options.filters == {"genre": ("ambient",)}
    assert len(saved(session)) == 1
    request.set_filter("genre", None)
    open_clip(clip_file)
    assert opened.results.search.text() == "track 3"
    assert (request.options.sort, request.options.filters) == (
        Sort("title"),
        {"genre": ("ambient",)},
    )
    assert titles(opened) == ["Track 3"]
    open_clip(other)
    assert request.options.filters == {}
    assert len(saved(session)) == 2


def test_what_is_typed_is_saved_once_after_a_while(
    qtbot: QtBot, opened: MainWindow, session: FakeSession
) -> None:
    opened.workspace.queries._timer.setInterval(300)
    search(qtbot, opened, "track 3")
    assert saved(session) == []
    qtbot.waitUntil(lambda: saved(session) == ['{"search": "track 3"}'])
    assert opened.workspace.changes.undo_name != "Save search and filters"


def test_closing_the_window_saves_the_query(
    qtbot: QtBot, opened: MainWindow, session: FakeSession
) -> None:
    search(qtbot, opened, "track 3")
    opened.close()
    assert saved(session) == ['{"search": "track 3"}']


def test_the_same_clip_opened_again_keeps_what_is_being_saved(
    qtbot: QtBot, opened: MainWindow, open_clip: OpenClip, session: FakeSession, clip_file: Path
) -> None:
    search(qtbot, opened, "track 3")
    may_write = threading.Event()
    opened.runner.start(lambda _: may_write.wait(5), Lane.WRITE)
    try:
        with qtbot.waitSignal(opened.workspace.ranked):
            opened.open_clip(clip_file)
        assert saved(session) == []
        assert opened.results.search.text() == "track 3"
    finally:
        may_write.set()


def test_a_damaged_query_is_left_out(
    qtbot: QtBot, window: MainWindow, open_clip: OpenClip, session: FakeSession, clip_file: Path
) -> None:
    session.apply(SaveClipQuery("clip-holiday", '{"search": 5, "filters": {"genre": "x'))
    open_clip(clip_file)
    assert titles(window) == ALL


# By keyboard alone


def test_tab_goes_from_the_search_down_to_the_list(qtbot: QtBot, opened: MainWindow) -> None:
    results = opened.results
    opened.resize(1280, 800)
    QTest.qWait(50)
    results.search.setFocus()
    seen: list[QWidget] = []
    while results.view not in seen and len(seen) < 30:
        press(opened, Qt.Key.Key_Tab)
        focused = opened.focusWidget()
        assert focused is not None
        seen.append(focused)
    chips = [each.button for each in results.filters.controls.values() if each.button.isVisible()]
    expected = [results.sort, results.mood_dock.button, *chips, results.filters.more, results.view]
    assert [widget for widget in seen if widget in expected] == expected
    assert all(results.isAncestorOf(widget) for widget in seen)
