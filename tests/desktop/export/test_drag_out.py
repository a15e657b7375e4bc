"""Files dragged or copied out of the window: real ones, in a folder that stays."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.export.drag_handle import DragHandle
from desktop.export.dragged_files import folder_in, mime_data
from desktop.main_window import MainWindow
from engine.settings import Settings
from tests.desktop.driving import NO_MODIFIER, OpenClip
from tests.desktop.fake_session import FakeSession

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def handle(open_clip: OpenClip, window: MainWindow, clip_file: Path, tmp_path: Path) -> DragHandle:
    (tmp_path / "exports").mkdir()
    workspace = window.workspace
    workspace.set_settings(Settings(drag_folder=str(tmp_path / "exports")))
    assert not window.drag_handle.isEnabled()
    open_clip(clip_file)
    return window.drag_handle


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[list[Path]]:
    """The files of each drag, in place of drags that wait for a real mouse."""
    found: list[list[Path]] = []

    def start(drag: QDrag, action: Qt.DropAction) -> Qt.DropAction:
        assert action == Qt.DropAction.CopyAction
        found.append(files_in(drag.mimeData()))
        return action

    monkeypatch.setattr(QDrag, "exec", start)
    return found


def files_in(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls()]


def copied() -> list[Path]:
    # An empty clipboard has no data on some systems, whatever the types say.
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return files_in(data) if data is not None else []


def move_mouse(handle: DragHandle, *, release: bool = False) -> None:
    """Press the button on the handle and move the mouse away."""
    events = [(QEvent.Type.MouseButtonPress, 5.0), (QEvent.Type.MouseMove, 60.0)]
    if release:
        events.append((QEvent.Type.MouseButtonRelease, 60.0))
    for kind, x in events:
        at = QPointF(x, 5.0)
        event = QMouseEvent(kind, at, handle.mapToGlobal(at), LEFT, LEFT, NO_MODIFIER)
        QGuiApplication.sendEvent(handle, event)


def test_the_mix_has_another_name_than_the_music(
    qtbot: QtBot, handle: DragHandle, dragged: list[list[Path]], tmp_path: Path
) -> None:
    music, mix = handle.menu_actions[:2]
    music.trigger()
    move_mouse(handle)
    qtbot.waitUntil(lambda: len(dragged) == 1)
    mix.trigger()
    move_mouse(handle)
    qtbot.waitUntil(lambda: len(dragged) == 2)
    assert [path.name for (path,) in dragged] == [
        "holiday - Track 1.wav",
        "holiday - Track 1 mix.wav",
    ]


def test_a_drag_carries_a_real_file(
    qtbot: QtBot,
    window: MainWindow,
    handle: DragHandle,
    session: FakeSession,
    dragged: list[list[Path]],
    tmp_path: Path,
) -> None:
    move_mouse(handle)
    qtbot.waitUntil(lambda: bool(dragged))
    file = tmp_path / "exports" / "holiday - Track 1.wav"
    assert dragged == [[file]]
    assert file.read_bytes() == b"done"
    assert window.strip.text == f"Saved {file.name} in {file.parent}"
    # The same music is the same file; other music is another one, and neither is written over.
    move_mouse(handle)
    assert dragged == [[file], [file]]
    assert len(session.exported) == 1
    window.workspace.set_levels(-6.0, 0.0)
    move_mouse(handle)
    qtbot.waitUntil(lambda: len(dragged) == 3)
    assert dragged[2] == [file.with_name("holiday - Track 1 2.wav")]
    assert session.picked() == []


def test_a_drag_that_ends_before_the_file_is_written_begins_at_once_next_time(
    qtbot: QtBot,
    window: MainWindow,
    handle: DragHandle,
    dragged: list[list[Path]],
) -> None:
    move_mouse(handle, release=True)
    qtbot.waitUntil(lambda: window.strip.text.startswith("Saved"))
    assert dragged == []
    move_mouse(handle)
    assert [path.name for (path,) in dragged] == ["holiday - Track 1.wav"]


def test_the_keyboard_copies_the_file(
    qtbot: QtBot, window: MainWindow, handle: DragHandle, tmp_path: Path
) -> None:
    QGuiApplication.clipboard().clear()
    titles = [action.text() for action in handle.menu_actions]
    assert titles[:2] == ["Music as WAV", "Mix as WAV"]
    handle.menu_actions[1].trigger()
    handle.setFocus()
    QTest.keyClick(handle, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: copied() == [tmp_path / "exports" / "holiday - Track 1 mix.wav"])


def test_a_click_shows_what_is_dragged(window: MainWindow, handle: DragHandle) -> None:
    QTest.mouseClick(handle, LEFT)
    assert handle._menu.isVisible()
    assert handle._menu.actions()[0].isChecked()
    handle._menu.close()
    QTest.keyClick(handle, Qt.Key.Key_Space)
    assert handle._menu.isVisible()
    handle._menu.close()


@pytest.mark.parametrize("name", ["50%25 off #1 & more?.wav", 'a "quoted" ü + b.wav', "a\nb.wav"])
def test_urls_of_odd_names_lead_to_the_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"sound")
    data = mime_data(path)
    assert files_in(data) == [path]
    encoded = bytes(data.data("x-special/gnome-copied-files").data())
    action, _, url = encoded.partition(b"\n")
    assert action == b"copy"
    assert Path(QUrl.fromEncoded(url).toLocalFile()).read_bytes() == b"sound"
    assert not set(b' #?"\n') & set(url)


def test_the_folder_is_no_temporary_one() -> None:
    assert folder_in(Settings(drag_folder="/x/y")) == Path("/x/y")
    assert folder_in(Settings()).name == "Soundbed exports"
