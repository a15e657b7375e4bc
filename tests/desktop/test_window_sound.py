"""Switching between tracks in the window, and how loud they are."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.audio.mixer import Source
from desktop.main_window import MainWindow
from desktop.preview.player import Player
from engine.progress import Progress
from engine.stories.analyse import ClipAnalysis
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import Recommendations
from tests.desktop.driving import OpenClip, arrangement_of, item_of, press
from tests.desktop.fake_playback import FakePicture, FakeSound
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def ready(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path, player: Player
) -> MainWindow:
    """The window, playing at 1.5 s, with the first tracks prepared there."""
    open_clip(clip_file)
    player.seek(1.5)
    player.play()
    qtbot.waitUntil(lambda: window.workspace.listening.ahead.idle)
    return window


def title_of(path: Path | None) -> str:
    assert path is not None
    return path.name.split("-")[0]


@pytest.mark.parametrize(("key", "title"), [(Qt.Key.Key_3, "track3"), (Qt.Key.Key_Down, "track2")])
def test_a_prepared_track_plays_at_once_at_the_same_moment(
    ready: MainWindow, player: Player, fake_sound: FakeSound, key: Qt.Key, title: str
) -> None:
    fake_sound.changes.clear()
    fake_sound.now_s = 1.75
    press(ready, key)
    # Before any job has run: the music changes, and nothing else.
    assert [(source, title_of(path)) for source, path in fake_sound.changes] == [
        (Source.MUSIC, title)
    ]
    assert player.playing
    assert (fake_sound.running, fake_sound.now_s) == (True, 1.75)


def test_it_then_is_the_music_of_the_clip(
    qtbot: QtBot, ready: MainWindow, session: FakeSession, fake_sound: FakeSound
) -> None:
    n_filled = len(session.filled)
    with qtbot.waitSignal(ready.workspace.music_changed):
        press(ready, Qt.Key.Key_4)
    assert item_of(ready.workspace).track.title == "Track 4"
    qtbot.waitUntil(lambda: not ready.workspace.changes.busy)
    # It isn't rendered again, and stays what plays.
    assert not [each for each in session.filled[n_filled:] if not each[2]]
    assert title_of(fake_sound.paths[Source.MUSIC]) == "track4"


def test_a_key_without_a_track_does_nothing(ready: MainWindow, fake_sound: FakeSound) -> None:
    fake_sound.changes.clear()
    press(ready, Qt.Key.Key_9)
    assert fake_sound.changes == []


def test_the_music_before_plays_until_another_track_is_ready(
    qtbot: QtBot, ready: MainWindow, player: Player, fake_sound: FakeSound
) -> None:
    ready.workspace.listening.expect(())
    fake_sound.changes.clear()
    with qtbot.waitSignal(ready.workspace.sound_ready):
        press(ready, Qt.Key.Key_3)
        assert fake_sound.changes == []
        assert player.playing
    assert [title_of(path) for _, path in fake_sound.changes] == ["track3"]
    assert player.playing


def test_nothing_of_the_clip_before_is_prepared_while_another_one_is_ranked(
    qtbot: QtBot,
    ready: MainWindow,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ranked, recommend = threading.Event(), session.recommend

    def recommend_late(
        clip: ClipAnalysis, options: RankingOptions, progress: Progress
    ) -> Recommendations:
        ranked.wait(10)
        return recommend(clip, options, progress)

    monkeypatch.setattr(session, "recommend", recommend_late)
    other = tmp_path / "other.mp4"
    other.write_bytes(b"x")
    session.levelled.clear()
    with qtbot.waitSignal(ready.workspace.clip_opened):
        ready.open_clip(other)
    ready.preview.player.seek(0.5)
    qtbot.waitUntil(lambda: ready.workspace.listening.ahead.idle)
    assert session.levelled == []
    ranked.set()
    qtbot.waitUntil(lambda: len(session.levelled) > 1)


def test_choosing_while_paused_plays_from_the_playhead(
    qtbot: QtBot, ready: MainWindow, player: Player, fake_sound: FakeSound
) -> None:
    fake_sound.now_s = 2.25
    player.pause()
    press(ready, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: player.playing)
    assert fake_sound.now_s == 2.25


def test_the_measured_level_is_saved_and_is_no_step(
    open_clip: OpenClip,
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    clip_file: Path,
) -> None:
    session.measured_db["Track 1"] = -7.5
    open_clip(clip_file)
    workspace = window.workspace
    assert item_of(workspace).match_gain_db == -7.5
    qtbot.waitUntil(lambda: not workspace.changes.busy)
    assert workspace.changes.undo_name is None
    assert workspace.clip is not None
    saved = session.load_history(workspace.clip)
    assert saved is not None
    assert saved.arrangements == (arrangement_of(workspace),)


def test_another_loudness_is_a_step_and_levels_again(
    qtbot: QtBot, ready: MainWindow, session: FakeSession
) -> None:
    workspace = ready.workspace
    session.measured_db["Track 1"] = -16.5
    with qtbot.waitSignal(workspace.sound_ready):
        ready.preview.loudness.chosen.emit("-23")
    assert arrangement_of(workspace).target_lufs == -23.0
    assert item_of(workspace).match_gain_db == -16.5
    assert ready.preview.loudness.text() == "-23 LUFS"
    assert workspace.settings.loudness == "-23"
    qtbot.waitUntil(lambda: workspace.listening.ahead.idle)
    assert ("Track 2", -23.0, True) in session.levelled
    with qtbot.waitSignal(workspace.sound_ready):
        workspace.changes.undo()
    assert arrangement_of(workspace).target_lufs == -14.0
    assert ready.preview.loudness.text() == "-14 LUFS"


def test_volume_points_reach_the_sound(ready: MainWindow, fake_sound: FakeSound) -> None:
    points = fake_sound.levels
    assert points is not None
    assert points.times_s.tolist() == []


def test_the_sound_ends_with_the_window(ready: MainWindow, fake_sound: FakeSound) -> None:
    ready.close()
    assert fake_sound.closed
    assert fake_sound.paths == {Source.MUSIC: None, Source.CLIP: None}


def test_a_missing_device_is_said(window: MainWindow, picture: FakePicture) -> None:
    window.preview.player.sound_device_changed.emit(False)
    assert "No audio device" in window._sound_note.text()
    window.preview.player.sound_device_changed.emit(True)
    assert window._sound_note.text() == ""
