"""Edits made while music is still being computed."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.results.model import RECOMMENDATION_ROLE
from desktop.timeline.targets import Kind, Target
from desktop.timeline.timeline import Timeline
from engine.arrangement.automation import VolumePoint
from engine.arrangement.clip_part import Marker
from tests.desktop.driving import arrangement_of, press, slip_to
from tests.desktop.fake_session import FakeSession

T = TypeVar("T")
CONTROL = Qt.KeyboardModifier.ControlModifier


class Gate:
    """Lets calls of a session wait."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.n_waiting = 0

    def before(self, call: Callable[..., T]) -> Callable[..., T]:
        """Return a function that waits before it calls another one."""

        def waiting(*arguments: object) -> T:
            self.n_waiting += 1
            assert self.opened.wait(10)
            return call(*arguments)

        return waiting


@pytest.fixture
def gate(session: FakeSession, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    for name in ("arrange_scenes", "put_track"):
        monkeypatch.setattr(session, name, gate.before(getattr(session, name)))
    yield gate
    gate.opened.set()


def begin_scenes(window: MainWindow, gate: Gate, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_B, CONTROL)
    qtbot.waitUntil(lambda: gate.n_waiting == 1)


def finish(window: MainWindow, gate: Gate, qtbot: QtBot) -> None:
    gate.opened.set()
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def offer_of(window: MainWindow) -> QPushButton:
    return window.strip._offer


def split_music(timeline: Timeline, window: MainWindow) -> None:
    window.preview.player.seek(2.0)
    press(window, Qt.Key.Key_K, CONTROL)


def test_scenes_dont_replace_music_that_was_edited_meanwhile(
    window: MainWindow, timeline: Timeline, gate: Gate, qtbot: QtBot
) -> None:
    begin_scenes(window, gate, qtbot)
    slip_to(window, 4.0)
    split_music(timeline, window)
    edited = arrangement_of(window.workspace).items
    finish(window, gate, qtbot)
    assert arrangement_of(window.workspace).items == edited
    assert window.strip.text.startswith("The music was edited while")
    assert offer_of(window).isVisible()
    offer_of(window).click()
    qtbot.waitUntil(
        lambda: len({item.track for item in arrangement_of(window.workspace).items}) == 2
    )
    assert not window.strip.isVisible()
    # The edits can be undone below it.
    window.workspace.changes.undo()
    qtbot.waitUntil(lambda: arrangement_of(window.workspace).items == edited)


def test_an_edit_that_was_undone_meanwhile_counts_as_well(
    window: MainWindow, timeline: Timeline, gate: Gate, qtbot: QtBot
) -> None:
    slip_to(window, 4.0)
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    begin_scenes(window, gate, qtbot)
    window.workspace.changes.undo()
    qtbot.waitUntil(lambda: arrangement_of(window.workspace).items[0].track_start_s == 2.0)
    finish(window, gate, qtbot)
    assert len(arrangement_of(window.workspace).items) == 1
    assert offer_of(window).isVisible()


def test_part_markers_volume_and_levels_of_meanwhile_are_kept_with_the_scenes(
    window: MainWindow, timeline: Timeline, gate: Gate, qtbot: QtBot
) -> None:
    begin_scenes(window, gate, qtbot)
    window.preview.player.seek(1.0)
    press(window, Qt.Key.Key_I)
    volume, markers = (VolumePoint(50, -6.0),), (Marker(30, "here"),)
    window.workspace.edit(lambda music: replace(music, volume=volume, markers=markers))
    window.workspace.set_levels(-3.0, -2.0)
    finish(window, gate, qtbot)
    arrangement = arrangement_of(window.workspace)
    assert len({item.track for item in arrangement.items}) == 2
    assert arrangement.part is not None
    assert arrangement.part.first_frame == 25
    assert (arrangement.volume, arrangement.markers) == (volume, markers)
    assert (arrangement.music_gain_db, arrangement.clip_gain_db) == (-3.0, -2.0)
    assert not offer_of(window).isVisible()


def test_a_chosen_track_takes_its_place_in_music_that_was_edited_meanwhile(
    window: MainWindow, timeline: Timeline, gate: Gate, qtbot: QtBot
) -> None:
    begin_scenes(window, gate, qtbot)
    finish(window, gate, qtbot)
    gate.opened.clear()
    window.preview.player.seek(3.0)
    third = window.results.model.index(3, 0).data(RECOMMENDATION_ROLE)
    window.workspace.choose(third, play=False)
    qtbot.waitUntil(lambda: gate.n_waiting == 2)
    timeline.select(Target(Kind.ITEM, 0))
    press(window, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert arrangement_of(window.workspace).items[0].muted
    finish(window, gate, qtbot)
    first, second = arrangement_of(window.workspace).items
    assert first.muted
    assert second.track.path == third.track.path
