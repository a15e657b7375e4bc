"""The window on a session without an engine: the list, dropped files, settings."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QDialog,
    QMessageBox,
    QSlider,
)
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.results.controls import ChoicesControl, RangeControl
from desktop.results.request import N_FIRST
from desktop.session import FileKind
from desktop.theme import DARK, LIGHT, Theme, colour
from engine.settings import load_settings
from engine.stories.ranking_options import RankingOptions
from tests.desktop.driving import OpenClip, answer, clip_of, drop, press, slider_of, titles
from tests.desktop.fake_session import FakeSession

_TAB = Qt.FocusPolicy.TabFocus


def test_enter_picks_the_track_and_taste_appears(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    assert window.results.filters._taste.isHidden()
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.results.filters._taste.isHidden())
    assert session.picked() == [("clip-holiday", "hash1")]


def test_the_count_says_how_many_tracks_can_be_reached(
    open_clip: OpenClip, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    assert window.results._count.whole_text == "5 tracks"
    session.n_unlisted = 21
    open_clip(clip_file)
    assert window.results._count.whole_text == "26 tracks"


def words_of(window: MainWindow, name: str) -> list[QAction]:
    control = window.results.filters.controls[name]
    assert isinstance(control, ChoicesControl)
    return control.menu.actions()


def test_filters_rank_again(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    filters = window.results.filters
    qtbot.waitUntil(lambda: len(words_of(window, "genre")) == 2)
    with qtbot.waitSignal(window.workspace.ranked):
        words_of(window, "genre")[1].trigger()
    assert session.asked_options[-1] == RankingOptions({"genre": ("jazz",)}, top=N_FIRST)
    assert filters.controls["genre"].button.text() == "jazz"
    assert titles(window) == ["Track 2", "Track 4"]
    with qtbot.waitSignal(window.workspace.ranked):
        tempo = filters.controls["bpm"]
        assert isinstance(tempo, RangeControl)
        tempo.low.setValue(60)
        filters.controls["no-vocals"].button.setChecked(True)
    assert session.asked_options[-1] == RankingOptions(
        {"genre": ("jazz",), "bpm": (60.0, 220.0), "no-vocals": True}, top=N_FIRST
    )
    assert filters.controls["bpm"].button.text() == "from 60 BPM"
    with qtbot.waitSignal(window.workspace.ranked):
        filters.clear()
    assert session.asked_options[-1] == RankingOptions(top=N_FIRST)
    titles_shown = [filters.controls[name].button.text() for name in ("genre", "bpm", "no-vocals")]
    assert titles_shown == ["Genre", "Tempo", "No vocals"]


def test_an_empty_list_offers_to_clear_the_filters(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    session.tracks = session.tracks[:1]
    qtbot.waitUntil(lambda: len(words_of(window, "genre")) == 2)
    with qtbot.waitSignal(window.workspace.ranked):
        words_of(window, "genre")[1].trigger()
    shown = [b.text() for b in window.results.findChildren(QAbstractButton) if b.isVisible()]
    assert "Clear filters" in shown


def test_a_dropped_video_opens(qtbot: QtBot, window: MainWindow, clip_file: Path) -> None:
    with qtbot.waitSignals([window.workspace.ranked, window.workspace.sound_ready]):
        drop(window, clip_file)
    assert clip_of(window.workspace).info.path == clip_file


def test_a_dropped_folder_can_be_added_to_the_library(
    open_clip: OpenClip,
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    clip_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_clip(clip_file)
    folder = tmp_path / "songs"
    folder.mkdir()
    asked = answer(monkeypatch, QMessageBox.ButtonRole.AcceptRole)
    with qtbot.waitSignal(window.workspace.ranked):
        drop(window, folder)
    assert asked == [
        "Add the music in songs to your library? "
        "Soundbed then ranks it together with the bundled tracks."
    ]
    assert session.added == [folder]
    assert window.strip.text == "Done: 2 tracks added, 1 file can't be used, 1 unchanged"


def test_a_dropped_audio_file_is_explained(
    window: MainWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    window.open_dropped([(tmp_path / "song.mp3", FileKind.AUDIO)])
    assert asked[0].startswith("This is an audio file, not a video.")
    assert session.added == []
    assert window.pages.currentWidget() is window.welcome


def test_every_control_has_a_name(open_clip: OpenClip, window: MainWindow, clip_file: Path) -> None:
    open_clip(clip_file)
    window.menus.show_keys()
    window.exports.several.trigger()
    tops = {window, *window.findChildren(QDialog)}
    assert len(tops) == 3
    for widget in QApplication.allWidgets():
        if widget.window() not in tops or not widget.isVisible():
            continue
        is_control = isinstance(widget, QAbstractButton | QSlider) or (
            isinstance(widget, QAbstractScrollArea) and widget.focusPolicy() & _TAB
        )
        if is_control and widget.objectName() != "qt_":
            name = widget.accessibleName() or getattr(widget, "text", lambda: "")()
            assert name, widget


def test_the_theme_can_be_switched(window: MainWindow, theme: Theme) -> None:
    theme.choose("light")
    assert colour("background").name() == LIGHT.background
    assert window.palette().window().color().name() == LIGHT.background
    theme.choose("dark")
    assert colour("background").name() == DARK.background
    assert window.palette().window().color().name() == DARK.background


def test_settings_are_saved(
    open_clip: OpenClip, window: MainWindow, theme: Theme, clip_file: Path
) -> None:
    open_clip(clip_file)
    theme.choose("light")
    slider_of(window.preview.levels.music).setValue(1)
    window.close()
    kept = load_settings()
    assert kept.theme == "light"
    assert kept.music_gain_db == -36.0
    assert kept.last_folder == str(clip_file.parent)
    assert window.recent.clips() == [clip_file]


def test_closing_the_window_saves_and_cleans_up(
    open_clip: OpenClip, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    open_clip(clip_file)
    folder = window.workspace._folder
    assert folder.is_dir()
    window.workspace.set_levels(-6.0, 0.0)
    window.close()
    assert not folder.exists()
    assert window.runner.n_running == 0
    saved = session.load_history(clip_of(window.workspace))
    assert saved is not None and saved.current.music_gain_db == -6.0
    assert session.closed


def test_a_clip_whose_name_is_not_utf8(
    open_clip: OpenClip, window: MainWindow, tmp_path: Path
) -> None:
    import os

    clip = Path(os.fsdecode(os.fsencode(tmp_path / "b") + b"\xff.mp4"))
    try:
        clip.write_bytes(b"x")
    except OSError:
        pytest.skip("this file system holds UTF-8 names only")
    open_clip(clip)
    assert window.header._name.whole_text == "b�.mp4"
    window.close()
    assert load_settings().last_folder == str(tmp_path)
    assert window.recent.clips() == []
