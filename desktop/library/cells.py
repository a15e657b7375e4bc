"""Editing titles, artists, albums and genres in the rows of the library window."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.library.model import ROW_ROLE
from engine.encoders.wants import WANTED_GENRES
from engine.library.tracks import Track
from engine.translation import tr

EDITED_COLUMNS = {0: "title", 1: "artist", 2: "album", 3: "genre"}
_GENRE_COLUMN = 3
_HORIZONTAL = Qt.Orientation.Horizontal
_Index = QModelIndex | QPersistentModelIndex


class CellEditor(QStyledItemDelegate):
    """Edits a cell of a track that can be used; `committed` has track, field and text."""

    committed = Signal(object, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._track: Track | None = None

    # Qt takes None where nothing can be edited; its types don't say so.
    def createEditor(  # type: ignore[override]
        self, parent: QWidget, _option: QStyleOptionViewItem, index: _Index
    ) -> QWidget | None:
        """Return a field or a list of genres; None where nothing can be edited."""
        track = index.model().index(index.row(), 0, index.parent()).data(ROW_ROLE)
        if not isinstance(track, Track) or index.column() not in EDITED_COLUMNS:
            return None
        if not track.file.content_hash:
            return None
        self._track = track
        if index.column() != _GENRE_COLUMN:
            field = QLineEdit(parent)
            field.setAccessibleName(str(index.model().headerData(index.column(), _HORIZONTAL)))
            return field
        genres = genre_box(parent)
        genres.activated.connect(lambda *_: self._finish(genres))
        return genres

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """Show what the cell has."""
        track = self._track
        if track is None:
            return
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(track.genre or ""))
        elif isinstance(editor, QLineEdit):
            editor.setText(value_of(track, EDITED_COLUMNS[index.column()]))

    def setModelData(self, editor: QWidget, _model: QAbstractItemModel, index: _Index) -> None:
        """Report what was entered, if it is something else."""
        track, field = self._track, EDITED_COLUMNS[index.column()]
        if track is None:
            return
        text = editor.currentData() if isinstance(editor, QComboBox) else _text(editor)
        if text != value_of(track, field):
            self.committed.emit(track, field, text)

    def _finish(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)


def genre_box(parent: QWidget | None = None) -> QComboBox:
    """Return a list of all genres; "" is for tracks without a clear one."""
    box = QComboBox(parent)
    box.setAccessibleName(tr("Genre"))
    box.addItem(tr("unsure"), "")
    for genre in sorted(WANTED_GENRES, key=tr):
        box.addItem(tr(genre), genre)
    return box


def value_of(track: Track, field: str) -> str:
    """Return what a track shows of a field; "" for nothing."""
    values = {
        "title": track.title,
        "artist": track.tags.artist,
        "album": track.tags.album,
        "genre": track.genre,
    }
    return values[field] or ""


def _text(editor: QWidget) -> str:
    return editor.text() if isinstance(editor, QLineEdit) else ""
