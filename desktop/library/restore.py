"""The dialog that goes back to an earlier state of the library."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.jobs import Job, JobRunner, Lane
from desktop.session import Session
from engine.errors import SoundbedError
from engine.library.restoring import Difference
from engine.library.snapshots import Snapshot
from engine.translation import tr


class RestoreDialog(QDialog):
    """Lists the snapshots, shows what the chosen one would change, and restores it.

    Args:
        session: the engine.
        runner: where its calls run.
        parent: the window above which it opens.
    """

    restored = Signal()

    def __init__(self, session: Session, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._found: Sequence[Snapshot] = ()
        self._comparing: Job | None = None
        self._is_restoring = False
        self.setWindowTitle(tr("Restore your library"))
        self.resize(560, 420)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Snapshots of your library"))
        self.list.currentItemChanged.connect(self._compare)
        self.changes = QLabel()
        self.changes.setTextFormat(Qt.TextFormat.PlainText)
        self.changes.setWordWrap(True)
        self.changes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        note = QLabel(tr("The present state becomes a snapshot too, so that this can be undone."))
        note.setObjectName("small")
        note.setWordWrap(True)
        self.restore = QPushButton(tr("Restore"))
        self.restore.setObjectName("primary")
        self.restore.setEnabled(False)
        self.restore.clicked.connect(self._restore)
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._cancel)
        buttons.addWidget(self.restore)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(12)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.changes)
        layout.addWidget(note)
        layout.addLayout(buttons)
        job = runner.start(lambda _: session.snapshots())
        job.succeeded.connect(self._show)
        job.failed.connect(self._show_error)

    def _show(self, found: Sequence[Snapshot]) -> None:
        self._found = found
        kinds = {
            "daily": tr("daily"),
            "update": tr("before an update of the format"),
            "restore": tr("before a restore"),
        }
        for snapshot in found:
            made_at = datetime.fromisoformat(snapshot.made_at).astimezone()
            self.list.addItem(f"{made_at:%Y-%m-%d %H:%M} · {kinds[snapshot.kind]}")
        if found:
            self.list.setCurrentRow(0)
        else:
            self.changes.setText(tr("There is no snapshot of your library yet."))

    def _chosen(self) -> Snapshot | None:
        row = self.list.currentRow()
        return self._found[row] if row >= 0 else None

    def _compare(self) -> None:
        snapshot = self._chosen()
        self.restore.setEnabled(False)
        self._stop_comparing()
        if snapshot is None:
            return
        self.changes.setText(tr("Comparing with your library…"))
        job = self._comparing = self._runner.start(
            lambda _: self._session.compare_snapshot(snapshot)
        )
        job.succeeded.connect(self._show_changes)
        job.failed.connect(self._show_error)

    def _stop_comparing(self) -> None:
        # What it finds is no longer what is asked.
        if self._comparing is not None:
            self._comparing.cancel()

    def _show_changes(self, found: Difference) -> None:
        self.changes.setText("\n".join(found.sentences()))
        self.restore.setEnabled(not found.is_empty)

    def _restore(self) -> None:
        snapshot = self._chosen()
        if snapshot is None:
            return
        self._set_restoring(True)
        self.changes.setText(tr("Restoring…"))
        job = self._runner.start(lambda _: self._session.restore_snapshot(snapshot), Lane.WRITE)
        job.succeeded.connect(self._finish)
        job.failed.connect(self._show_error)

    def reject(self) -> None:
        """Close, unless the library is being restored: what it then contains is to be shown."""
        if not self._is_restoring:
            self._stop_comparing()
            super().reject()

    def _set_restoring(self, is_restoring: bool) -> None:
        self._is_restoring = is_restoring
        self.restore.setEnabled(False)
        for widget in (self.list, self._cancel):
            widget.setEnabled(not is_restoring)

    def _finish(self) -> None:
        self.restored.emit()
        self.accept()

    def _show_error(self, error: SoundbedError) -> None:
        self._set_restoring(False)
        self.changes.setText(str(error))
