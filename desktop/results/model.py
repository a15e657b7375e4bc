"""The ranked list as a Qt model; its rows are read when they are seen."""

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt

from desktop.jobs import JobRunner
from desktop.results.pages import Missing, RowPages
from desktop.results.row_words import RowMarks, accessible_text, facts, missing_text, plain
from engine.library.tracks import Track
from engine.ranking.ranked import RankedTracks
from engine.stories.recommend import Recommendation, Recommendations

RECOMMENDATION_ROLE = Qt.ItemDataRole.UserRole
"""The recommendation of a row; None while it is being read, or when its track is gone."""
ROW_ROLE = RECOMMENDATION_ROLE + 1
"""The recommendation of a row, or why there is none."""

_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

_Index = QModelIndex | QPersistentModelIndex


class ResultsModel(QStringListModel):
    """One row for each track that is listed, in the order of the list.

    A `QListView` asks for the number of rows twice for each row. A list of empty strings counts
    itself in C++; a `rowCount` in Python took 150 ms for 100,000 rows.

    Args:
        runner: where rows are read.
        parent: its owner.

    Attributes:
        marks_of: returns what the user decided about a track.
    """

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.marks_of: Callable[[Track], RowMarks] = lambda _track: RowMarks()
        self.pages = RowPages(runner, self)
        self.pages.read.connect(
            lambda first, last: self.dataChanged.emit(self.index(first), self.index(last))
        )

    def show(self, recommendations: Recommendations | None) -> None:
        """Show another list, None for an empty one."""
        if recommendations is None:
            self.show_ranked(None, ())
        else:
            self.show_ranked(recommendations.ranked, recommendations.items)

    def show_ranked(
        self, ranked: RankedTracks[Recommendation] | None, items: Sequence[Recommendation]
    ) -> None:
        """Show other tracks.

        Args:
            ranked: all of them; None for none.
            items: the first ones, which stay in memory.
        """
        self.pages.open(ranked, items)
        self.setStringList([""] * len(self.pages))

    def row_of(self, track: Track) -> int | None:
        """Return the row of a track, None when it isn't listed."""
        return self.pages.position_of(track)

    def at(self, row: int) -> Recommendation | None:
        """Return the recommendation of a row, None while it is being read or when it is gone."""
        found = self.pages.get(row) if 0 <= row < len(self.pages) else None
        return found if isinstance(found, Recommendation) else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Return that a row can be selected, and not changed."""
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a row's title, its sentence for a screen reader, or the recommendation."""
        if role not in _ROLES or not index.isValid() or index.row() >= len(self.pages):
            return None
        item = self.pages.get(index.row())
        if role == ROW_ROLE:
            return item
        if isinstance(item, Missing):
            return None if role == RECOMMENDATION_ROLE else missing_text(item)
        if role == RECOMMENDATION_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return item.track.title
        marks = self.marks_of(item.track)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return accessible_text(index.row() + 1, item, marks)
        # As HTML, so that markup in a title or tag stays what it is: text.
        lines = (
            plain(item.track.title),
            *(fact.text for fact in facts(item)),
            marks.used,
            item.moved_text,
            *item.reasons,
        )
        return "".join(f"<div>{escape(line)}</div>" for line in lines if line)


_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.ToolTipRole,
    RECOMMENDATION_ROLE,
    ROW_ROLE,
)
