"""The shortlist of a clip: its list, its order, what is prepared for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from desktop.deciding.shortlist_page import ShortlistPage
from desktop.main_window import MainWindow
from engine.library.shortlists import AddToShortlist, SetShortlist
from tests.desktop.driving import NO_MODIFIER, OpenClip, press, title_and_start
from tests.desktop.fake_session import FakeSession

SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CLIP = "clip-holiday"


@pytest.fixture
def page(opened: MainWindow, session: FakeSession, settle: Callable[[], None]) -> ShortlistPage:
    """The page with the tracks 4, 2 and 3, shown."""
    opened.workspace.changes.do(AddToShortlist(CLIP, ("hash4", "hash2", "hash3")))
    settle()
    press(opened, Qt.Key.Key_S, SHIFT)
    settle()
    return opened.results.lists.shortlist


def rows(page: ShortlistPage) -> list[str]:
    model = page.view.rows
    return [model.index(row).data() for row in range(model.rowCount())]


def test_the_switch_counts_and_shows_the_shortlist(
    opened: MainWindow, settle: Callable[[], None]
) -> None:
    lists = opened.results.lists
    assert lists.switch.shortlist.text() == "Shortlist"
    press(opened, Qt.Key.Key_S)
    settle()
    assert lists.switch.shortlist.text() == "Shortlist (1)"
    lists.switch.shortlist.click()
    settle()
    assert rows(lists.shortlist) == ["Track 1"]
    assert lists.switch.shortlist.isChecked()
    lists.switch.music.click()
    assert lists.shows_music
    assert opened.results.view.isVisible()


def test_the_shortlist_is_in_the_users_order(page: ShortlistPage) -> None:
    assert rows(page) == ["Track 4", "Track 2", "Track 3"]


def test_nothing_is_read_while_it_isnt_shown(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    n_asked = len(session.asked_options)
    press(opened, Qt.Key.Key_S)
    settle()
    assert len(session.asked_options) == n_asked


def test_digits_and_arrows_play_its_tracks(
    page: ShortlistPage, opened: MainWindow, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_3)
    settle()
    assert title_and_start(opened.workspace)[0] == "Track 3"
    press(opened, Qt.Key.Key_Up)
    settle()
    assert title_and_start(opened.workspace)[0] == "Track 2"


def test_alt_and_arrows_move_rows(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_1)
    settle()
    QTest.keyClick(page.view, Qt.Key.Key_Down, ALT)
    assert rows(page) == ["Track 2", "Track 4", "Track 3"]
    QTest.keyClick(page.view, Qt.Key.Key_Down, ALT)
    QTest.keyClick(page.view, Qt.Key.Key_Down, ALT)
    settle()
    assert rows(page) == ["Track 2", "Track 3", "Track 4"]
    assert session.library.shortlists.of(CLIP) == ("hash2", "hash3", "hash4")
    assert title_and_start(opened.workspace)[0] == "Track 4"
    opened.workspace.changes.undo()
    settle()
    assert rows(page) == ["Track 2", "Track 4", "Track 3"]


def drop(page: ShortlistPage, row: int, at: QPointF) -> None:
    view = page.view
    view.selectionModel().select(
        view.rows.index(row), view.selectionModel().SelectionFlag.ClearAndSelect
    )
    data = view.rows.mimeData([view.rows.index(row)])
    event = QDropEvent(at, Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, NO_MODIFIER)
    # Only what the list itself drags is taken.
    event.source = lambda: view  # type: ignore[method-assign]
    view.dropEvent(event)


def test_a_row_dropped_below_the_others_is_the_last(
    page: ShortlistPage, session: FakeSession, settle: Callable[[], None]
) -> None:
    drop(page, 0, QPointF(20, page.view.viewport().height() - 2))
    settle()
    assert rows(page) == ["Track 2", "Track 3", "Track 4"]
    assert session.library.shortlists.of(CLIP) == ("hash2", "hash3", "hash4")


def test_rows_are_moved_before_any_row(page: ShortlistPage) -> None:
    page.view._move([2], 0)
    assert rows(page) == ["Track 3", "Track 4", "Track 2"]
    page.view._move([0, 2], 2)
    assert rows(page) == ["Track 4", "Track 3", "Track 2"]


def test_del_removes_rows_and_undo_brings_them_back(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_2)
    settle()
    QTest.keyClick(page.view, Qt.Key.Key_Delete)
    settle()
    assert rows(page) == ["Track 4", "Track 3"]
    opened.workspace.changes.undo()
    settle()
    assert rows(page) == ["Track 4", "Track 2", "Track 3"]
    assert session.library.shortlists.of(CLIP) == ("hash4", "hash2", "hash3")


def test_enter_picks_the_track_that_plays(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_2)
    settle()
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    settle()
    assert session.picked() == [(CLIP, "hash2")]


def test_marking_on_the_page_marks_its_rows(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_1)
    settle()
    press(opened, Qt.Key.Key_F)
    settle()
    assert session.library.decisions.favourites() == {"hash4"}
    press(opened, Qt.Key.Key_S)
    settle()
    assert rows(page) == ["Track 2", "Track 3"]


def test_hidden_tracks_stay_on_the_shortlist(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_1)
    settle()
    press(opened, Qt.Key.Key_H)
    settle()
    assert session.library.decisions.hidden() == {"hash4"}
    assert rows(page) == ["Track 4", "Track 2", "Track 3"]


def test_a_track_that_is_gone_is_counted_and_keeps_its_place(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    gone = session.tracks.pop(1)
    opened.results.rank_again()
    settle()
    assert rows(page) == ["Track 4", "Track 3"]
    assert page.state.text().startswith("1 track of the shortlist isn't in the library now.")
    page.view._move([1], 0)
    settle()
    assert session.library.shortlists.of(CLIP) == ("hash3", "hash4", "hash2")
    session.tracks.insert(1, gone)
    opened.results.rank_again()
    settle()
    assert rows(page) == ["Track 3", "Track 4", "Track 2"]
    assert page.state.isHidden()


def test_an_empty_shortlist_says_how_to_fill_it(
    opened: MainWindow, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_S, SHIFT)
    settle()
    page = opened.results.lists.shortlist
    assert page.empty.isVisible()
    assert not page.compare.isEnabled()
    assert not page.blind.isEnabled()


def test_its_tracks_are_prepared_before_the_list(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    first = [item.track.title for item in opened.workspace.candidates._first]
    assert first[:3] == ["Track 4", "Track 2", "Track 3"]
    press(opened, Qt.Key.Key_S, SHIFT)
    settle()
    first = [item.track.title for item in opened.workspace.candidates._first]
    assert first[:3] == ["Track 1", "Track 2", "Track 3"]


def test_another_process_changes_the_shortlist(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    session.library.apply(SetShortlist(CLIP, ("hash5", "hash4")))
    opened.results.marks.reload()
    settle()
    assert rows(page) == ["Track 5", "Track 4"]


def test_another_clip_shows_all_music(
    page: ShortlistPage, opened: MainWindow, open_clip: OpenClip, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(b"not decoded by the fake")
    open_clip(other)
    assert opened.results.lists.shows_music
    assert rows(page) == []


def test_its_rows_have_the_menu_of_the_list(
    page: ShortlistPage, opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    press(opened, Qt.Key.Key_1)
    settle()
    menu = opened.results.kept_actions.menu()
    assert menu is not None
    texts = {action.text().partition("\t")[0]: action for action in menu.actions()}
    texts["Take off the shortlist"].trigger()
    settle()
    assert rows(page) == ["Track 2", "Track 3"]
