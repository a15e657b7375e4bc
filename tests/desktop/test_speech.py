"""Ducking in the window: one rule keeps what the user wants, whatever changes the levels."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from engine.sound.clip_sound import ClipSound
from tests.desktop.driving import OpenClip, arrangement_of, press, slider_of
from tests.desktop.fake_session import FakeSession

# Music at -14 LUFS goes down by 10 LU, a margin of 3 LU and the 6 LU that speech is quieter.
SPOKEN = ClipSound(((1.0, 2.0),), speech_lufs=-20.0, loudness_lufs=-22.0)
DEPTH_DB = 19.0


@pytest.fixture
def spoken(session: FakeSession) -> None:
    session.sound = SPOKEN


def depth(window: MainWindow) -> float:
    ducking = arrangement_of(window.workspace).ducking
    return 0.0 if ducking is None else ducking.depth_db


def set_above(qtbot: QtBot, window: MainWindow, above_lu: float) -> None:
    panel = window.preview.speech.panel
    with qtbot.waitSignal(panel.chosen):
        panel.above.setValue(above_lu)


@pytest.mark.usefixtures("spoken")
def test_levels_loudness_and_another_track_keep_speech_as_far_above(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    workspace = window.workspace
    assert depth(window) == DEPTH_DB
    workspace.set_loudness("-23")
    assert depth(window) == DEPTH_DB - 9
    set_above(qtbot, window, 15.0)
    assert depth(window) == DEPTH_DB - 9 + 5
    workspace.set_loudness("-14")
    assert depth(window) == DEPTH_DB + 5
    workspace.set_levels(-6.0, 0.0)
    assert depth(window) == DEPTH_DB + 5 - 6
    with qtbot.waitSignal(workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    assert depth(window) == DEPTH_DB + 5 - 6
    # So quiet that none is needed; back at its level, the music goes down again.
    workspace.set_levels(-36.0, 0.0)
    assert depth(window) == 0
    workspace.set_levels(0.0, 0.0)
    assert depth(window) == DEPTH_DB + 5


@pytest.mark.usefixtures("spoken")
def test_ducking_that_is_off_stays_off_until_it_is_undone(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    workspace, panel = window.workspace, window.preview.speech.panel
    panel.is_on.click()
    assert depth(window) == 0
    assert not panel.above.isEnabled()
    with qtbot.waitSignal(workspace.sound_ready):
        press(window, Qt.Key.Key_Down)
    assert depth(window) == 0
    workspace.set_loudness("-16")
    assert depth(window) == 0
    for _ in range(3):
        with qtbot.waitSignal(workspace.changes.undone):
            workspace.changes.undo()
    qtbot.waitUntil(lambda: depth(window) == DEPTH_DB)
    assert panel.is_on.isChecked()
    assert workspace.changes.redo_name == "Change ducking"


@pytest.mark.usefixtures("spoken")
def test_what_was_set_is_still_there_when_the_clip_is_opened_again(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    set_above(qtbot, window, 14.0)
    qtbot.waitUntil(lambda: not window.workspace.changes.busy)
    open_clip(clip_file)
    assert window.preview.speech.panel.above.value() == 14.0
    window.workspace.set_loudness("-23")
    assert depth(window) == DEPTH_DB + 4 - 9
    assert window.workspace.settings.speech_above_lu == 10.0, "new clips begin as before"


@pytest.mark.usefixtures("spoken")
def test_the_controls_work_by_keyboard_and_can_become_the_default(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    button = window.preview.speech
    assert button.isEnabled()
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    panel = button.panel
    assert panel.isVisible()
    assert "goes down by 19.0 dB" in panel._depth.text()
    QTest.keyClick(panel.above, Qt.Key.Key_Up)
    QTest.keyClick(panel.above, Qt.Key.Key_Up)
    # Two presses are one step, taken over when the panel closes at the latest.
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert depth(window) == DEPTH_DB + 2
    panel._keep.click()
    assert window.workspace.settings.speech_above_lu == 12.0


@pytest.mark.usefixtures("spoken")
def test_the_values_of_the_controls_can_be_read(
    window: MainWindow, open_clip: OpenClip, clip_file: Path
) -> None:
    open_clip(clip_file)
    panel = window.preview.speech.panel
    panel.show()
    for spin in (panel.above, panel.attack, panel.release):
        field = spin.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        assert field.width() >= field.fontMetrics().horizontalAdvance(spin.text())


@pytest.mark.usefixtures("spoken")
def test_the_sliders_say_change_levels_though_the_depth_follows(
    open_clip: OpenClip, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    slider_of(window.preview.levels.music).setValue(1)
    assert window.workspace.changes.undo_name == "Change levels"


def test_where_nobody_speaks_the_button_says_so(
    open_clip: OpenClip, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    session.sound = replace(SPOKEN, speech_s=())
    open_clip(clip_file)
    button = window.preview.speech
    assert not button.isEnabled()
    assert button.toolTip() == "Nobody speaks in this clip."
    assert depth(window) == 0


def test_under_quiet_speech_the_clip_can_be_raised_until_the_music_is_audible(
    session: FakeSession, open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    session.sound = replace(SPOKEN, speech_lufs=-29.0)
    open_clip(clip_file)
    panel = window.preview.speech.panel
    # Speech is 10 LU above the music all the same.
    assert depth(window) == DEPTH_DB + 9
    assert "can hardly be heard" in panel._depth.text()
    assert panel._raise_clip.isVisibleTo(panel)
    assert "4.0 dB" in panel._raise_clip.text()
    panel._raise_clip.click()
    assert depth(window) == 24.0
    assert arrangement_of(window.workspace).clip_gain_db == 4.0
    assert not panel._raise_clip.isVisibleTo(panel)
    assert panel._depth.text() == "The music goes down by 24.0 dB."
    window.workspace.changes.undo()
    qtbot.waitUntil(lambda: depth(window) == DEPTH_DB + 9)


def test_the_clip_is_raised_no_further_than_its_slider_goes(
    session: FakeSession, open_clip: OpenClip, window: MainWindow, clip_file: Path
) -> None:
    session.sound = replace(SPOKEN, speech_lufs=-40.0)
    open_clip(clip_file)
    panel = window.preview.speech.panel
    panel._raise_clip.click()
    assert arrangement_of(window.workspace).clip_gain_db == 6.0
    assert depth(window) == DEPTH_DB + 20 - 6
    assert "can hardly be heard" in panel._depth.text()
    assert not panel._raise_clip.isVisibleTo(panel)
