"""What is known of the user's taste: shown, corrected by bar and box, forgotten, undone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.deciding.share_bar import ShareBar
from desktop.deciding.shares import with_share
from desktop.deciding.taste_dialog import TasteDialog
from desktop.main_window import MainWindow
from engine.library.own_taste import ForgetTaste, SetTaste
from engine.library.picks import AddPick, Pick
from tests.desktop.driving import OpenClip
from tests.desktop.fake_session import FakeSession
from tests.ranked_lists import ranked_tracks


@pytest.fixture
def dialog(window: MainWindow, session: FakeSession, settle: Callable[[], None]) -> TasteDialog:
    session.apply(AddPick(Pick.of("clip-other", session.tracks[0])))
    window.menus.taste_requested.emit()
    settle()
    return window.decided.show_taste()


def percents(dialog: TasteDialog) -> list[int]:
    assert [box.value() for box in dialog.boxes] == [bar.value() for bar in dialog.bars]
    return [box.value() for box in dialog.boxes]


def saved(dialog: TasteDialog, session: FakeSession, qtbot: QtBot) -> dict[str, float]:
    qtbot.waitUntil(lambda: bool(session.library.own_taste.shares()))
    return session.library.own_taste.shares()


def test_what_was_learnt_is_shown(dialog: TasteDialog) -> None:
    assert percents(dialog) == [75, 25]
    assert dialog.state.text().startswith("Learnt from 1 pick;")
    assert not dialog.learn.isEnabled()
    assert [bar.accessibleDescription() for bar in dialog.bars] == ["most people: 50 %"] * 2
    assert dialog.boxes[0].accessibleName() == "Share of ambient, in percent"
    # A key pressed at once forgets nothing.
    assert dialog.focusWidget() not in (dialog.forget, dialog.learn)


def test_a_box_sets_a_share_and_the_others_make_room(
    dialog: TasteDialog, session: FakeSession, qtbot: QtBot, settle: Callable[[], None]
) -> None:
    dialog.boxes[0].setValue(40)
    assert percents(dialog) == [40, 60]
    assert saved(dialog, session, qtbot) == pytest.approx({"ambient": 0.4, "jazz": 0.6})
    settle()
    assert dialog.state.text().startswith("You set this taste yourself.")
    assert dialog.learn.isEnabled()


def test_a_drag_is_one_change(
    dialog: TasteDialog, window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    bar = dialog.bars[1]
    y = bar.height() // 2
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, y))
    for share in (0.2, 0.4, 0.5):
        QTest.mouseMove(bar, QPoint(round(share * bar.width()), y))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(5, y))
    # Half of a bar whose end is at 60 %.
    assert percents(dialog) == [70, 30]
    assert saved(dialog, session, qtbot)["jazz"] == pytest.approx(0.3)
    assert sum(isinstance(each, SetTaste) for each in session.applied) == 1
    assert window.workspace.changes.undo_name == "Change my taste"


def test_keys_move_a_bar(dialog: TasteDialog) -> None:
    bar = dialog.bars[0]
    bar.setFocus()
    QTest.keyClick(bar, Qt.Key.Key_Right)
    QTest.keyClick(bar, Qt.Key.Key_PageUp)
    assert percents(dialog) == [81, 19]


def test_what_was_set_is_saved_when_the_dialog_closes(
    dialog: TasteDialog, session: FakeSession, settle: Callable[[], None]
) -> None:
    dialog.boxes[0].setValue(10)
    dialog.close()
    settle()
    assert session.library.own_taste.shares()["ambient"] == pytest.approx(0.1)


def test_edits_are_dropped_and_come_back_with_undo(
    dialog: TasteDialog, window: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    window.workspace.changes.do(SetTaste.of({"ambient": 0.1, "jazz": 0.9}))
    settle()
    assert percents(dialog) == [10, 90]
    dialog.learn.click()
    settle()
    assert percents(dialog) == [75, 25]
    window.workspace.changes.undo()
    settle()
    assert percents(dialog) == [10, 90]


def test_a_forgotten_taste_is_that_of_most_people(
    dialog: TasteDialog, window: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    dialog.forget.click()
    settle()
    assert ForgetTaste() in session.applied
    assert percents(dialog) == [50, 50]
    assert dialog.state.text().startswith("Nothing is known of your taste yet")
    assert not dialog.forget.isEnabled()
    assert len(session.library.picks.all()) == 1
    window.workspace.changes.undo()
    settle()
    assert percents(dialog) == [75, 25]


def test_the_list_is_ranked_again_where_taste_counts(
    window: MainWindow,
    session: FakeSession,
    open_clip: OpenClip,
    clip_file: Path,
    settle: Callable[[], None],
) -> None:
    open_clip(clip_file)
    settle()
    n_asked = len(session.asked_options)
    window.workspace.changes.do(SetTaste.of({"ambient": 0.1, "jazz": 0.9}))
    settle()
    assert len(session.asked_options) == n_asked
    assert not window.results.filters._taste.isHidden()
    window.workspace.request.update(at_once=True, taste=0.5)
    settle()
    n_asked = len(session.asked_options)
    window.workspace.changes.undo()
    settle()
    assert len(session.asked_options) > n_asked


@pytest.mark.parametrize(
    ("shares", "index", "share", "changed"),
    [
        ((0.5, 0.25, 0.25), 0, 0.2, (0.2, 0.4, 0.4)),
        ((1.0, 0.0, 0.0), 0, 0.5, (0.5, 0.25, 0.25)),
        ((0.5, 0.25, 0.25), 1, 1.0, (0.0, 1.0, 0.0)),
        ((0.5, 0.5), 0, 7.0, (1.0, 0.0)),
        ((0.5, 0.5), 0, -1.0, (0.0, 1.0)),
    ],
)
def test_the_others_fill_the_rest(
    shares: tuple[float, ...], index: int, share: float, changed: tuple[float, ...]
) -> None:
    assert with_share(shares, index, share) == pytest.approx(changed)


def test_a_share_beyond_the_bar_fills_it(qtbot: QtBot) -> None:
    bar = ShareBar("jazz", 10.0, 60.0)
    qtbot.addWidget(bar)
    bar.resize(202, 22)
    bar.set_share(90)
    assert bar.value() == 90
    assert bar._x(90) == bar._x(60) == 200.0


def test_the_button_beside_the_slider_shows_the_taste(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    (button,) = opened.results.filters._taste_buttons
    assert button.isHidden()
    session.apply(AddPick(Pick.of("clip-other", session.tracks[0])))
    opened.results.rank_again()
    settle()
    assert button.isVisible()
    button.click()
    settle()
    assert opened.decided.show_taste().isVisible()


def test_a_row_says_how_far_taste_moved_it(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    item = opened.results.model.at(0)
    assert item is not None
    moved = replace(item, moved=7, moved_text="moved up 7: you often pick jazz")
    opened.results.model.show_ranked(ranked_tracks((moved,), 0), (moved,))
    index = opened.results.model.index(0)
    for role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
        assert "moved up 7: you often pick jazz" in index.data(role)
