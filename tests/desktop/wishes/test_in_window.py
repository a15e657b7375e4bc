"""More like this, less like this, and songs dropped on the list."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.wishes.actions import LIKE_KEY, UNLIKE_KEY
from engine.ranking.references import Reference
from tests.desktop.driving import NO_MODIFIER, OpenClip, answer, titles
from tests.desktop.fake_session import FakeSession

COPY, LEFT = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop_on_list(window: MainWindow, *paths: Path) -> None:
    data = files(*paths)
    QApplication.sendEvent(
        window.results, QDragEnterEvent(QPoint(20, 200), COPY, data, LEFT, NO_MODIFIER)
    )
    QApplication.sendEvent(
        window.results, QDropEvent(QPointF(20, 200), COPY, data, LEFT, NO_MODIFIER)
    )


def references(window: MainWindow) -> tuple[Reference, ...]:
    return window.workspace.request.options.references


def chips(window: MainWindow) -> list[str]:
    return [chip.wish.label for chip in window.results.wishes.chips]


def test_more_and_less_like_the_selected_tracks(
    qtbot: QtBot,
    window: MainWindow,
    open_clip: OpenClip,
    clip_file: Path,
    session: FakeSession,
) -> None:
    open_clip(clip_file)
    window.results.choose_rank(2)
    with qtbot.waitSignal(window.workspace.ranked):
        window.wishes.like.trigger()
    second = session.tracks[1]
    assert references(window) == (Reference(second.title, second.file.content_hash),)
    assert session.asked_options[-1].references == references(window)
    assert chips(window) == [f"like {second.title}"]
    with qtbot.waitSignal(window.workspace.ranked):
        window.wishes.unlike.trigger()
    # The same music isn't wanted and unwanted at once.
    assert chips(window) == [f"less like {second.title}"]
    window.results.view.selectAll()
    with qtbot.waitSignal(window.workspace.ranked):
        window.wishes.like.trigger()
    assert [each.title for each in references(window)] == titles(window)


def test_the_actions_are_in_the_menu_with_keys_and_wait_for_a_clip(
    window: MainWindow, open_clip: OpenClip, clip_file: Path
) -> None:
    menus = {
        action.text(): menu
        for action in window.menuBar().actions()
        if isinstance(menu := action.menu(), QMenu)
    }
    menu = menus["L&ist"]
    assert list(menus).index("L&ist") == list(menus).index("&Library") - 1
    assert window.wishes.like in menu.actions()
    assert not window.wishes.like.isEnabled()
    open_clip(clip_file)
    assert window.wishes.like.isEnabled()
    keys = [action.shortcut().toString() for action in window.wishes.for_tracks]
    assert keys == [LIKE_KEY, UNLIKE_KEY]
    every = [
        action.shortcut().toString()
        for bar_menu in menus.values()
        for action in bar_menu.actions()
        if not action.shortcut().isEmpty()
    ]
    assert len(every) == len(set(every))


def test_a_song_dropped_on_the_list_is_music_to_be_like(
    qtbot: QtBot,
    window: MainWindow,
    open_clip: OpenClip,
    clip_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    open_clip(clip_file)
    song = tmp_path / "hit.mp3"
    song.write_bytes(b"music")
    drop_on_list(window, song)
    qtbot.waitUntil(lambda: bool(references(window)))
    assert references(window) == (Reference("hit", "song-hit", song),)
    # Elsewhere the window still asks about its folder; here it doesn't.
    assert asked == []


def test_without_a_clip_the_window_decides_about_a_dropped_song(
    window: MainWindow, open_clip: OpenClip, clip_file: Path, tmp_path: Path
) -> None:
    data = files(tmp_path / "hit.mp3")

    def is_taken() -> bool:
        enter = QDragEnterEvent(QPoint(20, 200), COPY, data, LEFT, NO_MODIFIER)
        return window.results.drop.eventFilter(window.results, enter) and enter.isAccepted()

    assert not is_taken()
    open_clip(clip_file)
    assert is_taken()


def test_a_video_dropped_on_the_list_is_opened(
    qtbot: QtBot, window: MainWindow, open_clip: OpenClip, clip_file: Path, tmp_path: Path
) -> None:
    open_clip(clip_file)
    other, song = tmp_path / "other.mp4", tmp_path / "hit.mp3"
    for path in (other, song):
        path.write_bytes(b"data")
    with qtbot.waitSignal(window.workspace.clip_opened):
        drop_on_list(window, other, song)
    assert window.workspace.clip is not None
    assert window.workspace.clip.info.path == other


def test_a_song_that_cannot_be_read_is_named_and_leaves_the_list(
    qtbot: QtBot, window: MainWindow, open_clip: OpenClip, clip_file: Path, tmp_path: Path
) -> None:
    open_clip(clip_file)
    before = titles(window)
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"broken")
    with qtbot.waitSignal(window.workspace.error_occurred) as failed:
        drop_on_list(window, broken)
    assert "broken.mp3" in str(failed.args[0])
    qtbot.waitUntil(lambda: chips(window) == [])
    assert titles(window) == before


def test_songs_are_chosen_in_a_dialog_too(
    qtbot: QtBot,
    window: MainWindow,
    open_clip: OpenClip,
    clip_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_clip(clip_file)
    songs = [tmp_path / "one.mp3", tmp_path / "two.mp3"]
    for song in songs:
        song.write_bytes(b"music")
    chosen = [str(song) for song in songs], ""
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: chosen)
    window.wishes.song.trigger()
    qtbot.waitUntil(lambda: len(references(window)) == 2)
    assert {each.path for each in references(window)} == set(songs)


def test_the_list_shows_that_a_song_can_be_dropped(
    window: MainWindow, open_clip: OpenClip, clip_file: Path, tmp_path: Path
) -> None:
    open_clip(clip_file)
    data = files(tmp_path / "hit.mp3")
    enter = QDragEnterEvent(QPoint(20, 200), COPY, data, LEFT, NO_MODIFIER)
    QApplication.sendEvent(window.results, enter)
    assert window.results.property("dropping") is True
    QApplication.sendEvent(window.results, QDragLeaveEvent())
    assert window.results.property("dropping") is False


def test_a_song_is_for_the_clip_that_was_open(
    qtbot: QtBot,
    window: MainWindow,
    open_clip: OpenClip,
    clip_file: Path,
    tmp_path: Path,
    session: FakeSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_clip(clip_file)
    gate = threading.Event()

    def slow(path: Path, _progress: object) -> Reference:
        assert gate.wait(10)
        return Reference("hit", "song-hit", path)

    monkeypatch.setattr(session, "song_reference", slow)
    window.results.wishes.add_song(tmp_path / "hit.mp3")
    assert chips(window) == ["like hit"]
    other = tmp_path / "other.mp4"
    other.write_bytes(b"")
    open_clip(other)
    assert chips(window) == []
    gate.set()
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    assert references(window) == ()


def test_the_menu_of_the_rows_has_more_and_less_like_this(
    window: MainWindow, open_clip: OpenClip, clip_file: Path
) -> None:
    open_clip(clip_file)
    menu = window.results.row_actions.menu()
    assert menu is not None
    texts = [action.text().split("\t")[0] for action in menu.actions()]
    assert {"More like this", "Less like this"} <= set(texts)
    menu.deleteLater()
