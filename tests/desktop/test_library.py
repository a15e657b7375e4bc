from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox

from desktop.jobs import JobRunner
from desktop.library.window import LibraryWindow
from desktop.session import LibraryListing
from engine.errors import MusicPackError
from engine.library.folders import Folder


def changed(track, **values):
    return replace(track, file=replace(track.file, **values))


@pytest.fixture
def window(qtbot, session, tmp_path, no_leaks):
    folder = tmp_path / "songs"
    tracks = [
        changed(track, origin="own", path=folder / track.path.name) for track in session.tracks[:3]
    ]
    tracks[1] = changed(tracks[1], state="offline")
    tracks[2] = changed(tracks[2], state="failed", message="no sound in it.")
    session.own = LibraryListing((Folder(1, folder, "2026-01-01"),), tuple(tracks))
    runner = JobRunner()
    window = LibraryWindow(session, runner)
    qtbot.addWidget(window)
    yield window
    runner.shutdown()


def show(qtbot, window: LibraryWindow) -> None:
    window.refresh()
    qtbot.waitUntil(lambda: window._runner.n_running == 0)


def test_lists_folders_with_their_tracks_and_states(qtbot, window):
    show(qtbot, window)
    top = window.tree.topLevelItem(0)
    assert top.text(5) == "3 tracks, 1 offline, 1 can't be used"
    assert [top.child(n).text(0) for n in range(3)] == ["Track 1", "Track 2", "Track 3"]
    assert [top.child(n).text(5) for n in range(3)] == ["", "offline", "can't be used"]
    assert top.child(2).toolTip(5) == "no sound in it."


def test_an_empty_library_says_what_to_do(qtbot, window, session):
    session.own = LibraryListing((), ())
    show(qtbot, window)
    assert window._pages.currentWidget() is window._empty
    assert not window._remove.isEnabled()
    assert not window._rescan.isEnabled()


def test_adding_a_folder_reports_and_says_that_the_ranking_changed(
    qtbot, window, session, tmp_path
):
    with qtbot.waitSignal(window.changed):
        window.add_folder(tmp_path)
        assert not window._add.isEnabled()
    assert session.added == [tmp_path]
    assert window.strip.text == "Done: 2 added, 1 unchanged, 1 can't be used"
    qtbot.waitUntil(window._add.isEnabled)


def test_a_cancelled_scan_lists_what_was_finished(qtbot, window, session, tmp_path):
    def add(_folder, progress):
        while True:
            progress.step("Analysing music", 1, 3)

    session.add_folder = add
    with qtbot.waitSignal(window.changed):
        window.add_folder(tmp_path)
        window.strip.cancel()
    assert window.strip.text.startswith("Cancelled: Adding")
    qtbot.waitUntil(lambda: window.tree.topLevelItemCount() == 1)


def test_rescan_reports_what_is_offline(qtbot, window):
    with qtbot.waitSignal(window.changed):
        window.rescan()
    assert window.strip.text == "Done: 0 added, 3 unchanged, 1 offline"


@pytest.mark.parametrize("forget", [False, True])
def test_removing_asks_first(qtbot, window, session, monkeypatch, forget):
    show(qtbot, window)
    window.tree.setCurrentItem(window.tree.topLevelItem(0).child(0))
    role = QMessageBox.ButtonRole
    wanted = role.DestructiveRole if forget else role.RejectRole

    def click(box: QMessageBox) -> int:
        chosen = next(b for b in box.buttons() if box.buttonRole(b) == wanted)
        monkeypatch.setattr(QMessageBox, "clickedButton", lambda _self: chosen)
        return 0

    monkeypatch.setattr(QMessageBox, "exec", click)
    window.remove_selected()
    qtbot.waitUntil(lambda: window._runner.n_running == 0)
    assert [track.title for track in session.removed] == (["Track 1"] if forget else [])


def drop(window: LibraryWindow, path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    actions, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    modifiers = Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPoint(5, 5), actions, data, button, modifiers))


def test_a_dropped_pack_is_installed_and_a_dropped_folder_added(qtbot, window, session, tmp_path):
    with qtbot.waitSignal(window.changed):
        drop(window, tmp_path / "night.soundbed.zip")
    assert session.installed == [tmp_path / "night.soundbed.zip"]
    assert window.strip.text == "Installed: Night, 3 tracks"
    qtbot.waitUntil(window._install.isEnabled)
    with qtbot.waitSignal(window.changed):
        drop(window, tmp_path)
    assert session.added == [tmp_path]
    drop(window, tmp_path / "song.mp3")
    assert len(session.installed) == 1


def test_a_pack_that_is_refused_says_why(qtbot, window, session, tmp_path):
    def refuse(_pack, _progress):
        raise MusicPackError("it was edited.", path="night.zip")

    session.install_pack = refuse
    with qtbot.waitSignal(window.changed):
        window.install_pack(tmp_path / "night.zip")
    assert "night.zip: it was edited." in window.strip.text


def test_a_pack_goes_by_its_title_and_says_that_its_copies_go(qtbot, window, session, monkeypatch):
    (folder,) = session.own.folders
    session.own = LibraryListing((folder,), session.own.tracks, {folder.path: "Night"})
    show(qtbot, window)
    top = window.tree.topLevelItem(0)
    assert top.text(0) == "Night"
    window.tree.setCurrentItem(top)
    said = []

    def click(box: QMessageBox) -> int:
        said.append(f"{box.text()} {box.informativeText()}")
        monkeypatch.setattr(QMessageBox, "clickedButton", lambda _self: box.buttons()[-1])
        return 0

    monkeypatch.setattr(QMessageBox, "exec", click)
    window.remove_selected()
    (text,) = said
    assert text.startswith("Remove Night? Its copies in your data folder are deleted")
