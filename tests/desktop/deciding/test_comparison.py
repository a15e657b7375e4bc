"""The shortlist side by side: switched, picked and left by keys; blind."""

import random
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.deciding.compare_view import CompareView
from desktop.main_window import MainWindow
from engine.errors import SoundbedError
from engine.library.shortlists import AddToShortlist
from engine.media.tags import Tags
from tests.desktop.driving import press, title_and_start
from tests.desktop.fake_session import FakeSession, listed_track

SHIFT = Qt.KeyboardModifier.ShiftModifier
CLIP = "clip-holiday"


@pytest.fixture
def shortlisted(opened: MainWindow, settle: Callable[[], None]) -> MainWindow:
    opened.workspace.changes.do(AddToShortlist(CLIP, ("hash4", "hash2", "hash3")))
    settle()
    return opened


@pytest.fixture
def compared(shortlisted: MainWindow, settle: Callable[[], None]) -> CompareView:
    press(shortlisted, Qt.Key.Key_C)
    settle()
    assert shortlisted.results.lists.comparison.isVisible()
    return shortlisted.results.lists.comparison


@pytest.fixture
def blind(
    shortlisted: MainWindow, settle: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> CompareView:
    """A blind comparison of the tracks 3, 2 and 4, in this order."""
    monkeypatch.setattr(random, "shuffle", lambda items: items.reverse())
    press(shortlisted, Qt.Key.Key_C, SHIFT)
    settle()
    return shortlisted.results.lists.comparison


def names(view: CompareView) -> list[str]:
    return [card.title for card in view.cards]


def test_cards_show_the_shortlist_and_what_plays(
    compared: CompareView, shortlisted: MainWindow
) -> None:
    assert names(compared) == ["Track 4", "Track 2", "Track 3"]
    assert title_and_start(shortlisted.workspace)[0] == "Track 4"
    assert [card.isChecked() for card in compared.cards] == [True, False, False]
    assert compared.cards[0].accessibleName().startswith("1. Track 4, fit: fair · jazz, ")
    assert compared.cards[0].accessibleDescription() == "plays now"


def test_digits_and_arrows_switch_at_the_same_moment(
    compared: CompareView, shortlisted: MainWindow, settle: Callable[[], None]
) -> None:
    shortlisted.preview.player.seek(2.0)
    press(shortlisted, Qt.Key.Key_2)
    settle()
    assert title_and_start(shortlisted.workspace)[0] == "Track 2"
    assert [card.isChecked() for card in compared.cards] == [False, True, False]
    press(shortlisted, Qt.Key.Key_Down)
    settle()
    assert title_and_start(shortlisted.workspace)[0] == "Track 3"
    press(shortlisted, Qt.Key.Key_9)
    press(shortlisted, Qt.Key.Key_Down)
    settle()
    assert title_and_start(shortlisted.workspace)[0] == "Track 3"
    assert shortlisted.workspace.listening.position_s == pytest.approx(2.0)


def test_a_click_plays_a_card(
    compared: CompareView, shortlisted: MainWindow, settle: Callable[[], None]
) -> None:
    QTest.mouseClick(compared.cards[2], Qt.MouseButton.LeftButton)
    settle()
    assert title_and_start(shortlisted.workspace)[0] == "Track 3"
    assert [card.isChecked() for card in compared.cards] == [False, False, True]


def test_enter_picks_what_plays(
    compared: CompareView,
    shortlisted: MainWindow,
    session: FakeSession,
    settle: Callable[[], None],
) -> None:
    press(shortlisted, Qt.Key.Key_2)
    settle()
    press(shortlisted, Qt.Key.Key_Return)
    settle()
    assert session.picked() == [(CLIP, "hash2")]
    assert shortlisted.workspace.changes.undo_name == "Pick track"
    assert shortlisted.statusBar().currentMessage() == (
        "Track 2 is your pick. Export it with Ctrl+E."
    )


def test_keys_count_from_the_card_chosen_last_before_it_plays(
    compared: CompareView,
    shortlisted: MainWindow,
    session: FakeSession,
    settle: Callable[[], None],
) -> None:
    press(shortlisted, Qt.Key.Key_Down)
    press(shortlisted, Qt.Key.Key_Down)
    assert title_and_start(shortlisted.workspace)[0] == "Track 4"
    press(shortlisted, Qt.Key.Key_Return)
    settle()
    assert session.picked() == [(CLIP, "hash3")]
    assert title_and_start(shortlisted.workspace)[0] == "Track 3"


def test_a_card_that_fails_to_play_isnt_picked(
    compared: CompareView,
    shortlisted: MainWindow,
    session: FakeSession,
    settle: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> NoReturn:
        raise SoundbedError("The file can't be read.")

    monkeypatch.setattr(session, "tracks_of", fail)
    press(shortlisted, Qt.Key.Key_2)
    settle()
    press(shortlisted, Qt.Key.Key_Return)
    settle()
    assert session.picked() == [(CLIP, "hash4")]


def test_esc_goes_back_to_the_shortlist(compared: CompareView, shortlisted: MainWindow) -> None:
    press(shortlisted, Qt.Key.Key_Escape)
    lists = shortlisted.results.lists
    assert lists.currentWidget() is lists.shortlist
    assert compared.cards == []
    assert shortlisted.focusWidget() is lists.shortlist.view


def test_a_blind_comparison_names_nothing(
    blind: CompareView, shortlisted: MainWindow, settle: Callable[[], None]
) -> None:
    assert names(blind) == ["Track 1", "Track 2", "Track 3"]
    assert [card.item.track.title for card in blind.cards] == ["Track 3", "Track 2", "Track 4"]
    assert all(card.lines == () for card in blind.cards)
    assert blind.cards[0].accessibleName() == "1. Track 1"
    # What played before doesn't give itself away.
    assert title_and_start(shortlisted.workspace)[0] == "Track 3"
    assert blind.cards[0].isChecked()
    timeline = shortlisted.preview.timeline
    shown = timeline._scene().shown
    assert shown is not None
    assert [item.track.title for item in shown.arrangement.items] == ["Music"]


def test_a_pick_ends_the_blindness(
    blind: CompareView,
    shortlisted: MainWindow,
    session: FakeSession,
    settle: Callable[[], None],
) -> None:
    press(shortlisted, Qt.Key.Key_3)
    settle()
    press(shortlisted, Qt.Key.Key_Return)
    settle()
    assert session.picked() == [(CLIP, "hash4")]
    assert names(blind) == ["Track 3", "Track 2", "Track 4"]
    assert blind.state.text() == "Track 3 was Track 4; it is your pick."
    shown = shortlisted.preview.timeline._scene().shown
    assert shown is not None
    assert [item.track.title for item in shown.arrangement.items] == ["Track 4"]


def test_leaving_shows_titles_again(blind: CompareView, shortlisted: MainWindow) -> None:
    blind.back.click()
    assert not blind.is_blind
    shown = shortlisted.preview.timeline._scene().shown
    assert shown is not None
    assert shown.arrangement.items[0].track.title == "Track 3"


def test_one_track_isnt_compared(opened: MainWindow, settle: Callable[[], None]) -> None:
    press(opened, Qt.Key.Key_S)
    settle()
    press(opened, Qt.Key.Key_C)
    settle()
    lists = opened.results.lists
    assert lists.currentWidget() is lists.shortlist
    assert not lists.shortlist.compare.isEnabled()


def test_favourites_are_marked_while_comparing(
    compared: CompareView,
    shortlisted: MainWindow,
    session: FakeSession,
    settle: Callable[[], None],
) -> None:
    press(shortlisted, Qt.Key.Key_F)
    settle()
    assert session.library.decisions.favourites() == {"hash4"}


def test_cards_are_beside_each_other_where_there_is_room(
    compared: CompareView, shortlisted: MainWindow, settle: Callable[[], None]
) -> None:
    compared.resize(420, 400)
    settle()
    assert [card.y() for card in compared.cards[:2]] == [compared.cards[0].y()] * 2
    assert compared.cards[2].y() > compared.cards[0].y()


def test_waveforms_are_those_that_are_stored(compared: CompareView) -> None:
    peaks = compared.cards[0]._peaks
    assert peaks is not None
    assert 0 < peaks.max() <= 1


def test_a_card_grows_with_the_text(compared: CompareView) -> None:
    card = compared.cards[0]
    before = card.minimumSizeHint().height()
    font = card.font()
    font.setPointSizeF(2 * font.pointSizeF())
    card.setFont(font)
    assert card.minimumSizeHint().height() > 1.5 * before
    card.set_blind(True)
    assert card.minimumSizeHint().height() < 1.5 * before


def test_the_first_nine_are_compared(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    session.tracks += [listed_track(number, session.folder) for number in range(6, 12)]
    hashes = tuple(track.file.content_hash for track in session.tracks)
    opened.workspace.changes.do(AddToShortlist(CLIP, hashes))
    settle()
    press(opened, Qt.Key.Key_C)
    settle()
    view = opened.results.lists.comparison
    assert len(view.cards) == 9
    assert "The first 9 of the shortlist are compared." in view.state.text()


def test_titles_from_files_are_shown_as_short_text(
    opened: MainWindow, session: FakeSession, settle: Callable[[], None]
) -> None:
    track = session.tracks[0]
    session.tracks[0] = replace(track, tags=Tags(title="<b>x</b>\n" * 100))
    opened.workspace.changes.do(AddToShortlist(CLIP, ("hash1", "hash2")))
    settle()
    press(opened, Qt.Key.Key_C)
    settle()
    card = opened.results.lists.comparison.cards[0]
    assert card.title.startswith("<b>x</b> <b>x</b>")
    assert len(card.title) <= 200
