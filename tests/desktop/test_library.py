from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMessageBox, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.library.window import LibraryWindow
from desktop.session import LibraryListing
from engine.errors import MusicPackError
from engine.library.folders import Folder
from engine.library.removed import RemoveTrack
from engine.library.tracks import Track
from engine.progress import Progress
from tests.desktop.driving import answer, drop, top_item
from tests.desktop.fake_session import FakeSession


def changed(track: Track, **values: Any) -> Track:
    return replace(track, file=replace(track.file, **values))


@pytest.fixture
def window(
    qtbot: QtBot, session: FakeSession, tmp_path: Path, no_leaks: None
) -> Iterator[LibraryWindow]:
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


def child_of(item: QTreeWidgetItem, number: int) -> QTreeWidgetItem:
    child = item.child(number)
    assert child is not None
    return child


def show(qtbot: QtBot, window: LibraryWindow) -> None:
    window.refresh()
    qtbot.waitUntil(lambda: window._runner.n_running == 0)


def test_lists_folders_with_their_tracks_and_states(qtbot: QtBot, window: LibraryWindow) -> None:
    show(qtbot, window)
    top = top_item(window)
    assert top.text(5) == "3 tracks, 1 offline, 1 can't be used"
    rows = [child_of(top, n) for n in range(3)]
    assert [row.text(0) for row in rows] == ["Track 1", "Track 2", "Track 3"]
    assert [row.text(5) for row in rows] == ["", "offline", "can't be used"]
    assert rows[2].toolTip(5) == "no sound in it."


def test_an_empty_library_shows_what_to_do(
    qtbot: QtBot, window: LibraryWindow, session: FakeSession
) -> None:
    session.own = LibraryListing((), ())
    show(qtbot, window)
    assert window._pages.currentWidget() is window._empty
    assert not window._remove.isEnabled()
    assert not window._rescan.isEnabled()


def test_adding_a_folder_reports_and_changes_the_ranking(
    qtbot: QtBot, window: LibraryWindow, session: FakeSession, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.changed):
        window.add_folder(tmp_path)
        assert not window._add.isEnabled()
    assert session.added == [tmp_path]
    assert window.strip.text == "Done: 2 added, 1 unchanged, 1 can't be used"
    qtbot.waitUntil(window._add.isEnabled)


def test_a_cancelled_scan_lists_what_was_analysed(
    qtbot: QtBot,
    window: LibraryWindow,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def add(_folder: Path, progress: Progress) -> None:
        while True:
            progress.step("Analysing music", 1, 3)

    monkeypatch.setattr(session, "add_folder", add)
    with qtbot.waitSignal(window.changed):
        window.add_folder(tmp_path)
        window.strip.cancel()
    assert window.strip.text.startswith("Cancelled: Adding")
    qtbot.waitUntil(lambda: window.tree.topLevelItemCount() == 1)


def test_rescan_reports_what_is_offline(qtbot: QtBot, window: LibraryWindow) -> None:
    with qtbot.waitSignal(window.changed):
        window.rescan()
    assert window.strip.text == "Done: 0 added, 3 unchanged, 1 offline"


@pytest.mark.parametrize("agreed", [False, True])
def test_removing_asks_first(
    qtbot: QtBot,
    window: LibraryWindow,
    session: FakeSession,
    monkeypatch: pytest.MonkeyPatch,
    agreed: bool,
) -> None:
    show(qtbot, window)
    window.tree.setCurrentItem(child_of(top_item(window), 0))
    role = QMessageBox.ButtonRole
    asked = answer(monkeypatch, role.DestructiveRole if agreed else role.RejectRole)
    window.remove_selected()
    assert asked == ["Remove Track 1? Its files stay where they are."]
    qtbot.waitUntil(lambda: window._runner.n_running == 0)
    removed = RemoveTrack(session.own.tracks[0].file.id)
    assert session.removed == ([removed] if agreed else [])


def test_a_dropped_pack_is_installed_and_a_dropped_folder_added(
    qtbot: QtBot, window: LibraryWindow, session: FakeSession, tmp_path: Path
) -> None:
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


def test_a_refused_pack_shows_the_reason(
    qtbot: QtBot,
    window: LibraryWindow,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_pack: Path, _progress: Progress) -> None:
        raise MusicPackError("it was edited.", path="night.zip")

    monkeypatch.setattr(session, "install_pack", refuse)
    with qtbot.waitSignal(window.changed):
        window.install_pack(tmp_path / "night.zip")
    assert "night.zip: it was edited." in window.strip.text


def test_removing_a_pack_names_its_title_and_copies(
    qtbot: QtBot, window: LibraryWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder,) = session.own.folders
    session.own = LibraryListing((folder,), session.own.tracks, {folder.path: "Night"})
    show(qtbot, window)
    top = top_item(window)
    assert top.text(0) == "Night"
    window.tree.setCurrentItem(top)
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    window.remove_selected()
    assert asked == [
        "Remove Night? Its copies in your data folder are deleted after a day; the pack file stays."
    ]
