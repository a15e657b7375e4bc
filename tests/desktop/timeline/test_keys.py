"""The timeline by keys, its zoom, its menu, and how it is painted."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.results.model import RECOMMENDATION_ROLE
from desktop.timeline.targets import Kind, Target
from desktop.timeline.timeline import Timeline
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.automation import Ducking, Span, VolumePoint
from engine.arrangement.clip_part import ClipPart, Marker
from engine.arrangement.segments import Segment
from tests.desktop.driving import (
    NO_MODIFIER,
    arrangement_of,
    item_of,
    press,
    selection_text,
    slip_to,
)
from tests.desktop.fake_session import FakeSession
from tests.desktop.timeline.pointing import (
    ALT,
    CONTROL,
    SHIFT,
    edit,
    selected_kind,
    shorten,
    undo_name,
    wheel,
)


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


def test_another_track_keeps_part_volume_and_markers(
    window: MainWindow, timeline: Timeline, session: FakeSession, qtbot: QtBot
) -> None:
    n_rankings = len(session.asked_options)
    window.preview.player.seek(1.0)
    press(window, Qt.Key.Key_I)
    # What counts is ranked again.
    qtbot.waitUntil(lambda: len(session.asked_options) > n_rankings)
    assert session.asked_options[n_rankings:][0].part == ClipPart(25, 100)
    volume, markers = (VolumePoint(50, -6.0),), (Marker(30, "here"),)
    edit(window, lambda a: replace(a, volume=volume, markers=markers))
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    window.results.view.setFocus()
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    arrangement = arrangement_of(window.workspace)
    assert item_of(window.workspace).track.title == "Track 2"
    assert item_of(window.workspace).start_frame == 25
    kept = (arrangement.part, arrangement.volume, arrangement.markers)
    assert kept == (ClipPart(25, 100), volume, markers)
    window.workspace.changes.undo()
    window.workspace.changes.undo()
    window.workspace.changes.undo()
    qtbot.waitUntil(lambda: session.asked_options[-1].part is None)


def test_slipping_by_beats_stops_at_the_ends_of_the_track(
    window: MainWindow, timeline: Timeline
) -> None:
    slip_to(window, 0.5)
    for _ in range(3):
        press(window, Qt.Key.Key_Left, ALT)
    assert item_of(window.workspace).track_start_s == 0.0


# Zoom and display


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
    timeline.select(Target(Kind.FADE_OUT))
    assert texts() == ["Mute", "Split at the playhead", "Remove the fade"]
    timeline.select(None)
    assert "Set the in point" in texts()
    edit(window, lambda a: replace(a, markers=(Marker(5),)))
    timeline.select(Target(Kind.MARKER))
    assert texts() == ["Name the marker", "Remove the marker"]


# Painting


def test_the_playhead_repaints_no_layer(window: MainWindow, timeline: Timeline) -> None:
    timeline.grab()
    QApplication.processEvents()
    before = timeline._drawing.layers.n_painted
    for step in range(20):
        window.preview.player.seek(step * 0.1)
        timeline.repaint()
    assert timeline._drawing.layers.n_painted == before
    timeline.zoom(2.0)
    timeline.repaint()
    assert timeline._drawing.layers.n_painted == before + 4


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


def test_each_scene_gets_a_track_and_a_chosen_one_takes_the_place_at_the_playhead(
    window: MainWindow, timeline: Timeline, qtbot: QtBot
) -> None:
    press(window, Qt.Key.Key_B, CONTROL)
    qtbot.waitUntil(lambda: len(arrangement_of(window.workspace).items) == 2)
    first, second = arrangement_of(window.workspace).items
    assert first.track != second.track
    window.preview.player.seek(0.9 * window.preview.player.duration_s)
    third = window.results.model.index(3, 0).data(RECOMMENDATION_ROLE)
    window.workspace.choose(third, play=False)
    qtbot.waitUntil(
        lambda: arrangement_of(window.workspace).items[1].track.path == third.track.path
    )
    assert arrangement_of(window.workspace).items[0].track == first.track
    window.workspace.changes.undo()
    qtbot.waitUntil(lambda: arrangement_of(window.workspace).items[1].track == second.track)
