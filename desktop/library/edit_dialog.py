"""The dialog that edits title, artist, album, genre and moods of one or several tracks."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.library.cells import genre_box, value_of
from engine.encoders.wants import WANTED_MOODS
from engine.library.stated_profile import chosen_moods
from engine.library.track_edits import NO_EDIT, EditTracks, TrackEdit
from engine.library.tracks import Track
from engine.media.tags import MAX_CHARACTERS
from engine.translation import tr, trn

_SEVERAL = object()
_N_MOOD_COLUMNS = 4


class EditDialog(QDialog):
    """Shows what tracks have in common; what the user changes is changed for all of them.

    `edited` has the operation.

    Args:
        tracks: at least one, each with a content hash.
        edits: what the user said about them before, by content hash.
        parent: the window above which it opens.
    """

    edited = Signal(EditTracks)

    def __init__(
        self, tracks: Sequence[Track], edits: Mapping[str, TrackEdit], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tracks = tracks
        self._edits = edits
        self._chosen = [frozenset(chosen_moods(track.profile)) for track in tracks]
        n_tracks = len(tracks)
        self.setWindowTitle(trn("Edit {n} track", "Edit {n} tracks", n_tracks).format(n=n_tracks))
        self.resize(520, 420)
        self.fields = {
            field: self._field(field, name)
            for field, name in (
                ("title", tr("Title")),
                ("artist", tr("Artist")),
                ("album", tr("Album")),
            )
        }
        self.fields["title"].setVisible(n_tracks == 1)
        self.genre = genre_box()
        self._genre_before = _common(tracks, lambda track: track.genre or "")
        if self._genre_before is _SEVERAL:
            self.genre.insertItem(0, tr("several"), None)
            self.genre.setCurrentIndex(0)
        else:
            self.genre.setCurrentIndex(self.genre.findData(self._genre_before))
        self.moods = {mood: self._mood(mood) for mood in WANTED_MOODS}
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setObjectName("small")
        self.note.setText(self._said_by_file())
        self.reset = QPushButton(tr("As in the file"))
        self.reset.setToolTip(tr("Take back all that you edited here and before"))
        self.reset.setEnabled(bool(edits))
        self.reset.clicked.connect(self._reset)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.save = QPushButton(tr("Save"))
        self.save.setObjectName("primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        self._lay_out(cancel)

    def _lay_out(self, cancel: QPushButton) -> None:
        form = QFormLayout()
        names = {"title": tr("Title"), "artist": tr("Artist"), "album": tr("Album")}
        for field, name in names.items():
            if field != "title" or len(self._tracks) == 1:
                form.addRow(name, self.fields[field])
        form.addRow(tr("Genre"), self.genre)
        box = QGroupBox(tr("Moods"))
        grid = QGridLayout(box)
        for place, check in enumerate(self.moods.values()):
            grid.addWidget(check, place // _N_MOOD_COLUMNS, place % _N_MOOD_COLUMNS)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reset)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        hint = QLabel(tr("Kept in your library; the files stay as they are."))
        hint.setObjectName("small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(form)
        layout.addWidget(box)
        layout.addWidget(self.note)
        layout.addStretch(1)
        layout.addWidget(hint)
        layout.addLayout(buttons)

    def _field(self, field: str, name: str) -> QLineEdit:
        edit = QLineEdit(self)
        edit.setAccessibleName(name)
        common = _common(self._tracks, lambda track: value_of(track, field))
        if common is _SEVERAL:
            edit.setPlaceholderText(tr("several"))
        else:
            edit.setText(str(common))
        edit.setModified(False)
        edit.textEdited.connect(self._check_length)
        return edit

    def _mood(self, mood: str) -> QCheckBox:
        check = QCheckBox(tr(mood))
        common = self._common_mood(mood)
        if common is _SEVERAL:
            check.setTristate(True)
            check.setCheckState(Qt.CheckState.PartiallyChecked)
        else:
            check.setChecked(bool(common))
        return check

    def _common_mood(self, mood: str) -> object:
        n_with = sum(mood in chosen for chosen in self._chosen)
        return n_with > 0 if n_with in (0, len(self._chosen)) else _SEVERAL

    def _check_length(self) -> None:
        too_long = [edit for edit in self.fields.values() if len(edit.text()) > MAX_CHARACTERS]
        text = tr("Only the first {n} characters are kept.").format(n=MAX_CHARACTERS)
        self.note.setText(text if too_long else self._said_by_file())

    def _said_by_file(self) -> str:
        tag = _common(self._tracks, lambda track: track.genre_tag)
        if tag is _SEVERAL or not tag:
            return ""
        return tr("The file says: {genre}").format(genre=tag)

    def _reset(self) -> None:
        hashes = dict.fromkeys(track.file.content_hash for track in self._tracks)
        self.edited.emit(EditTracks(tuple((each, NO_EDIT) for each in hashes)))
        self.accept()

    def _save(self) -> None:
        texts = {field: edit.text() for field, edit in self.fields.items() if edit.isModified()}
        genre = self.genre.currentData()
        if genre is not None and genre != self._genre_before:
            texts["genre"] = genre
        states = {mood: check.checkState() for mood, check in self.moods.items()}
        changed = [
            mood
            for mood, state in states.items()
            if state != Qt.CheckState.PartiallyChecked
            and (state == Qt.CheckState.Checked) != self._common_mood(mood)
        ]
        changes: dict[str, TrackEdit] = {}
        for track, chosen in zip(self._tracks, self._chosen, strict=True):
            edit = with_changes(self._edits.get(track.file.content_hash, NO_EDIT), texts)
            if changed:
                kept = chosen - set(changed)
                added = {mood for mood in changed if states[mood] == Qt.CheckState.Checked}
                moods = tuple(mood for mood in WANTED_MOODS if mood in kept | added)
                edit = with_moods(edit, moods)
            changes[track.file.content_hash] = edit
        if texts or changed:
            self.edited.emit(EditTracks(tuple(changes.items())))
        self.accept()


def with_changes(edit: TrackEdit, texts: Mapping[str, str]) -> TrackEdit:
    """Return an edit with other texts, by the names of the fields."""
    values = {"title": edit.title, "artist": edit.artist, "album": edit.album, "genre": edit.genre}
    return TrackEdit(**{**values, **texts}, moods=edit.moods)


def with_moods(edit: TrackEdit, moods: tuple[str, ...]) -> TrackEdit:
    """Return an edit with other moods."""
    return TrackEdit(edit.title, edit.artist, edit.album, edit.genre, moods)


def _common(tracks: Sequence[Track], value: Callable[[Track], object]) -> object:
    """Return what all tracks have; `_SEVERAL` where they differ."""
    values = [value(track) for track in tracks]
    return values[0] if all(each == values[0] for each in values) else _SEVERAL
