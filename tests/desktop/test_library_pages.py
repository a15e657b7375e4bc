"""The pages of the library window: what can't be used, duplicates, and what comes first."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QTextDocumentFragment
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.library.duplicates_page import _summary
from desktop.library.edit_dialog import EditDialog
from desktop.library.grouped import GroupedView
from desktop.library.window import LibraryWindow
from desktop.main_window import MainWindow
from engine.encoders.profile import Profile
from engine.library.duplicates import DuplicateGroup
from engine.library.files import AnalysedFile
from engine.library.left_out import LeftOut
from engine.library.reasons import FileCheck
from engine.library.removed import RemoveTrack
from engine.library.scan import FoundFile
from engine.library.tracks import TrackFile
from engine.media.tags import Tags
from engine.stories.audit_report import Audit, AuditedTrack, GenreShares
from tests.desktop.driving import answer
from tests.desktop.fake_session import FakeSession
from tests.tracks import make_track

MUSIC = Path("/music")


@pytest.fixture
def library(qtbot: QtBot, window: MainWindow, session: FakeSession) -> Iterator[LibraryWindow]:
    folder = session.library.folders.add(MUSIC)
    for number in range(2):
        path = MUSIC / f"bad{number}.mp3"
        track = session.library.files.store_failed(FoundFile(path, 1, 1), "it is damaged.")
        session.library.checks.set(track, FileCheck("unreadable"))
    short = session.library.files.store_failed(FoundFile(MUSIC / "s.mp3", 1, 1), "too short.")
    session.library.checks.set(short, FileCheck("too short"))
    left_out = [LeftOut(MUSIC / f"{n}.mp4", "film") for n in range(3)]
    session.library.left_out.replace(folder.id, MUSIC, left_out)
    for number, title in enumerate(("Dawn", "Dawn (Loop)", "Other")):
        file = TrackFile(MUSIC / f"{number}.mp3", 9, 1, f"own{number}", 60.0, "music-1")
        row = AnalysedFile(file, Tags(title=title, artist="Mo"), Profile(), b"", "profile 1")
        session.library.files.store(folder.id, row)
    copied = session.library.tracks.at(MUSIC / "2.mp3")
    assert copied is not None
    session.library.files.copy(copied.file, FoundFile(MUSIC / "copy.mp3", 9, 1))
    shown = window.library.show()
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    yield shown
    if session.audit_gate is not None:
        session.audit_gate.set()
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def headings(view: GroupedView) -> list[str]:
    model = view.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def rows(view: GroupedView, heading: int, column: int = 0) -> list[str]:
    model = view.model()
    parent = model.index(heading, 0)
    return [model.index(row, column, parent).data() for row in range(model.rowCount(parent))]


def choose(view: GroupedView, heading: int, row: int | None = None) -> None:
    index = view.model().index(heading, 0)
    view.setCurrentIndex(index if row is None else view.model().index(row, 0, index))


def test_files_are_listed_by_reason_and_what_was_left_out_is_counted(
    library: LibraryWindow,
) -> None:
    page = library.problems
    assert library.tabs.tabText(1) == "Problems (3)"
    assert page.summary.text() == "3 files can't be used, 3 were left out."
    assert headings(page.view) == ["Too short (1)", "Unreadable (2)", "Left out: films (3)"]
    assert rows(page.view, 1) == ["bad0.mp3", "bad1.mp3"]
    assert rows(page.view, 1, 2) == ["It is damaged."] * 2
    assert rows(page.view, 2) == ["0.mp4", "1.mp4", "2.mp4"]


@pytest.mark.parametrize(
    ("chosen", "tried"), [((1, 0), {1}), ((1, None), {1, 2}), ((0, None), {3})]
)
def test_one_file_or_all_of_a_reason_are_tried_again(
    qtbot: QtBot,
    library: LibraryWindow,
    window: MainWindow,
    session: FakeSession,
    chosen: tuple[int, int | None],
    tried: set[int],
) -> None:
    page = library.problems
    choose(page.view, *chosen)
    with qtbot.waitSignal(window.library.changed):
        page.retry.click()
    assert set(session.retried[0]) == tried
    assert library.strip.text == window.strip.text
    assert library.strip.text.startswith(f"Done: {len(tried)} track")


def test_all_are_tried_again_and_films_arent(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, session: FakeSession
) -> None:
    choose(library.problems.view, 2)
    assert not library.problems.retry.isEnabled()
    with qtbot.waitSignal(window.library.changed):
        library.problems.retry_all.click()
    assert session.retried == [(1, 2, 3)]


def test_a_file_is_shown_in_the_file_manager(
    library: LibraryWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr("desktop.library.problems_page.show_in_folder", shown.append)
    choose(library.problems.view, 1)
    assert not library.problems.show_folder.isEnabled()
    choose(library.problems.view, 1, 1)
    library.problems.show_folder.click()
    choose(library.problems.view, 2, 0)
    library.problems.show_folder.click()
    assert shown == [MUSIC / "bad1.mp3", MUSIC / "0.mp4"]


def test_thousands_of_problems_are_counted_and_some_are_listed(
    qtbot: QtBot, library: LibraryWindow, session: FakeSession, window: MainWindow
) -> None:
    with session.library.database.writing():
        for number in range(600):
            session.library.files.store_failed(FoundFile(MUSIC / f"x{number}.mp3", 1, 1), "bad")
    library.refresh()
    qtbot.waitUntil(lambda: library.tabs.tabText(1) == "Problems (603)")
    listed = rows(library.problems.view, 1)
    assert len(listed) == 501 and listed[-1] == "and 102 more"
    choose(library.problems.view, 1, 500)
    assert not library.problems.retry.isEnabled()
    # All of them are tried again, listed or not.
    choose(library.problems.view, 1)
    with qtbot.waitSignal(window.library.changed):
        library.problems.retry.click()
    assert len(session.retried[0]) == 602


def test_names_of_files_are_plain_text_in_hints_too(
    qtbot: QtBot, library: LibraryWindow, session: FakeSession
) -> None:
    session.library.files.store_failed(FoundFile(MUSIC / "<b>R&B<i>.mp3", 1, 1), "it is bad.")
    library.refresh()
    view = library.problems.view
    qtbot.waitUntil(lambda: "<b>R&B<i>.mp3" in rows(view, 1))
    index = view.model().index(rows(view, 1).index("<b>R&B<i>.mp3"), 0, view.model().index(1, 0))
    hint = index.data(Qt.ItemDataRole.ToolTipRole)
    assert QTextDocumentFragment.fromHtml(hint).toPlainText() == "<b>R&B<i>.mp3"


def test_without_problems_it_says_so(window: MainWindow, qtbot: QtBot) -> None:
    library = window.library.show()
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    assert library.problems.summary.text() == "All files of your folders can be used."
    assert library.tabs.tabText(1) == "Problems"


def test_only_what_was_found_is_counted() -> None:
    copies = DuplicateGroup("copies", (1, 2))
    assert _summary([copies]).startswith("1 file is there more than once. The list ")
    versions = DuplicateGroup("versions", (1, 2))
    assert _summary([versions]).startswith("1 piece has versions. The list ")


def test_copies_and_versions_are_grouped_and_one_is_removed(
    qtbot: QtBot,
    library: LibraryWindow,
    session: FakeSession,
    window: MainWindow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = library.duplicates
    library.tabs.setCurrentWidget(page)
    qtbot.waitUntil(lambda: bool(headings(page.view)))
    assert headings(page.view) == ["Other: 2 copies of one file", "Dawn: 2 versions"]
    assert rows(page.view, 1) == ["Dawn — Mo", "Dawn (Loop) — Mo"]
    assert page.summary.text().startswith("1 file is there more than once; 1 piece has versions.")
    # A heading stands for all of them: one should stay.
    choose(page.view, 0)
    assert not page.remove.isEnabled()
    choose(page.view, 0, 1)
    asked = answer(monkeypatch, QMessageBox.ButtonRole.DestructiveRole)
    page.remove.click()
    assert asked == ["Remove Other? Its files stay where they are."]
    qtbot.waitUntil(lambda: headings(page.view) == ["Dawn: 2 versions"])
    assert session.applied == [RemoveTrack(7)]


def test_the_audit_shows_tracks_and_genres(
    qtbot: QtBot, library: LibraryWindow, session: FakeSession
) -> None:
    profile = Profile(genre="jazz")
    tracks = [make_track(number, profile=profile) for number in range(4)]
    session.audited = Audit(
        n_clips=40,
        is_own=True,
        n_tracks=3000,
        often=(AuditedTrack(tracks[0], 0.5, 9.0), AuditedTrack(tracks[1], 0.25, 2.0)),
        never=(tracks[2], tracks[3]),
        n_never=20,
        genres=(GenreShares("jazz", 0.75, 0.2), GenreShares("", 0.25, 0.8)),
    )
    page = library.audit
    library.tabs.setCurrentWidget(page)
    assert page.empty.isVisible() and "“Check” ranks all music" in page.empty.text()
    assert not page.results.isVisible()
    page.start()
    assert page.empty.isVisible()
    qtbot.waitUntil(lambda: page._job is None)
    assert page.results.isVisible()
    assert page.summary.text() == (
        "3000 tracks, ranked for 40 clips of your own by match alone. So many lists have room for "
        "2000 tracks at most: most tracks can't be in one."
    )
    assert headings(page.view) == [
        "Comes first too often (1)",
        "Comes first most often (1)",
        "Never among the first 50 (20)",
    ]
    assert rows(page.view, 0, 2) == ["of 50 % of the clips"]
    assert rows(page.view, 2) == ["Track 2", "Track 3"]
    assert page.bars.accessibleDescription() == (
        "jazz: 75 % of the library, 20 % of recommendations; "
        "unsure: 25 % of the library, 80 % of recommendations"
    )


def test_the_bars_are_as_long_as_the_shares(library: LibraryWindow) -> None:
    bars = library.audit.bars
    bars.show_shares((GenreShares("jazz", 0.8, 0.1), GenreShares("folk", 0.2, 0.9)))
    bars.resize(400, 110)
    image = bars.grab().toImage()
    jazz = [_length(image, 34 + 7), _length(image, 34 + 20)]
    folk = [_length(image, 68 + 7), _length(image, 68 + 20)]
    assert jazz[0] > 4 * jazz[1] > 0
    assert folk[1] > 4 * folk[0] > 0
    assert folk[1] > jazz[0]


def _length(image: QImage, y: int) -> int:
    """Return how many pixels in the middle of a bar aren't the background."""
    background = image.pixelColor(image.width() - 2, image.height() - 2)
    row = [image.pixelColor(x, y) for x in range(45, image.width() - 60)]
    return next((n for n, colour in enumerate(row) if colour == background), len(row))


def test_an_audit_is_cancelled(qtbot: QtBot, library: LibraryWindow, session: FakeSession) -> None:
    session.audit_gate = threading.Event()
    page = library.audit
    library.tabs.setCurrentWidget(page)
    page.start_button.click()
    qtbot.waitUntil(lambda: page.summary.text() == "Ranking all tracks for all clips")
    assert page.bar.isVisible() and page.start_button.text() == "Cancel"
    page.start_button.click()
    qtbot.waitUntil(lambda: page.summary.text() == "Cancelled.")
    assert page.start_button.text() == "Check again" and not page.bar.isVisible()


def test_tabs_are_reached_by_keyboard(library: LibraryWindow) -> None:
    bar = library.tabs.tabBar()
    assert bar.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert bar.accessibleName()


def test_after_a_scan_with_problems_they_are_a_click_away(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.library.changed):
        window.library.scans.add_folder(tmp_path / "songs")
    assert window.strip.text == "Done: 2 tracks added, 1 file can't be used, 1 unchanged"
    assert window.strip._offer.text() == "Show problems"
    window.strip._offer.click()
    assert window.library.window is not None
    assert window.library.window.tabs.currentWidget() is window.library.window.problems
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def test_every_control_of_every_page_has_a_name(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow
) -> None:
    library.tracks.editing.ask([4])
    qtbot.waitUntil(lambda: bool(library.findChildren(EditDialog)))
    seen = 0
    for page in range(library.tabs.count()):
        library.tabs.setCurrentIndex(page)
        for widget in library.findChildren(QWidget):
            is_control = isinstance(
                widget, QAbstractButton | QLineEdit | QComboBox | QTabBar | QAbstractItemView
            )
            by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
            if widget.isVisible() and is_control and by_tab:
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget
                seen += 1
    assert seen > 40
