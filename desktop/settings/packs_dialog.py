"""The dialog that lists the matching packs, and changes the one in use."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QShortcut,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMessageBox,
    QProgressBar,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.clip.analysing import show_progress
from desktop.dialogs import clicked, open_once
from desktop.dropping import TakesDroppedPath
from desktop.elided import ElidedButton
from desktop.file_manager import show_in_folder
from desktop.flow import FlowLayout
from desktop.jobs import LatestJobs
from desktop.keys import REDO_KEY, UNDO_KEY
from desktop.pack_session import PackListing, PackReport
from desktop.scrolling import ScrollingPart, resize_within
from desktop.settings.compare_dialog import CompareDialog
from desktop.settings.pack_report import ReportDialog
from desktop.settings.pack_use import PackUse, describe_step
from desktop.settings.pack_words import details_text, made_on, place_text, state_text
from desktop.workspace import Workspace
from engine.encoders.pack_manifest import MANIFEST_NAME
from engine.errors import SoundbedError
from engine.progress import ProgressStep
from engine.stories.known_packs import KnownPack
from engine.translation import tr

_SIZE = QSize(880, 580)
_PACK, _PLACE, _DATE, _STATE = range(4)
_ROLE = Qt.ItemDataRole.UserRole


class PacksDialog(TakesDroppedPath, QDialog):
    """Lists the packs with what is known of each; uses, compares and shows them.

    Args:
        workspace: the engine and the steps of undo.
        packs: changes the pack in use.
        parent: of the dialog.
    """

    def __init__(self, workspace: Workspace, packs: PackUse, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._use = packs
        self._jobs = LatestJobs(workspace.runner)
        self._listing = PackListing(())
        self._wanted: Path | None = None
        self.setWindowTitle(tr("Matching packs"))
        self.setAcceptDrops(True)
        self._rows = QStandardItemModel(0, 4, self)
        self._rows.setHorizontalHeaderLabels([tr("Pack"), tr("Place"), tr("Made on"), tr("State")])
        self.tree = QTreeView()
        self.tree.setModel(self._rows)
        self.tree.setAccessibleName(self.windowTitle())
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.selectionModel().selectionChanged.connect(lambda *_: self._show_details())
        self.details = QLabel()
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setWordWrap(True)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setAccessibleName(tr("About the selected pack"))
        self.state = QLabel()
        self.state.setObjectName("quiet")
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(160)
        self.bar.setAccessibleName(tr("Progress"))
        self.stop = ElidedButton(tr("Cancel"))
        # Enter in the list starts what it would stop.
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(packs.cancel)
        self._buttons()
        self._lay_out()
        self._connect()
        self._show_running()
        self.reload()

    def _buttons(self) -> None:
        self.use = ElidedButton(tr("Use this pack"))
        self.use.setObjectName("primary")
        self.use.clicked.connect(self._use_selected)
        self.back = ElidedButton(tr("Go back"), icons.icon("undo"))
        self.back.clicked.connect(self._use.roll_back)
        self.compare = ElidedButton(tr("Compare…"))
        self.compare.setToolTip(tr("Find out which of two packs ranks your own choices higher"))
        self.compare.clicked.connect(self._compare)
        self.add = ElidedButton(tr("Add from a folder…"), icons.icon("folder"))
        self.add.clicked.connect(self._ask_for_folder)
        self.report = ElidedButton(tr("Show report"), icons.icon("report"))
        self.report.clicked.connect(self._read_report)
        self.show_folder = ElidedButton(tr("Show in folder"), icons.icon("folder"))
        self.show_folder.clicked.connect(self._show_folder)

    def _lay_out(self) -> None:
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_PACK, QHeaderView.ResizeMode.Stretch)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.details)
        column.addStretch()
        close = ElidedButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        bottom = QHBoxLayout()
        for widget in (self.bar, self.stop, close):
            bottom.addWidget(widget)
        bottom.insertWidget(0, self.state, 1)
        actions = QWidget()
        flow = FlowLayout(8, actions)
        for button in (
            self.use, self.back, self.compare, self.add, self.report, self.show_folder
        ):  # fmt: skip
            button.setAutoDefault(False)
            flow.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(self.tree, 2)
        layout.addWidget(ScrollingPart(inside, self.details.accessibleName()), 3)
        layout.addWidget(actions)
        layout.addLayout(bottom)
        resize_within(self, _SIZE)

    def _connect(self) -> None:
        # Enter and a double click.
        self.tree.activated.connect(lambda _: self._use_selected())
        QShortcut(UNDO_KEY, self, self._workspace.changes.undo)
        QShortcut(REDO_KEY, self, self._workspace.changes.redo)
        self._use.started.connect(self._show_running)
        self._use.progressed.connect(self._show_step)
        self._use.changed.connect(self._follow)
        self._use.failed.connect(self._show_error)
        self._use.cancelled.connect(self._show_cancelled)
        self._use.ended.connect(self._show_running)
        self._workspace.changes.failed.connect(self._show_error)

    # The list

    def reload(self) -> None:
        """Read the packs again."""
        session, others = self._workspace.session, self._use.others
        job = self._jobs.start("packs", lambda _: session.list_packs(others))
        job.succeeded.connect(self._show)
        # Not `_show_error`, which reads them again.
        job.failed.connect(lambda error: self.state.setText(str(error)))

    def selected(self) -> KnownPack | None:
        """Return the selected pack, None for none."""
        indexes = self.tree.selectionModel().selectedRows()
        return indexes[0].data(_ROLE) if indexes else None

    def _show(self, listing: PackListing) -> None:
        before, wanted = self.selected(), self._wanted
        self._listing, self._wanted = listing, None
        # Shown once with the reason.
        unusable = [pack.folder for pack in listing.packs if pack.problem]
        self._use.others = tuple(each for each in self._use.others if each not in unusable)
        self._rows.removeRows(0, self._rows.rowCount())
        for pack in listing.packs:
            self._rows.appendRow(_items(pack))
        self.tree.setCurrentIndex(self._rows.index(_row_of(listing, before, wanted), _PACK))
        name = "" if listing.before is None else listing.before.id
        self.back.setText(tr("Go back to “{pack}”").format(pack=name) if name else tr("Go back"))
        self._show_details()

    def _show_details(self) -> None:
        pack = self.selected()
        self.details.setText("" if pack is None else details_text(pack, self._listing))
        self._update_buttons()

    def _update_buttons(self) -> None:
        pack, is_running = self.selected(), self._use.is_running
        can_be_used = pack is not None and not pack.in_use and not pack.problem
        self.use.setEnabled(can_be_used and not is_running)
        self.back.setEnabled(self._listing.before is not None and not is_running)
        none_before = tr("No other matching pack was in use before.")
        self.back.setToolTip("" if self._listing.before is not None else none_before)
        self.compare.setEnabled(len(self._usable()) > 1)
        self.report.setEnabled(pack is not None)
        self.show_folder.setEnabled(pack is not None)

    def _usable(self) -> list[KnownPack]:
        return [pack for pack in self._listing.packs if not pack.problem]

    # Changes

    def _use_selected(self) -> None:
        pack = self.selected()
        if pack is None or not self.use.isEnabled():
            return
        if not pack.candidate or may_use(pack, self):
            self._use.use(pack.folder, force=bool(pack.candidate))

    def _follow(self, pack: KnownPack) -> None:
        self._wanted = pack.folder
        self.state.setText(tr("Music is now ranked with “{pack}”.").format(pack=pack.id))
        self.reload()

    def _show_running(self) -> None:
        is_running = self._use.is_running
        self.bar.setVisible(is_running)
        self.stop.setVisible(is_running)
        self.bar.setRange(0, 0)
        if is_running:
            self.state.setText(tr("Checking the pack"))
        self._update_buttons()

    def _show_cancelled(self) -> None:
        self.state.setText(tr("Cancelled: the matching pack in use stays."))

    def _show_step(self, step: ProgressStep) -> None:
        show_progress(self.bar, step)
        self.state.setText(describe_step(step))

    def _show_error(self, error: SoundbedError) -> None:
        self.state.setText(str(error))
        # The folder may be gone, or damaged by now.
        self.reload()

    # Further packs, and what is known of one

    def _ask_for_folder(self) -> None:
        title = tr("Folder of a matching pack, or of several")
        chosen = QFileDialog.getExistingDirectory(self, title, str(Path.home()))
        if chosen:
            self.add_folder(Path(chosen))

    def add_folder(self, folder: Path) -> None:
        """List the packs of a further folder too, and select the first.

        Args:
            folder: a pack, or a folder with packs.
        """
        self._use.others = tuple(dict.fromkeys((*self._use.others, folder)))
        self._wanted = folder
        self.reload()

    def _compare(self) -> None:
        usable, selected = self._usable(), self.selected()
        first = next((row for row, pack in enumerate(usable) if pack.in_use), 0)
        rows = [row for row, pack in enumerate(usable) if row != first and pack is selected]
        second = rows[0] if rows else (1 if first == 0 else 0)
        open_once(CompareDialog(self._workspace, usable, (first, second), self))

    def _read_report(self) -> None:
        pack = self.selected()
        if pack is None:
            return
        session, folder = self._workspace.session, pack.folder

        def show(report: PackReport) -> None:
            open_once(ReportDialog(pack.id, report, self))

        job = self._jobs.start("report", lambda _: session.pack_report(folder))
        job.succeeded.connect(show)
        job.failed.connect(self._show_error)

    def _show_folder(self) -> None:
        pack = self.selected()
        if pack is not None:
            show_in_folder(pack.folder / MANIFEST_NAME)

    def take_path(self, path: Path) -> None:
        """List the packs of the dropped folder too."""
        self.add_folder(path)


def may_use(pack: KnownPack, parent: QWidget) -> bool:
    """Ask whether a candidate is to be used all the same."""
    box = QMessageBox(
        QMessageBox.Icon.Warning,
        tr("Only a candidate"),
        tr("“{pack}” may rank worse than the pack in use. Use it all the same?").format(
            pack=pack.id
        ),
        parent=parent,
    )
    box.setTextFormat(Qt.TextFormat.PlainText)
    back = tr("You can go back at any time.")
    box.setInformativeText(f"{pack.candidate}\n\n{back}")
    use = box.addButton(tr("Use it"), QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    return clicked(box) is use


def _row_of(listing: PackListing, before: KnownPack | None, wanted: Path | None) -> int:
    """Return the row to select: that of a folder, the one of before, or the pack in use."""
    rows = list(enumerate(listing.packs))
    for folder in (wanted, None if before is None else before.folder):
        for row, pack in rows:
            if folder is not None and folder in (pack.folder, pack.folder.parent):
                return row
    return next((row for row, pack in rows if pack.in_use), 0)


def _items(pack: KnownPack) -> list[QStandardItem]:
    texts = (pack.id, place_text(pack), made_on(pack), state_text(pack))
    items = [QStandardItem(text) for text in texts]
    items[_PACK].setData(pack, _ROLE)
    return items
