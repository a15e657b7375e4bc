"""The window on a session without an engine: opening, arranging, playback."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.audio.mixer import Source
from desktop.main_window import MainWindow
from desktop.timeline.waveform import played_parts
from engine.arrangement.segments import Segment
from engine.errors import DecoderCrashed
from engine.library.marks import Marks, Section
from engine.media.sound_file import RATE_HZ, SoundFile
from tests.desktop.driving import (
    OpenClip,
    arrangement_of,
    clip_of,
    item_of,
    press,
    selection_text,
    slider_of,
    slip_to,
    title_and_start,
    titles,
)
from tests.desktop.fake_playback import FakeSound
from tests.desktop.fake_session import FakeSession, placed
from tests.desktop.timeline.pointing import body


def title_of_current(window: MainWindow) -> str:
    return str(window.results.view.currentIndex().data())


def test_opens_with_the_start_page(window: MainWindow) -> None:
    assert window.pages.currentWidget() is window.welcome
    assert not any(action.isEnabled() for action in window.exports.actions)


def test_at_the_start_what_was_removed_long_ago_is_deleted(
    qtbot: QtBot, window: MainWindow, session: FakeSession
) -> None:
    qtbot.waitUntil(lambda: session.n_tidied == 1)


def test_a_clip_gets_a_ranked_list_and_the_best_track(
    open_clip: OpenClip, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    assert titles(window) == ["Track 1", "Track 2", "Track 3", "Track 4", "Track 5"]
    assert title_and_start(window.workspace) == ("Track 1", 2.0)
    assert not window.preview.player.playing
    assert window.results.isVisible()
    assert all(action.isEnabled() for action in window.exports.actions)
    assert clip_file.name in window.windowTitle()


def test_an_analysis_can_be_cancelled(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    session.gate = threading.Event()
    with qtbot.waitSignal(window.workspace.progressed):
        window.open_clip(clip_file)
    assert window.pages.currentWidget() is window.analysing
    with qtbot.waitSignal(window.workspace.analysis_stopped):
        window.analysing.cancel_requested.emit()
    assert window.pages.currentWidget() is window.welcome
    assert window.workspace.clip is None


def test_while_a_clip_is_analysed_the_header_names_it_and_space_presses_nothing(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    session.gate = threading.Event()
    other = clip_file.with_name("other.mp4")
    other.write_bytes(b"not decoded by the fake either")
    with qtbot.waitSignal(window.workspace.progressed):
        window.open_clip(other)
    assert window.header._name.whole_text == "other.mp4"
    assert not window.header._facts.whole_text
    press(window, Qt.Key.Key_Space)
    assert window.pages.currentWidget() is window.analysing
    with qtbot.waitSignal(window.workspace.analysis_stopped):
        window.analysing.cancel_requested.emit()
    assert window.header._name.whole_text == clip_file.name
    assert window.header._facts.whole_text


def test_clicks_on_buttons_and_sliders_leave_the_keys_to_playback_and_list(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    level = slider_of(window.preview.levels.music)
    for control in (level, window.preview.levels.clip._mute, window.results.filters._clear):
        QTest.mouseClick(control, Qt.MouseButton.LeftButton)
    before = level.value()
    press(window, Qt.Key.Key_Right)
    assert window.preview.player.position_s > 0.0
    assert level.value() == before
    with qtbot.waitSignal(window.preview.player.playing_changed):
        press(window, Qt.Key.Key_Space)
    press(window, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: item_of(window.workspace).track.title == "Track 2")


def test_after_a_click_on_the_timeline_arrow_keys_still_compare_tracks(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    timeline = window.preview.timeline
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=body(timeline, 1.0))
    assert timeline.hasFocus()
    for key, title in ((Qt.Key.Key_Down, "Track 2"), (Qt.Key.Key_Up, "Track 1")):
        press(window, key)
        assert title_of_current(window) == title
    assert timeline.hasFocus()
    press(window, Qt.Key.Key_Up)
    assert title_of_current(window) == "Track 1"


def test_an_unusable_clip_is_explained_and_the_open_one_stays(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    with qtbot.waitSignal(window.workspace.clip_failed):
        window.open_clip(clip_file.with_name("gone.mp4"))
    assert window.pages.currentWidget() is window.problem
    assert "This is no video." in window.problem.text()
    assert "gone.mp4" in window.problem.text()
    assert "Choose another file." in window.problem.text()
    window.problem.back_requested.emit()
    assert clip_of(window.workspace).info.path == clip_file
    assert len(titles(window)) == 5


def test_selecting_a_track_plays_it(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path, fake_sound: FakeSound
) -> None:
    open_clip(clip_file)
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    assert item_of(window.workspace).track.title == "Track 2"
    assert window.preview.player.playing
    music, clip = (SoundFile(fake_sound.paths[source] or Path()) for source in Source)
    assert (music.n_samples, clip.n_samples) == (4 * RATE_HZ, 4 * RATE_HZ)
    # What is around the playhead comes first, the beginning may come later.
    qtbot.waitUntil(lambda: bool(music.ready.all() and clip.ready.all()))
    assert music.read(np.arange(2)).tolist() == [[0.25, 0.25], [0.25, 0.25]]
    assert clip.read(np.arange(1)).tolist() == [[0.125, 0.125]]
    assert fake_sound.gains_db == {Source.MUSIC: 0.0, Source.CLIP: 0.0}


def test_levels_change_the_mix_and_the_arrangement(
    open_clip: OpenClip, window: MainWindow, clip_file: Path, fake_sound: FakeSound
) -> None:
    open_clip(clip_file)
    slider_of(window.preview.levels.clip).setValue(0)
    assert arrangement_of(window.workspace).clip_gain_db == -60.0
    assert fake_sound.gains_db == {Source.MUSIC: 0.0, Source.CLIP: -60.0}


def test_levels_stay_from_track_to_track(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    slider_of(window.preview.levels.music).setValue(1)
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    assert item_of(window.workspace).track.title == "Track 2"
    assert arrangement_of(window.workspace).music_gain_db == -36.0


def test_a_track_that_is_slipped_keeps_its_own_ending(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    marks = Marks((Section("theme", 0.0, 5, 0.5), Section("end", 10.0, 1, 0.5)))
    session.tracks[0] = replace(session.tracks[0], marks=marks)
    open_clip(clip_file)
    workspace = window.workspace
    parts = [(2.0, 4.0), (10.0, 12.0)]
    assert played_parts(item_of(window.workspace)) == parts
    with qtbot.waitSignal(workspace.sound_ready):
        slip_to(window, 4.0)
    assert played_parts(item_of(window.workspace)) == [(4.0, 6.0), (10.0, 12.0)]
    with qtbot.waitSignal(workspace.sound_ready):
        workspace.changes.undo()
    assert played_parts(item_of(window.workspace)) == parts
    window.preview.editor.overview.grab()


def test_the_arrangement_is_saved_with_the_clip(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: not window.workspace.changes.busy)
    open_clip(clip_file)
    assert item_of(window.workspace).track.title == "Track 2"
    assert window.results.view.currentIndex().data() == "Track 2"


def test_a_saved_arrangement_without_its_track_is_explained(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    qtbot.waitUntil(lambda: not window.workspace.changes.busy)
    session.tracks = session.tracks[2:]
    with qtbot.waitSignal(window.workspace.error_occurred):
        window.open_clip(clip_file)
    assert "the track is gone." in window.strip.text
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    assert item_of(window.workspace).track.title in titles(window)


def test_a_track_that_crashes_its_decoder_is_not_played(
    open_clip: OpenClip,
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    clip_file: Path,
    fake_sound: FakeSound,
) -> None:
    open_clip(clip_file)
    window.workspace.listening.expect(())
    session.sound_error = DecoderCrashed("the decoder crashed.", path=session.tracks[1].path)
    with qtbot.waitSignal(window.workspace.sound_failed):
        press(window, Qt.Key.Key_Down)
    assert not window.preview.player.playing
    assert "the decoder crashed." in window.strip.text
    assert fake_sound.paths == {Source.MUSIC: None, Source.CLIP: None}


def test_a_failed_track_can_be_tried_again(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    window.workspace.listening.expect(())
    session.sound_error = DecoderCrashed("the decoder crashed.", path=session.tracks[1].path)
    with qtbot.waitSignal(window.workspace.sound_failed):
        press(window, Qt.Key.Key_Down)
    session.sound_error = None
    with qtbot.waitSignal(window.workspace.sound_ready):
        window.results.view.clicked.emit(window.results.view.currentIndex())
    assert window.preview.player.playing


def test_clicking_the_selected_track_plays_it_on(
    open_clip: OpenClip, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    window.preview.player.seek(3.0)
    window.results.view.clicked.emit(window.results.view.currentIndex())
    assert window.preview.player.playing
    assert window.preview.player.position_s == 3.0


@pytest.mark.parametrize(
    ("key", "modifiers", "position_s"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 2.04),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 1.96),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 4.0),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 0.0),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0.0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 4.0),
    ],
)
def test_keys_move_the_playback(
    open_clip: OpenClip,
    qtbot: QtBot,
    window: MainWindow,
    clip_file: Path,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    position_s: float,
) -> None:
    open_clip(clip_file)
    window.preview.player.seek(2.0)
    press(window, key, modifiers)
    assert window.preview.player.position_s == pytest.approx(position_s, abs=0.001)


def test_space_and_jkl(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path, fake_sound: FakeSound
) -> None:
    open_clip(clip_file)
    player = window.preview.player
    press(window, Qt.Key.Key_Space)
    assert player.playing
    press(window, Qt.Key.Key_L)
    assert fake_sound.speed == 2.0
    press(window, Qt.Key.Key_J)
    assert fake_sound.speed == -1.0
    press(window, Qt.Key.Key_K)
    assert not player.playing


def test_alt_arrows_move_the_music_by_a_beat(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    press(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert item_of(window.workspace).track_start_s == 2.5
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def test_an_arrangement_of_two_tracks_is_shown_whole(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    workspace, info = window.workspace, clip_of(window.workspace).info
    first, second = (placed(info, track).items[0] for track in session.tracks[:2])
    half = (Segment(2.0, 0.0, 2.0),)
    two = replace(
        arrangement_of(workspace),
        items=(replace(first, segments=half), replace(second, segments=half, start_frame=50)),
    )
    with qtbot.waitSignal(workspace.sound_ready):
        workspace.arrange(lambda _progress: two)
    assert selection_text(window) == "2 pieces of music"
    window.preview.timeline.grab()
    # With nothing selected, keys slip the first one.
    with qtbot.waitSignal(workspace.sound_ready):
        press(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    starts = [item.track_start_s for item in arrangement_of(workspace).items]
    assert starts == [2.5, 2.0]
    with qtbot.waitSignal(workspace.sound_ready):
        workspace.changes.undo()
    workspace.changes.undo()
    qtbot.waitUntil(lambda: selection_text(window) == "From 0:02.0 to 0:06.0")
