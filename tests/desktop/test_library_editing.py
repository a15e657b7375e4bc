"""Titles, genres and moods are edited in the library window, and undone."""

import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.library.edit_dialog import EditDialog
from desktop.library.model import ROW_ROLE
from desktop.library.window import LibraryWindow
from desktop.main_window import MainWindow
from engine.encoders.profile import Profile
from engine.library.files import AnalysedFile
from engine.library.library import Library
from engine.library.track_edits import EditTracks, TrackEdit
from engine.library.tracks import Track, TrackFile, Tracks
from engine.media.tags import Tags
from tests.desktop.driving import cells, folder_row
from tests.desktop.fake_library import TRACK_S
from tests.desktop.fake_session import FakeSession

TITLE, ARTIST, ALBUM, GENRE, MOODS = range(5)


def add(library: Library, folder: Path) -> None:
    """Add three tracks."""
    added = library.folders.add(folder)
    for number in (1, 2, 3):
        file = TrackFile(folder / f"{number}.opus", 10, 1, f"own{number}", TRACK_S, "music-1")
        tags = Tags(title=f"Track {number}", artist="Mo", album=f"Album {number}")
        profile = Profile(genre="jazz", moods={"calm": 2.0, "dark": -1.0})
        library.files.store(added.id, AnalysedFile(file, tags, profile, b"features", "profile 1"))


@pytest.fixture
def library(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> Iterator[LibraryWindow]:
    add(session.library, tmp_path / "songs")
    shown = window.library.show()
    qtbot.waitUntil(lambda: shown.tracks.model.rowCount() > 0)
    qtbot.waitUntil(lambda: "…" not in cells(shown, folder_row(shown), 0))
    yield shown
    qtbot.waitUntil(lambda: window.runner.n_running == 0)


def column(library: LibraryWindow, number: int) -> list[str]:
    return cells(library, folder_row(library), number)


def track_in(library: LibraryWindow, row: int) -> Track:
    track = library.tracks.model.index(row, 0, folder_row(library)).data(ROW_ROLE)
    assert isinstance(track, Track)
    return track


def select(library: LibraryWindow, *rows: int) -> None:
    tree, parent = library.tracks.tree, folder_row(library)
    tree.selectionModel().clear()
    for row in rows:
        index = library.tracks.model.index(row, 0, parent)
        flags = QItemSelectionModel.SelectionFlag
        tree.selectionModel().select(index, flags.Select | flags.Rows)
        tree.selectionModel().setCurrentIndex(index, flags.NoUpdate)


def edit_cell(library: LibraryWindow, row: int, number: int) -> QLineEdit | QComboBox:
    """Open the editor of a cell as F2 does."""
    tree = library.tracks.tree
    index = library.tracks.model.index(row, number, folder_row(library))
    tree.setCurrentIndex(index)
    tree.edit(index)
    editor = tree.indexWidget(index)
    found = editor or tree.viewport().findChild(QLineEdit) or tree.viewport().findChild(QComboBox)
    assert isinstance(found, QLineEdit | QComboBox)
    return found


def dialog_of(qtbot: QtBot, library: LibraryWindow) -> EditDialog:
    qtbot.waitUntil(lambda: bool(library.findChildren(EditDialog)))
    (dialog,) = library.findChildren(EditDialog)
    return dialog


def test_a_title_is_edited_in_its_row_and_undone(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow
) -> None:
    field = edit_cell(library, 0, TITLE)
    assert isinstance(field, QLineEdit) and field.text() == "Track 1"
    field.setText("Dawn")
    with qtbot.waitSignal(window.workspace.changes.done):
        QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: column(library, TITLE) == ["Dawn", "Track 2", "Track 3"])
    # The row shows that it was edited, not by colour alone.
    index = library.tracks.model.index(0, TITLE, folder_row(library))
    assert index.data(Qt.ItemDataRole.FontRole).italic()
    assert "Edited by you" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert library.tracks.tree.isExpanded(folder_row(library))
    assert window.workspace.changes.undo_name == "Edit track"
    with qtbot.waitSignal(window.workspace.changes.undone):
        window.workspace.changes.undo()
    qtbot.waitUntil(lambda: column(library, TITLE)[0] == "Track 1")


def test_a_genre_is_chosen_in_its_row(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, session: FakeSession
) -> None:
    genres = edit_cell(library, 1, GENRE)
    assert isinstance(genres, QComboBox) and genres.currentData() == "jazz"
    genres.setCurrentIndex(genres.findData("folk"))
    with qtbot.waitSignal(window.workspace.changes.done):
        genres.activated.emit(genres.currentIndex())
    qtbot.waitUntil(lambda: column(library, GENRE) == ["jazz", "folk", "jazz"])
    assert session.library.tracks.get(2).genre == "folk"


def test_an_edit_that_changes_nothing_is_none(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, session: FakeSession
) -> None:
    field = edit_cell(library, 0, ARTIST)
    QTest.keyClick(field, Qt.Key.Key_Return)
    field = edit_cell(library, 0, TITLE)
    assert isinstance(field, QLineEdit)
    field.setText("Something")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.runner.n_running == 0)
    assert session.applied == []


@pytest.mark.parametrize("text", ["x" * 10_000, "<b>bold</b>", "שלום\u202e", "\n\t"])
def test_any_text_is_plain_text_of_limited_length(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, text: str
) -> None:
    with qtbot.waitSignal(window.workspace.changes.done):
        library.tracks.editing.edit_cell(track_in(library, 0), "artist", text)
    qtbot.waitUntil(
        lambda: column(library, ARTIST)[0] != "…" and column(library, ARTIST)[0] != "Mo"
    )
    shown = column(library, ARTIST)[0] or ""
    assert len(shown) <= 300 and "\u202e" not in shown
    expected = "Only the first 300 characters are kept." if len(text) > 300 else ""
    assert library.strip.text == expected
    hint = library.tracks.model.index(0, ARTIST, folder_row(library))
    assert "<b>" not in str(hint.data(Qt.ItemDataRole.ToolTipRole))


def test_several_tracks_are_edited_at_once(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, session: FakeSession
) -> None:
    select(library, 0, 2)
    library.tracks.edit.click()
    dialog = dialog_of(qtbot, library)
    assert not dialog.fields["title"].isVisible()
    assert dialog.fields["artist"].text() == "Mo"
    assert (dialog.fields["album"].text(), dialog.fields["album"].placeholderText()) == (
        "",
        "several",
    )
    QTest.keyClicks(dialog.fields["album"], "Best")
    dialog.genre.setCurrentIndex(dialog.genre.findData("ambient"))
    assert dialog.moods["calm"].isChecked() and not dialog.moods["epic"].isChecked()
    dialog.moods["epic"].click()
    with qtbot.waitSignal(window.workspace.changes.done):
        dialog.save.click()
    qtbot.waitUntil(lambda: column(library, ALBUM) == ["Best", "Album 2", "Best"])
    assert column(library, GENRE) == ["ambient", "jazz", "ambient"]
    assert column(library, MOODS) == ["calm, epic", "calm", "calm, epic"]
    assert column(library, TITLE) == ["Track 1", "Track 2", "Track 3"]
    assert window.workspace.changes.undo_name == "Edit 2 tracks"
    # One step of undo for all of them.
    with qtbot.waitSignal(window.workspace.changes.undone):
        window.workspace.changes.undo()
    qtbot.waitUntil(lambda: column(library, MOODS) == ["calm"] * 3)


def test_where_tracks_differ_nothing_is_changed_unasked(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, session: FakeSession
) -> None:
    session.library.apply(EditTracks((("own1", TrackEdit(genre="folk", moods=("epic",))),)))
    select(library, 0, 1)
    library.tracks.edit_selected()
    dialog = dialog_of(qtbot, library)
    assert dialog.genre.currentData() is None
    assert dialog.moods["calm"].checkState() == Qt.CheckState.PartiallyChecked
    QTest.keyClicks(dialog.fields["artist"], "!")
    with qtbot.waitSignal(window.workspace.changes.done):
        dialog.save.click()
    edits = session.library.edits.of(["own1", "own2"])
    assert edits["own1"] == TrackEdit(artist="Mo!", genre="folk", moods=("epic",))
    assert edits["own2"] == TrackEdit(artist="Mo!")


def test_the_way_back_to_what_the_file_says(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, session: FakeSession
) -> None:
    session.library.apply(EditTracks((("own1", TrackEdit(title="Dawn", genre="folk")),)))
    session.library.genre_tags.set([("own1", "Progressive Rock")])
    select(library, 0)
    library.tracks.edit_selected()
    dialog = dialog_of(qtbot, library)
    assert dialog.note.text() == "The file says: Progressive Rock"
    with qtbot.waitSignal(window.workspace.changes.done):
        dialog.reset.click()
    assert session.library.edits.of(["own1"]) == {}
    qtbot.waitUntil(lambda: column(library, TITLE)[0] == "Track 1")
    library.tracks.reset_selected()
    qtbot.waitUntil(lambda: library.strip.text == "Nothing was edited here.")


def test_what_is_edited_is_ranked_again(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    with qtbot.waitSignal(window.workspace.ranked):
        window.open_clip(clip_file)
    with qtbot.waitSignal(window.workspace.ranked):
        window.workspace.changes.do(EditTracks((("own1", TrackEdit(genre="folk")),)))


def test_a_file_that_cant_be_used_isnt_edited(
    qtbot: QtBot, window: MainWindow, session: FakeSession, tmp_path: Path
) -> None:
    session.add_songs(tmp_path / "others")
    library = window.library.show()
    qtbot.waitUntil(lambda: library.tracks.model.rowCount() > 0)
    qtbot.waitUntil(lambda: "…" not in column(library, 0))
    tree = library.tracks.tree
    index = library.tracks.model.index(2, TITLE, folder_row(library))
    tree.setCurrentIndex(index)
    tree.edit(index)
    assert tree.viewport().findChild(QLineEdit) is None
    library.tracks.editing.ask([3])
    qtbot.waitUntil(lambda: "can't be edited" in library.strip.text)


def test_many_edited_tracks_get_their_vectors_in_the_background(
    qtbot: QtBot, library: LibraryWindow, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[bool] = []
    monkeypatch.setattr(window.library.renewal, "start", lambda: started.append(True))
    for n_tracks, expected in ((100, []), (101, [True])):
        edits = tuple((f"other{n}", TrackEdit(genre="folk")) for n in range(n_tracks))
        with qtbot.waitSignal(window.workspace.changes.done):
            window.workspace.changes.do(EditTracks(edits))
        assert started == expected


def test_more_tracks_than_can_be_edited_at_once_are_refused(
    qtbot: QtBot, library: LibraryWindow
) -> None:
    library.tracks.editing.ask(range(10_001))
    assert library.strip.text == "Edit at most 10,000 tracks at once."


def test_rows_read_before_an_edit_are_not_shown_after_it(
    qtbot: QtBot, library: LibraryWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = library.tracks.model
    gate, original = threading.Event(), Tracks.some

    def slow(tracks: Tracks, track_ids: Iterable[int]) -> dict[int, Track]:
        found = original(tracks, track_ids)
        gate.wait(10)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Tracks, "some", slow)
        model.reload()
        column(library, TITLE)
        qtbot.waitUntil(lambda: model._reading != ())
        session.library.apply(EditTracks((("own1", TrackEdit(title="Dawn")),)))
        model.reload()
    gate.set()
    qtbot.waitUntil(lambda: column(library, TITLE) == ["Dawn", "Track 2", "Track 3"])
