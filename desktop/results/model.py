"""The ranked list as a Qt model; its rows are read when they are seen."""

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.jobs import JobRunner
from desktop.results.pages import Missing, Row, RowPages
from desktop.results.row_words import accessible_text, missing_text
from engine.library.tracks import Track
from engine.stories.recommend import Recommendation, Recommendations

RECOMMENDATION_ROLE = Qt.ItemDataRole.UserRole
"""The recommendation of a row; None while it is being read, or when its track is gone."""
ROW_ROLE = RECOMMENDATION_ROLE + 1
"""The recommendation of a row, or why there is none."""

_Index = QModelIndex | QPersistentModelIndex


class ResultsModel(QAbstractListModel):
    """One row for each track that is listed, in the order of the list.

    Args:
        runner: where rows are read.
        parent: its owner.
    """

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.pages = RowPages(runner, self)
        self.pages.read.connect(
            lambda first, last: self.dataChanged.emit(self.index(first), self.index(last))
        )

    def show(self, recommendations: Recommendations | None) -> None:
        """Show another list, None for an empty one."""
        self.beginResetModel()
        if recommendations is None:
            self.pages.open(None, ())
        else:
            self.pages.open(recommendations.ranked, recommendations.items)
        self.endResetModel()

    def row_of(self, track: Track) -> int | None:
        """Return the row of a track, None when it isn't listed."""
        return self.pages.position_of(track)

    def at(self, row: int) -> Recommendation | None:
        """Return the recommendation of a row, None while it is being read or when it is gone."""
        found = self.pages.get(row) if 0 <= row < len(self.pages) else None
        return found if isinstance(found, Recommendation) else None

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many tracks are listed."""
        return 0 if parent.isValid() else len(self.pages)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row's title, its sentence for a screen reader, or the recommendation."""
        if role not in _ROLES or not index.isValid() or index.row() >= len(self.pages):
            return None
        return _ROLES[role](index.row(), self.pages.get(index.row()))


def _title(_row: int, item: Row) -> str:
    return missing_text(item) if isinstance(item, Missing) else item.track.title


def _recommendation(_row: int, item: Row) -> Recommendation | None:
    return None if isinstance(item, Missing) else item


def _sentence(row: int, item: Row) -> str:
    return missing_text(item) if isinstance(item, Missing) else accessible_text(row + 1, item)


def _tool_tip(_row: int, item: Row) -> str:
    if isinstance(item, Missing):
        return ""
    # As HTML, so that markup in a title or tag stays what it is: text.
    return "".join(f"<p>{escape(line)}</p>" for line in (item.track.title, *item.reasons))


_ROLES: dict[int, Callable[[int, Row], object]] = {
    Qt.ItemDataRole.DisplayRole: _title,
    Qt.ItemDataRole.AccessibleTextRole: _sentence,
    Qt.ItemDataRole.ToolTipRole: _tool_tip,
    RECOMMENDATION_ROLE: _recommendation,
    ROW_ROLE: lambda _row, item: item,
}
