"""Rows are read in pages, when they are seen."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.results import pages as module
from desktop.results.pages import N_ROWS, Missing, RowPages
from engine.errors import LibraryError
from engine.stories.recommend import Recommendation
from tests.desktop.results.lists import LongList, made_item


@pytest.fixture
def pages(runner: JobRunner) -> Iterator[RowPages]:
    pages = RowPages(runner)
    yield pages
    pages.open(None, ())


def show(pages: RowPages, n_rows: int = 1000) -> LongList:
    found = LongList(range(1, n_rows + 1))
    pages.open(found.ranked, found.recommendations.items)
    return found


def title(pages: RowPages, row: int) -> str:
    found = pages.get(row)
    assert isinstance(found, Recommendation)
    return found.track.title


def test_the_first_rows_need_no_reading(qtbot: QtBot, pages: RowPages) -> None:
    listed = show(pages)
    assert len(pages) == 1000
    assert [title(pages, row) for row in range(3)] == ["Song 1", "Song 2", "Song 3"]
    qtbot.wait(100)
    assert listed.asked == []


def test_a_row_is_read_with_its_page_when_it_is_seen(qtbot: QtBot, pages: RowPages) -> None:
    listed = show(pages)
    with qtbot.waitSignal(pages.read) as read:
        assert pages.get(500) is Missing.WAITING
    first = 500 // N_ROWS * N_ROWS
    assert read.args == [first, first + N_ROWS - 1]
    assert title(pages, 500) == "Song 501"
    assert listed.asked == [(first, first + N_ROWS)]


def test_the_last_page_is_short(qtbot: QtBot, pages: RowPages) -> None:
    show(pages, N_ROWS + 2)
    with qtbot.waitSignal(pages.read) as read:
        pages.get(N_ROWS)
    assert read.args == [N_ROWS, N_ROWS + 1]
    assert title(pages, N_ROWS + 1) == f"Song {N_ROWS + 2}"


def test_what_was_scrolled_past_is_not_read(qtbot: QtBot, pages: RowPages) -> None:
    listed = show(pages, 100_000)
    for row in range(0, 90_000, 10):
        pages.get(row)
    qtbot.waitUntil(lambda: isinstance(pages.get(89_990), Recommendation))
    qtbot.wait(200)
    # The newest page is read first, and only the few before it.
    assert listed.asked[0][0] <= 89_990 < listed.asked[0][1]
    assert len(listed.asked) <= module._N_WANTED + 1


def test_the_next_page_is_read_before_it_is_seen(qtbot: QtBot, pages: RowPages) -> None:
    listed = show(pages)
    pages.get(2 * N_ROWS - 1)
    qtbot.waitUntil(lambda: isinstance(pages.get(2 * N_ROWS - 1), Recommendation))
    qtbot.waitUntil(lambda: (2 * N_ROWS, 3 * N_ROWS) in listed.asked)


def test_pages_that_were_not_seen_for_long_are_dropped(
    qtbot: QtBot, pages: RowPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_N_PAGES", 2)
    listed = show(pages)
    for row in (2 * N_ROWS, 4 * N_ROWS, 2 * N_ROWS, 6 * N_ROWS):
        pages.get(row)
        with qtbot.waitSignal(pages.read, raising=False, timeout=200):
            pass
        assert isinstance(pages.get(row), Recommendation)
    assert len(listed.asked) == 3
    assert pages.get(4 * N_ROWS) is Missing.WAITING
    assert isinstance(pages.get(6 * N_ROWS), Recommendation)


def test_rows_whose_track_vanished(qtbot: QtBot, pages: RowPages) -> None:
    listed = LongList(range(1, 101))
    listed.gone = {2, 51}
    pages.open(listed.ranked, listed.recommendations.items)
    assert pages.get(1) is Missing.GONE
    assert title(pages, 2) == "Song 3"
    with qtbot.waitSignal(pages.read):
        pages.get(50)
    assert pages.get(50) is Missing.GONE
    assert title(pages, 51) == "Song 52"


def test_pages_of_the_list_before_do_not_come(qtbot: QtBot, pages: RowPages) -> None:
    before = show(pages)
    before.gate = threading.Event()
    pages.get(40)
    qtbot.wait(100)
    after = LongList(range(2001, 3001))
    pages.open(after.ranked, after.recommendations.items)
    pages.get(40)
    before.gate.set()
    qtbot.waitUntil(lambda: isinstance(pages.get(40), Recommendation))
    assert title(pages, 40) == "Song 2041"
    assert pages.position_of(made_item(2041).track) == 40
    assert pages.position_of(made_item(41).track) is None


def test_a_page_that_cannot_be_read_is_told_once(qtbot: QtBot, pages: RowPages) -> None:
    listed = show(pages)
    listed.error = LibraryError("locked")
    with qtbot.waitSignals([pages.failed, pages.read]):
        pages.get(500)
    assert pages.get(500) is Missing.GONE
    with qtbot.assertNotEmitted(pages.failed, wait=150):
        pages.get(500)


def test_an_empty_list_has_no_rows(pages: RowPages) -> None:
    show(pages)
    pages.open(None, ())
    assert len(pages) == 0
    assert pages.position_of(made_item(1).track) is None
