"""Scans run in the main window's strip, one by one, and continue after a quit or a crash."""

import gc
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.jobs import JobRunner
from desktop.library.scan_words import describe_step
from desktop.library.scans import LibraryScans
from desktop.main_window import MainWindow
from desktop.session import Session
from desktop.task_strip import TaskStrip
from desktop.undo import UndoStack
from engine.progress import Progress, ProgressStep
from engine.stories.index_report import IndexReport
from tests.desktop.fake_session import FakeSession


def unfinished(session: FakeSession) -> list[Path]:
    return [folder.path for folder in session.library.unfinished_scans.all()]


def leave_unfinished(session: FakeSession, folder: Path) -> None:
    """Do what a scan does that a crash ended."""
    with session.library.database.writing():
        session.library.unfinished_scans.begin(session.library.folders.add(folder))


def test_a_step_says_n_of_m_the_name_and_the_time_left() -> None:
    step = ProgressStep("Analysing music", 3, 40, "a song.mp3", 130.0)
    assert (
        describe_step("Adding songs", step)
        == "Adding songs · 3 of 40 · a song.mp3 · about 2 minutes left"
    )
    found = ProgressStep("Looking for audio files", 12, None)
    assert describe_step("Rescanning", found) == "Rescanning · Looking for audio files"
    long = ProgressStep("Analysing music", 1, 2, "x" * 10_000)
    assert len(describe_step("Rescanning", long)) < 80


def test_a_scan_is_shown_in_the_main_window_and_paused_there(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    session.scan_gate = threading.Event()
    library = window.library.show()
    window.library.scans.add_folder(tmp_path / "songs")
    shown = "Adding songs · 0 of 3 · song0.mp3"
    qtbot.waitUntil(lambda: window.strip.text == shown == library.strip.text)
    window.strip._pause.click()
    assert window.strip.text == library.strip.text == "Paused: Adding songs"
    assert window.strip._pause.text() == library.strip._pause.text() == "Resume"
    library.close()
    window.strip._pause.click()
    # It isn't what the user waits for: an export can be started, and the window closed.
    assert not window.strip.busy
    with qtbot.waitSignal(window.library.changed):
        session.scan_gate.set()
    assert window.strip.text == "Done: 2 tracks added, 1 file can't be used, 1 unchanged"
    assert unfinished(session) == []


def test_a_library_window_opened_during_a_scan_shows_it(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    session.scan_gate = threading.Event()
    window.library.scans.add_folder(tmp_path / "songs")
    # By then the library has the folder.
    qtbot.waitUntil(lambda: window.strip.text == "Adding songs · 0 of 3 · song0.mp3")
    library = window.library.show()
    qtbot.waitUntil(lambda: library.strip.text == "Adding songs · 0 of 3 · song0.mp3")
    tracks = library.tracks
    qtbot.waitUntil(lambda: tracks.model.rowCount() == 1)
    # The folder has no tracks yet.
    assert tracks.pages.currentWidget() is tracks.empty
    assert tracks.empty.text().startswith("Adding songs · 0 of 3 · Analysing music\n")
    with qtbot.waitSignal(window.library.changed):
        session.scan_gate.set()
    assert library.strip.text == "Done: 2 tracks added, 1 file can't be used, 1 unchanged"
    assert tracks.empty.text().startswith("Add a folder of music")
    assert tracks.pages.currentWidget() is tracks.tree


def test_scans_wait_for_each_other(
    qtbot: QtBot, scans: LibraryScans, session: FakeSession, strip: TaskStrip, tmp_path: Path
) -> None:
    session.scan_gate = threading.Event()
    scans.add_folder(tmp_path / "one")
    qtbot.waitUntil(lambda: strip.text.startswith("Adding one · 0 of 3"))
    scans.add_folder(tmp_path / "two")
    assert strip.text == "Waiting: Adding two"
    session.scan_gate.set()
    qtbot.waitUntil(lambda: session.added == [tmp_path / "one", tmp_path / "two"])
    qtbot.waitUntil(lambda: scans.current is None)


def test_adding_a_folder_can_be_undone(
    qtbot: QtBot, scans: LibraryScans, session: FakeSession, changes: UndoStack, tmp_path: Path
) -> None:
    with qtbot.waitSignal(changes.changed):
        scans.add_folder(tmp_path / "new")
    assert changes.undo_name == "Add folder"
    assert [folder.path for folder in session.library.folders.all()] == [tmp_path / "new"]
    with qtbot.waitSignal(changes.undone):
        changes.undo()
    assert session.library.folders.all() == ()
    assert changes.redo_name == "Add folder"


def test_a_scan_seldom_stops_the_window_to_collect_garbage(
    qtbot: QtBot, scans: LibraryScans, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, during = gc.get_threshold(), []

    def rescan(_progress: Progress, _first: Path | None) -> IndexReport:
        during.append(gc.get_threshold())
        return IndexReport()

    monkeypatch.setattr(session, "rescan", rescan)
    with qtbot.waitSignal(scans.changed):
        scans.rescan()
    assert during == [(*before[:2], 1000)]
    assert gc.get_threshold() == before


def test_a_cancelled_scan_is_not_continued(
    qtbot: QtBot, scans: LibraryScans, session: FakeSession, strip: TaskStrip, tmp_path: Path
) -> None:
    session.scan_gate = threading.Event()
    scans.add_folder(tmp_path / "songs")
    qtbot.waitUntil(lambda: unfinished(session) == [tmp_path / "songs"])
    with qtbot.waitSignal(scans.changed):
        strip.cancel()
    assert strip.text == "Cancelled: Adding songs. A rescan continues it."
    qtbot.waitUntil(lambda: unfinished(session) == [])


def test_an_interrupted_scan_is_continued_with_a_notice_and_a_cancel(
    qtbot: QtBot, scans: LibraryScans, session: FakeSession, strip: TaskStrip, tmp_path: Path
) -> None:
    leave_unfinished(session, tmp_path / "songs")
    session.scan_gate = threading.Event()
    scans.resume()
    shown = "Continuing an interrupted scan · 0 of 3 · song0.mp3"
    qtbot.waitUntil(lambda: strip.text == shown)
    assert strip._cancel.isVisibleTo(strip) and strip._pause.isVisibleTo(strip)
    with qtbot.waitSignal(scans.changed):
        strip.cancel()
    qtbot.waitUntil(lambda: unfinished(session) == [])


def test_what_the_user_asks_for_comes_before_what_is_continued(
    qtbot: QtBot, scans: LibraryScans, session: FakeSession, strip: TaskStrip, tmp_path: Path
) -> None:
    leave_unfinished(session, tmp_path / "old")
    session.scan_gate = threading.Event()
    scans.resume()
    qtbot.waitUntil(lambda: strip.text.startswith("Continuing"))
    scans.add_folder(tmp_path / "new")
    qtbot.waitUntil(lambda: strip.text == "Adding new · 0 of 3 · song0.mp3")
    assert tmp_path / "old" in unfinished(session)
    session.scan_gate.set()
    qtbot.waitUntil(lambda: session.added == [tmp_path / "new"] and unfinished(session) == [])
    qtbot.waitUntil(lambda: scans._resuming is None)
    assert session.resumed == [tmp_path / "old"]


def test_what_is_being_continued_or_scanned_is_not_continued_twice(
    qtbot: QtBot,
    scans: LibraryScans,
    session: FakeSession,
    runner: JobRunner,
    strip: TaskStrip,
    tmp_path: Path,
) -> None:
    leave_unfinished(session, tmp_path / "songs")
    session.scan_gate = threading.Event()
    scans.resume()
    scans.resume()
    qtbot.waitUntil(lambda: strip.text.startswith("Continuing"))
    assert runner.n_running == 1
    scans.add_folder(tmp_path / "new")
    qtbot.waitUntil(lambda: scans.current is not None)
    scans.resume()
    assert runner.n_running == 1


def test_without_an_interrupted_scan_nothing_is_shown(
    qtbot: QtBot, scans: LibraryScans, runner: JobRunner, strip: TaskStrip
) -> None:
    with qtbot.assertNotEmitted(scans.changed):
        scans.resume()
        qtbot.waitUntil(lambda: runner.n_running == 0)
    assert strip.isHidden()


@pytest.fixture
def new_window(
    session: FakeSession, show_window: Callable[[Session], MainWindow]
) -> Callable[[], MainWindow]:
    """Return a function that starts the app, as often as it is called."""
    return lambda: show_window(session)


def test_a_scan_stopped_by_quitting_is_continued_at_the_next_start(
    qtbot: QtBot, session: FakeSession, new_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    session.scan_gate = threading.Event()
    first = new_window()
    first.library.scans.add_folder(tmp_path / "songs")
    qtbot.waitUntil(lambda: first.strip.text.startswith("Adding songs · 0 of 3"))
    # Nothing is asked, and nothing is lost.
    first.close()
    assert unfinished(session) == [tmp_path / "songs"]
    second = new_window()
    qtbot.waitUntil(lambda: second.strip.text.startswith("Continuing an interrupted scan · 0"))
    with qtbot.waitSignal(second.library.changed):
        session.scan_gate.set()
    assert second.strip.text == "Done: 3 tracks added"
    assert unfinished(session) == []


def test_the_library_is_updated_after_what_was_interrupted(
    qtbot: QtBot, session: FakeSession, new_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    leave_unfinished(session, tmp_path / "songs")
    session.scan_gate = threading.Event()
    window = new_window()
    qtbot.waitUntil(lambda: window.strip.text.startswith("Continuing an interrupted scan · 0"))
    assert session.n_renewed == 0
    session.scan_gate.set()
    qtbot.waitUntil(lambda: session.n_renewed == 1)
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def test_a_cancelled_pack_says_no_more_than_that(
    qtbot: QtBot,
    scans: LibraryScans,
    session: FakeSession,
    strip: TaskStrip,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def install(_pack: Path, progress: Progress) -> None:
        while True:
            progress.step("Checking the pack", 1, 2)

    monkeypatch.setattr(session, "install_pack", install)
    scans.install_pack(tmp_path / "night.zip")
    with qtbot.waitSignal(scans.changed):
        strip.cancel()
    assert strip.text == "Cancelled: Installing night.zip"


def test_a_scan_asked_for_at_once_is_reported_once(
    qtbot: QtBot, new_window: Callable[[], MainWindow], tmp_path: Path
) -> None:
    window = new_window()
    changed: list[str] = []
    window.library.changed.connect(lambda: changed.append(window.strip.text))
    # Whether there is anything to be continued isn't known yet.
    window.library.scans.add_folder(tmp_path / "songs")
    qtbot.waitUntil(lambda: window.strip.text.startswith("Done"))
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    assert changed == ["Done: 2 tracks added, 1 file can't be used, 1 unchanged"]
