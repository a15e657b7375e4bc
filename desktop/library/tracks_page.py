"""The page of the library window with folders and their tracks, which can be edited."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.elided import ElidedButton
from desktop.file_manager import show_in_folder
from desktop.jobs import JobRunner
from desktop.library.advice import advice
from desktop.library.cells import CellEditor
from desktop.library.editing import TrackEditing
from desktop.library.model import MOODS_COLUMN, N_COLUMNS, ROW_ROLE, LibraryModel
from desktop.library.removal import may_remove
from desktop.session import LibraryListing, Session
from desktop.undo import UndoStack
from engine.library.operation import Operation
from engine.library.removed import RemoveFolder, RemoveTrack
from engine.library.track_edits import EditTracks
from engine.library.tracks import Track
from engine.translation import tr, trn

_WIDEST, _WIDEST_IN_SMALL_WINDOW = 190, 120
_SMALL_WINDOW = 1000
_NARROWEST_TITLE = 170
# As many steps as can be undone.
_MOST_REMOVED = 100


class TracksPage(QWidget):
    """Lists folders with their tracks, edits and removes them.

    Args:
        session: the engine.
        runner: where its calls run.
        changes: makes edits and removals.
    """

    noticed = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        session: Session,
        runner: JobRunner,
        changes: UndoStack,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._changes = changes
        self._listing: LibraryListing | None = None
        self._is_scanning = False
        self.model = LibraryModel(session, runner, self)
        self.model.loaded.connect(self._fit_columns)
        self.model.failed.connect(self.failed)
        self.tree = self._make_tree()
        self.editing = TrackEditing(session, runner, changes, self)
        self.editing.noticed.connect(self.noticed)
        self.editing.failed.connect(self.failed)
        self.edit = ElidedButton(tr("Edit…"), icons.icon("edit"))
        self.edit.setToolTip(
            tr("Edit title, artist, album, genre and moods; a double click or F2 edits one of them")
        )
        self.edit.clicked.connect(self.edit_selected)
        self.remove = ElidedButton(tr("Remove…"), icons.icon("trash"))
        self.remove.clicked.connect(self.remove_selected)
        self.summary = QLabel()
        self.summary.setObjectName("quiet")
        self.empty = advice(_what_to_do())
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.tree)
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        top.addWidget(self.edit)
        top.addWidget(self.remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.pages, 1)
        self._update_buttons()

    def _make_tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setAccessibleName(tr("Folders and tracks"))
        tree.setModel(self.model)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        tree.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        tree.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        tree.selectionModel().selectionChanged.connect(lambda *_: self._update_buttons())
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._show_menu)
        tree.doubleClicked.connect(self._edit_moods)
        cells = CellEditor(tree)
        cells.committed.connect(lambda *edit: self.editing.edit_cell(*edit))
        tree.setItemDelegate(cells)
        QShortcut(
            QKeySequence(QKeySequence.StandardKey.Delete),
            tree,
            self.remove_selected,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        # Only rows that can be seen are measured: the others aren't read yet.
        header.setResizeContentsPrecision(0)
        header.resizeSection(0, _NARROWEST_TITLE)
        for column in range(1, N_COLUMNS):
            tree.resizeColumnToContents(column)
        return tree

    def show_listing(self, listing: LibraryListing) -> None:
        """Show folders with their tracks; those that were expanded stay so."""
        expanded = self._expanded()
        self._listing = listing
        self.model.show_listing(listing)
        for row, folder in enumerate(listing.folders):
            self.tree.setFirstColumnSpanned(row, self.tree.rootIndex(), True)
            if folder.path in expanded or len(listing.folders) == 1:
                self.tree.expand(self.model.index(row, 0))
        self._fit_columns()
        n_tracks = sum(group.n_tracks for group in listing.groups.values())
        self.summary.setText(
            trn("{n} track", "{n} tracks", n_tracks).format(n=n_tracks) if n_tracks else ""
        )
        self._choose_page()
        self._update_buttons()

    def show_scan(self, text: str) -> None:
        """Say on the empty page how far a scan is; "" while none runs."""
        below = tr("Your tracks are listed here when this is done.")
        self.empty.setText(f"{text}\n\n{below}" if text else _what_to_do())
        if bool(text) != self._is_scanning:
            self._is_scanning = bool(text)
            self._choose_page()

    def _choose_page(self) -> None:
        """Show the tree, unless it is empty, or has but a folder whose tracks are being found."""
        groups = self._listing.groups.values() if self._listing is not None else ()
        has_files = any(len(group.ids) for group in groups)
        is_empty = not has_files and (self._is_scanning or not self.model.rowCount())
        self.pages.setCurrentWidget(self.empty if is_empty else self.tree)

    def follow_edit(self, operation: Operation) -> bool:
        """Read tracks again after an edit; return whether it was one."""
        if isinstance(operation, EditTracks):
            self.model.reload()
        return isinstance(operation, EditTracks)

    def folder_in_view(self) -> Path | None:
        """Return the folder of the selected row, or else of the first one that can be seen."""
        index = self.tree.currentIndex()
        if not index.isValid():
            index = self.tree.indexAt(QPoint(0, 0))
        row = index.siblingAtColumn(0).data(ROW_ROLE)
        return row.path.parent if isinstance(row, Track) else row

    def edit_selected(self) -> None:
        """Edit the selected tracks in a dialog."""
        ids = self._selected_ids()
        if ids:
            self.editing.ask(ids)

    def reset_selected(self) -> None:
        """Show the selected tracks as their files say."""
        ids = self._selected_ids()
        if ids:
            self.editing.reset(ids)

    def remove_selected(self) -> None:
        """Remove the selected tracks, or the selected folder, after asking."""
        current = self.tree.currentIndex().siblingAtColumn(0).data(ROW_ROLE)
        ids = self._selected_ids()
        if isinstance(current, Path) and self._listing is not None:
            title = self._listing.packs.get(current)
            if may_remove(self, current, title):
                self._changes.do(RemoveFolder(current))
        elif len(ids) == 1 and isinstance(current, Track):
            self.remove_tracks([current])
        elif ids:
            self.remove_numbers(ids)

    def remove_tracks(self, tracks: list[Track]) -> None:
        """Remove tracks, after asking."""
        if len(tracks) == 1:
            if may_remove(self, tracks[0]):
                self._changes.do(RemoveTrack(tracks[0].file.id))
        elif tracks:
            self.remove_numbers([track.file.id for track in tracks])

    def remove_numbers(self, ids: list[int]) -> None:
        """Remove tracks by their numbers, after asking."""
        if len(ids) > _MOST_REMOVED:
            self.noticed.emit(
                tr("Remove at most {n} tracks at once, or a folder.").format(n=_MOST_REMOVED)
            )
        elif may_remove(self, len(ids)):
            for number in ids:
                self._changes.do(RemoveTrack(number))

    def _edit_moods(self, index: QModelIndex) -> None:
        if index.column() == MOODS_COLUMN:
            self.edit_selected()

    def _show_menu(self, place: QPoint) -> None:
        track = self.tree.indexAt(place).siblingAtColumn(0).data(ROW_ROLE)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if isinstance(track, Track):
            menu.addAction(self.edit.icon(), tr("Edit…"), self.edit_selected)
            menu.addAction(tr("As in the file"), self.reset_selected)
            menu.addAction(tr("Show in folder"), lambda: show_in_folder(track.path))
        menu.addAction(self.remove.icon(), tr("Remove…"), self.remove_selected)
        menu.popup(self.tree.viewport().mapToGlobal(place))

    def _selected_ids(self) -> list[int]:
        return self.model.ids_in(self.tree.selectionModel().selection())

    def _expanded(self) -> set[Path]:
        rows = (self.model.index(row, 0) for row in range(self.model.rowCount()))
        return {index.data(ROW_ROLE) for index in rows if self.tree.isExpanded(index)}

    def _fit_columns(self) -> None:
        """Widen columns for the rows that can be seen; they don't jump back while scrolling."""
        header = self.tree.header()
        is_small = self.width() < _SMALL_WINDOW
        widest = _WIDEST_IN_SMALL_WINDOW if is_small else _WIDEST
        for column in range(1, N_COLUMNS):
            before = header.sectionSize(column)
            self.tree.resizeColumnToContents(column)
            wanted = min(header.sectionSize(column), widest)
            header.resizeSection(column, max(before, wanted))
        self._widen_title()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give titles the width that remains."""
        super().resizeEvent(event)
        self._widen_title()

    def _widen_title(self) -> None:
        header = self.tree.header()
        others = sum(header.sectionSize(column) for column in range(1, N_COLUMNS))
        width = self.tree.viewport().width() - others
        header.resizeSection(0, max(width, _NARROWEST_TITLE))

    def _update_buttons(self) -> None:
        self.edit.setEnabled(bool(self._selected_ids()))
        self.remove.setEnabled(self.tree.selectionModel().hasSelection())


def _what_to_do() -> str:
    return tr(
        "Add a folder of music that you have the rights to use. Soundbed analyses it"
        " once, on this computer, and then ranks it together with the bundled "
        "tracks."
    )
