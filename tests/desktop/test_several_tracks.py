"""Several tracks under one clip: list, overview and keys mean the one at the playhead."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from tests.desktop.driving import OpenClip, arrangement_of, press, slip_to
from tests.desktop.fake_session import CLIP_S, FakeSession

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def halves(open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path) -> None:
    """Track 1 under the first half of the clip, track 2 under the second."""
    open_clip(clip_file)
    press(window, Qt.Key.Key_B, CONTROL)
    qtbot.waitUntil(lambda: paths(window) == ["Track 1", "Track 2"])


def paths(window: MainWindow) -> list[str]:
    return [item.track.title for item in arrangement_of(window.workspace).items]


def current(window: MainWindow) -> str:
    return str(window.results.view.currentIndex().data())


@pytest.mark.usefixtures("halves")
def test_the_list_marks_the_track_at_the_playhead(window: MainWindow) -> None:
    player = window.preview.player
    assert current(window) == "Track 1"
    player.seek(CLIP_S * 0.75)
    assert current(window) == "Track 2"
    player.seek(1.0)
    assert current(window) == "Track 1"


@pytest.mark.usefixtures("halves")
def test_arrow_keys_compare_from_the_track_at_the_playhead(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.preview.player.seek(CLIP_S * 0.75)
    press(window, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: paths(window) == ["Track 1", "Track 3"])
    assert current(window) == "Track 3"


@pytest.mark.usefixtures("halves")
def test_choosing_the_track_that_plays_leaves_it_as_it_is(qtbot: QtBot, window: MainWindow) -> None:
    window.preview.player.seek(CLIP_S * 0.75)
    slip_to(window, 6.0)
    before = arrangement_of(window.workspace)
    assert before.items[1].track_start_s == 6.0
    press(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: window.preview.player.playing)
    assert window.workspace.arrangement == before


@pytest.mark.usefixtures("halves")
def test_an_export_that_counts_as_a_pick_picks_every_track(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    workspace = window.workspace
    workspace.set_settings(
        replace(workspace.settings, exports_are_picks=True, drag_folder=str(tmp_path))
    )
    window.drag_handle.copy()
    qtbot.waitUntil(
        lambda: [pick.track_title for pick in session.library.picks.all()] == ["Track 1", "Track 2"]
    )


@pytest.mark.usefixtures("halves")
def test_enter_and_the_overview_mean_the_track_at_the_playhead(
    qtbot: QtBot, window: MainWindow, session: FakeSession
) -> None:
    player, overview = window.preview.player, window.preview.editor.overview
    first, second = arrangement_of(window.workspace).items
    assert overview._item == first
    player.seek(CLIP_S * 0.75)
    assert overview._item == second
    window.results.view.setFocus()
    press(window, Qt.Key.Key_Return)

    qtbot.waitUntil(
        lambda: [pick.track_title for pick in session.library.picks.all()] == ["Track 2"]
    )
