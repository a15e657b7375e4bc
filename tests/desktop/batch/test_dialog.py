"""The dialog for a folder of clips: what it finds, asks for and remembers."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, QSettings, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.batch.dialog import BatchDialog
from desktop.main_window import MainWindow
from engine.export.formats import FORMATS
from engine.library.picks import AddPick, Pick
from engine.stories.batch_options import OUT_FOLDER
from engine.translation import use_catalogue
from tests.desktop.batch.conftest import Ask
from tests.desktop.driving import NO_MODIFIER
from tests.desktop.fake_session import FakeSession
from tests.desktop.layout_check import cut_off
from tests.pseudo_language import PseudoLanguage


def finish(qtbot: QtBot, window: MainWindow, dialog: BatchDialog) -> None:
    qtbot.waitUntil(dialog.start.isEnabled)
    dialog.start.click()
    qtbot.waitUntil(lambda: not window.batch.is_running)


def drop_on(widget: BatchDialog, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    widget.dropEvent(QDropEvent(QPointF(5, 5), copy, data, button, NO_MODIFIER))


def test_it_asks_for_what_is_chosen(
    qtbot: QtBot, window: MainWindow, session: FakeSession, ask: Ask, clips: Path
) -> None:
    window.results.filters.controls["no-vocals"].set_value(True)
    qtbot.waitUntil(lambda: bool(window.workspace.options.filters))
    dialog = ask(clips)
    assert dialog.found.text() == "3 videos"
    assert set(dialog.boxes) == {kind.name for kind in FORMATS}
    dialog.boxes["video"].setChecked(False)
    dialog.boxes["fcpxml"].setChecked(True)
    dialog.boxes["wav"].setChecked(True)
    dialog.music.setCurrentIndex(1)
    finish(qtbot, window, dialog)
    (options,) = session.batches
    assert set(options.formats) == {"fcpxml", "wav"}
    assert options.by_scenes
    assert (options.ranking.filters, options.ranking.top) == ({"no-vocals": True}, 1)


def test_levels_are_those_of_the_window(
    qtbot: QtBot, window: MainWindow, session: FakeSession, ask: Ask, clips: Path
) -> None:
    window.workspace.set_levels(-6.0, -3.0)
    finish(qtbot, window, ask(clips))
    settings = session.batches[0].settings
    assert (settings.music_gain_db, settings.clip_gain_db) == (-6.0, -3.0)


def test_choices_are_remembered(
    qtbot: QtBot, window: MainWindow, ask: Ask, clips: Path, tmp_path: Path, store: QSettings
) -> None:
    dialog = ask(clips)
    dialog.boxes["video"].setChecked(False)
    dialog.boxes["credits"].setChecked(True)
    dialog.music.setCurrentIndex(1)
    dialog.out.set_path(tmp_path / "elsewhere")
    finish(qtbot, window, dialog)
    store.sync()
    again = ask(None)
    assert again.clips.path == clips
    assert again.out.path == tmp_path / "elsewhere"
    assert [name for name, box in again.boxes.items() if box.isChecked()] == ["credits"]
    assert again.music.currentIndex() == 1
    # Results of clips with the same names in another folder must not replace these.
    again.clips.set_path(tmp_path)
    assert again.out.path == tmp_path / OUT_FOLDER
    again.reject()


def test_finished_clips_are_counted_until_the_options_change(
    qtbot: QtBot, window: MainWindow, ask: Ask, clips: Path
) -> None:
    finish(qtbot, window, ask(clips))
    dialog = ask(None)
    assert dialog.found.text() == "3 videos · finished with these options"
    (clips / "d.mp4").write_bytes(b"new")
    dialog.again.setChecked(True)
    qtbot.waitUntil(lambda: dialog.found.text() == "4 videos")
    assert dialog.start.text() == "Start"
    dialog.again.setChecked(False)
    qtbot.waitUntil(lambda: "3 of them finished" in dialog.found.text())
    assert dialog.start.text() == "Continue"
    dialog.boxes["wav"].setChecked(True)
    qtbot.waitUntil(lambda: dialog.found.text() == "4 videos")
    dialog.reject()


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("nothing", "Choose a folder with clips, or drop one here."),
        ("no format", "Choose at least one kind of file"),
        ("no results", "Choose at least one kind of file, and a folder for the results."),
        ("missing", "there is no such folder"),
        ("empty", "there is no video in this folder"),
        ("among clips", "can't be written into the folder of the clips"),
    ],
)
def test_what_cannot_start_says_why(
    qtbot: QtBot, ask: Ask, clips: Path, tmp_path: Path, case: str, sentence: str
) -> None:
    (tmp_path / "empty").mkdir()
    folders = {"nothing": None, "missing": tmp_path / "none", "empty": tmp_path / "empty"}
    dialog = ask(folders.get(case, clips))
    if case == "no format":
        dialog.boxes["video"].setChecked(False)
    elif case == "no results":
        QTest.keyClick(dialog.out.edit, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(dialog.out.edit, Qt.Key.Key_Delete)
    elif case == "among clips":
        dialog.out.set_path(clips)
    qtbot.waitUntil(lambda: sentence in dialog.found.text())
    assert not dialog.start.isEnabled()
    dialog.reject()


def test_a_folder_can_be_typed_chosen_or_dropped(
    qtbot: QtBot, ask: Ask, clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = ask(None)
    QTest.keyClicks(dialog.clips.edit, str(clips))
    qtbot.waitUntil(lambda: dialog.found.text() == "3 videos")
    assert dialog.out.path == clips / OUT_FOLDER
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.mov").write_bytes(b"x")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(other))
    dialog.clips.choose.click()
    qtbot.waitUntil(lambda: dialog.found.text() == "1 video")
    # A clip stands for its folder.
    drop_on(dialog, clips / "b.mp4")
    qtbot.waitUntil(lambda: dialog.found.text() == "3 videos")
    assert dialog.clips.edit.text() == str(clips)
    dialog.reject()


def test_everything_has_a_name_and_is_reached_by_tab(ask: Ask, clips: Path) -> None:
    dialog = ask(clips)
    named = [*dialog.findChildren(QLineEdit), *dialog.findChildren(QComboBox)]
    assert len(named) >= 3
    assert all(each.accessibleName() for each in named if each.isVisible())
    buttons = [each for each in dialog.findChildren(QPushButton) if each.isVisible()]
    assert all(each.accessibleName() or each.text() for each in buttons)
    reached = set()
    dialog.activateWindow()
    assert dialog.focusWidget() is dialog.clips.edit
    dialog.clips.edit.setFocus()
    for _ in range(40):
        focus = QApplication.focusWidget()
        reached.add(focus)
        QTest.keyClick(focus or dialog, Qt.Key.Key_Tab)
    expected = {
        dialog.clips.edit, dialog.clips.choose, dialog.music, dialog.out.edit, dialog.again,
        dialog.start, *dialog.boxes.values(),
    }  # fmt: skip
    assert expected <= reached
    dialog.reject()


def test_it_grows_with_what_it_shows(
    qtbot: QtBot, window: MainWindow, session: FakeSession, ask: Ask, clips: Path, tmp_path: Path
) -> None:
    def hidden_height(dialog: BatchDialog) -> int:
        return dialog._around.verticalScrollBar().maximum()

    dialog = ask(clips)
    before = dialog.height()
    assert hidden_height(dialog) == 0
    dialog.clips.set_path(tmp_path / ("a folder that isn't there " * 9))
    qtbot.waitUntil(lambda: "no such folder" in dialog.found.text())
    QApplication.processEvents()
    assert hidden_height(dialog) == 0
    assert dialog.height() > before
    dialog.reject()
    # With a pick, the taste counts.
    session.library.apply(AddPick(Pick.of("some clip", session.tracks[0])))
    dialog = ask(clips)
    qtbot.waitUntil(lambda: dialog.filters._taste.isVisible())
    QApplication.processEvents()
    assert hidden_height(dialog) == 0
    dialog.reject()


@pytest.mark.parametrize("longer", [False, True])
def test_it_fits_the_smallest_window(
    window: MainWindow, ask: Ask, clips: Path, longer: bool
) -> None:
    window.resize(window.minimumSize())
    before = use_catalogue(PseudoLanguage()) if longer else None
    try:
        dialog = ask(clips)
        QApplication.processEvents()
        assert dialog.width() <= window.width()
        assert dialog.height() <= window.height()
        assert cut_off(dialog) == []
        form = dialog._around.widget()
        assert form is not None
        assert form.width() <= dialog._around.viewport().width()
        dialog.reject()
    finally:
        if before is not None:
            use_catalogue(before)


@pytest.mark.parametrize("shown", ["menu", "key", "welcome"])
def test_where_it_is_opened(window: MainWindow, shown: str) -> None:
    if shown == "menu":
        window.batch.action.trigger()
    elif shown == "key":
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        window.activateWindow()
        QTest.keyClick(window, Qt.Key.Key_O, both)
    else:
        window.welcome.batch_requested.emit()
    (dialog,) = window.findChildren(BatchDialog)
    assert dialog.isVisible()
    dialog.reject()
