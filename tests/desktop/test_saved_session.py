"""After a crash the open clips come back; a clip that makes the window crash asks first."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from desktop.clip.open_clips import OpenClips
from desktop.clip.saved_session import SavedSession
from desktop.jobs import JobRunner
from desktop.recent import RecentClips
from desktop.workspace import Workspace
from engine.settings import Settings
from tests.desktop.fake_session import FakeSession


class Window:
    """What of a window has to do with its session."""

    def __init__(self, session: FakeSession, store: QSettings) -> None:
        self.runner = JobRunner()
        self.workspace = Workspace(session, self.runner, Settings())
        self.clips = OpenClips(self.workspace)
        self.saved = SavedSession(self.clips, self.workspace, store)
        self.asked: list[Callable[[], object]] = []

    def start(self) -> None:
        self.saved.restore_or_ask(lambda _text, _button, act: self.asked.append(act))

    def crash(self) -> None:
        """End without closing: the lock goes with the process."""
        self.saved._safe.stop()
        self.saved._lock.release()

    def names(self) -> list[str]:
        return [clip.path.stem for clip in self.clips.clips]


@pytest.fixture
def start_window(
    session: FakeSession, store: QSettings, no_leaks: None
) -> Iterator[Callable[[], Window]]:
    """Return a function that starts a window; all are closed at the end."""
    windows: list[Window] = []

    def start() -> Window:
        windows.append(Window(session, store))
        return windows[-1]

    yield start
    for window in windows:
        window.saved.close()
        window.workspace.close()


@pytest.fixture
def opened(start_window: Callable[[], Window], qtbot: QtBot, clips: list[Path]) -> Window:
    window = start_window()
    with qtbot.waitSignal(window.workspace.clip_opened):
        window.clips.add(clips)
    with qtbot.waitSignal(window.workspace.clip_opened):
        window.clips.show(clips[1])
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    return window


def test_after_a_crash_the_clips_come_back_and_the_one_shown_is_shown(
    opened: Window, start_window: Callable[[], Window], qtbot: QtBot
) -> None:
    opened.crash()
    window = start_window()
    with qtbot.waitSignal(window.workspace.clip_opened):
        window.start()
    assert sorted(window.names()) == ["one", "three", "two"]
    clip = window.workspace.clip
    assert clip is not None
    assert clip.info.path.stem == "two"
    assert not window.asked


def test_a_window_that_was_closed_leaves_no_session(
    opened: Window, start_window: Callable[[], Window]
) -> None:
    opened.saved.close()
    window = start_window()
    window.start()
    assert window.names() == []
    assert not window.asked


def test_a_crash_while_restoring_asks_before_it_tries_again(
    opened: Window, start_window: Callable[[], Window], qtbot: QtBot
) -> None:
    opened.crash()
    second = start_window()
    with qtbot.waitSignal(second.workspace.clip_opened):
        second.start()
    second.crash()
    third = start_window()
    third.start()
    assert third.names() == []
    with qtbot.waitSignal(third.workspace.clip_opened):
        third.asked[0]()
    assert len(third.names()) == 3


def test_a_clip_that_stays_open_for_a_while_counts_as_safe(
    opened: Window, start_window: Callable[[], Window], qtbot: QtBot
) -> None:
    opened.crash()
    second = start_window()
    with qtbot.waitSignal(second.workspace.clip_opened):
        second.start()
    second.saved._safe.timeout.emit()
    second.crash()
    third = start_window()
    assert third.saved.may_restore


def test_a_second_window_has_no_session_and_changes_none(
    opened: Window, start_window: Callable[[], Window]
) -> None:
    second = start_window()
    second.start()
    assert second.names() == []
    second.saved.close()
    opened.crash()
    third = start_window()
    assert len(third.saved.left) == 3


def test_files_that_are_gone_are_left_out(
    opened: Window, start_window: Callable[[], Window], clips: list[Path]
) -> None:
    opened.crash()
    clips[0].unlink()
    third = start_window()
    assert [path.stem for path in third.saved.left] == ["two", "three"]


def test_files_that_cannot_be_looked_for_are_left_out(
    start_window: Callable[[], Window], store: QSettings, clips: list[Path]
) -> None:
    # The system refuses to look for so long a name, as for files on a drive that fails.
    refused = clips[0].with_name("x" * 300)
    store.setValue("session/clips", [str(refused), str(clips[1])])
    store.setValue("session/state", "open")
    store.setValue("clips/recent", [str(refused), str(clips[1])])
    assert start_window().saved.left == (clips[1],)
    assert RecentClips(store).clips() == [clips[1]]
