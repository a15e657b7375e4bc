from collections.abc import Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.library.model import STATE_COLUMN
from desktop.library.scans import LibraryScans
from desktop.library.window import LibraryWindow
from desktop.undo import UndoStack
from engine.encoders.profile import Profile
from engine.errors import MusicPackError
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.removed import RemoveFolder, RemoveTrack
from engine.library.tracks import Track, TrackFile, Tracks
from engine.media.tags import Tags
from engine.progress import Progress
from tests.desktop.driving import answer, cells, drop, folder_row
from tests.desktop.fake_session import FakeSession


@pytest.fixture
def empty_window(
    qtbot: QtBot,
    session: FakeSession,
    runner: JobRunner,
    changes: UndoStack,
    scans: LibraryScans,
) -> LibraryWindow:
    window = LibraryWindow(session, runner, changes, scans)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def window(empty_window: LibraryWindow, session: FakeSession, tmp_path: Path) -> LibraryWindow:
    session.add_songs(tmp_path / "songs")
    return empty_window


def show(qtbot: QtBot, window: LibraryWindow) -> None:
    """List the library, and wait until the tracks of its first folder are read."""
    window.refresh()
    qtbot.waitUntil(lambda: window._runner.n_running == 0)
    if window.tracks.model.rowCount():
        folder = folder_row(window)
        qtbot.waitUntil(lambda: "…" not in cells(window, folder, 0))


def add_many(library: Library, folder: Path, n_tracks: int) -> None:
    """Add a folder with so many tracks, "Song 0" first."""
    added = library.folders.add(folder)
    with library.database.writing():
        for number in range(n_tracks):
            file = TrackFile(folder / f"{number}.opus", 10, 1, f"song{number}", 60.0, "music-1")
            tags = Tags(title=f"Song {number}")
            library.files.store(
                added.id, AnalysedFile(file, tags, Profile(), b"features", "profile 1")
            )


def wait_for_folder(qtbot: QtBot, window: LibraryWindow) -> QModelIndex:
    """Return the first folder as soon as it is listed."""
    qtbot.waitUntil(lambda: window.tracks.model.rowCount() > 0)
    return folder_row(window)


def test_lists_folders_with_their_tracks_and_states(qtbot: QtBot, window: LibraryWindow) -> None:
    show(qtbot, window)
    assert window.tracks.summary.text() == "2 tracks"
    folder = folder_row(window)
    assert folder.data().endswith("songs · 2 tracks, 1 of them offline, 1 file can't be used")
    assert cells(window, folder, 0) == ["Track 1", "Track 2", "track3.opus"]
    assert cells(window, folder, STATE_COLUMN) == ["", "offline", "can't be used"]
    failed = window.tracks.model.index(2, STATE_COLUMN, folder)
    assert failed.data(Qt.ItemDataRole.ToolTipRole) == "no sound in it."


def test_only_tracks_that_are_seen_are_read(
    qtbot: QtBot,
    empty_window: LibraryWindow,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window = empty_window
    read: list[str] = []
    add_many(session.library, tmp_path / "songs", 3000)
    original = Tracks.some

    def noting(tracks: Tracks, track_ids: Iterable[int]) -> dict[int, Track]:
        found = original(tracks, track_ids)
        read.extend(track.title for track in found.values())
        return found

    monkeypatch.setattr(Tracks, "some", noting)
    window.show()
    window.refresh()
    folder = wait_for_folder(qtbot, window)
    model = window.tracks.model
    assert model.rowCount(folder) == 3000
    qtbot.waitUntil(lambda: model.index(0, 0, folder).data() == "Song 0")
    assert set(read) == {f"Song {n}" for n in range(200)}
    window.tracks.tree.scrollToBottom()
    qtbot.waitUntil(lambda: model.index(2999, 0, folder).data() == "Song 2999")
    assert set(read) == {f"Song {n}" for n in (*range(200), *range(2800, 3000))}
    # The rows read first are kept.
    assert model.index(0, 0, folder).data() == "Song 0"


def test_rows_read_for_an_older_list_are_not_shown(
    qtbot: QtBot, window: LibraryWindow, session: FakeSession
) -> None:
    window.show_listing(session.listing())
    assert cells(window, folder_row(window), 0) == ["…", "…", "…"]
    window.tracks.model._read()
    RemoveTrack(1).apply(session.library.database)
    window.show_listing(session.listing())
    folder = folder_row(window)
    qtbot.waitUntil(lambda: cells(window, folder, 0) == ["Track 2", "track3.opus"])


def test_tracks_in_no_folder_are_listed_below_the_folders(
    qtbot: QtBot, window: LibraryWindow, session: FakeSession
) -> None:
    with session.library.database.writing() as connection:
        connection.execute("UPDATE tracks SET path = ? WHERE id = 2", (b"/elsewhere/b.mp3",))
    show(qtbot, window)
    assert window.tracks.model.rowCount() == 2
    loose = window.tracks.model.index(1, 0)
    qtbot.waitUntil(lambda: loose.data() == "Track 2")
    assert cells(window, folder_row(window), 0) == ["Track 1", "track3.opus"]


def test_an_empty_library_shows_what_to_do(qtbot: QtBot, empty_window: LibraryWindow) -> None:
    show(qtbot, empty_window)
    assert empty_window.tracks.pages.currentWidget() is empty_window.tracks.empty
    assert not empty_window.tracks.remove.isEnabled()
    assert not empty_window._rescan.isEnabled()


def test_adding_a_folder_reports_here_too(
    qtbot: QtBot, window: LibraryWindow, scans: LibraryScans, tmp_path: Path
) -> None:
    with qtbot.waitSignal(scans.changed):
        scans.add_folder(tmp_path)
    assert window.strip.text == "Done: 2 tracks added, 1 file can't be used, 1 unchanged"


def test_a_rescan_begins_with_the_folder_that_is_seen(
    qtbot: QtBot, window: LibraryWindow, scans: LibraryScans, session: FakeSession, tmp_path: Path
) -> None:
    session.library.folders.add(tmp_path / "zither")
    window.show()
    show(qtbot, window)
    for row, folder in ((None, "songs"), (1, "zither"), (0, "songs")):
        if row is not None:
            window.tracks.tree.setCurrentIndex(window.tracks.model.index(row, 0))
        with qtbot.waitSignal(scans.changed):
            window.rescan()
        assert session.scanned_first[-1] == tmp_path / folder
        show(qtbot, window)
    window.tracks.tree.setCurrentIndex(window.tracks.model.index(1, 4, folder_row(window)))
    with qtbot.waitSignal(scans.changed):
        window.rescan()
    assert session.scanned_first[-1] == tmp_path / "songs"
    qtbot.waitUntil(lambda: window._runner.n_running == 0)


def test_rescan_reports_what_is_offline(
    qtbot: QtBot, window: LibraryWindow, scans: LibraryScans
) -> None:
    with qtbot.waitSignal(scans.changed):
        window.rescan()
    assert window.strip.text == "Done: 0 tracks added, 3 unchanged, 1 offline"


@pytest.mark.parametrize("agreed", [False, True])
def test_removing_asks_first(
    qtbot: QtBot,
    window: LibraryWindow,
    session: FakeSession,
    changes: UndoStack,
    monkeypatch: pytest.MonkeyPatch,
    agreed: bool,
) -> None:
    show(qtbot, window)
    window.tracks.tree.setCurrentIndex(window.tracks.model.index(0, 0, folder_row(window)))
    role = QMessageBox.ButtonRole
    asked = answer(monkeypatch, role.DestructiveRole if agreed else role.RejectRole)
    window.tracks.remove_selected()
    assert asked == ["Remove Track 1? Its files stay where they are."]
    qtbot.waitUntil(lambda: not changes.busy)
    assert session.applied == ([RemoveTrack(1)] if agreed else [])


def test_a_dropped_pack_is_installed_and_a_dropped_folder_added(
    qtbot: QtBot, window: LibraryWindow, scans: LibraryScans, session: FakeSession, tmp_path: Path
) -> None:
    with qtbot.waitSignal(scans.changed):
        drop(window, tmp_path / "night.soundbed.zip")
    assert session.installed == [tmp_path / "night.soundbed.zip"]
    assert window.strip.text == "Installed: Night, 3 tracks"
    with qtbot.waitSignal(scans.changed):
        drop(window, tmp_path)
    assert session.added == [tmp_path]
    drop(window, tmp_path / "song.mp3")
    assert len(session.installed) == 1


def test_a_refused_pack_shows_the_reason(
    qtbot: QtBot,
    window: LibraryWindow,
    scans: LibraryScans,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_pack: Path, _progress: Progress) -> None:
        raise MusicPackError("it was edited.", path="night.zip")

    monkeypatch.setattr(session, "install_pack", refuse)
    with qtbot.waitSignal(scans.changed):
        scans.install_pack(tmp_path / "night.zip")
    assert "night.zip: it was edited." in window.strip.text


def test_a_removed_folder_comes_back_as_it_was(
    qtbot: QtBot,
    window: LibraryWindow,
    session: FakeSession,
    changes: UndoStack,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    window.show()
    show(qtbot, window)
    before = session.library.tracks.all()
    window.tracks.tree.setCurrentIndex(folder_row(window))
    answer(monkeypatch, QMessageBox.ButtonRole.DestructiveRole)
    window.tracks.remove_selected()
    qtbot.waitUntil(lambda: window.tracks.model.rowCount() == 0)
    assert session.library.tracks.all() == ()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.tracks.model.rowCount() == 1)
    assert session.library.tracks.all() == before
    assert session.added == []
    assert changes.redo_name == "Remove folder"


def test_a_removal_that_fails_says_why(
    qtbot: QtBot, window: LibraryWindow, changes: UndoStack, tmp_path: Path
) -> None:
    with qtbot.waitSignal(changes.failed):
        changes.do(RemoveFolder(tmp_path / "other"))
    assert "this folder isn't in the library" in window.strip.text
    assert changes.undo_name is None


def test_removing_a_pack_names_its_title_and_copies(
    qtbot: QtBot,
    window: LibraryWindow,
    session: FakeSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session.packs = {tmp_path / "songs": "Night"}
    show(qtbot, window)
    assert folder_row(window).data().startswith("Night · ")
    window.tracks.tree.setCurrentIndex(folder_row(window))
    asked = answer(monkeypatch, QMessageBox.ButtonRole.RejectRole)
    window.tracks.remove_selected()
    assert asked == [
        "Remove Night? Its copies in your data folder are deleted after a day; the pack file stays."
    ]
