"""A clip whose own sound holds music already: the window asks, once."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from engine.arrangement.gains import MUTED_DB
from engine.sound.clip_sound import MUSIC_FROM_TAGS, ClipSound
from tests.desktop.driving import OpenClip, arrangement_of
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def musical(session: FakeSession) -> None:
    session.sound = ClipSound(loudness_lufs=-16.0, n_tags=MUSIC_FROM_TAGS + 1)


def test_nothing_is_asked_about_other_clips(
    open_clip: OpenClip, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    assert window.music_notice.isHidden()


@pytest.mark.usefixtures("musical")
def test_muting_is_a_step_of_this_clip_alone(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    notice, workspace = window.music_notice, window.workspace
    assert notice.isVisible()
    assert "hold music already" in notice.accessibleName()
    notice.mute.click()
    assert notice.isHidden()
    assert arrangement_of(workspace).clip_gain_db == MUTED_DB
    assert workspace.settings.clip_gain_db == 0.0, "the next clip plays"
    qtbot.waitUntil(lambda: not workspace.changes.busy)
    open_clip(clip_file)
    assert notice.isHidden()
    assert arrangement_of(workspace).clip_gain_db == MUTED_DB
    with qtbot.waitSignal(workspace.changes.undone):
        workspace.changes.undo()
    qtbot.waitUntil(lambda: arrangement_of(workspace).clip_gain_db == 0.0)


@pytest.mark.usefixtures("musical")
def test_it_is_seen_with_its_clip_alone(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path, tmp_path: Path
) -> None:
    open_clip(clip_file)
    with qtbot.waitSignal(window.workspace.clip_failed):
        window.open_clip(tmp_path / "gone.mp4")
    assert window.music_notice.isHidden()
    window.problem.back_requested.emit()
    assert window.music_notice.isVisible()


@pytest.mark.usefixtures("musical")
def test_mixing_both_is_remembered_and_a_dismissed_question_comes_back(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    notice = window.music_notice
    notice.close_button.click()
    assert notice.isHidden()
    qtbot.waitUntil(lambda: not window.workspace.changes.busy)
    open_clip(clip_file)
    assert notice.isVisible()
    window.workspace.set_levels(0.0, MUTED_DB)
    notice.mix.click()
    assert arrangement_of(window.workspace).clip_gain_db == 0.0
    qtbot.waitUntil(lambda: not window.workspace.changes.busy)
    open_clip(clip_file)
    assert notice.isHidden()
