"""The window with the real engine and the demo clip."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from desktop.audio.mixer import Source
from desktop.engine_session import EngineSession
from desktop.main_window import MainWindow
from desktop.theme import Theme
from engine.media.sound_file import SoundFile
from engine.paths import demo_clip
from engine.stories.recommend import Recommendations
from tests.copied_packs import copied_pack
from tests.desktop.driving import arrangement_of, clip_of, item_of

pytestmark = pytest.mark.slow

_MS = 180_000


@pytest.fixture
def window(qapp: QApplication, store: QSettings, no_leaks: None) -> Iterator[MainWindow]:
    window = MainWindow(EngineSession(), Theme(qapp), store)
    window.show()
    yield window
    window.close()
    window.deleteLater()


def test_open_a_clip_play_a_track_and_export_it(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, player = window.workspace, window.preview.player
    with qtbot.waitSignals([workspace.ranked, workspace.sound_ready], timeout=_MS):
        window.open_clip(demo_clip())
    clip_s = clip_of(workspace).info.duration_s
    assert window.results.model.rowCount() >= 10
    first = arrangement_of(workspace)
    assert first.clip.duration_s == clip_s

    # The next track plays, in sound and picture.
    with qtbot.waitSignal(workspace.sound_ready, timeout=_MS):
        QTest.keyClick(window.results.view, Qt.Key.Key_Down)
    assert item_of(workspace).track != first.items[0].track
    assert player.playing
    with qtbot.waitSignal(window.preview.picture.frame_changed, timeout=_MS):
        pass
    qtbot.waitUntil(lambda: player.position_s > 0.3, timeout=_MS)
    player.pause()
    music = SoundFile(window.preview._sounds[Source.MUSIC] or Path())
    qtbot.waitUntil(lambda: bool(music.ready.all()), timeout=_MS)
    assert music.n_samples == round(clip_s * 48_000)
    assert np.abs(music.read(np.arange(music.n_samples))).max() > 0.1

    # What is written is as long as the clip.
    out = tmp_path / "music.wav"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(out), ""))
    window.exports.actions[1].trigger()
    qtbot.waitUntil(lambda: not window.strip.busy, timeout=_MS)
    assert window.strip.text == "Saved music.wav"
    assert soundfile.info(out).frames == pytest.approx(clip_s * 48_000, abs=1)

    # The arrangement is kept; an export alone is no pick.
    qtbot.waitUntil(lambda: not workspace.changes.busy, timeout=_MS)
    assert window.session.read(lambda library: len(library.picks.all())) == 0
    chosen = arrangement_of(workspace)
    with qtbot.waitSignals([workspace.ranked, workspace.sound_ready], timeout=_MS):
        window.open_clip(demo_clip())
    assert workspace.arrangement == chosen


def test_another_pack_ranks_at_once_and_undo_goes_back(qtbot: QtBot, window: MainWindow) -> None:
    workspace, packs = window.workspace, window.settings.packs
    with qtbot.waitSignals([workspace.ranked, workspace.sound_ready], timeout=_MS):
        window.open_clip(demo_clip())
    window.preview.player.pause()
    playing = item_of(workspace).track
    copy = copied_pack("copy")
    found: list[Recommendations] = []
    workspace.ranked.connect(found.append)
    with qtbot.waitSignals([packs.changed, workspace.ranked], timeout=_MS):
        packs.use(copy)
    with qtbot.waitSignals([packs.changed, workspace.ranked], timeout=_MS):
        workspace.changes.undo()
    assert [ranked.pack_id for ranked in found] == ["copy", "soundbed-2"]
    assert [len(ranked.ranked) for ranked in found] == [126, 126]
    assert item_of(workspace).track == playing


def test_a_text_file_named_mp4_is_explained(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    fake = tmp_path / "fake.mp4"
    fake.write_text("this is no film\n" * 100)
    with qtbot.waitSignal(window.workspace.clip_failed, timeout=_MS):
        window.open_clip(fake)
    assert window.pages.currentWidget() is window.problem
    assert "fake.mp4" in window.problem.text()
