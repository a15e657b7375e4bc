"""The dialog that compares two matching packs on the user's own choices."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.batch.folder_field import FolderField
from desktop.clip.analysing import show_progress
from desktop.dropping import TakesDroppedPath, dropped_folder
from desktop.elided import ElidedButton
from desktop.jobs import Job, Lane
from desktop.scrolling import ScrollingPart, resize_within
from desktop.settings.pack_words import comparison_text
from desktop.time_left import time_left_words
from desktop.workspace import Workspace
from engine.encoders.pack_manifest import names_apart
from engine.errors import SoundbedError
from engine.progress import ProgressStep
from engine.stories.known_packs import KnownPack
from engine.translation import tr

if TYPE_CHECKING:
    from engine.training.compare_packs import PackComparison

_SIZE = QSize(640, 480)
_LEAST_WIDTH_PX = 120


class CompareDialog(TakesDroppedPath, QDialog):
    """Asks for two packs and finished edits, and says which pack ranks their music higher.

    Args:
        workspace: compares them.
        packs: those that can be used.
        chosen: the two that are shown first, by their place in the list.
        parent: of the dialog.
    """

    def __init__(
        self,
        workspace: Workspace,
        packs: Sequence[KnownPack],
        chosen: tuple[int, int],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._packs = tuple(packs)
        self._job: Job | None = None
        self.setWindowTitle(tr("Compare two packs"))
        self.setAcceptDrops(True)
        self.boxes = tuple(self._box(name, row) for name, row in zip(_names(), chosen, strict=True))
        self.edits = FolderField(tr("Folder of finished edits"))
        self.with_picks = QCheckBox(tr("Count my picks too"))
        self.found = QLabel()
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.found.setWordWrap(True)
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.found.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.found.setAccessibleName(tr("Result"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.compare = ElidedButton(tr("Compare"))
        self.compare.setObjectName("primary")
        self.compare.setDefault(True)
        self.compare.clicked.connect(self._start_or_cancel)
        self._lay_out()
        self.edits.changed.connect(self._update)
        self.with_picks.toggled.connect(self._update)
        for box in self.boxes:
            box.currentIndexChanged.connect(self._update)
        self._update()

    def _box(self, name: str, row: int) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setMinimumWidth(_LEAST_WIDTH_PX)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.addItems(names_apart((pack.id, pack.folder) for pack in self._packs))
        box.setCurrentIndex(row)
        return box

    def _lay_out(self) -> None:
        text = tr(
            "Both packs rank the music of your finished edits: the better one puts what you chose "
            "nearer to the top. Clips that a pack has learnt from don't count."
        )
        advice = QLabel(text)
        advice.setObjectName("small")
        advice.setWordWrap(True)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(8)
        for name, box in zip(_names(), self.boxes, strict=True):
            form.addRow(name, box)
        form.addRow(tr("Finished edits"), self.edits)
        form.addRow("", self.with_picks)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        column.addWidget(advice)
        column.addLayout(form)
        column.addWidget(self.found, 1)
        close = ElidedButton(tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addWidget(self.bar, 1)
        buttons.addStretch()
        buttons.addWidget(self.compare)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(12)
        layout.addWidget(ScrollingPart(inside, self.windowTitle()), 1)
        layout.addLayout(buttons)
        resize_within(self, _SIZE)

    def _update(self) -> None:
        is_running = self._job is not None
        first, second = (box.currentIndex() for box in self.boxes)
        has_choices = self.edits.path is not None or self.with_picks.isChecked()
        self.compare.setText(tr("Cancel") if is_running else tr("Compare"))
        self.compare.setEnabled(is_running or (first != second and has_choices))
        self.bar.setVisible(is_running)
        for control in (*self.boxes, self.edits, self.with_picks):
            control.setEnabled(not is_running)
        if is_running:
            return
        if first == second:
            self.found.setText(tr("Choose two packs."))
        elif not has_choices:
            self.found.setText(tr("Choose a folder with finished edits, or drop one here."))
        else:
            self.found.clear()

    def _start_or_cancel(self) -> None:
        if self._job is not None:
            self.compare.setEnabled(False)
            self._job.cancel()
            return
        first, second = (self._packs[box.currentIndex()].folder for box in self.boxes)
        session, edits = self._workspace.session, self.edits.path
        with_picks = self.with_picks.isChecked()
        job = self._job = self._workspace.runner.start(
            lambda progress: session.compare_packs(
                (first, second), edits, progress, with_picks=with_picks
            ),
            Lane.READ,
        )
        job.progressed.connect(self._show_step)
        job.succeeded.connect(self._show)
        job.failed.connect(self._show_problem)
        job.cancelled.connect(self._show_cancelled)
        self.bar.setRange(0, 0)
        self.found.setText(tr("Checking the pack"))
        self._update()

    def _show_step(self, step: ProgressStep) -> None:
        show_progress(self.bar, step)
        left = "" if step.left_s is None else time_left_words(step.left_s)
        self.found.setText(" · ".join(filter(None, (step.stage, step.item, left))))

    def _show(self, comparison: "PackComparison") -> None:
        self._end(comparison_text(comparison))

    def _show_problem(self, error: SoundbedError) -> None:
        self._end(str(error))

    def _show_cancelled(self) -> None:
        self._end(tr("Cancelled. Clips that were analysed are quicker the next time."))

    def _end(self, text: str) -> None:
        self._job = None
        self._update()
        self.found.setText(text)
        self.compare.setFocus()

    def dropped_path(self, event: QDropEvent) -> Path | None:
        """Return the folder of edits, while nothing is compared."""
        return dropped_folder(event) if self._job is None else None

    def take_path(self, path: Path) -> None:
        """Compare by the edits of the dropped folder."""
        self.edits.set_path(path)

    def done(self, result: int) -> None:
        """Close, and stop what is running."""
        if self._job is not None:
            self._job.cancel()
        super().done(result)


def _names() -> tuple[str, str]:
    return tr("First pack"), tr("Second pack")
