"""The dialog of matching packs: what it lists, and what it does, in the real window."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop.main_window import MainWindow
from desktop.settings import packs_dialog
from desktop.settings.compare_dialog import CompareDialog
from desktop.settings.pack_report import ReportDialog
from desktop.settings.packs_dialog import PacksDialog, may_use
from engine.encoders.matching import MUSIC
from engine.encoders.pack_manifest import CARD, PLOT
from engine.errors import PackError
from engine.paths import user_library
from engine.progress import silent
from engine.stories.choose_pack import use_pack
from engine.stories.known_packs import bundled_pack, pack_in_use
from engine.training.pack_comparison import Comparison, as_dict
from engine.training.paired_ranks import PairedInterval
from tests.current_packs import WHY, current_pack
from tests.desktop.driving import OpenClip
from tests.desktop.fake_session import FakeSession

Open = Callable[[], PacksDialog]


@pytest.fixture
def show(window: MainWindow, open_clip: OpenClip, clip_file: Path, qtbot: QtBot) -> Open:
    """Return a function that opens the dialog as a user does, and waits for its list."""
    open_clip(clip_file)

    def shown() -> PacksDialog:
        window.menus.settings_requested.emit()
        dialog = window.settings.dialog
        assert dialog is not None
        QTest.mouseClick(dialog.matching.choose, Qt.MouseButton.LeftButton)
        (packs,) = dialog.findChildren(PacksDialog)
        qtbot.waitUntil(lambda: packs.tree.model().rowCount() > 0)
        return packs

    return shown


def column(packs: PacksDialog, number: int) -> list[str]:
    model = packs.tree.model()
    return [str(model.index(row, number).data()) for row in range(model.rowCount())]


def select(packs: PacksDialog, name: str) -> None:
    packs.tree.setCurrentIndex(packs.tree.model().index(column(packs, 0).index(name), 0))


def drop(dialog: PacksDialog | CompareDialog, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction
    dialog.dropEvent(QDropEvent(QPointF(5, 5), action, data, buttons, keys))


def test_each_pack_is_listed_with_what_is_known_of_it(show: Open) -> None:
    compared = as_dict(Comparison("soundbed-2", PairedInterval(-0.03, -0.05, -0.01, 42, 9)))
    seen = frozenset({"0" * 16, "1" * 16})
    current_pack("mine", seen=seen, extra={"compared": compared})
    current_pack("worse", extra={"candidate": WHY})
    (current_pack("torn") / "manifest.json").write_text('{"format": 2}')
    packs = show()
    assert column(packs, 0) == ["soundbed-2", "mine", "torn", "worse"]
    assert column(packs, 1) == ["bundled", "yours", "yours", "yours"]
    assert [bool(day) for day in column(packs, 2)] == [False, True, False, True]
    assert column(packs, 3) == ["in use", "", "unusable", "candidate"]
    assert packs.details.text().startswith("Music is ranked with this pack.")
    assert not packs.use.isEnabled() and not packs.back.isEnabled()
    select(packs, "mine")
    assert "the own music of 42 clips moves up by +3.0 %" in packs.details.text()
    assert "Learnt from: none" in packs.details.text()
    assert "It names 2 clips that it learnt from" in packs.details.text()
    assert packs.use.isEnabled()
    select(packs, "worse")
    assert packs.details.text().startswith(f"Only a candidate: {WHY}")
    select(packs, "torn")
    assert "made for another version of Soundbed" in packs.details.text()
    assert not packs.use.isEnabled()


def test_a_pack_is_used_by_keyboard_and_the_settings_say_so(
    show: Open, window: MainWindow, qtbot: QtBot
) -> None:
    mine = current_pack("mine")
    packs = show()
    dialog = window.settings.dialog
    assert dialog is not None
    assert dialog.matching.text.text() == "With the pack that comes with Soundbed, “soundbed-2”"
    with qtbot.waitSignals([window.settings.packs.changed, window.workspace.ranked]):
        QTest.keyClick(packs.tree, Qt.Key.Key_Down)
        QTest.keyClick(packs.tree, Qt.Key.Key_Return)
    assert pack_in_use() == mine
    assert dialog.matching.text.text().startswith("With your pack “mine” of ")
    qtbot.waitUntil(lambda: column(packs, 3) == ["", "in use"])
    assert packs.back.text() == "Go back to “soundbed-2”"
    with qtbot.waitSignal(window.settings.packs.changed):
        QTest.keyClick(packs, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert pack_in_use() == bundled_pack()


def test_one_goes_back_to_the_pack_before(show: Open, window: MainWindow, qtbot: QtBot) -> None:
    use_pack(current_pack("mine"), silent())
    packs = show()
    assert packs.back.text() == "Go back to “soundbed-2”"
    with qtbot.waitSignal(window.settings.packs.changed):
        QTest.mouseClick(packs.back, Qt.MouseButton.LeftButton)
    assert pack_in_use() == bundled_pack()
    qtbot.waitUntil(lambda: column(packs, 3) == ["in use", ""])
    assert packs.back.text() == "Go back" and not packs.back.isEnabled()


def test_a_change_shows_how_far_it_is_and_can_be_cancelled(
    show: Open, window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    current_pack("mine")
    session.n_waiting = 200_000
    packs = show()
    select(packs, "mine")
    words = "200000 tracks of yours are embedded for it before it is used: about 5 minutes."
    assert words in packs.details.text()
    session.pack_gate = threading.Event()
    QTest.mouseClick(packs.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Embedding tracks · 1 of 4" in packs.state.text())
    assert packs.bar.isVisible() and not packs.use.isEnabled()
    with qtbot.waitSignal(window.settings.packs.ended):
        QTest.mouseClick(packs.stop, Qt.MouseButton.LeftButton)
    assert packs.state.text() == "Cancelled: the matching pack in use stays."
    assert not packs.bar.isVisible() and packs.use.isEnabled()
    assert pack_in_use() == bundled_pack()


def test_a_change_continues_when_the_dialogs_are_closed(
    show: Open, window: MainWindow, session: FakeSession, qtbot: QtBot
) -> None:
    mine = current_pack("mine")
    packs = show()
    select(packs, "mine")
    session.pack_gate = threading.Event()
    QTest.mouseClick(packs.use, Qt.MouseButton.LeftButton)
    packs.close()
    assert window.settings.dialog is not None
    window.settings.dialog.reject()
    with qtbot.waitSignal(window.settings.packs.changed):
        session.pack_gate.set()
    assert pack_in_use() == mine


@pytest.mark.parametrize("answer", [True, False])
def test_a_candidate_is_used_only_after_a_warning(
    answer: bool, show: Open, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    worse = current_pack("worse", extra={"candidate": WHY})
    packs = show()
    select(packs, "worse")
    asked: list[QMessageBox] = []

    def click(box: QMessageBox) -> QPushButton:
        asked.append(box)
        role = QMessageBox.ButtonRole.AcceptRole if answer else QMessageBox.ButtonRole.RejectRole
        (button,) = (each for each in box.buttons() if box.buttonRole(each) == role)
        assert isinstance(button, QPushButton)
        return button

    monkeypatch.setattr(packs_dialog, "clicked", click)
    if answer:
        with qtbot.waitSignal(window.settings.packs.changed):
            QTest.mouseClick(packs.use, Qt.MouseButton.LeftButton)
    else:
        QTest.mouseClick(packs.use, Qt.MouseButton.LeftButton)
    assert WHY in asked[0].informativeText()
    assert pack_in_use() == (worse if answer else bundled_pack())
    assert not window.settings.packs.is_running


def test_the_warning_is_cancelled_by_enter(show: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    current_pack("worse", extra={"candidate": WHY})
    packs = show()
    select(packs, "worse")
    pack = packs.selected()
    assert pack is not None

    def default(box: QMessageBox) -> QPushButton:
        button = box.defaultButton()
        assert isinstance(button, QPushButton)
        return button

    monkeypatch.setattr(packs_dialog, "clicked", default)
    assert not may_use(pack, packs)


def test_a_pack_that_vanished_while_it_was_listed_says_so(
    show: Open, window: MainWindow, qtbot: QtBot
) -> None:
    mine = current_pack("mine")
    packs = show()
    select(packs, "mine")
    shutil.rmtree(mine)
    with qtbot.waitSignal(window.settings.packs.failed):
        QTest.mouseClick(packs.use, Qt.MouseButton.LeftButton)
    assert "missing" in packs.state.text()
    qtbot.waitUntil(lambda: column(packs, 0) == ["soundbed-2"])
    assert pack_in_use() == bundled_pack()


def test_packs_of_another_folder_are_added(
    show: Open, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: MainWindow
) -> None:
    away = current_pack("away", inside=tmp_path / "drive")
    packs = show()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "drive"))
    QTest.mouseClick(packs.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: column(packs, 0) == ["soundbed-2", "away"])
    found = packs.selected()
    assert found is not None and found.folder == away
    with qtbot.waitSignal(window.settings.packs.changed):
        QTest.mouseClick(packs.use, Qt.MouseButton.LeftButton)
    assert pack_in_use() == away


def test_a_dropped_folder_without_a_pack_says_so_and_is_not_kept(
    show: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    packs = show()
    drop(packs, tmp_path / "empty")
    qtbot.waitUntil(lambda: column(packs, 0) == ["soundbed-2", "empty"])
    assert "there is no matching pack in this folder" in packs.details.text()
    assert not packs.use.isEnabled()
    packs.reload()
    qtbot.waitUntil(lambda: column(packs, 0) == ["soundbed-2"])


def test_the_report_shows_text_and_plot_and_opens_nothing_else(show: Open, qtbot: QtBot) -> None:
    image = QImage(2000, 10, QImage.Format.Format_RGB32)
    image.fill(0)
    text = f"# Mine\n\nLearnt from edits. ![losses]({PLOT}) ![other](/etc/hostname)\n<b>x</b>"
    mine = current_pack("mine", files={CARD: text.encode(), PLOT: _png(image)})
    packs = show()
    select(packs, "mine")
    QTest.mouseClick(packs.report, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(packs.findChildren(ReportDialog)))
    (report,) = packs.findChildren(ReportDialog)
    assert report.page.toPlainText().startswith("Mine\nLearnt from edits.")
    plot = report.page.loadResource(2, QUrl(PLOT))
    assert isinstance(plot, QImage) and 0 < plot.width() < 2000
    assert report.page.loadResource(2, QUrl(str(mine / MUSIC))) is None
    assert report.page.loadResource(2, QUrl("/etc/hostname")) is None
    report.close()


def test_a_pack_without_a_report_says_so(show: Open, qtbot: QtBot) -> None:
    current_pack("mine")
    packs = show()
    select(packs, "mine")
    QTest.mouseClick(packs.report, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "has no such file" in packs.state.text())


def test_a_pack_is_shown_in_the_file_manager(show: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(packs_dialog, "show_in_folder", shown.append)
    packs = show()
    QTest.mouseClick(packs.show_folder, Qt.MouseButton.LeftButton)
    assert shown == [bundled_pack() / "manifest.json"]


def test_a_damaged_library_leaves_the_list_and_the_pack_in_use(
    show: Open, window: MainWindow, qtbot: QtBot
) -> None:
    current_pack("mine")
    user_library().parent.mkdir(parents=True, exist_ok=True)
    user_library().write_bytes(b"no database " * 1000)
    packs = show()
    select(packs, "mine")
    with qtbot.waitSignal(window.settings.packs.failed):
        QTest.mouseClick(packs.use, Qt.MouseButton.LeftButton)
    assert user_library().name in packs.state.text()
    assert pack_in_use() == bundled_pack()


def test_a_list_that_cannot_be_read_is_not_read_again_and_again(
    show: Open, session: FakeSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    packs, asked = show(), []

    def fail(others: object) -> NoReturn:
        asked.append(others)
        raise PackError("the packs can't be read.")

    monkeypatch.setattr(session, "list_packs", fail)
    packs.reload()
    qtbot.waitUntil(lambda: "the packs can't be read" in packs.state.text())
    qtbot.wait(100)
    assert len(asked) == 1


def test_closed_dialogs_are_deleted(show: Open, window: MainWindow, qtbot: QtBot) -> None:
    current_pack("mine", files={CARD: b"# Mine"})
    packs = show()
    select(packs, "mine")
    QTest.mouseClick(packs.report, Qt.MouseButton.LeftButton)
    QTest.mouseClick(packs.compare, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(packs.findChildren(QDialog)) == 2)
    for dialog in (*packs.findChildren(QDialog), packs):
        dialog.close()
    assert window.settings.dialog is not None
    window.settings.dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for kind in (PacksDialog, ReportDialog, CompareDialog):
        assert window.findChildren(kind) == []


def test_every_control_has_a_name_and_tab_reaches_it(show: Open) -> None:
    current_pack("mine")
    packs = show()
    select(packs, "mine")
    assert packs.tree.accessibleName() and packs.details.accessibleName()
    wanted = [packs.tree, packs.use, packs.compare, packs.add, packs.report, packs.show_folder]
    packs.tree.setFocus()
    reached = []
    for _ in range(12):
        focus = QApplication.focusWidget()
        assert focus is not None
        reached.append(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert [each for each in reached if each in wanted][: len(wanted)] == wanted


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # PySide names the format otherwise
    return bytes(data.data())
