"""Rows under headings: files by what is wrong with them, tracks by what they are copies of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from desktop.tooltips import plain_tip
from engine.errors import display_path
from engine.library.tracks import Track
from engine.translation import tr

Row = TypeVar("Row")

_ROW_ROLE = Qt.ItemDataRole.UserRole
# More rows of one heading help nobody, and take a while to be laid out.
_MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with rows under it.

    Attributes:
        text: the heading, translated, with the number of rows.
        rows: what is under it, any objects.
        explanation: shown as a hint; "" for none.
    """

    text: str
    rows: Sequence[object]
    explanation: str = ""


class GroupedView(QTreeView):
    """Shows headings with rows.

    Args:
        columns: their names, translated, and their shares of the width.
        texts: returns what the cells of a row show.
        name: of the view, for screen readers.
    """

    selected = Signal()

    def __init__(
        self,
        columns: Mapping[str, float],
        texts: Callable[[object], Sequence[str]],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._texts = texts
        self._shares = tuple(columns.values())
        self._headings: tuple[Heading, ...] = ()
        self._items = QStandardItemModel(0, len(columns), self)
        self._items.setHorizontalHeaderLabels(list(columns))
        self.setAccessibleName(name)
        self.setModel(self._items)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(True)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit())

    def show_headings(self, headings: Iterable[Heading]) -> None:
        """Show these headings; those that were expanded stay so, by their place."""
        expanded = [
            self.isExpanded(self._items.index(row, 0)) for row in range(self._items.rowCount())
        ]
        self._headings = tuple(headings)
        self._items.removeRows(0, self._items.rowCount())
        for place, heading in enumerate(self._headings):
            item = QStandardItem(heading.text)
            item.setToolTip(plain_tip(heading.explanation))
            for row in heading.rows[:_MOST_ROWS]:
                cells = [QStandardItem(text) for text in self._texts(row)]
                for cell in cells:
                    cell.setToolTip(plain_tip(cell.text()))
                cells[0].setData(row, _ROW_ROLE)
                item.appendRow(cells)
            n_more = len(heading.rows) - _MOST_ROWS
            if n_more > 0:
                item.appendRow(QStandardItem(tr("and {n} more").format(n=n_more)))
            self._items.appendRow(item)
            self.setFirstColumnSpanned(place, self.rootIndex(), True)
            is_expanded = expanded[place] if place < len(expanded) else len(self._headings) == 1
            self.setExpanded(item.index(), is_expanded)
        self._fit()

    def chosen(self, kind: type[Row]) -> list[Row]:
        """Return the selected rows of a kind; for a heading, all of its rows."""
        found: dict[int, Row] = {}
        for index in self.selectionModel().selectedRows(0):
            if index.parent().isValid():
                rows: Sequence[object] = (index.data(_ROW_ROLE),)
            else:
                rows = self._headings[index.row()].rows
            found.update({id(row): row for row in rows if isinstance(row, kind)})
        return list(found.values())

    def current_row(self) -> object:
        """Return the row with the cursor; None on a heading."""
        index = QPersistentModelIndex(self.currentIndex().siblingAtColumn(0))
        return index.data(_ROW_ROLE) if index.isValid() else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Divide the width among the columns."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        width = max(self.viewport().width(), 400)
        for column, share in enumerate(self._shares[:-1]):
            self.setColumnWidth(column, round(width * share))


def folder_text(path: Path) -> str:
    """Return the folder of a file, as it is shown."""
    return display_path(path.parent)


def title_text(track: Track) -> str:
    """Return the title of a track with its artist, if that is known."""
    return f"{track.title} — {track.tags.artist}" if track.tags.artist else track.title
