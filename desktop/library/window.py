"""The window of the user's own music: folders and their tracks."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.jobs import JobRunner
from desktop.keys import REDO_KEY, UNDO_KEY
from desktop.library.model import N_COLUMNS, ROW_ROLE, LibraryModel
from desktop.library.scan_words import describe_report
from desktop.library.scans import LibraryScans, Scan
from desktop.session import LibraryListing, Session
from desktop.task_strip import TaskStrip
from desktop.undo import UndoStack
from engine.errors import SoundbedError, display_path
from engine.library.operation import Operation
from engine.library.removed import RemoveFolder, RemoveTrack
from engine.library.tracks import Track, Tracks
from engine.translation import tr, trn


class LibraryWindow(QDialog):
    """Lists, adds, rescans and removes folders; scans continue when it is closed.

    Args:
        session: the engine.
        runner: where its calls run.
        changes: removes tracks and folders; undoes removals and additions.
        scans: analyses folders and packs.
        parent: the main window.
    """

    restore_requested = Signal()

    def __init__(
        self,
        session: Session,
        runner: JobRunner,
        changes: UndoStack,
        scans: LibraryScans,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._changes = changes
        self._scans = scans
        self.strip = TaskStrip()
        self._last_folder = str(Path.home())
        self.setWindowTitle(tr("Your music"))
        self.resize(820, 560)
        self._add = QPushButton(icons.icon("folder-add", "on_accent"), tr("Add a folder…"))
        self._add.setObjectName("primary")
        self._add.clicked.connect(self.ask_for_folder)
        self._install = QPushButton(icons.icon("music"), tr("Install a pack…"))
        self._install.setToolTip(tr("A music pack is one file with music, licences and titles."))
        self._install.clicked.connect(self.ask_for_pack)
        self._rescan = QPushButton(icons.icon("refresh"), tr("Rescan"))
        self._rescan.clicked.connect(self.rescan)
        self._remove = QPushButton(icons.icon("trash"), tr("Remove…"))
        self._remove.clicked.connect(self.remove_selected)
        self._summary = QLabel()
        self._summary.setObjectName("quiet")
        self.model = LibraryModel(session, runner, self)
        self.model.loaded.connect(self._fit_columns)
        self.model.failed.connect(self._show_error)
        self.tree = QTreeView()
        self.tree.setAccessibleName(tr("Folders and tracks"))
        self.tree.setModel(self.model)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.selectionModel().currentChanged.connect(lambda *_: self._update_buttons())
        QShortcut(QKeySequence.StandardKey.Delete, self.tree, self.remove_selected)
        QShortcut(UNDO_KEY, self, changes.undo)
        QShortcut(REDO_KEY, self, changes.redo)
        changes.done.connect(self._follow_change)
        changes.failed.connect(self._show_error)
        self._empty = _advice()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.tree)
        self._packs: Mapping[Path, str] = {}
        self.setAcceptDrops(True)
        self._lay_out()
        self._update_buttons()
        scans.started.connect(self._follow)
        scans.changed.connect(self._follow_scan)
        if scans.current is not None:
            self._follow(scans.current)

    def _lay_out(self) -> None:
        heading = QLabel(tr("Your music"))
        heading.setObjectName("heading")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addSpacing(8)
        top.addWidget(self._summary, 1)
        top.addWidget(self._add)
        top.addWidget(self._install)
        top.addWidget(self._rescan)
        top.addWidget(self._remove)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        note = QLabel(tr("Removing never deletes your files, only the copies from a music pack."))
        note.setObjectName("small")
        restore = QPushButton(tr("Restore…"))
        restore.setToolTip(tr("Go back to an earlier state of your library"))
        restore.clicked.connect(self.restore_requested)
        bottom = QHBoxLayout()
        bottom.addWidget(note, 1)
        bottom.addWidget(restore)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self.strip)
        layout.addLayout(bottom)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        # Only rows that can be seen are measured: the others aren't read yet.
        header.setResizeContentsPrecision(0)
        for column in range(1, N_COLUMNS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.tree.resizeColumnToContents(column)

    # Reading

    def refresh(self) -> None:
        """List the library again."""
        job = self._runner.start(lambda _: self._session.listing())
        job.succeeded.connect(self.show_listing)
        job.failed.connect(self._show_error)

    def show_listing(self, listing: LibraryListing) -> None:
        """Show folders with their tracks under them."""
        self._packs = listing.packs
        self.model.show_listing(listing)
        if len(listing.folders) == 1:
            self.tree.expand(self.model.index(0, 0))
        self._fit_columns()
        n_tracks = sum(len(group.ids) for group in listing.groups.values())
        self._summary.setText(
            trn("{n} track", "{n} tracks", n_tracks).format(n=n_tracks) if n_tracks else ""
        )
        self._pages.setCurrentWidget(self.tree if self.model.rowCount() else self._empty)
        self._update_buttons()

    def _fit_columns(self) -> None:
        """Widen columns for the rows that can be seen; they don't jump back while scrolling."""
        header = self.tree.header()
        for column in range(1, N_COLUMNS):
            before = header.sectionSize(column)
            self.tree.resizeColumnToContents(column)
            header.resizeSection(column, max(before, header.sectionSize(column)))

    def _show_error(self, error: SoundbedError) -> None:
        # A running task needs the strip.
        if not self.strip.busy:
            self.strip.say(str(error))

    # Changing

    def ask_for_folder(self) -> None:
        """Add the folder that the user chooses in a dialog."""
        chosen = QFileDialog.getExistingDirectory(
            self, tr("Add a folder of music"), self._last_folder
        )
        if chosen:
            self._last_folder = chosen
            self._scans.add_folder(Path(chosen))

    def ask_for_pack(self) -> None:
        """Install the music pack that the user chooses in a dialog."""
        chosen, _ = QFileDialog.getOpenFileName(
            self, tr("Install a music pack"), self._last_folder, tr("Music packs (*.zip)")
        )
        if chosen:
            self._last_folder = str(Path(chosen).parent)
            self._scans.install_pack(Path(chosen))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept folders and music packs."""
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the dropped folders, and install the dropped packs."""
        for path in _dropped(event):
            event.acceptProposedAction()
            (self._scans.add_folder if path.is_dir() else self._scans.install_pack)(path)

    def rescan(self) -> None:
        """Look for new, changed and missing files, first in the folder that is shown."""
        self._scans.rescan(self._folder_in_view())

    def _folder_in_view(self) -> Path | None:
        """Return the folder of the selected row, or else of the first one that can be seen."""
        index = self.tree.currentIndex()
        if not index.isValid():
            index = self.tree.indexAt(QPoint(0, 0))
        row = index.siblingAtColumn(0).data(ROW_ROLE)
        return row.path.parent if isinstance(row, Track) else row

    def remove_selected(self) -> None:
        """Remove the selected folder or track, after asking."""
        selected = self.tree.currentIndex().siblingAtColumn(0).data(ROW_ROLE)
        if selected is None or not self._may_remove(selected):
            return
        is_track = isinstance(selected, Track)
        self._changes.do(RemoveTrack(selected.file.id) if is_track else RemoveFolder(selected))

    def _follow_change(self, operation: Operation) -> None:
        if operation.part is Tracks and self.isVisible():
            self.refresh()

    def _follow(self, scan: Scan) -> None:
        self.strip.follow(
            scan.job,
            scan.title,
            lambda report: (describe_report(report), None),
            describe=scan.describe,
            can_pause=True,
        )

    def _follow_scan(self) -> None:
        if self.isVisible():
            self.refresh()

    def _may_remove(self, selected: Track | Path) -> bool:
        is_pack = isinstance(selected, Path) and selected in self._packs
        if isinstance(selected, Track):
            name = selected.title
        else:
            name = self._packs.get(selected) or display_path(selected)
        box = QMessageBox(
            QMessageBox.Icon.Question,
            tr("Remove from the library?"),
            tr("Remove {name}?").format(name=name),
            parent=self,
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(
            tr("Its copies in your data folder are deleted after a day; the pack file stays.")
            if is_pack
            else tr("Its files stay where they are.")
        )
        remove = box.addButton(tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        return box.clickedButton() is remove

    def _update_buttons(self) -> None:
        self._rescan.setEnabled(self.model.rowCount() > 0)
        self._remove.setEnabled(self.tree.currentIndex().isValid())


def _advice() -> QLabel:
    label = QLabel(
        tr(
            "Add a folder of music that you have the rights to use. Soundbed analyses it"
            " once, on this computer, and then ranks it together with the bundled "
            "tracks."
        )
    )
    label.setObjectName("quiet")
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setContentsMargins(80, 0, 80, 0)
    return label


def _dropped(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.is_dir() or path.suffix.lower() == ".zip"]
