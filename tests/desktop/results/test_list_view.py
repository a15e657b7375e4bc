"""The list: keys, selected rows, and what stays in another ranking."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.results.list_view import ResultsView
from desktop.results.model import ResultsModel
from desktop.results.pages import N_ROWS, Missing, RowPages
from engine.stories.recommend import Recommendation
from tests.desktop.results.lists import LongList, made_item

_SELECT = QItemSelectionModel.SelectionFlag.Select


@pytest.fixture
def view(qtbot: QtBot, runner: JobRunner) -> Iterator[ResultsView]:
    view = ResultsView(ResultsModel(runner))
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.show()
    yield view
    model_of(view).show(None)


def model_of(view: ResultsView) -> ResultsModel:
    model = view.model()
    assert isinstance(model, ResultsModel)
    return model


def show(view: ResultsView, numbers: range = range(1, 1001), keep: bool = False) -> LongList:
    listed = LongList(numbers)
    current = model_of(view).at(view.currentIndex().row())
    track = None if current is None else current.track
    view.rerank(lambda: model_of(view).show(listed.recommendations), track, keep)
    return listed


def numbers_chosen(view: ResultsView) -> list[int]:
    """Return a list that fills with the numbers of the tracks that are chosen."""
    found: list[int] = []
    view.chosen.connect(lambda item: found.append(item.rank))
    return found


def top_title(view: ResultsView) -> str:
    return str(view.indexAt(view.viewport().rect().topLeft()).data())


def test_every_track_can_be_reached_by_keys(qtbot: QtBot, view: ResultsView) -> None:
    show(view)
    chosen = numbers_chosen(view)
    view.choose_row(0)
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_PageDown)
    row = view.currentIndex().row()
    qtbot.waitUntil(lambda: isinstance(model_of(view).pages.get(row), Recommendation))
    assert chosen[0] == 1
    assert chosen[-1] == row + 1 > N_ROWS


def test_a_row_that_is_left_before_it_was_read_is_not_chosen(
    qtbot: QtBot, view: ResultsView
) -> None:
    show(view)
    chosen = numbers_chosen(view)
    view.choose_row(500)
    view.choose_row(1)
    qtbot.waitUntil(lambda: isinstance(model_of(view).pages.get(500), Recommendation))
    assert chosen == [2]


def test_rows_whose_track_is_gone_are_passed_over(qtbot: QtBot, view: ResultsView) -> None:
    listed = LongList(range(1, 30))
    listed.gone = {2}
    view.rerank(lambda: model_of(view).show(listed.recommendations), None, keep=False)
    chosen = numbers_chosen(view)
    view.choose_row(0)
    view.choose_neighbour(1)
    view.choose_neighbour(-1)
    view.choose_neighbour(-1)
    assert chosen == [1, 3, 1]
    view.choose_row(1)
    assert chosen == [1, 3, 1]
    assert view.model().index(1, 0).data() == "This track is no longer there."


def test_several_rows_are_selected_and_one_is_chosen(qtbot: QtBot, view: ResultsView) -> None:
    show(view)
    chosen = numbers_chosen(view)
    view.choose_row(0)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_rows() == [range(3)]
    assert view.has_several
    assert chosen == [1, 2, 3]


def test_a_row_that_a_command_goes_to_is_selected_alone(view: ResultsView) -> None:
    show(view)
    view.choose_row(0)
    # Control counts as held after it.
    QTest.keyClick(view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    view.choose_row(3)
    assert view.selected_rows() == [range(3, 4)]


def test_keys_of_the_playback_are_left_to_the_window(view: ResultsView) -> None:
    show(view)
    view.choose_row(0)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_J, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(view, key)
    assert view.currentIndex().row() == 0


def test_the_same_question_keeps_place_and_selection(qtbot: QtBot, view: ResultsView) -> None:
    show(view)
    view.choose_row(2)
    view.scrollTo(model_of(view).index(300), ResultsView.ScrollHint.PositionAtTop)
    qtbot.waitUntil(lambda: top_title(view) == "Song 301")
    view.selectionModel().select(model_of(view).index(303), _SELECT)
    # Ten tracks fewer above.
    show(view, range(11, 1001), keep=True)
    qtbot.waitUntil(lambda: top_title(view) == "Song 301")
    qtbot.waitUntil(lambda: model_of(view).pages.get(293) is not Missing.WAITING)
    assert view.selected_rows() == [range(293, 294)]


def test_another_question_begins_at_the_top(qtbot: QtBot, view: ResultsView) -> None:
    show(view)
    chosen = numbers_chosen(view)
    view.choose_row(2)
    view.scrollTo(model_of(view).index(300), ResultsView.ScrollHint.PositionAtTop)
    show(view, range(3, 1001))
    assert view.verticalScrollBar().value() == 0
    # What plays stays the current row, and isn't chosen again.
    assert view.currentIndex().row() == 0
    assert chosen == [3]


def test_markup_in_titles_stays_text(view: ResultsView) -> None:
    listed = LongList(range(1, 2))
    item = made_item(1)
    tags = replace(item.track.tags, title="<img src=x> & <b>bold</b>")
    marked = replace(item, track=replace(item.track, tags=tags))
    found = replace(listed.recommendations, items=(marked,))
    view.rerank(lambda: model_of(view).show(found), None, keep=False)
    tip = view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<div>&lt;img src=x&gt; &amp; &lt;b&gt;bold&lt;/b&gt;</div>")


def test_rows_are_placed_without_python(
    qtbot: QtBot, view: ResultsView, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_calls = 0
    plain = RowPages.__len__

    def counted(pages: RowPages) -> int:
        nonlocal n_calls
        n_calls += 1
        return plain(pages)

    monkeypatch.setattr(RowPages, "__len__", counted)
    show(view, range(1, 3_001))
    qtbot.waitUntil(lambda: model_of(view).at(N_ROWS + 1) is not None)
    show(view, range(3_000, 0, -1))
    assert top_title(view) == "Song 3000"
    view.verticalScrollBar().setValue(20_000)
    row = view.indexAt(view.viewport().rect().center()).row()
    qtbot.waitUntil(lambda: model_of(view).at(row) is not None)
    view.viewport().repaint()
    # It was asked twice for each row of a list, which took 150 ms for 100,000.
    assert n_calls < 1_000


def test_the_menu_waits_for_rows_that_are_being_read(qtbot: QtBot, view: ResultsView) -> None:
    listed = show(view)
    listed.gate = threading.Event()
    rows = QItemSelection(model_of(view).index(2), model_of(view).index(50))
    view.selectionModel().select(rows, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    told: list[str] = []
    view.selection_told.connect(told.append)
    assert view.selected_items() is None
    assert told == ["The selected tracks are being read. Try again."]
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(70, 80))
    with qtbot.assertNotEmitted(view.menu_requested, wait=100):
        view.contextMenuEvent(event)
    with qtbot.waitSignal(view.menu_requested) as asked:
        listed.gate.set()
    assert asked.args == [QPoint(70, 80)]
    items = view.selected_items()
    assert items is not None
    assert [item.rank for item in items] == list(range(3, 52))


def test_too_many_rows_are_not_read(view: ResultsView) -> None:
    show(view)
    rows = QItemSelection(model_of(view).index(0), model_of(view).index(999))
    view.selectionModel().select(rows, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    told: list[str] = []
    view.selection_told.connect(told.append)
    assert view.selected_items() is None
    assert told == ["Select at most 500 tracks at a time."]
