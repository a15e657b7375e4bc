"""The list itself: its keys, the selected rows, and what stays where it is in another ranking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from desktop.results.model import ResultsModel
from desktop.results.pages import Missing
from desktop.results.row import RowDelegate
from desktop.results.row_words import RowMarks
from engine.library.tracks import Track
from engine.stories.recommend import Recommendation
from engine.translation import tr

_Index = QModelIndex | QPersistentModelIndex
_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
# Five rows of three lines.
_SMALL_HEIGHT = 430
_SHIFT = Qt.KeyboardModifier.ShiftModifier
# So many are read when they are selected, to do something with all of them.
N_SELECTED = 500
# Looking up more selected tracks in another ranking would be felt.
_N_KEPT = 200
_SELECT = QItemSelectionModel.SelectionFlag


@dataclass(frozen=True, slots=True)
class _Anchor:
    """The track at the top of the view, and how far above the top its row begins, in pixels."""

    track: Track
    offset: int


class ResultsView(QListView):
    """The ranked tracks; emits those that the user goes to.

    Letter keys are left to the playback, instead of searching. Several rows can be selected; the
    current one alone is `chosen`.

    Args:
        model: the rows.
    """

    chosen = Signal(object)
    picked = Signal()
    menu_requested = Signal(QPoint)
    selection_told = Signal(str)

    def __init__(self, model: ResultsModel) -> None:
        super().__init__()
        self._model = model
        self._pending: int | None = None
        self._menu_place: QPoint | None = None
        self.setObjectName("results")
        self.setModel(model)
        self._painter = RowDelegate(self)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAccessibleName(tr("Ranked tracks"))
        self.doubleClicked.connect(self.picked)
        self.selectionModel().currentChanged.connect(lambda index, _before: self._choose(index))
        self.selectionModel().selectionChanged.connect(lambda *_: self._expect_selected())
        self.clicked.connect(self._choose)
        model.pages.read.connect(self._choose_pending)
        model.pages.read.connect(lambda *_: self._show_menu())

    def set_marks(self, marks_of: Callable[[Track], RowMarks]) -> None:
        """Show what the user decided about tracks; called again when that changed."""
        self._painter.marks_of = self._model.marks_of = marks_of
        self._painter.forget()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show fewer lines of each row in a small list, so that more rows are seen."""
        if self._painter.set_small(event.size().height() < _SMALL_HEIGHT):
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Measure the rows again in another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._painter.forget()

    def dataChanged(self, first: _Index, last: _Index, roles: Sequence[int] = ()) -> None:
        """Paint the changed rows; all are of the same height, so none needs another place.

        A list view places every row anew, a tenth of a second for a hundred thousand.
        """
        QAbstractItemView.dataChanged(self, first, last, roles)
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus without going to a row.

        Where no row is current, because the playing track isn't in the list, an item view goes to
        the first: that would put it under the clip whenever a search or a menu is left.
        """
        if self.currentIndex().isValid():
            super().focusInEvent(event)
        else:
            QFrame.focusInEvent(self, event)
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select with the arrow keys, pick with Enter; leave other keys to the window."""
        key = Qt.Key(event.key())
        if key in _ENTER:
            self.picked.emit()
        elif key in _KEYS and not event.modifiers() & ~_SHIFT & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            event.ignore()

    # Going to a row

    def choose_row(self, row: int) -> None:
        """Go to a row, if there is one, and choose its track."""
        index = self._model.index(row)
        if index == self.currentIndex():
            self._choose(index)
        elif index.isValid():
            # `setCurrentIndex` of the view would add to the selection where Control is held.
            self.selectionModel().setCurrentIndex(index, _SELECT.ClearAndSelect)

    def choose_neighbour(self, step: int) -> None:
        """Go to the next row (1), or to the one before (-1), past those whose track is gone."""
        row = self.currentIndex().row()
        if row < 0:
            return
        row += step
        while self._model.pages.get(row) is Missing.GONE and 0 <= row < len(self._model.pages):
            row += step
        if 0 <= row < len(self._model.pages):
            self.choose_row(row)

    def _choose(self, index: QModelIndex) -> None:
        item = self._model.at(index.row())
        # A row that is being read is chosen when it comes, if the user is still there.
        self._pending = index.row() if item is None else None
        if item is not None:
            self.chosen.emit(item)

    def _choose_pending(self, first: int, last: int) -> None:
        pending = self._pending
        if pending is not None and first <= pending <= last:
            self._pending = None
            if pending == self.currentIndex().row():
                self._choose(self.currentIndex())

    # What is selected

    def selected_rows(self) -> list[range]:
        """Return the selected rows as ranges, in the order of the list."""
        selection = self.selectionModel().selection()
        found = [selection.at(number) for number in range(selection.count())]
        rows: list[range] = []
        for part in sorted(found, key=lambda each: each.top()):
            if rows and rows[-1].stop == part.top():
                rows[-1] = range(rows[-1].start, part.bottom() + 1)
            else:
                rows.append(range(part.top(), part.bottom() + 1))
        return rows

    def leave_selection(self) -> Recommendation | None:
        """Go to the row behind the selected ones, or else to the one before them.

        Returns:
            The row, for the caller to choose; None where there is none, and where it is still being
            read, in which case it is chosen when it comes.
        """
        rows = self.selected_rows()
        if not rows:
            return None
        after = rows[-1].stop
        row = after if after < len(self._model.pages) else rows[0].start - 1
        item = self._model.at(row)
        if item is None:
            self.choose_row(row)
        else:
            self.select_silently(item.track)
        return item

    def selected_items(self) -> tuple[Recommendation, ...] | None:
        """Return the selected rows; None while some aren't read, or there are too many.

        Rows whose track is gone are left out. `selection_told` says why there are none.
        """
        rows = self.selected_rows()
        if sum(map(len, rows)) > N_SELECTED:
            self.selection_told.emit(
                tr("Select at most {n} tracks at a time.").format(n=N_SELECTED)
            )
            return None
        found = [self._model.pages.get(row) for row in chain.from_iterable(rows)]
        if Missing.WAITING in found:
            self.selection_told.emit(tr("The selected tracks are being read. Try again."))
            return None
        return tuple(row for row in found if not isinstance(row, Missing))

    def _expect_selected(self) -> None:
        """Read the selected rows, so that they are there when something is done with them."""
        rows = self.selected_rows()
        n_rows = sum(map(len, rows))
        if n_rows <= N_SELECTED:
            self._model.pages.expect(chain.from_iterable(rows))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select with the right button without choosing; all else as usual."""
        self._menu_place = None
        if event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)
            return
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not self.selectionModel().isSelected(index):
            self.selectionModel().select(index, _SELECT.ClearAndSelect)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of the selected rows."""
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            row = self.visualRect(self.currentIndex())
            place = self.viewport().mapToGlobal(row.center())
        self._menu_place = QPoint(place)
        self._expect_selected()
        self._show_menu()

    def _show_menu(self) -> None:
        """Ask for the menu that was wanted, once the selected rows are read."""
        place, rows = self._menu_place, self.selected_rows()
        if place is None:
            return
        is_small = sum(map(len, rows)) <= N_SELECTED
        if is_small and any(
            self._model.pages.get(row) is Missing.WAITING for row in chain.from_iterable(rows)
        ):
            return
        self._menu_place = None
        self.menu_requested.emit(place)

    @property
    def has_several(self) -> bool:
        """Whether several rows are selected."""
        return sum(map(len, self.selected_rows())) > 1

    def set_playing(self, track: Track | None) -> bool:
        """Mark the track that plays; return whether it is another one than before."""
        path = None if track is None else track.path
        if path == self._painter.playing:
            return False
        self._painter.playing = path
        self.viewport().update()
        return True

    def select_silently(self, track: Track | None, others: Sequence[Track] = ()) -> None:
        """Make a track the current one, and select it with others, without choosing it."""
        row = None if track is None else self._model.row_of(track)
        rows = {each for other in others if (each := self._model.row_of(other)) is not None}
        selection = self.selectionModel()
        self._pending = None
        selection.blockSignals(True)
        selection.clear()
        if row is not None:
            selection.setCurrentIndex(self._model.index(row), _SELECT.NoUpdate)
            rows.add(row)
        chosen = QItemSelection()
        for each in rows:
            chosen.select(self._model.index(each), self._model.index(each))
        selection.select(chosen, _SELECT.ClearAndSelect)
        selection.blockSignals(False)
        if len(rows) > 1:
            self._expect_selected()
        self.viewport().update()

    def show_current(self) -> None:
        """Scroll to the current row."""
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    # Another ranking

    def rerank(self, show: Callable[[], None], track: Track | None, keep: bool) -> None:
        """Show another ranking.

        Args:
            show: puts it into the model.
            track: becomes the current one.
            keep: whether it answers the same question, so that rows and selection stay; otherwise
                the list begins at its top.
        """
        anchor = self._anchor() if keep else None
        rows = islice(chain.from_iterable(self.selected_rows() if keep else ()), _N_KEPT)
        selected = [item.track for row in rows if (item := self._model.at(row)) is not None]
        show()
        self.select_silently(track, selected)
        self._restore(anchor)

    def _anchor(self) -> _Anchor | None:
        index = self.indexAt(QPoint(self.width() // 2, 0))
        item = self._model.at(index.row()) if index.isValid() else None
        if item is None or self.verticalScrollBar().value() == 0:
            return None
        return _Anchor(item.track, self.visualRect(index).top())

    def _restore(self, anchor: _Anchor | None) -> None:
        row = None if anchor is None else self._model.row_of(anchor.track)
        if anchor is None or row is None:
            self.scrollToTop()
            return
        self.scrollTo(self._model.index(row), QAbstractItemView.ScrollHint.PositionAtTop)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() - anchor.offset)
