"""Edits of tracks in the library window: read what was edited before, and make the change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.dialogs import open_once
from desktop.jobs import JobRunner
from desktop.library.edit_dialog import EditDialog, with_changes
from desktop.session import Session
from desktop.undo import UndoStack
from engine.library.library import Library
from engine.library.track_edits import NO_EDIT, EditTracks, TrackEdit
from engine.library.tracks import Track
from engine.media.tags import MAX_CHARACTERS
from engine.translation import tr

# All of them are read, and compared for what they have in common.
_MOST_TRACKS = 10_000


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Tracks to edit.

    Attributes:
        tracks: those that can be used.
        edits: what the user said about them before, by content hash.
    """

    tracks: Sequence[Track]
    edits: Mapping[str, TrackEdit]


class TrackEditing(QObject):
    """Edits tracks; each edit is one step of undo.

    Args:
        session: the engine.
        runner: where its calls run.
        changes: makes the edits.
        window: parent of the dialog.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(
        self, session: Session, runner: JobRunner, changes: UndoStack, window: QWidget
    ) -> None:
        super().__init__(window)
        self._session = session
        self._runner = runner
        self._changes = changes
        self._window = window

    def edit_cell(self, track: Track, field: str, text: str) -> None:
        """Change one field of a track.

        Args:
            track: the track.
            field: such as "title".
            text: what was entered.
        """
        if len(text) > MAX_CHARACTERS:
            self.noticed.emit(
                tr("Only the first {n} characters are kept.").format(n=MAX_CHARACTERS)
            )
        content_hash = track.file.content_hash
        job = self._runner.start(
            lambda _: self._session.read(lambda library: library.edits.of([content_hash]))
        )

        def change(edits: Mapping[str, TrackEdit]) -> None:
            edit = with_changes(edits.get(content_hash, NO_EDIT), {field: text})
            self._changes.do(EditTracks(((content_hash, edit),)))

        job.succeeded.connect(change)
        job.failed.connect(self.failed)

    def ask(self, track_ids: Sequence[int]) -> None:
        """Edit tracks in a dialog.

        Args:
            track_ids: their numbers.
        """
        self._read(track_ids, self._open)

    def reset(self, track_ids: Sequence[int]) -> None:
        """Show tracks as their files say.

        Args:
            track_ids: their numbers.
        """
        self._read(track_ids, self._reset)

    def _read(self, track_ids: Sequence[int], use: Callable[[_Chosen], None]) -> None:
        if len(track_ids) > _MOST_TRACKS:
            text = tr("Edit at most {n} tracks at once.").format(n=f"{_MOST_TRACKS:,}")
            self.noticed.emit(text)
            return

        def query(library: Library) -> _Chosen:
            tracks = [
                track
                for track in library.tracks.some(track_ids).values()
                if track.file.content_hash
            ]
            return _Chosen(tracks, library.edits.of(track.file.content_hash for track in tracks))

        job = self._runner.start(lambda _: self._session.read(query))
        job.succeeded.connect(use)
        job.failed.connect(self.failed)

    def _open(self, chosen: _Chosen) -> None:
        if not chosen.tracks:
            self.noticed.emit(tr("Files that can't be used can't be edited either."))
            return
        dialog = EditDialog(chosen.tracks, chosen.edits, self._window)
        dialog.edited.connect(self._changes.do)
        open_once(dialog)

    def _reset(self, chosen: _Chosen) -> None:
        if chosen.edits:
            self._changes.do(EditTracks(tuple((each, NO_EDIT) for each in chosen.edits)))
        else:
            self.noticed.emit(tr("Nothing was edited here."))
