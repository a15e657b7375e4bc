"""The menu entry “Music for a folder of clips”: asks, starts it, and shows how far it is."""

from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMessageBox, QWidget

from desktop import icons
from desktop.batch.dialog import Batch, BatchDialog
from desktop.clip.hints import batch_hint
from desktop.dialogs import open_once
from desktop.jobs import Job, Lane
from desktop.task_strip import Notice, TaskStrip
from desktop.time_left import time_left_words
from desktop.workspace import Workspace
from engine.path_checks import is_file
from engine.progress import ProgressStep
from engine.stories.batch_options import PAGE, BatchReport
from engine.translation import tr, trn

BATCH_KEY = "Ctrl+Shift+O"
_MAX_NAME = 32
_N_NAMED = 3


class BatchActions(QObject):
    """Makes music for all clips of a folder, while the window is used for something else.

    Args:
        workspace: the engine, the settings and the filters of the window.
        strip: shows progress and result.
        window: parent of the dialogs.
        store: remembers the choices.

    Attributes:
        action: the menu entry.
    """

    def __init__(
        self, workspace: Workspace, strip: TaskStrip, window: QWidget, store: QSettings
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._strip = strip
        self._window = window
        self._store = store
        self._job: Job | None = None
        self.action = QAction(icons.icon("folder"), tr("&Music for a folder of clips…"), self)
        self.action.setToolTip(batch_hint())
        self.action.setShortcut(QKeySequence(BATCH_KEY))
        self.action.triggered.connect(lambda: self.ask())

    @property
    def is_running(self) -> bool:
        """Whether clips are being made."""
        return self._job is not None

    def ask(self, folder: Path | None = None) -> None:
        """Ask what to make, and start it.

        Args:
            folder: of the clips; None for that of the last time.
        """
        if self.is_running:
            QMessageBox.information(
                self._window,
                tr("A task is running"),
                tr("Music for another folder is being made. Wait until it is done, or cancel it."),
            )
            return
        workspace = self._workspace
        dialog = BatchDialog(
            workspace.session,
            workspace.runner,
            workspace.settings,
            workspace.options,
            self._store,
            self._window,
        )
        if folder is not None:
            dialog.clips.set_path(folder)
        dialog.accepted.connect(lambda: self._start(dialog.batch))
        open_once(dialog)

    def _start(self, batch: Batch | None) -> None:
        assert batch is not None
        session = self._workspace.session
        job = self._job = self._workspace.runner.start(
            lambda progress: session.run_batch(batch.folder, batch.out, batch.options, progress),
            Lane.BATCH,
        )
        job.ended.connect(self._end)
        follower = _Follower()
        page = batch.out / PAGE
        self._strip.follow_long(
            job,
            tr("Music for a folder of clips"),
            follower.describe,
            describe_report,
            lambda: follower.stopped(page),
        )

    def _end(self) -> None:
        self._job = None


class _Follower:
    """Puts the steps of a batch into words."""

    def __init__(self) -> None:
        self._last: ProgressStep | None = None

    def describe(self, step: ProgressStep) -> str:
        """Return which clip it is, what is done with it, and how long all of it takes."""
        if not step.total:
            return step.stage
        self._last = step
        number = min(int(step.done) + 1, round(step.total))
        parts = [
            tr("Clip {n} of {total}").format(n=number, total=round(step.total)),
            _shortened(step.item),
            step.stage,
            "" if step.left_s is None else time_left_words(step.left_s),
        ]
        return " · ".join(filter(None, parts))

    def stopped(self, page: Path) -> Notice:
        """Return what to say when it was cancelled."""
        n_done = int(self._last.done) if self._last else 0
        total = round(self._last.total or 0) if self._last else 0
        if not n_done:
            return Notice(tr("Cancelled before the first clip was finished."))
        text = trn(
            "Cancelled: {n} of {total} clips is finished. Start it again to continue.",
            "Cancelled: {n} of {total} clips are finished. Start it again to continue.",
            n_done,
        ).format(n=n_done, total=total)
        return Notice(text, page, page) if is_file(page) else Notice(text)


def describe_report(result: object) -> Notice:
    """Return what to say at the end of a batch, with the clips that failed."""
    report = cast(BatchReport, result)
    n_made = len(report.entries) - report.n_failed
    parts = [trn("{n} clip has music", "{n} clips have music", n_made).format(n=n_made)]
    if report.n_failed:
        parts.append(
            trn("{n} without music", "{n} without music", report.n_failed).format(n=report.n_failed)
        )
    text = ", ".join(parts)
    problems = [entry.named_problem for entry in report.entries if entry.problem is not None]
    lines = [text, *problems[:_N_NAMED]]
    if len(problems) > _N_NAMED:
        n_more = len(problems) - _N_NAMED
        lines.append(
            trn("{n} more is in the report.", "{n} more are in the report.", n_more).format(
                n=n_more
            )
        )
    return Notice("\n".join(lines), report.page, report.page)


def _shortened(name: str) -> str:
    """Return a name with its middle left out where it is long: start and suffix tell most."""
    if len(name) <= _MAX_NAME:
        return name
    half = _MAX_NAME // 2
    return f"{name[: half - 1]}…{name[-half:]}"
