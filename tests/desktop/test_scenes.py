"""Scenes: the list is for the selected one, and what is chosen plays in it alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.results.scene_chip import SceneChip
from engine.arrangement.clip_part import ClipPart
from tests.desktop.driving import OpenClip, arrangement_of, press, selection_text
from tests.desktop.fake_session import CLIP_S, FakeSession


@pytest.fixture
def opened(open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path) -> MainWindow:
    """The window with a clip of two scenes and its best track under it."""
    open_clip(clip_file)
    qtbot.waitUntil(lambda: len(window.workspace.scenes.all) == 2)
    return window


def paths(window: MainWindow) -> list[str]:
    return [item.track.title for item in arrangement_of(window.workspace).items]


def asked_part(window: MainWindow) -> ClipPart | None:
    return window.workspace.options.part


def chip(window: MainWindow) -> SceneChip:
    found = window.results.findChild(SceneChip)
    assert found is not None
    return found


def test_keys_step_through_the_scenes_and_the_whole_clip(opened: MainWindow) -> None:
    scenes = opened.workspace.scenes
    found = []
    for _ in range(3):
        press(opened, Qt.Key.Key_Period)
        found.append(scenes.index)
    press(opened, Qt.Key.Key_Comma)
    assert found == [0, 1, None]
    assert scenes.index == 1


def test_the_list_is_for_the_selected_scene_and_the_playhead_goes_there(
    opened: MainWindow, qtbot: QtBot, session: FakeSession
) -> None:
    scenes = opened.workspace.scenes
    scenes.select(1)
    assert asked_part(opened) == scenes.all[1]
    assert opened.preview.player.position_s == pytest.approx(CLIP_S / 2, abs=0.1)
    assert chip(opened).isVisible()
    assert chip(opened).text() == "Scene 2 of 2"
    assert "Scene 2 of 2" in selection_text(opened)

    chip(opened).click()
    assert asked_part(opened) is None
    assert chip(opened).isHidden()


def test_a_selected_scene_takes_no_room_from_the_list(opened: MainWindow, qtbot: QtBot) -> None:
    results = opened.results
    results.wishes.describe("calm piano -drums")
    for size in ((900, 560), (1280, 800)):
        opened.resize(*size)
        opened.workspace.scenes.select(None)
        qtbot.waitUntil(lambda: chip(opened).isHidden() and results.wishes.isVisible())
        QApplication.processEvents()
        before = results.view.height()
        opened.workspace.scenes.select(1)
        QApplication.processEvents()
        assert chip(opened).isVisible()
        assert results.view.height() == before
        assert results.filters.more.isVisible()


def test_the_sentence_on_the_scene_is_not_cut(opened: MainWindow) -> None:
    opened.resize(1280, 800)
    opened.workspace.scenes.select(1)
    QApplication.processEvents()
    label = opened.preview.editor._selection
    assert label.whole_text == "Scene 2 of 2: 00:00:02:00 to 00:00:04:00"
    assert label.text() == label.whole_text


def test_what_is_chosen_plays_in_the_scene_alone(opened: MainWindow, qtbot: QtBot) -> None:
    opened.workspace.scenes.select(1)
    press(opened, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: paths(opened) == ["Track 1", "Track 2"])
    start_frame = arrangement_of(opened.workspace).items[1].start_frame
    assert start_frame == opened.workspace.scenes.all[1].first_frame

    press(opened, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: paths(opened) == ["Track 1", "Track 3"])
    opened.workspace.changes.undo()
    qtbot.waitUntil(lambda: paths(opened) == ["Track 1", "Track 2"])


def test_other_tracks_for_the_same_scene_were_prepared(opened: MainWindow, qtbot: QtBot) -> None:
    """Their place is the same, whichever of them plays there now."""
    workspace = opened.workspace
    workspace.scenes.select(1)
    before = workspace.place().slot
    press(opened, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: paths(opened) == ["Track 1", "Track 2"])
    assert workspace.place().slot == before


def test_the_playhead_goes_to_the_scene_that_a_track_is_chosen_for(
    opened: MainWindow, qtbot: QtBot
) -> None:
    opened.workspace.scenes.select(1)
    opened.preview.player.seek(0.5)
    press(opened, Qt.Key.Key_2)
    assert opened.preview.player.position_s == pytest.approx(CLIP_S / 2, abs=0.1)


def test_a_click_on_its_number_selects_a_scene_and_a_second_one_no_scene(
    opened: MainWindow,
) -> None:
    timeline = opened.preview.editor.timeline
    at = _number_of_scene(opened, 1)
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert opened.workspace.scenes.index == 1
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert opened.workspace.scenes.index is None


def test_in_and_out_points_have_scenes_of_their_own(opened: MainWindow, qtbot: QtBot) -> None:
    opened.workspace.scenes.select(1)
    opened.preview.player.seek(2.0)
    press(opened, Qt.Key.Key_I)
    scenes = opened.workspace.scenes
    qtbot.waitUntil(lambda: bool(scenes.all) and scenes.all[0].first_frame > 0)
    assert scenes.index is None
    part = arrangement_of(opened.workspace).part
    assert isinstance(part, ClipPart)
    assert opened.workspace.options.part == part


def test_a_clip_with_one_scene_shows_none(
    open_clip: OpenClip,
    window: MainWindow,
    clip_file: Path,
    session: FakeSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "scenes", lambda clip, part: (ClipPart(0, clip.info.n_frames),))
    open_clip(clip_file)
    press(window, Qt.Key.Key_Period)
    assert window.workspace.scenes.all == ()
    assert window.workspace.scenes.index is None


def _number_of_scene(window: MainWindow, number: int) -> QPointF:
    """Return a point on the number of a scene."""
    timeline = window.preview.editor.timeline
    return next(
        QPointF(x, y)
        for y in range(30, 90, 2)
        for x in range(0, timeline.width(), 4)
        if timeline.scene_at(QPointF(x, y), by_number=True) == number
    )
