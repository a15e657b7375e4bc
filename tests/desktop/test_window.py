"""The window over a session without an engine."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QSlider

from desktop.main_window import MainWindow
from desktop.preview.mixer import Mixer, Source
from desktop.preview.player import Player
from desktop.results.filters import N_LISTED
from desktop.session import FileKind
from desktop.theme import DARK, LIGHT, Theme, colour
from engine.errors import DecoderCrashed
from engine.recommend import RankingOptions
from engine.settings import load_settings


class FakePicture:
    def __init__(self) -> None:
        self.shown: list[float] = []

    def show(self, position_s: float) -> None:
        self.shown.append(position_s)

    def follow(self, position_s: float, speed: float) -> None:
        self.shown.append(position_s)


@pytest.fixture(scope="session")
def theme(qapp) -> Theme:
    return Theme(qapp)


@pytest.fixture
def window(qtbot, session, theme, tmp_path, still_clock, no_leaks, monkeypatch):
    # The fake clip holds no picture: its player is not asked to open it.
    monkeypatch.setattr("desktop.preview.picture.Picture.load", lambda *_: None)
    store = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    player = Player(FakePicture(), Mixer(), still_clock)
    window = MainWindow(session, theme, store, player)
    window.show()
    yield window
    window.close()
    player.pause()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def open_clip(qtbot, window: MainWindow, clip: Path) -> None:
    with qtbot.waitSignals([window.workspace.ranked, window.workspace.sound_ready]):
        window.open_clip(clip)


def titles(window: MainWindow) -> list[str]:
    model = window.results.model
    return [model.index(row).data() for row in range(model.rowCount())]


def press(qtbot, window: MainWindow, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(window.focusWidget() or window, key, modifiers)


def test_opens_empty_and_says_what_to_do(window):
    assert window.pages.currentWidget() is window.welcome
    assert not any(action.isEnabled() for action in window.exports.actions)


def test_a_clip_gives_a_ranked_list_with_the_best_track_laid_under_it(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    assert titles(window) == ["Track 1", "Track 2", "Track 3", "Track 4", "Track 5"]
    assert window.workspace.plan.title == "Track 1"
    assert window.workspace.plan.start_s == 2.0
    assert not window.preview.player.playing
    assert window.pages.currentWidget().isVisible()
    assert all(action.isEnabled() for action in window.exports.actions)
    assert clip_file.name in window.windowTitle()


def test_the_window_stays_alive_while_a_clip_is_analysed_and_can_cancel(
    qtbot, window, session, clip_file
):
    import threading

    session.gate = threading.Event()
    with qtbot.waitSignal(window.workspace.progressed):
        window.open_clip(clip_file)
    assert window.pages.currentWidget() is window.analysing
    with qtbot.waitSignal(window.workspace.analysis_stopped):
        window.analysing.cancel_asked.emit()
    assert window.pages.currentWidget() is window.welcome
    assert window.workspace.clip is None


def test_an_unusable_clip_is_explained_and_the_one_before_stays(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    with qtbot.waitSignal(window.workspace.clip_failed):
        window.open_clip(clip_file.with_name("gone.mp4"))
    assert window.pages.currentWidget() is window.problem
    assert "This is no video." in window.problem.text()
    assert "gone.mp4" in window.problem.text()
    assert "Choose another file." in window.problem.text()
    window.problem.back_asked.emit()
    assert window.workspace.clip.info.path == clip_file
    assert len(titles(window)) == 5


def test_moving_in_the_list_plays_the_track(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(qtbot, window, Qt.Key.Key_Down)
    assert window.workspace.plan.title == "Track 2"
    assert window.preview.player.playing
    # 8192 of the fake's music and 4096 of its clip, of 32768, at 0 dB both.
    mixer = window.preview.player.mixer
    mixer.running = True
    assert mixer.read(2)[1].tolist() == [0.375, 0.375]


def test_levels_act_at_once_and_are_kept_in_the_plan(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    window.preview.levels.clip.findChild(QSlider).setValue(0)
    assert window.workspace.plan.clip_gain_db == -60.0
    mixer = window.preview.player.mixer
    mixer.running = True
    mixer.read(1)
    assert mixer.read(1)[0].tolist() == [0.25, 0.25]


def test_levels_stay_from_track_to_track(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    window.preview.levels.music.findChild(QSlider).setValue(1)
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(qtbot, window, Qt.Key.Key_Down)
    assert window.workspace.plan.title == "Track 2"
    assert window.workspace.plan.music_gain_db == -36.0


def test_changes_of_the_plan_are_undone_and_redone(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    workspace = window.workspace
    with qtbot.waitSignal(workspace.sound_ready):
        workspace.move_start(4.0)
    with qtbot.waitSignal(workspace.sound_ready):
        press(qtbot, window, Qt.Key.Key_Down)
    assert (workspace.plan.title, workspace.plan.start_s) == ("Track 2", 2.0)
    with qtbot.waitSignal(workspace.sound_ready):
        workspace.undo()
    assert (workspace.plan.title, workspace.plan.start_s) == ("Track 1", 4.0)
    assert window.results.view.currentIndex().data() == "Track 1"
    workspace.undo()
    assert workspace.plan.start_s == 2.0
    workspace.undo()
    assert workspace.plan.start_s == 2.0
    workspace.redo()
    assert workspace.plan.start_s == 4.0
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def test_undo_and_redo_by_keys(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.workspace.move_start(4.0)
    control = Qt.KeyboardModifier.ControlModifier
    press(qtbot, window, Qt.Key.Key_Z, control)
    assert window.workspace.plan.start_s == 2.0
    press(qtbot, window, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert window.workspace.plan.start_s == 4.0
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def test_the_plan_is_saved_with_the_clip_and_comes_back(qtbot, window, session, clip_file):
    open_clip(qtbot, window, clip_file)
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(qtbot, window, Qt.Key.Key_Down)
    window.workspace.flush()
    qtbot.waitUntil(lambda: session.n_saved > 0)
    open_clip(qtbot, window, clip_file)
    assert window.workspace.plan.title == "Track 2"
    assert window.results.view.currentIndex().data() == "Track 2"


def test_a_plan_whose_track_is_gone_is_said_and_another_can_be_chosen(
    qtbot, window, session, clip_file
):
    open_clip(qtbot, window, clip_file)
    window.workspace.flush()
    qtbot.waitUntil(lambda: session.n_saved > 0)
    session.tracks = session.tracks[2:]
    with qtbot.waitSignal(window.workspace.noticed):
        window.open_clip(clip_file)
    assert "the track is gone." in window.strip.text
    with qtbot.waitSignal(window.workspace.sound_ready):
        press(qtbot, window, Qt.Key.Key_Down)
    assert window.workspace.plan.title.startswith("Track")


def test_a_track_that_crashes_its_decoder_never_reaches_the_player(
    qtbot, window, session, clip_file
):
    open_clip(qtbot, window, clip_file)
    session.sound_error = DecoderCrashed("the decoder crashed.", path=session.tracks[1].path)
    with qtbot.waitSignal(window.workspace.sound_failed):
        press(qtbot, window, Qt.Key.Key_Down)
    assert not window.preview.player.playing
    assert "the decoder crashed." in window.strip.text
    mixer = window.preview.player.mixer
    mixer.running = True
    assert mixer.read(4).max() == 0.0


def test_a_failed_track_can_be_tried_again(qtbot, window, session, clip_file):
    open_clip(qtbot, window, clip_file)
    session.sound_error = DecoderCrashed("the decoder crashed.", path=session.tracks[1].path)
    with qtbot.waitSignal(window.workspace.sound_failed):
        press(qtbot, window, Qt.Key.Key_Down)
    session.sound_error = None
    with qtbot.waitSignal(window.workspace.sound_ready):
        window.results.view.clicked.emit(window.results.view.currentIndex())
    assert window.preview.player.playing


def test_clicking_the_playing_track_starts_it_again(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    window.preview.player.seek(3.0)
    window.results.view.clicked.emit(window.results.view.currentIndex())
    assert window.preview.player.playing
    assert window.preview.player.position_s == 0.0


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
def test_keys_move_the_playback(qtbot, window, clip_file, key, modifiers, position_s):
    open_clip(qtbot, window, clip_file)
    window.preview.player.seek(2.0)
    press(qtbot, window, key, modifiers)
    assert window.preview.player.position_s == pytest.approx(position_s, abs=0.001)


def test_space_and_jkl(qtbot, window, clip_file, still_clock):
    open_clip(qtbot, window, clip_file)
    player = window.preview.player
    press(qtbot, window, Qt.Key.Key_Space)
    assert player.playing
    press(qtbot, window, Qt.Key.Key_L)
    assert still_clock.speed == 2.0
    press(qtbot, window, Qt.Key.Key_J)
    assert still_clock.speed == -1.0
    press(qtbot, window, Qt.Key.Key_K)
    assert not player.playing


def test_alt_arrows_move_the_music_by_a_beat(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    press(qtbot, window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.workspace.plan.start_s == 2.5
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def test_dragging_the_music_moves_its_start_to_a_beat(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    timeline = window.preview.timeline
    per_s = timeline.width() / 4.0
    at = QPoint(timeline.width() // 2, timeline.height() - 20)
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(timeline, left, pos=at)
    qtbot.mouseMove(timeline, at - QPoint(round(1.1 * per_s), 0))
    qtbot.mouseRelease(timeline, left, pos=at - QPoint(round(1.1 * per_s), 0))
    assert window.workspace.plan.start_s == 3.0
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def test_clicking_the_timeline_goes_there(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    timeline = window.preview.timeline
    at = QPoint(timeline.width() // 4, timeline.height() - 20)
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at)
    assert window.preview.player.position_s == pytest.approx(1.0, abs=0.02)
    assert window.workspace.plan.start_s == 2.0


def test_enter_picks_the_track_and_taste_appears(qtbot, window, session, clip_file):
    open_clip(qtbot, window, clip_file)
    assert window.results.filters._taste.isHidden()
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.results.filters._taste.isHidden())
    assert session.picked == [("clip-holiday", "hash1")]


def test_filters_rank_again(qtbot, window, session, clip_file):
    open_clip(qtbot, window, clip_file)
    filters = window.results.filters
    qtbot.waitUntil(lambda: len(filters._genre_menu.actions()) == 2)
    with qtbot.waitSignal(window.workspace.ranked):
        filters._genre_menu.actions()[1].trigger()
    assert session.asked_options[-1] == RankingOptions(genres=("jazz",), top=N_LISTED)
    assert titles(window) == ["Track 2", "Track 4"]
    with qtbot.waitSignal(window.workspace.ranked):
        filters._slowest.setValue(60)
        filters._vocals.setChecked(True)
    assert session.asked_options[-1] == RankingOptions(
        genres=("jazz",), bpm=(60.0, 220.0), no_vocals=True, top=N_LISTED
    )
    with qtbot.waitSignal(window.workspace.ranked):
        filters.clear()
    assert session.asked_options[-1] == RankingOptions(top=N_LISTED)


def test_no_track_left_offers_to_clear_the_filters(qtbot, window, session, clip_file):
    open_clip(qtbot, window, clip_file)
    session.tracks = session.tracks[:1]
    qtbot.waitUntil(lambda: len(window.results.filters._genre_menu.actions()) == 2)
    with qtbot.waitSignal(window.workspace.ranked):
        window.results.filters._genre_menu.actions()[1].trigger()
    shown = [b.text() for b in window.results.findChildren(QAbstractButton) if b.isVisible()]
    assert "Show all tracks again" in shown


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_dropped_video_opens(qtbot, window, clip_file):
    with qtbot.waitSignals([window.workspace.ranked, window.workspace.sound_ready]):
        drop(window, clip_file)
    assert window.workspace.clip.info.path == clip_file


def answer(monkeypatch, role: QMessageBox.ButtonRole) -> list[str]:
    """Click the button of a role in the next message box; return what was asked."""
    asked: list[str] = []

    def click(box: QMessageBox) -> int:
        asked.append(box.text())
        chosen = next(b for b in box.buttons() if box.buttonRole(b) == role)
        monkeypatch.setattr(QMessageBox, "clickedButton", lambda _self: chosen)
        return 0

    monkeypatch.setattr(QMessageBox, "exec", click)
    return asked


def test_a_dropped_folder_is_offered_to_the_library(
    qtbot, window, session, clip_file, tmp_path, monkeypatch
):
    open_clip(qtbot, window, clip_file)
    folder = tmp_path / "songs"
    folder.mkdir()
    asked = answer(monkeypatch, QMessageBox.ButtonRole.AcceptRole)
    with qtbot.waitSignal(window.workspace.ranked):
        drop(window, folder)
    assert asked == ["Add the music in songs to your library?"]
    assert session.added == [folder]
    assert window.library.strip.text == "Done: 2 added, 1 unchanged, 1 can't be used"


def test_a_sound_file_is_explained(window, session, monkeypatch, tmp_path):
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    window.take_dropped(tmp_path / "song.mp3", FileKind.AUDIO)
    assert asked[0].startswith("This is a sound file, not a video.")
    assert session.added == []
    assert window.pages.currentWidget() is window.welcome


def test_every_control_has_a_name(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    for widget in QApplication.allWidgets():
        if widget.window() is not window or not widget.isVisible():
            continue
        if isinstance(widget, QAbstractButton | QSlider) and widget.objectName() != "qt_":
            name = widget.accessibleName() or getattr(widget, "text", lambda: "")()
            assert name, widget


def test_the_theme_can_be_switched(window, theme):
    theme.choose("light")
    assert colour("ground").name() == LIGHT.ground
    assert window.palette().window().color().name() == LIGHT.ground
    theme.choose("dark")
    assert colour("ground").name() == DARK.ground
    assert window.palette().window().color().name() == DARK.ground


def test_what_was_set_is_there_next_time(qtbot, window, theme, clip_file):
    open_clip(qtbot, window, clip_file)
    theme.choose("light")
    window.preview.levels.music.findChild(QSlider).setValue(1)
    window.close()
    kept = load_settings()
    assert kept.theme == "light"
    assert kept.music_gain_db == -36.0
    assert kept.last_folder == str(clip_file.parent)
    assert window.recent.clips() == [clip_file]


def test_nothing_is_left_when_the_window_closes(qtbot, window, session, clip_file):
    open_clip(qtbot, window, clip_file)
    folder = Path(window.workspace._folder.name)
    assert folder.is_dir()
    window.close()
    assert not folder.exists()
    assert window.runner.n_running == 0
    assert session.n_saved == 1
    assert session.closed


def test_the_mixer_gets_both_sounds(qtbot, window, clip_file):
    open_clip(qtbot, window, clip_file)
    channels = window.preview.player.mixer._channels
    assert len(channels[Source.MUSIC].samples) == 4 * 48_000
    assert len(channels[Source.CLIP].samples) == 4 * 48_000


def test_a_name_that_is_no_utf8_works(qtbot, window, tmp_path):
    import os

    clip = Path(os.fsdecode(os.fsencode(tmp_path / "b") + b"\xff.mp4"))
    try:
        clip.write_bytes(b"x")
    except OSError:
        pytest.skip("this file system holds UTF-8 names only")
    open_clip(qtbot, window, clip)
    assert window.header._name.text() == "b�.mp4"
    window.close()
    assert load_settings().last_folder == str(tmp_path)
    assert window.recent.clips() == []
