"""The window of the user's own music: tracks, what can't be used, duplicates, and an audit."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.elided import ElidedButton
from desktop.jobs import JobRunner
from desktop.keys import REDO_KEY, UNDO_KEY
from desktop.library.audit_page import AuditPage
from desktop.library.duplicates_page import DuplicatesPage
from desktop.library.problems_page import ProblemsPage
from desktop.library.scan_words import describe_report
from desktop.library.scans import LibraryScans, Scan
from desktop.library.tracks_page import TracksPage
from desktop.session import LibraryListing, Session
from desktop.task_strip import TaskStrip
from desktop.undo import UndoStack
from engine.errors import SoundbedError
from engine.library.operation import Operation
from engine.library.problems import find_problems
from engine.library.tracks import Tracks
from engine.path_checks import is_folder
from engine.translation import tr


class LibraryWindow(QDialog):
    """Lists, edits, adds, rescans and removes music; scans continue when it is closed.

    Args:
        session: the engine.
        runner: where its calls run.
        changes: edits and removes tracks and folders; undoes that, and additions.
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
        self._scans = scans
        self.strip = TaskStrip()
        self._last_folder = str(Path.home())
        self.setWindowTitle(tr("Your music"))
        self.resize(1040, 620)
        self._add = ElidedButton(tr("Add a folder…"), icons.icon("folder-add", "on_accent"))
        self._add.setObjectName("primary")
        self._add.clicked.connect(self.ask_for_folder)
        self._install = ElidedButton(tr("Install a pack…"), icons.icon("music"))
        self._install.setToolTip(tr("A music pack is one file with music, licences and titles."))
        self._install.clicked.connect(self.ask_for_pack)
        self._rescan = ElidedButton(tr("Rescan"), icons.icon("refresh"))
        self._rescan.setToolTip(tr("Look for new, changed and missing files"))
        self._rescan.clicked.connect(self.rescan)
        self.tracks = TracksPage(session, runner, changes)
        self.problems = ProblemsPage(scans)
        self.duplicates = DuplicatesPage(session, runner)
        self.audit = AuditPage(session, runner)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName(tr("Pages of the library"))
        self.tabs.addTab(self.tracks, tr("Tracks"))
        self.tabs.addTab(self.problems, tr("Problems"))
        self.tabs.addTab(self.duplicates, tr("Duplicates"))
        self.tabs.addTab(self.audit, tr("What comes first"))
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect(changes)

    def _connect(self, changes: UndoStack) -> None:
        QShortcut(UNDO_KEY, self, changes.undo)
        QShortcut(REDO_KEY, self, changes.redo)
        changes.done.connect(self._follow_change)
        changes.failed.connect(self._show_error)
        self.tracks.failed.connect(self._show_error)
        self.tracks.noticed.connect(self._say)
        self.problems.counted.connect(self._count_problems)
        self.duplicates.remove_requested.connect(self.tracks.remove_tracks)
        self._scans.started.connect(self._follow)
        self._scans.changed.connect(self._follow_scan)
        if self._scans.current is not None:
            self._follow(self._scans.current)

    def _lay_out(self) -> None:
        heading = QLabel(tr("Your music"))
        heading.setObjectName("heading")
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        for button in (self._add, self._install, self._rescan):
            top.addWidget(button)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        note = QLabel(tr("Removing never deletes your files, only the copies from a music pack."))
        note.setObjectName("small")
        note.setWordWrap(True)
        restore = QPushButton(tr("Restore…"))
        restore.setToolTip(tr("Go back to an earlier state of your library"))
        restore.clicked.connect(self.restore_requested)
        bottom = QHBoxLayout()
        bottom.addWidget(note, 1)
        bottom.addWidget(restore)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 12)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.strip)
        layout.addLayout(bottom)

    # Reading

    def refresh(self) -> None:
        """List the library again."""
        job = self._runner.start(lambda _: self._session.listing())
        job.succeeded.connect(self.show_listing)
        job.failed.connect(self._show_error)
        session = self._session
        problems = self._runner.start(
            lambda _: session.read(lambda library: find_problems(library.database))
        )
        problems.succeeded.connect(self.problems.show_problems)
        self.duplicates.refresh()

    def show_listing(self, listing: LibraryListing) -> None:
        """Show folders with their tracks under them."""
        self.tracks.show_listing(listing)
        self._rescan.setEnabled(self.tracks.model.rowCount() > 0)

    def _count_problems(self, n_failed: int) -> None:
        text = tr("Problems ({n})").format(n=n_failed) if n_failed else tr("Problems")
        self.tabs.setTabText(self.tabs.indexOf(self.problems), text)

    def _show_error(self, error: SoundbedError) -> None:
        self._say(str(error))

    def _say(self, text: str) -> None:
        # A running task needs the strip.
        if self.strip.busy:
            self.strip.notify(text)
        else:
            self.strip.say(text)

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
            (self._scans.add_folder if is_folder(path) else self._scans.install_pack)(path)

    def rescan(self) -> None:
        """Look for new, changed and missing files, first in the folder that is shown."""
        self._scans.rescan(self.tracks.folder_in_view())

    def _follow_change(self, operation: Operation) -> None:
        is_edit = self.tracks.follow_edit(operation)
        if is_edit:
            self.duplicates.refresh()
        if operation.part is Tracks and not is_edit and self.isVisible():
            self.refresh()

    def _follow(self, scan: Scan) -> None:
        self.strip.follow(
            scan.job,
            scan.title,
            lambda report: (describe_report(report), None),
            describe=scan.describe,
            can_pause=True,
        )
        self.tracks.show_scan(scan.title)
        # The name of each file would only flicker there.
        scan.job.progressed.connect(
            lambda step: self.tracks.show_scan(scan.describe(replace(step, item="")))
        )
        scan.job.ended.connect(lambda: self.tracks.show_scan(""))

    def _follow_scan(self) -> None:
        if self.isVisible():
            self.refresh()


def _dropped(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if is_folder(path) or path.suffix.lower() == ".zip"]
