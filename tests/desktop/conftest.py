"""The window on top of a session without an engine."""

import gc
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.garbage import collect_if_due
from desktop.jobs import JobRunner
from desktop.library.scans import LibraryScans
from desktop.main_window import MainWindow
from desktop.preview.player import Player
from desktop.session import Session
from desktop.task_strip import TaskStrip
from desktop.theme import Theme
from desktop.undo import UndoStack
from tests.desktop.driving import OpenClip
from tests.desktop.fake_playback import FakePicture, FakeSound
from tests.desktop.fake_session import FakeSession

HERE = Path(__file__).parent


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Delete what is left of closed windows on this thread, as the app does.

    Left alone, Python does it on whichever thread makes the next object, and the process crashes.
    """
    if not item.path.is_relative_to(HERE):
        return (yield)
    gc.disable()
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path != item.path:
            # What comes next may be another folder's test with threads of its own.
            gc.collect()
        else:
            collect_if_due()
        gc.enable()


@pytest.fixture(autouse=True)
def released_keys() -> Iterator[None]:
    """Let no key count as held in the next test; Qt keeps the last event's Shift and Control."""
    yield
    if QApplication.instance() and QApplication.keyboardModifiers():
        QTest.keyRelease(QWidget(), Qt.Key.Key_Control, Qt.KeyboardModifier.NoModifier)


@pytest.fixture(scope="session", autouse=True)
def empty_clipboard_at_the_end() -> Iterator[None]:
    """Without a screen, Qt keeps what was copied until Python is gone, and then crashes."""
    yield
    if QApplication.instance() is not None:
        QApplication.clipboard().clear()


@pytest.fixture
def fake_sound() -> FakeSound:
    return FakeSound()


@pytest.fixture
def session(tmp_path: Path) -> FakeSession:
    return FakeSession(tmp_path)


@pytest.fixture
def clip_file(tmp_path: Path) -> Path:
    path = tmp_path / "holiday.mp4"
    path.write_bytes(b"not decoded by the fake")
    return path


@pytest.fixture
def clips(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.mp4" for name in ("one", "two", "three")]
    for path in paths:
        path.write_bytes(b"not decoded by the fake")
    return paths


@pytest.fixture
def no_leaks() -> Iterator[None]:
    """Fail when a test leaves threads of the window running."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    assert not [t.name for t in left if t.name.startswith("soundbed")]


@pytest.fixture
def runner(qapp: QApplication, no_leaks: None) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    runner.shutdown()


@pytest.fixture
def strip(qtbot: QtBot) -> TaskStrip:
    strip = TaskStrip()
    qtbot.addWidget(strip)
    return strip


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def picture() -> FakePicture:
    return FakePicture()


@pytest.fixture
def player(qapp: QApplication, picture: FakePicture, fake_sound: FakeSound) -> Iterator[Player]:
    player = Player(picture, fake_sound)
    yield player
    player.pause()


@pytest.fixture
def changes(session: FakeSession, runner: JobRunner) -> UndoStack:
    return UndoStack(session, runner)


@pytest.fixture
def scans(
    session: FakeSession, runner: JobRunner, strip: TaskStrip, changes: UndoStack
) -> Iterator[LibraryScans]:
    yield LibraryScans(session, runner, strip, changes, strip)
    if session.scan_gate is not None:
        session.scan_gate.set()


@pytest.fixture
def store(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def show_window(
    theme: Theme, store: QSettings, player: Player, no_leaks: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Session], MainWindow]]:
    """Return a function that shows a window; all are closed at the end."""
    # No player opens a picture: the fake clip has none.
    monkeypatch.setattr("desktop.preview.picture.Picture.load", lambda *_: None)
    windows: list[MainWindow] = []

    def show(session: Session) -> MainWindow:
        windows.append(MainWindow(session, theme, store, player))
        windows[-1].show()
        return windows[-1]

    yield show
    for window in windows:
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(session: FakeSession, show_window: Callable[[Session], MainWindow]) -> MainWindow:
    return show_window(session)


@pytest.fixture
def open_clip(qtbot: QtBot, window: MainWindow) -> OpenClip:
    """Return a function that opens a clip and waits for its list and its sound."""

    def opened(clip: Path) -> None:
        with qtbot.waitSignals([window.workspace.ranked, window.workspace.sound_ready]):
            window.open_clip(clip)

    return opened
