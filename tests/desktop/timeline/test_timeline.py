"""The timeline of the window under mouse and keys: the resulting arrangement, each a step."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.timeline.layout import LaneKind, level_y
from desktop.timeline.targets import Kind, Target, time_of
from desktop.timeline.timeline import Timeline
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.automation import VolumePoint
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.segments import Segment
from tests.desktop.driving import (
    NO_MODIFIER,
    OpenClip,
    arrangement_of,
    item_of,
    press,
    selection_text,
    slip_to,
)
from tests.desktop.fake_session import FakeSession

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def timeline(window: MainWindow, open_clip: OpenClip, clip_file: Path, qtbot: QtBot) -> Timeline:
    """A clip of 4 s; its track plays from 2.0 s on, with a beat each half second."""
    window.resize(1400, 900)
    open_clip(clip_file)
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    return window.preview.timeline


@pytest.fixture(autouse=True)
def settled(window: MainWindow, qtbot: QtBot) -> object:
    yield
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def edit(window: MainWindow, change: Callable[[Arrangement], Arrangement]) -> None:
    window.workspace.edit(change)


def shorten(window: MainWindow) -> None:
    """Let the music play from 1 to 3 s of the clip."""

    def change(arrangement: Arrangement) -> Arrangement:
        (item,) = arrangement.items
        short = replace(item, segments=(Segment(4.0, 0.0, 2.0),), start_frame=25)
        return replace(arrangement, items=(short,))

    edit(window, change)


def place(timeline: Timeline, target: Target, dy: float | None = None) -> QPoint:
    """Return where a target can be grabbed."""
    shown = timeline.shown()
    assert shown is not None
    x = shown.scale.x(time_of(target, shown.arrangement))
    kind = {Kind.POINT: LaneKind.VOLUME, Kind.MARKER: LaneKind.RULER}.get(target.kind)
    kind = kind or (LaneKind.RULER if target.kind in (Kind.IN, Kind.OUT) else LaneKind.MUSIC)
    lane = shown.lane(kind)
    assert lane is not None
    y = lane.top + 30
    if kind is LaneKind.RULER:
        y = lane.top + 12
    if target.kind in (Kind.FADE_IN, Kind.FADE_OUT):
        y = lane.top + 6
    if target.kind is Kind.POINT:
        y = level_y(lane, shown.arrangement.volume[target.index].gain_db)
    return QPoint(round(x), round(y if dy is None else lane.top + dy))


def body(timeline: Timeline, time_s: float) -> QPoint:
    start = place(timeline, Target(Kind.ITEM))
    return QPoint(round(timeline.scale.x(time_s)), start.y())


def pull(
    timeline: Timeline,
    at: QPoint,
    seconds: float,
    dy: int = 0,
    modifiers: Qt.KeyboardModifier = NO_MODIFIER,
    release: bool = True,
) -> QPoint:
    """Drag from a point by seconds of the clip."""
    to = at + QPoint(round(seconds * timeline.scale.per_s), dy)
    QTest.mousePress(timeline, LEFT, modifiers, at)
    for step in (0.3, 0.7, 1.0):
        between = at + (to - at) * step
        event_at = QPoint(round(between.x()), round(between.y()))
        move(timeline, event_at, modifiers)
    if release:
        QTest.mouseRelease(timeline, LEFT, modifiers, to)
    return to


def move(timeline: Timeline, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    """Move the mouse with modifiers, which QTest.mouseMove can't."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(timeline.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        LEFT,
        modifiers,
    )
    QApplication.sendEvent(timeline, event)


def selected_kind(timeline: Timeline) -> Kind | None:
    return None if timeline.selected is None else timeline.selected.kind


def undo_name(window: MainWindow) -> str | None:
    return window.workspace.changes.undo_name


# Clicks


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
    press(window, Qt.Key.Key_S)
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
    assert point.gain_db == pytest.approx(0.0, abs=0.8)
    assert undo_name(window) == "Change volume"
    down = round(level_y(lane, -12.0) - on_line.y())
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


# Keys


def test_keys_select_and_nudge(window: MainWindow, timeline: Timeline, qtbot: QtBot) -> None:
    shorten(window)
    timeline.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: timeline.selected == Target(Kind.ITEM))
    QTest.keyClick(timeline, Qt.Key.Key_Right, CONTROL)
    assert item_of(window.workspace).start_frame == 26
    QTest.keyClick(timeline, Qt.Key.Key_Left, CONTROL)
    QTest.keyClick(timeline, Qt.Key.Key_Right, CONTROL | SHIFT)
    # The beat after its start, half a second later.
    assert item_of(window.workspace).start_frame == pytest.approx(37.5, abs=0.6)
    for _ in range(4):
        QTest.keyClick(timeline, Qt.Key.Key_Down)
    assert timeline.selected == Target(Kind.END)
    QTest.keyClick(timeline, Qt.Key.Key_Left, CONTROL)
    assert undo_name(window) == "Trim music"
    QTest.keyClick(timeline, Qt.Key.Key_Up)
    assert timeline.selected == Target(Kind.FADE_OUT)
    QTest.keyClick(timeline, Qt.Key.Key_Escape)
    assert selected_kind(timeline) is None
    # Without Ctrl the arrows are those of the playback.
    timeline.select(Target(Kind.ITEM))
    QTest.keyClick(timeline, Qt.Key.Key_Right)
    assert window.preview.player.position_s == pytest.approx(0.04, abs=0.001)


def test_a_points_level_by_keys(window: MainWindow, timeline: Timeline) -> None:
    edit(window, lambda a: replace(a, volume=(VolumePoint(50, 0.0),)))
    timeline.select(Target(Kind.POINT))
    QTest.keyClick(timeline, Qt.Key.Key_Down, CONTROL)
    QTest.keyClick(timeline, Qt.Key.Key_Down, CONTROL)
    assert arrangement_of(window.workspace).volume == (VolumePoint(50, -1.0),)
    assert selection_text(window).endswith("-1.0 dB")


def test_music_is_split_muted_and_removed(
    window: MainWindow, timeline: Timeline, qtbot: QtBot
) -> None:
    window.preview.player.seek(2.0)
    press(window, Qt.Key.Key_K, CONTROL)
    assert [item.start_frame for item in arrangement_of(window.workspace).items] == [0, 50]
    assert undo_name(window) == "Split music"
    press(window, Qt.Key.Key_M, SHIFT)
    assert [item.muted for item in arrangement_of(window.workspace).items] == [False, True]
    assert undo_name(window) == "Mute music"
    timeline.select(Target(Kind.ITEM, 0))
    QTest.keyClick(timeline, Qt.Key.Key_Delete)
    (item,) = arrangement_of(window.workspace).items
    assert item.start_frame == 50
    timeline.select(Target(Kind.ITEM, 0))
    with qtbot.waitSignal(window.preview.failed):
        QTest.keyClick(timeline, Qt.Key.Key_Delete)
    assert len(arrangement_of(window.workspace).items) == 1


def test_slipping_by_beats_stops_at_the_ends_of_the_track(
    window: MainWindow, timeline: Timeline
) -> None:
    slip_to(window, 0.5)
    for _ in range(3):
        press(window, Qt.Key.Key_Left, ALT)
    assert item_of(window.workspace).track_start_s == 0.0


# Zoom and display


def wheel(timeline: Timeline, turns: int, modifiers: Qt.KeyboardModifier, x: int) -> None:
    at = QPointF(x, 50)
    event = QWheelEvent(
        at,
        QPointF(timeline.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(timeline, event)


def test_the_wheel_zooms_and_scrolls(window: MainWindow, timeline: Timeline) -> None:
    x = timeline.width() // 2
    wheel(timeline, 3, CONTROL, x)
    assert timeline.scale.shown_s == pytest.approx(4 / 1.25**3)
    assert timeline.scale.time(x) == pytest.approx(2.0, abs=0.01)
    first_s = timeline.scale.first_s
    wheel(timeline, -1, NO_MODIFIER, x)
    assert timeline.scale.first_s > first_s
    press(window, Qt.Key.Key_Z, SHIFT)
    assert timeline.scale.is_fitted
    press(window, Qt.Key.Key_Plus, SHIFT)
    assert timeline.scale.shown_s == pytest.approx(4 / 1.5)
    press(window, Qt.Key.Key_Minus)
    assert timeline.scale.is_fitted


def test_times_are_shown_as_the_user_chooses(window: MainWindow, timeline: Timeline) -> None:
    label = window.preview.editor.time
    window.preview.player.seek(1.04)
    assert label.text == "00:00:01:01"
    choices = label.findChildren(QAction)
    (frames,) = [action for action in choices if action.text() == "Frames"]
    frames.trigger()
    assert label.text == "26"
    assert window.workspace.settings.time_display == "frames"
    timeline.select(Target(Kind.END))
    assert selection_text(window) == "End of Track 1 at 100"


def test_the_menu_offers_what_can_be_done(window: MainWindow, timeline: Timeline) -> None:
    commands = window.preview.editor.commands

    def texts() -> list[str]:
        menu = commands.menu()
        assert isinstance(menu, QMenu)
        return [action.text() for action in menu.actions()]

    timeline.select(Target(Kind.ITEM))
    assert texts() == ["Mute", "Split at the playhead", "Remove the music"]
    timeline.select(None)
    assert "Set the in point" in texts()
    edit(window, lambda a: replace(a, markers=(Marker(5),)))
    timeline.select(Target(Kind.MARKER))
    assert texts() == ["Name the marker", "Remove the marker"]


# Painting


def test_the_playhead_repaints_no_layer(window: MainWindow, timeline: Timeline) -> None:
    timeline.grab()
    QApplication.processEvents()
    before = timeline._layers.n_painted
    for step in range(20):
        window.preview.player.seek(step * 0.1)
        timeline.repaint()
    assert timeline._layers.n_painted == before
    timeline.zoom(2.0)
    timeline.repaint()
    assert timeline._layers.n_painted == before + 2


def test_the_waveform_of_the_clip_is_read_in_a_job(
    window: MainWindow, timeline: Timeline, session: FakeSession, qtbot: QtBot
) -> None:
    peaks = timeline._clip.peaks
    assert peaks is not None
    assert peaks.duration_s == 4.0
    assert session.n_waveforms == 1
    # The track is drawn larger than its stored peaks: it is read a moment later.
    qtbot.waitUntil(lambda: list(timeline._peaks) == [item_of(window.workspace).track.path])
    assert session.n_waveforms == 2


def test_every_state_can_be_painted(window: MainWindow, timeline: Timeline) -> None:
    from engine.arrangement.automation import Ducking, Span

    def change(arrangement: Arrangement) -> Arrangement:
        (item,) = arrangement.items
        early = replace(item, segments=(Segment(2.0, 0.0, 2.0),), fade_in_s=0.5, gain_db=-3.0)
        late = replace(item, start_frame=25, muted=True)
        late = replace(late, segments=(Segment(0.0, 0.0, 1.0), Segment(6.0, 1.0, 2.0)))
        return replace(
            arrangement,
            items=(early, late),
            part=ClipPart(10, 90),
            markers=(Marker(5, "a"), Marker(7, "a long name"), Marker(60, "b")),
            volume=(VolumePoint(0, -60.0), VolumePoint(50, 6.0)),
            ducking=Ducking((Span(1.0, 2.0),), 9.0),
        )

    edit(window, change)
    pictures = []
    for target in (*map(Target, Kind), Target(Kind.SPLICE, 1), None):
        timeline.select(target)
        pictures.append(timeline.grab().toImage())
    shown = {bytes(np.asarray(image.constBits())) for image in pictures}
    # The edges of the first item and the missing splice apart, every selection is seen.
    assert len(shown) >= len(Kind) - 1
    assert Fraction(25) == arrangement_of(window.workspace).clip.frame_rate
