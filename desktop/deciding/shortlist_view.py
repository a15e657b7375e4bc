"""The rows of the shortlist, in the user's order."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QByteArray, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from desktop.jobs import JobRunner
from desktop.results.list_view import ResultsView
from desktop.results.model import ResultsModel
from engine.library.columns import content_key
from engine.ranking.ranked import RankedTracks
from engine.stories.recommend import Recommendation
from engine.translation import tr

_MIME = "application/x-soundbed-shortlist"
_Index = QModelIndex | QPersistentModelIndex
_ALT = Qt.KeyboardModifier.AltModifier
_KEYPAD = Qt.KeyboardModifier.KeypadModifier
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _Rows(ResultsModel):
    """Rows that can be dragged between each other."""

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Let rows be dragged, and dropped between others only."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:
        """Let the view move rows."""
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def mimeTypes(self) -> list[str]:
        """Return what a drag carries."""
        return [_MIME]

    def mimeData(self, _indexes: Sequence[QModelIndex]) -> QMimeData:
        """Carry nothing: the view knows what is dragged."""
        data = QMimeData()
        data.setData(_MIME, QByteArray(b"rows"))
        return data


class ShortlistView(ResultsView):
    """Rows that are moved by drag or Alt+arrows, and removed with Del.

    `ordered` is emitted with the content hashes in another order, `removed` with those that are to
    be removed.

    Args:
        runner: where rows would be read; all of them are in memory.
    """

    ordered = Signal(tuple)
    removed = Signal(tuple)

    def __init__(self, runner: JobRunner) -> None:
        self.rows = _Rows(runner)
        super().__init__(self.rows)
        self.rows.setParent(self)
        self._items: Sequence[Recommendation] = ()
        self.setAccessibleName(tr("Shortlist"))
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)

    @property
    def shown_items(self) -> Sequence[Recommendation]:
        """The rows."""
        return self._items

    @property
    def hashes(self) -> tuple[str, ...]:
        """The content hashes of the rows."""
        return tuple(item.track.file.content_hash for item in self._items)

    def show_items(self, items: Sequence[Recommendation]) -> None:
        """Show these rows."""
        self._items = items
        contents = [content_key(item.track.file.content_hash) for item in items]
        self.rows.show_ranked(
            RankedTracks(
                np.asarray(contents, np.uint64),
                np.asarray([item.score for item in items], np.float32),
                np.zeros((len(items), 2), np.float32),
                lambda start, stop: tuple(items[start:stop]),
            ),
            items,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the selected rows with Alt+arrows, remove them with Del."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~_KEYPAD
        if key == Qt.Key.Key_Delete:
            self.removed.emit(tuple(self._selected_hashes()))
        elif key in _STEPS and modifiers == _ALT:
            self.move_selected(_STEPS[key])
        else:
            super().keyPressEvent(event)

    def move_selected(self, step: int) -> None:
        """Move the selected rows by one, up (-1) or down (1)."""
        rows = [row for part in self.selected_rows() for row in part]
        if not rows or not rows[0] + step >= 0 or rows[-1] + step >= len(self._items):
            return
        self._move(rows, rows[0] - 1 if step < 0 else rows[-1] + 2)

    def dropEvent(self, event: QDropEvent) -> None:
        """Move the dragged rows to where they are dropped."""
        if event.source() is not self:
            event.ignore()
            return
        index = self.indexAt(event.position().toPoint())
        row = index.row() if index.isValid() else len(self._items)
        below = QAbstractItemView.DropIndicatorPosition.BelowItem
        if index.isValid() and self.dropIndicatorPosition() == below:
            row += 1
        self._move([each for part in self.selected_rows() for each in part], row)
        # Not as a move: the view would remove the rows that were dragged.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def _move(self, rows: Sequence[int], to: int) -> None:
        """Put rows before the row `to`."""
        moved = [self._items[row] for row in rows]
        others = [item for row, item in enumerate(self._items) if row not in rows]
        place = to - sum(row < to for row in rows)
        items = [*others[:place], *moved, *others[place:]]
        if items == list(self._items):
            return
        current = self.currentIndex().row()
        playing = self._items[current].track if current >= 0 else None
        self.show_items(items)
        self.select_silently(playing, [item.track for item in moved])
        self.ordered.emit(self.hashes)

    def _selected_hashes(self) -> list[str]:
        return [self.hashes[row] for part in self.selected_rows() for row in part]
