"""The list of the user's picks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.deciding.picks_dialog import PicksDialog
from desktop.main_window import MainWindow
from engine.library.picks import AddPick, Pick, RemovePick
from tests.desktop.driving import OpenClip, clip_of
from tests.desktop.fake_session import FakeSession

WEDDING = Pick(
    "c1", "hash1", "Old song", (), "2026-05-15T12:00:00+00:00", Path("/v/<i>wedding.mp4")
)
TRIP = Pick("c2", "hash2", "New\nsong", (), "2026-06-15T12:00:00+00:00")


@pytest.fixture
def dialog(window: MainWindow, session: FakeSession, settle: Callable[[], None]) -> PicksDialog:
    session.apply(AddPick(WEDDING))
    session.apply(AddPick(TRIP))
    window.menus.picks_requested.emit()
    settle()
    return window.decided.show_picks()


def rows(dialog: PicksDialog) -> list[tuple[str, ...]]:
    model = dialog.model
    return [
        tuple(model.index(row, column).data() for column in range(3))
        for row in range(model.rowCount())
    ]


def select(dialog: PicksDialog, row: int) -> None:
    dialog.tree.setCurrentIndex(dialog.model.index(row, 0))


def test_the_latest_pick_comes_first(dialog: PicksDialog) -> None:
    assert rows(dialog) == [
        ("New song", "unknown clip", "15 June 2026"),
        ("Old song", "<i>wedding.mp4", "15 May 2026"),
    ]
    assert dialog.state.text() == "2 picks"


def test_the_track_that_was_used_in_may_is_found(dialog: PicksDialog) -> None:
    QTest.keyClicks(dialog.search, "may")
    assert [row[0] for row in rows(dialog)] == ["Old song"]
    dialog.search.clear()
    assert len(rows(dialog)) == 2


def test_a_pick_is_removed_and_comes_back_with_undo(
    dialog: PicksDialog, window: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    select(dialog, 1)
    dialog.tree.setFocus()
    QTest.keyClick(dialog.tree, Qt.Key.Key_Delete)
    settle()
    assert RemovePick("c1", "hash1") in session.applied
    assert [row[0] for row in rows(dialog)] == ["New song"]
    window.workspace.changes.undo()
    settle()
    assert len(rows(dialog)) == 2
    assert session.library.picks.get("c1", "hash1") == WEDDING


def test_only_a_clip_whose_place_is_known_can_be_opened(dialog: PicksDialog, qtbot: QtBot) -> None:
    select(dialog, 0)
    assert not dialog.open_button.isEnabled()
    select(dialog, 1)
    with qtbot.waitSignal(dialog.clip_requested) as asked:
        dialog.open_button.click()
    assert asked.args == [WEDDING.clip_path]


def test_a_track_used_before_is_put_on_the_shortlist_of_the_open_clip(
    dialog: PicksDialog,
    window: MainWindow,
    session: FakeSession,
    open_clip: OpenClip,
    clip_file: Path,
    settle: Callable[[], None],
) -> None:
    select(dialog, 1)
    assert not dialog.shortlist_button.isEnabled()
    open_clip(clip_file)
    settle()
    assert dialog.shortlist_button.isEnabled()
    dialog.shortlist_button.click()
    settle()
    clip_hash = clip_of(window.workspace).content_hash
    assert session.library.shortlists.of(clip_hash) == ("hash1",)


def test_without_picks_it_says_how_to_make_one(
    window: MainWindow, settle: Callable[[], None]
) -> None:
    dialog = window.decided.show_picks()
    settle()
    assert "press Enter" in dialog.state.text()
    assert not dialog.search.isEnabled()
