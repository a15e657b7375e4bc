"""The window with the real engine on the demo clip: the road that a user takes."""

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFileDialog

from desktop.engine_session import EngineSession
from desktop.main_window import MainWindow
from desktop.theme import Theme
from engine.paths import demo_clip

pytestmark = pytest.mark.slow

_MS = 180_000


@pytest.fixture
def window(qtbot, qapp, tmp_path, no_leaks):
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(EngineSession(), Theme(qapp), store)
    window.show()
    yield window
    window.close()
    window.deleteLater()


def test_from_a_clip_to_music_that_plays_and_is_taken_away(qtbot, window, tmp_path, monkeypatch):
    workspace, player = window.workspace, window.preview.player
    with qtbot.waitSignals([workspace.ranked, workspace.sound_ready], timeout=_MS):
        window.open_clip(demo_clip())
    clip_s = workspace.clip.info.duration_s
    assert window.results.model.rowCount() >= 10
    first = workspace.plan
    assert first.clip_duration_s == clip_s

    # The next track plays, in sound and picture.
    with qtbot.waitSignal(workspace.sound_ready, timeout=_MS):
        qtbot.keyClick(window.results.view, Qt.Key.Key_Down)
    assert workspace.plan.track_path != first.track_path
    assert player.playing
    with qtbot.waitSignal(window.preview._picture.frame_changed, timeout=_MS):
        pass
    qtbot.waitUntil(lambda: player.position_s > 0.3, timeout=_MS)
    player.pause()
    heard = np.asarray(player.mixer._channels[next(iter(player.mixer._channels))].samples)
    assert len(heard) == round(clip_s * 48_000)
    assert np.abs(heard).max() > 1000

    # What is written is as long as the clip.
    out = tmp_path / "music.wav"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(out), ""))
    window.exports.actions[1].trigger()
    qtbot.waitUntil(lambda: not window.strip.busy, timeout=_MS)
    assert window.strip.text == "Saved music.wav"
    assert soundfile.info(out).frames == pytest.approx(clip_s * 48_000, abs=1)

    # The pick and the plan are kept.
    qtbot.waitUntil(lambda: window.session.n_picks() == 1, timeout=_MS)
    chosen = workspace.plan
    workspace.flush()
    qtbot.waitUntil(lambda: window.runner.n_running == 0, timeout=_MS)
    with qtbot.waitSignals([workspace.ranked, workspace.sound_ready], timeout=_MS):
        window.open_clip(demo_clip())
    assert workspace.plan == chosen


def test_a_text_file_named_mp4_is_explained(qtbot, window, tmp_path):
    fake = tmp_path / "fake.mp4"
    fake.write_text("this is no film\n" * 100)
    with qtbot.waitSignal(window.workspace.clip_failed, timeout=_MS):
        window.open_clip(fake)
    assert window.pages.currentWidget() is window.problem
    assert "fake.mp4" in window.problem.text()
