"""The timeline under the mouse: the resulting arrangement, each drag a step."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.timeline.layout import LaneKind, level_y
from desktop.timeline.targets import Kind, Target
from desktop.timeline.timeline import Timeline
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.automation import VolumePoint
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.segments import Segment
from tests.desktop.driving import NO_MODIFIER, arrangement_of, item_of, press, selection_text
from tests.desktop.timeline.pointing import (
    ALT,
    CONTROL,
    LEFT,
    body,
    edit,
    place,
    pull,
    selected_kind,
    shorten,
    undo_name,
)


def test_a_click_moves_the_playhead_and_selects(window: MainWindow, timeline: Timeline) -> None:
    player = window.preview.player
    QTest.mouseClick(timeline, LEFT, pos=body(timeline, 1.0))
    assert player.position_s == pytest.approx(1.0, abs=0.02)
    assert timeline.selected == Target(Kind.ITEM)
    assert selection_text(window).startswith("Track 1, 00:00:00:00 to 00:00:04:00")
    assert timeline.accessibleDescription() == selection_text(window)
    QTest.mouseClick(timeline, LEFT, pos=QPoint(timeline.width() // 2, 40))
    assert player.position_s == pytest.approx(2.0, abs=0.02)
    assert selected_kind(timeline) is None
    assert item_of(window.workspace).track_start_s == 2.0


def test_dragging_over_the_film_scrubs(window: MainWindow, timeline: Timeline) -> None:
    pull(timeline, QPoint(100, 40), 1.0)
    at_s = (100 / timeline.scale.per_s) + 1.0
    assert window.preview.player.position_s == pytest.approx(at_s, abs=0.02)
    assert undo_name(window) is None


# Dragging music


def test_music_that_fills_the_clip_is_slipped(window: MainWindow, timeline: Timeline) -> None:
    pull(timeline, body(timeline, 2.0), -1.03)
    assert item_of(window.workspace).track_start_s == 3.0
    assert undo_name(window) == "Slip music"
    pull(timeline, body(timeline, 2.0), -0.4, modifiers=ALT)
    assert item_of(window.workspace).track_start_s == pytest.approx(3.4, abs=0.01)


def test_a_drag_is_one_step_and_is_undone(
    window: MainWindow, timeline: Timeline, qtbot: QtBot
) -> None:
    shorten(window)
    before = arrangement_of(window.workspace)
    pull(timeline, body(timeline, 2.0), 0.4)
    after = arrangement_of(window.workspace)
    assert after.items[0].start_frame == 35
    assert after.items[0].segments == before.items[0].segments
    assert undo_name(window) == "Move music"
    window.workspace.changes.undo()
    qtbot.waitUntil(lambda: arrangement_of(window.workspace) == before)
    window.workspace.changes.redo()
    qtbot.waitUntil(lambda: arrangement_of(window.workspace) == after)


def test_ctrl_or_the_slip_tool_slips_music_with_room(
    window: MainWindow, timeline: Timeline
) -> None:
    shorten(window)
    pull(timeline, body(timeline, 2.0), -0.5, modifiers=CONTROL)
    assert item_of(window.workspace).track_start_s == 4.5
    press(window, Qt.Key.Key_Y)
    pull(timeline, body(timeline, 2.0), 0.5)
    item = item_of(window.workspace)
    assert (item.track_start_s, item.start_frame) == (4.0, 25)


def test_edges_are_trimmed_and_snap_to_the_cut(window: MainWindow, timeline: Timeline) -> None:
    shorten(window)
    pull(timeline, place(timeline, Target(Kind.END)), -0.98)
    item = item_of(window.workspace)
    assert item.duration_s == pytest.approx(1.0)  # the cut is at 2 s
    assert undo_name(window) == "Trim music"
    pull(timeline, place(timeline, Target(Kind.START)), -0.52)
    item = item_of(window.workspace)
    assert item.start_frame == pytest.approx(12, abs=1)
    assert item.track_start_s == pytest.approx(3.5, abs=0.03)
    assert timeline.selected == Target(Kind.START)


def test_fade_handles(window: MainWindow, timeline: Timeline) -> None:
    pull(timeline, place(timeline, Target(Kind.FADE_IN)), 0.7, modifiers=ALT)
    assert item_of(window.workspace).fade_in_s == pytest.approx(0.7, abs=0.01)
    assert undo_name(window) == "Change fades"
    pull(timeline, place(timeline, Target(Kind.FADE_OUT)), -0.97)
    assert item_of(window.workspace).fade_out_s == pytest.approx(1.0, abs=0.01)


def cut_in_two(window: MainWindow) -> None:
    def change(arrangement: Arrangement) -> Arrangement:
        (item,) = arrangement.items
        parts = (Segment(2.0, 0.0, 2.0), Segment(8.0, 2.0, 2.0))
        return replace(arrangement, items=(replace(item, segments=parts),))

    edit(window, change)


def test_a_splice_is_dragged_to_a_bar(window: MainWindow, timeline: Timeline) -> None:
    cut_in_two(window)
    pull(timeline, place(timeline, Target(Kind.SPLICE)), 0.3, modifiers=ALT)
    first, second = item_of(window.workspace).segments
    assert first.track_end_s == pytest.approx(4.3, abs=0.01)
    assert second.track_start_s == pytest.approx(8.3, abs=0.01)
    assert undo_name(window) == "Move splice"
    # Bars of the track are at 4 s and 6 s.
    pull(timeline, place(timeline, Target(Kind.SPLICE)), -0.2)
    assert item_of(window.workspace).segments[0].track_end_s == pytest.approx(4.0)


def test_escape_cancels_a_drag(window: MainWindow, timeline: Timeline) -> None:
    before = arrangement_of(window.workspace)
    to = pull(timeline, body(timeline, 2.0), -1.0, release=False)
    assert timeline.arrangement != before
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert timeline.arrangement == before
    QTest.mouseRelease(timeline, LEFT, NO_MODIFIER, to)
    assert arrangement_of(window.workspace) == before
    assert undo_name(window) is None


def test_the_snap_line_is_shown_and_snapping_can_be_off(
    window: MainWindow, timeline: Timeline
) -> None:
    shorten(window)
    at = place(timeline, Target(Kind.END))
    pull(timeline, at, -0.98, release=False)
    assert timeline._dragged is not None
    assert timeline._dragged.line_s == pytest.approx(2.0)
    timeline.grab()
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    press(window, Qt.Key.Key_N)
    pull(timeline, at, -0.98)
    assert item_of(window.workspace).duration_s == pytest.approx(1.02, abs=0.03)
    assert item_of(window.workspace).duration_s != pytest.approx(1.0)


def test_a_drag_survives_levels_that_are_measured_meanwhile(
    window: MainWindow, timeline: Timeline
) -> None:
    to = pull(timeline, body(timeline, 2.0), -1.03, release=False)
    music = window.workspace.music
    assert music is not None
    louder = replace(music.arrangement.items[0], match_gain_db=1.5)
    window.workspace.music = replace(music, arrangement=replace(music.arrangement, items=(louder,)))
    window.workspace.music_changed.emit(window.workspace.music)
    QTest.mouseRelease(timeline, LEFT, NO_MODIFIER, to)
    assert item_of(window.workspace).track_start_s == 3.0


# Volume


def test_volume_points_are_added_dragged_and_removed(
    window: MainWindow, timeline: Timeline, qtbot: QtBot
) -> None:
    shown = timeline.shown()
    assert shown is not None
    lane = shown.lane(LaneKind.VOLUME)
    assert lane is not None
    on_line = QPoint(round(timeline.scale.x(1.0)), round(level_y(lane, 0.0)))
    QTest.mouseClick(timeline, LEFT, pos=on_line)
    (point,) = arrangement_of(window.workspace).volume
    assert point.frame == 25
    assert point.gain_db == 0.0
    assert undo_name(window) == "Change volume"
    down = round(level_y(lane, -12.0) - on_line.y()) + 3
    pull(timeline, on_line, 0.5, down, modifiers=ALT)
    (point,) = arrangement_of(window.workspace).volume
    assert point.frame == pytest.approx(37, abs=1)
    assert point.gain_db == pytest.approx(-12.0, abs=1.0)
    QTest.mouseDClick(timeline, LEFT, pos=place(timeline, Target(Kind.POINT)))
    assert arrangement_of(window.workspace).volume == ()
    window.workspace.changes.undo()
    qtbot.waitUntil(lambda: arrangement_of(window.workspace).volume == (point,))
    QTest.mouseClick(timeline, LEFT, pos=place(timeline, Target(Kind.POINT)))
    QTest.keyClick(timeline, Qt.Key.Key_Delete)
    assert arrangement_of(window.workspace).volume == ()


def test_a_point_keeps_its_level_when_dragged_along_and_its_time_when_dragged_down(
    window: MainWindow, timeline: Timeline
) -> None:
    # One frame beside a beat.
    edit(window, lambda a: replace(a, volume=(VolumePoint(51, -7.3),)))
    at = place(timeline, Target(Kind.POINT)) + QPoint(0, 4)
    pull(timeline, at, 1.0, dy=2, modifiers=ALT)
    (point,) = arrangement_of(window.workspace).volume
    assert point.gain_db == -7.3
    assert point.frame == pytest.approx(76, abs=1)
    edit(window, lambda a: replace(a, volume=(VolumePoint(51, -7.3),)))
    pull(timeline, place(timeline, Target(Kind.POINT)), 0.0, dy=8)
    (point,) = arrangement_of(window.workspace).volume
    assert point.frame == 51
    assert point.gain_db < -10.0
    assert point.gain_db * 2 == round(point.gain_db * 2)


def test_levels_are_dragged_in_small_steps_with_ctrl(
    window: MainWindow, timeline: Timeline
) -> None:
    edit(window, lambda a: replace(a, volume=(VolumePoint(50, -6.0),)))
    pull(timeline, place(timeline, Target(Kind.POINT)), 0.0, dy=11, modifiers=CONTROL)
    assert -8.0 < arrangement_of(window.workspace).volume[0].gain_db < -6.0


def test_the_music_follows_a_point_while_it_is_dragged(
    window: MainWindow, timeline: Timeline
) -> None:
    edit(window, lambda a: replace(a, volume=(VolumePoint(50, 0.0),)))
    played = []
    timeline.previewed.connect(lambda arrangement: played.append(arrangement.volume[0].gain_db))
    to = pull(timeline, place(timeline, Target(Kind.POINT)), 0.0, 15, release=False)
    assert played[-1] < -6.0
    assert arrangement_of(window.workspace).volume[0].gain_db == 0.0
    QTest.mouseRelease(timeline, LEFT, NO_MODIFIER, to)
    assert arrangement_of(window.workspace).volume[0].gain_db == played[-1]


# In, out, loop, markers


def test_in_and_out_by_keys_loop_and_clear(window: MainWindow, timeline: Timeline) -> None:
    player = window.preview.player
    player.seek(1.0)
    press(window, Qt.Key.Key_I)
    player.seek(2.97)
    press(window, Qt.Key.Key_O)
    arrangement = arrangement_of(window.workspace)
    assert arrangement.part == ClipPart(25, 75)
    (item,) = arrangement.items
    assert item.start_frame == 25
    assert item.duration_s == pytest.approx(2.0)
    assert undo_name(window) == "Set in and out"
    press(window, Qt.Key.Key_L, CONTROL)
    assert player._loop == (1.0, 3.0)
    pull(timeline, place(timeline, Target(Kind.OUT)), -1.0)
    assert arrangement_of(window.workspace).part == ClipPart(25, 50)
    assert player._loop == (1.0, 2.0)
    timeline.grab()
    press(window, Qt.Key.Key_X, ALT)
    assert arrangement_of(window.workspace).part is None
    assert player._loop == (0.0, 4.0)
    press(window, Qt.Key.Key_L, CONTROL)
    assert player._loop is None


def test_markers_are_added_named_moved_and_removed(window: MainWindow, timeline: Timeline) -> None:
    window.preview.player.seek(1.0)
    press(window, Qt.Key.Key_M)
    assert arrangement_of(window.workspace).markers == (Marker(25),)
    assert undo_name(window) == "Add marker"
    QTest.mouseDClick(timeline, LEFT, pos=place(timeline, Target(Kind.MARKER)))
    name = timeline.findChild(QLineEdit)
    assert isinstance(name, QLineEdit) and name.isVisible()
    QTest.keyClicks(name, "Here")
    QTest.keyClick(name, Qt.Key.Key_Return)
    assert arrangement_of(window.workspace).markers == (Marker(25, "Here"),)
    assert not name.isVisible()
    pull(timeline, place(timeline, Target(Kind.MARKER)), 0.98)
    assert arrangement_of(window.workspace).markers == (Marker(50, "Here"),)
    assert "Here" in selection_text(window)
    window.preview.player.seek(2.0)
    press(window, Qt.Key.Key_M)
    assert name.isVisible() and name.text() == "Here"
    QTest.keyClicks(name, "never")
    QTest.keyClick(name, Qt.Key.Key_Escape)
    assert arrangement_of(window.workspace).markers == (Marker(50, "Here"),)
    QTest.keyClick(timeline, Qt.Key.Key_Delete)
    assert arrangement_of(window.workspace).markers == ()
    assert undo_name(window) == "Remove marker"
