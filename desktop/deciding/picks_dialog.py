"""The dialog of the user's picks: which track for which clip, and when."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.deciding.marks import TrackMarks
from desktop.deciding.words import date_text
from desktop.elided import ElidedButton
from desktop.jobs import LatestJobs
from desktop.keys import REDO_KEY, UNDO_KEY
from desktop.results.row_words import plain
from desktop.workspace import Workspace
from engine.errors import SoundbedError, display_path
from engine.library.operation import Operation
from engine.library.picks import Pick, Picks, RemovePick
from engine.library.shortlists import AddToShortlist
from engine.translation import tr, trn

_PICK_ROLE = Qt.ItemDataRole.UserRole
_SORT_ROLE = _PICK_ROLE + 1
_TRACK, _CLIP, _DATE = range(3)


class PicksDialog(QDialog):
    """Lists the picks, the latest first; removes them, and opens their clips.

    Args:
        workspace: reads and changes them.
        marks: has the open clip, on whose shortlist a track can be put.
        parent: the window above which it opens.
    """

    clip_requested = Signal(Path)

    def __init__(
        self, workspace: Workspace, marks: TrackMarks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._marks = marks
        self._jobs = LatestJobs(workspace.runner)
        self.setWindowTitle(tr("Your picks"))
        self.resize(720, 480)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search tracks, clips and months"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self._rows = QStandardItemModel(0, 3, self)
        self._rows.setHorizontalHeaderLabels([tr("Track"), tr("Clip"), tr("Picked on")])
        self.model = QSortFilterProxyModel(self)
        self.model.setSourceModel(self._rows)
        self.model.setFilterKeyColumn(-1)
        self.model.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.model.setSortRole(_SORT_ROLE)
        self.model.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search.textChanged.connect(self.model.setFilterFixedString)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setAccessibleName(self.windowTitle())
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setSortingEnabled(True)
        self.tree.sortByColumn(_DATE, Qt.SortOrder.DescendingOrder)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.doubleClicked.connect(lambda _: self._open_clip())
        self.tree.selectionModel().selectionChanged.connect(lambda *_: self._update_buttons())
        self.state = QLabel()
        self.state.setObjectName("quiet")
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.open_button = ElidedButton(tr("Open clip"), icons.icon("film"))
        self.open_button.clicked.connect(self._open_clip)
        self.shortlist_button = ElidedButton(tr("Put on the shortlist"), icons.icon("bookmark"))
        self.shortlist_button.clicked.connect(self._shortlist)
        self.remove_button = ElidedButton(tr("Remove"), icons.icon("trash"))
        self.remove_button.setToolTip(tr("The track no longer counts as used in this clip"))
        self.remove_button.clicked.connect(self._remove)
        QShortcut(QKeySequence.StandardKey.Delete, self.tree, self._remove)
        QShortcut(UNDO_KEY, self, workspace.changes.undo)
        QShortcut(REDO_KEY, self, workspace.changes.redo)
        self._lay_out()
        workspace.changes.done.connect(self._follow)
        marks.changed.connect(self._update_buttons)
        self.reload()

    def _lay_out(self) -> None:
        header = self.tree.header()
        header.setStretchLastSection(False)
        for column in (_TRACK, _CLIP):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_DATE, QHeaderView.ResizeMode.ResizeToContents)
        close = ElidedButton(tr("Close"))
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        for button in (self.open_button, self.shortlist_button, self.remove_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch()
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.state)
        layout.addLayout(buttons)

    def reload(self) -> None:
        """Read the picks again."""
        session = self._workspace.session
        job = self._jobs.start("picks", lambda _: session.read(lambda library: library.picks.all()))
        job.succeeded.connect(self._show)
        job.failed.connect(self._show_error)

    def selected(self) -> list[Pick]:
        """Return the selected picks."""
        indexes = self.tree.selectionModel().selectedRows()
        return [index.data(_PICK_ROLE) for index in sorted(indexes, key=QModelIndex.row)]

    def _follow(self, operation: Operation) -> None:
        if operation.part is Picks:
            self.reload()

    def _show(self, picks: Sequence[Pick]) -> None:
        self._rows.removeRows(0, self._rows.rowCount())
        for pick in picks:
            self._rows.appendRow(_items(pick))
        n = len(picks)
        text = trn("{n} pick", "{n} picks", n).format(n=n)
        if not n:
            text = tr("No picks yet: press Enter on a track to pick it for the open clip.")
        self.state.setText(text)
        self.search.setEnabled(n > 0)
        self._update_buttons()

    def _show_error(self, error: SoundbedError) -> None:
        self.state.setText(str(error))

    def _update_buttons(self) -> None:
        picks = self.selected()
        self.remove_button.setEnabled(bool(picks))
        self.shortlist_button.setEnabled(bool(picks) and bool(self._marks.clip_hash))
        self.open_button.setEnabled(len(picks) == 1 and picks[0].clip_path is not None)

    def _open_clip(self) -> None:
        picks = self.selected()
        if len(picks) == 1 and picks[0].clip_path is not None:
            self.clip_requested.emit(picks[0].clip_path)

    def _shortlist(self) -> None:
        hashes = tuple(pick.track_hash for pick in self.selected())
        if hashes and self._marks.clip_hash:
            self._workspace.changes.do(AddToShortlist(self._marks.clip_hash, hashes))

    def _remove(self) -> None:
        for pick in self.selected():
            self._workspace.changes.do(RemovePick(pick.clip_hash, pick.track_hash))


def _items(pick: Pick) -> list[QStandardItem]:
    clip = pick.clip_name or tr("unknown clip")
    title = plain(pick.track_title)
    found = []
    for text, key in ((title, title), (clip, clip), (date_text(pick.picked_at), pick.picked_at)):
        item = QStandardItem(text)
        item.setData(pick, _PICK_ROLE)
        item.setData(key, _SORT_ROLE)
        found.append(item)
    if pick.clip_path is not None:
        # As HTML, so that markup in a name stays what it is: text.
        path = f"<p>{escape(display_path(pick.clip_path))}</p>"
        found[_CLIP].setToolTip(path)
    return found
