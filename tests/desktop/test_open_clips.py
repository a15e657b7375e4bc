"""Several clips in the window: what opens, what waits, and what is off meanwhile."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.clip.picked_titles import picked_titles
from desktop.file_names import folder_of
from desktop.main_window import MainWindow
from engine.paths import data_dir
from tests.desktop.driving import NO_MODIFIER, OpenClip, clip_of, drop, press
from tests.desktop.fake_session import FakeSession


def drop_all(window: MainWindow, paths: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(50, 50), copy, data, button, NO_MODIFIER))


def names(window: MainWindow) -> list[str]:
    return [clip.path.stem for clip in window.clips.clips]


def shown(window: MainWindow) -> str:
    return clip_of(window.workspace).info.path.stem


def menu_of(action: QAction) -> QMenu:
    menu = action.menu()
    assert isinstance(menu, QMenu)
    return menu


def actions_of(window: MainWindow, title: str) -> list[QAction]:
    (action,) = (each for each in window.menuBar().actions() if each.text() == title)
    return menu_of(action).actions()


def test_of_several_dropped_clips_the_first_opens_and_the_others_are_analysed(
    qtbot: QtBot, window: MainWindow, clips: list[Path]
) -> None:
    with qtbot.waitSignal(window.workspace.clip_opened):
        drop_all(window, clips)
    assert shown(window) == "one"
    assert names(window) == ["one", "two", "three"]
    qtbot.waitUntil(lambda: all(clip.is_ready for clip in window.clips.clips))
    tabs = window.tabs
    assert tabs.isVisible()
    assert [tabs.tabText(n) for n in range(3)] == ["one.mp4", "two.mp4", "three.mp4"]
    assert tabs.currentIndex() == 0
    with qtbot.waitSignal(window.workspace.clip_opened):
        press(window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert shown(window) == "two"
    assert tabs.currentIndex() == 1
    with qtbot.waitSignal(window.workspace.clip_opened):
        tabs.setCurrentIndex(0)
    assert shown(window) == "one"


def test_a_clip_dropped_while_another_is_analysed_waits(
    qtbot: QtBot, window: MainWindow, session: FakeSession, clips: list[Path]
) -> None:
    session.gate = threading.Event()
    with qtbot.waitSignal(window.workspace.progressed):
        drop(window, clips[0])
    with qtbot.waitSignal(window.clips.changed):
        drop_all(window, clips[1:])
    states = [window.tabs.accessibleTabName(n) for n in range(3)]
    assert states == ["one.mp4, being analysed", "two.mp4, waiting", "three.mp4, waiting"]
    with qtbot.waitSignal(window.workspace.clip_opened):
        session.gate.set()
    assert shown(window) == "one"
    qtbot.waitUntil(lambda: window.tabs.accessibleTabName(2) == "three.mp4")


def test_opening_a_clip_that_was_analysed_asks_for_no_new_analysis(
    qtbot: QtBot, window: MainWindow, session: FakeSession, clips: list[Path]
) -> None:
    with qtbot.waitSignal(window.workspace.clip_opened):
        drop_all(window, clips[:2])
    qtbot.waitUntil(lambda: all(clip.is_ready for clip in window.clips.clips))
    session.gate = threading.Event()  # an analysis would wait for it
    with qtbot.waitSignal(window.workspace.clip_opened):
        window.clips.step(1)
    assert shown(window) == "two"
    session.gate.set()
    clips[0].write_bytes(b"rendered again, longer")
    session.gate = threading.Event()
    with qtbot.waitSignal(window.workspace.progressed):
        window.clips.step(-1)
    with qtbot.waitSignal(window.workspace.clip_opened):
        session.gate.set()


def test_clips_are_closed_by_their_tabs(
    qtbot: QtBot, window: MainWindow, clips: list[Path]
) -> None:
    with qtbot.waitSignal(window.workspace.clip_opened):
        drop_all(window, clips)
    window.tabs.tabCloseRequested.emit(1)
    assert names(window) == ["one", "three"]
    with qtbot.waitSignal(window.workspace.clip_opened):
        window.tabs.tabCloseRequested.emit(0)
    assert names(window) == ["three"], "its neighbour is shown instead"
    assert shown(window) == "three"
    assert window.tabs.isHidden()
    window.clips.remove(clips[2])
    assert names(window) == ["three"], "the last one stays"
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


@pytest.mark.parametrize("kept", ["one", "three"])
def test_the_others_are_closed_around_a_tab(
    qtbot: QtBot, window: MainWindow, clips: list[Path], kept: str
) -> None:
    with qtbot.waitSignal(window.workspace.clip_opened):
        drop_all(window, clips)
    at = names(window).index(kept)

    def choose() -> None:
        (menu,) = window.tabs.findChildren(QMenu)
        next(each for each in menu.actions() if "others" in each.text()).trigger()
        menu.close()

    QTimer.singleShot(0, choose)
    window.tabs.customContextMenuRequested.emit(window.tabs.tabRect(at).center())
    qtbot.waitUntil(lambda: names(window) == [kept])
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    assert (names(window), shown(window)) == ([kept], kept)


def test_a_waiting_clip_that_cannot_be_used_says_why(
    qtbot: QtBot, window: MainWindow, clips: list[Path], tmp_path: Path
) -> None:
    gone = tmp_path / "gone.mp4"
    with qtbot.waitSignal(window.workspace.clip_opened):
        drop_all(window, [clips[0], gone])
    qtbot.waitUntil(lambda: "no video" in window.clips.clips[1].problem)
    assert window.clips.n_waiting == 0
    with qtbot.waitSignal(window.workspace.clip_failed):
        window.clips.step(1)
    assert window.pages.currentWidget() is window.problem
    assert names(window) == ["one"]


def test_a_tab_leads_back_from_a_clip_that_cannot_be_used(
    qtbot: QtBot, window: MainWindow, clips: list[Path], tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.workspace.clip_opened):
        drop_all(window, clips[:2])

    def click() -> None:
        centre = window.tabs.tabRect(0).center()
        QTest.mouseClick(window.tabs, Qt.MouseButton.LeftButton, NO_MODIFIER, centre)

    for leads_back in (click, window.problem.back_requested.emit):
        with qtbot.waitSignal(window.workspace.clip_failed):
            window.open_clip(tmp_path / "gone.mp4")
        assert window.pages.currentWidget() is window.problem
        leads_back()
        qtbot.waitUntil(window.preview.isVisible)
        assert shown(window) == "one"


def test_export_and_playback_are_off_while_another_clip_is_analysed(
    open_clip: OpenClip,
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    clip_file: Path,
    clips: list[Path],
) -> None:
    open_clip(clip_file)
    playback = [*actions_of(window, "&Playback"), *actions_of(window, "&Timeline")]
    exports = window.exports.actions
    assert all(action.isEnabled() for action in (*exports, *playback))
    assert window.header._export.isEnabled()
    window.preview.player.play()
    session.gate = threading.Event()
    with qtbot.waitSignal(window.workspace.progressed):
        window.open_clip(clips[0])
    assert not any(action.isEnabled() for action in (*exports, *playback))
    why = "This can be used once a clip is open and analysed."
    assert {action.toolTip() for action in (*exports, *playback)} == {why}
    assert not window.header._export.isEnabled()
    assert window.header._export.toolTip() == why
    press(window, Qt.Key.Key_Space)
    assert not window.preview.player.playing
    with qtbot.waitSignal(window.workspace.analysis_stopped):
        window.analysing.cancel_requested.emit()
    assert all(action.isEnabled() for action in (*exports, *playback))
    session.gate.set()


def test_another_clip_in_place_of_the_one_being_analysed(
    qtbot: QtBot, window: MainWindow, session: FakeSession, clips: list[Path]
) -> None:
    session.gate = threading.Event()
    with qtbot.waitSignal(window.workspace.progressed):
        window.open_clip(clips[0])
    window.open_clip(clips[1])
    qtbot.wait(100)
    assert window.pages.currentWidget() is window.analysing
    with qtbot.waitSignal(window.workspace.clip_opened):
        session.gate.set()
    assert shown(window) == "two"
    qtbot.waitUntil(lambda: all(clip.is_ready for clip in window.clips.clips))
    assert names(window) == ["one", "two"]


def test_a_sentence_at_the_bottom_moves_nothing(
    open_clip: OpenClip, qtbot: QtBot, window: MainWindow, clip_file: Path
) -> None:
    open_clip(clip_file)
    before = window.preview.geometry()
    window.strip.say("Saved out.mp4")
    qtbot.wait(20)
    assert window.strip.isVisible()
    assert window.preview.geometry() == before
    bar = window.statusBar()
    assert window.strip.geometry().bottom() == bar.geometry().bottom()
    one_line = window.strip.height()
    window.strip.say("A long sentence. " * 60)
    qtbot.wait(20)
    assert window.strip.height() > one_line
    assert window.preview.geometry() == before
    assert window.strip.geometry().bottom() == bar.geometry().bottom()
    window.say("Undone: Change music")
    assert window.strip.text == "Undone: Change music"
    window.strip._notice.timeout.emit()
    assert window.strip.text.startswith("A long sentence.")


def test_a_photograph_keeps_its_name_while_its_clip_is_shown(
    qtbot: QtBot,
    window: MainWindow,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = tmp_path / "beach.jpg"
    photo.write_bytes(b"not decoded by the fake")
    analyse = session.analyse
    written = data_dir() / "picture-clips" / "beach.mp4"
    written.parent.mkdir(parents=True)
    written.write_bytes(b"not decoded by the fake")
    monkeypatch.setattr(
        session, "analyse", lambda _, progress: replace(analyse(written, progress), source=photo)
    )
    with qtbot.waitSignals([window.workspace.clip_opened, window.workspace.sound_ready]):
        window.open_clip(photo)
    assert clip_of(window.workspace).info.path == written
    assert window.header.name == "beach.jpg"
    assert window.windowTitle() == "beach.jpg – Soundbed"
    assert window.recent.clips() == [photo]
    window.pick()
    qtbot.waitUntil(lambda: bool(session.picked()))
    assert session.read(picked_titles) == {photo: ("Track 1",)}
    # Exports aren't offered among the data of the program.
    assert folder_of(written) == Path.home()
    assert folder_of(photo) == tmp_path
