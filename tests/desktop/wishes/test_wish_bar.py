"""The chips, on a session without an engine."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.results.request import RankingRequest
from desktop.wishes.wish_bar import WishBar
from engine.progress import Progress
from engine.ranking.query import Correction
from engine.ranking.references import Reference
from engine.stories.ranking_options import RankingOptions
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def request_() -> RankingRequest:
    return RankingRequest()


@pytest.fixture
def bar(
    qtbot: QtBot, session: FakeSession, runner: JobRunner, request_: RankingRequest
) -> Iterator[WishBar]:
    holder = QWidget()
    qtbot.addWidget(holder)
    bar = WishBar(request_, session, runner, holder)
    holder.resize(400, 300)
    bar.setGeometry(0, 0, 400, 200)
    holder.show()
    yield bar


def labels(bar: WishBar) -> list[str]:
    return [chip.wish.label for chip in bar.chips]


def test_without_a_wish_the_bar_takes_no_room(bar: WishBar) -> None:
    assert bar.isHidden()
    bar.describe("calm piano")
    assert not bar.isHidden()
    QTest.mouseClick(bar.chips[0].cross, Qt.MouseButton.LeftButton)
    assert bar.isHidden() and bar.chips == []


def test_a_description_becomes_chips_and_asks_at_once(
    qtbot: QtBot, bar: WishBar, request_: RankingRequest
) -> None:
    with qtbot.waitSignal(request_.changed, timeout=50):
        bar.describe("calm piano -drums")
    assert labels(bar) == ["calm piano", "without drums"]
    assert (request_.options.text, request_.options.without) == ("calm piano", "drums")
    bar.describe("slow, no vocals")
    assert labels(bar) == ["calm piano", "slow", "without drums", "without vocals"]


def test_chips_show_what_is_remembered(bar: WishBar, request_: RankingRequest) -> None:
    first = Reference("First Light", "hash-1")
    request_.put(RankingOptions(references=(first,), correction=Correction(-0.5, None)))
    assert labels(bar) == ["like First Light", "mood: sad"]
    request_.clear()
    assert labels(bar) == []


def test_words_that_are_not_understood_say_so(
    qtbot: QtBot, bar: WishBar, request_: RankingRequest
) -> None:
    bar.describe("calm piano, xyz")
    qtbot.waitUntil(lambda: bar.chips[1].property("problem"))
    chip = bar.chips[1]
    assert "isn't understood" in chip.text.toolTip()
    assert chip.text.accessibleName().startswith("xyz. ")
    assert not bar.chips[0].property("problem")
    # It stays in the request: it may be part of what others say.
    assert request_.options.text == "calm piano, xyz"


def test_what_names_nothing_cannot_be_left_out(bar: WishBar, request_: RankingRequest) -> None:
    bar.describe("-wobble")
    assert labels(bar) == ["without wobble"]
    assert bar.chips[0].property("problem")
    assert "names no known instrument" in bar.chips[0].text.accessibleName()
    assert request_.options == RankingOptions()
    bar.describe("-drums")
    assert labels(bar) == ["without drums", "without wobble"]
    QTest.mouseClick(bar.chips[1].cross, Qt.MouseButton.LeftButton)
    assert labels(bar) == ["without drums"]


def test_a_chip_is_removed_and_turned_by_keys_and_menu(
    bar: WishBar, request_: RankingRequest
) -> None:
    bar.describe("piano, guitar")
    bar.activateWindow()
    bar.chips[0].text.setFocus()
    QTest.keyClick(bar.chips[0].text, Qt.Key.Key_Delete)
    assert request_.options.text == "guitar"
    # The next one has the focus.
    assert QApplication.focusWidget() is bar.chips[0].text
    menu = bar.chips[0].text.menu()
    assert menu is not None
    turn, remove = menu.actions()
    turn.trigger()
    assert (request_.options.text, request_.options.without) == ("", "guitar")
    assert labels(bar) == ["without guitar"]
    assert remove.text() == "Remove"


def test_a_mood_cannot_be_turned(bar: WishBar, request_: RankingRequest) -> None:
    request_.update(correction=Correction(0.5, 0.5))
    menu = bar.chips[0].text.menu()
    assert menu is not None
    assert [action.text() for action in menu.actions()] == ["Remove"]


def test_the_focus_is_passed_on_when_the_last_chip_is_removed(qtbot: QtBot, bar: WishBar) -> None:
    bar.describe("piano")
    bar.chips[0].text.setFocus()
    with qtbot.waitSignal(bar.left, timeout=100):
        QTest.keyClick(bar.chips[0].text, Qt.Key.Key_Backspace)


def test_titles_are_shown_as_they_are_written(bar: WishBar, request_: RankingRequest) -> None:
    title = "<img src=x> R&B " + 500 * "long "
    request_.update(references=(Reference(title, "hash"),))
    text = bar.chips[0].text
    assert "R&&B" in text.text() and "…" in text.text()
    assert len(text.text()) < 80
    assert text.accessibleName() == f"like {title}"
    assert "<img" not in text.toolTip() and "&lt;img" in text.toolTip()


def test_a_text_that_is_too_long_is_an_error_and_changes_nothing(
    qtbot: QtBot, bar: WishBar, request_: RankingRequest
) -> None:
    with qtbot.waitSignal(bar.failed) as failed:
        bar.describe(1_100 * "a")
    assert "too long" in str(failed.args[0])
    assert request_.options == RankingOptions()
    assert labels(bar) == []


def test_a_song_from_disk_waits_as_a_chip_until_it_is_analysed(
    qtbot: QtBot, bar: WishBar, request_: RankingRequest, tmp_path: Path
) -> None:
    song = tmp_path / "hit.mp3"
    song.write_bytes(b"music")
    bar.add_song(song)
    assert labels(bar) == ["like hit"]
    assert "being analysed" in bar.chips[0].text.accessibleName()
    qtbot.waitUntil(lambda: bool(request_.options.references))
    assert request_.options.references == (Reference("hit", "song-hit", song),)
    assert labels(bar) == ["like hit"]
    assert "being analysed" not in bar.chips[0].text.accessibleName()


def test_a_song_that_cannot_be_read_costs_nothing_else(
    qtbot: QtBot, bar: WishBar, request_: RankingRequest, tmp_path: Path
) -> None:
    bar.describe("piano")
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"broken")
    with qtbot.waitSignal(bar.failed) as failed:
        bar.add_song(broken)
    assert "this isn't music" in str(failed.args[0])
    qtbot.waitUntil(lambda: labels(bar) == ["piano"])
    assert request_.options == RankingOptions(text="piano")


def test_a_song_can_be_removed_while_it_is_analysed(
    qtbot: QtBot,
    bar: WishBar,
    request_: RankingRequest,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def slow(_path: Path, progress: Progress) -> Reference:
        while True:
            progress.check()
            time.sleep(0.001)

    monkeypatch.setattr(session, "song_reference", slow)
    bar.add_song(tmp_path / "hit.mp3")
    QTest.mouseClick(bar.chips[0].cross, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: labels(bar) == [])
    assert request_.options.references == ()


def test_chips_fill_as_many_lines_as_they_need(qtbot: QtBot, bar: WishBar) -> None:
    bar.describe("calm piano")
    one_line = bar.height()
    bar.describe("rainy street, slow and warm, an old film, something blue")
    qtbot.waitUntil(lambda: bar.height() > one_line)
    tops = {chip.geometry().top() for chip in bar.chips}
    assert len(tops) > 1
    assert all(chip.geometry().right() <= bar.width() for chip in bar.chips)
    bar.resize(2_000, bar.height())
    qtbot.waitUntil(lambda: bar.height() == one_line)


def test_many_chips_scroll_and_leave_room_for_the_list(qtbot: QtBot, bar: WishBar) -> None:
    # The window is a small one: two lines.
    references = tuple(Reference(f"A song with the number {n}", f"{n}") for n in range(12))
    bar._request.update(references=references)
    qtbot.waitUntil(lambda: bar.verticalScrollBar().maximum() > 0)
    assert bar.height() == 2 * 26 + 6
    last = bar.chips[-1]
    assert not bar.viewport().rect().intersects(last.geometry())
    bar.activateWindow()
    last.text.setFocus()
    QTest.keyClick(last.text, Qt.Key.Key_Delete)
    # The chip that has the focus now is seen.
    shown = bar.viewport().rect()
    middle = bar.chips[-1].rect().center()
    qtbot.waitUntil(lambda: shown.contains(bar.chips[-1].mapTo(bar.viewport(), middle)))
