"""Scans of the user's music, shown by the main window: one after the other, and after a restart.

What the user asks for comes first: a scan that is being continued after a quit or a crash stops for
it, and continues afterwards.
"""

from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from desktop.garbage import few_collections
from desktop.jobs import Job, JobRunner, Lane
from desktop.library.scan_words import describe_report, describe_step
from desktop.session import Session
from desktop.task_strip import Notice, TaskStrip
from desktop.undo import UndoStack
from engine.errors import display_path
from engine.progress import Progress, ProgressStep
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.stories.index_report import IndexReport


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that runs.

    Attributes:
        title: what it does, translated.
        job: does it.
    """

    title: str
    job: Job

    def describe(self, step: ProgressStep) -> str:
        """Return a step in words."""
        return describe_step(self.title, step)


@dataclass(frozen=True, slots=True)
class _Request:
    """A scan that the user asked for.

    Attributes:
        title: what it does, translated.
        work: does it.
        undo_name: of its step in the Edit menu; "" where it is none.
        folder: which is added; None for others.
        is_kept: whether what was done by then stays after a cancel.
    """

    title: str
    work: Callable[[Progress], object]
    undo_name: str = ""
    folder: Path | None = None
    is_kept: bool = True

    @property
    def stopped(self) -> str:
        """What to say after it was cancelled."""
        text = (
            tr("Cancelled: {task}. A rescan continues it.")
            if self.is_kept
            else tr("Cancelled: {task}")
        )
        return text.format(task=self.title)


class LibraryScans(QObject):
    """Runs scans in the order in which they were asked for.

    `started` reports each with its `Scan`; `changed` follows whenever the library may have changed,
    and `resumed` when nothing is left to be continued.

    Args:
        session: the engine.
        runner: where scans run, on a lane of their own.
        strip: of the main window.
        changes: undoes additions.
        parent: the window.
    """

    started = Signal(object)
    changed = Signal()
    problems_requested = Signal()
    resumed = Signal()

    def __init__(
        self,
        session: Session,
        runner: JobRunner,
        strip: TaskStrip,
        changes: UndoStack,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._strip = strip
        self._changes = changes
        self._waiting: deque[_Request] = deque()
        self._current: Scan | None = None
        self._resuming: Job | None = None
        self._is_interrupted = False

    @property
    def current(self) -> Scan | None:
        """The scan that the user asked for and that runs."""
        return self._current

    def add_folder(self, folder: Path) -> None:
        """Analyse a folder into the library."""
        self._ask(
            _Request(
                tr("Adding {folder}").format(folder=display_path(folder.name)),
                lambda progress: self._session.add_folder(folder, progress),
                tr("Add folder"),
                folder,
            )
        )

    def install_pack(self, pack: Path) -> None:
        """Check a music pack and add it."""
        self._ask(
            _Request(
                tr("Installing {pack}").format(pack=display_path(pack.name)),
                lambda progress: self._session.install_pack(pack, progress),
                tr("Install pack"),
                is_kept=False,
            )
        )

    def rescan(self, first: Path | None = None) -> None:
        """Look for new, changed and missing files.

        Args:
            first: a folder that comes before the others.
        """
        self._ask(
            _Request(tr("Rescanning"), lambda progress: self._session.rescan(progress, first))
        )

    def retry(self, track_ids: Collection[int]) -> None:
        """Analyse files that couldn't be used once more.

        Args:
            track_ids: the numbers of their tracks.
        """
        title = trn("Trying {n} file again", "Trying {n} files again", len(track_ids))
        self._ask(
            _Request(
                title.format(n=len(track_ids)),
                lambda progress: self._session.retry_files(track_ids, progress),
            )
        )

    def resume(self) -> None:
        """Continue what a quit or a crash interrupted, if anything."""
        if self._resuming is not None or self._current is not None:
            return
        job = self._resuming = self._start(self._session.resume_scans)
        self._is_interrupted = False
        title = tr("Continuing an interrupted scan")
        self._strip.follow_background(
            job,
            title,
            lambda report: "" if report is None else describe_report(report),
            describe=lambda step: describe_step(title, step),
            can_pause=True,
        )
        job.succeeded.connect(self._follow_resumed)
        job.cancelled.connect(self._forget_resumed)
        job.failed.connect(self.changed)
        job.ended.connect(self._end_resumed)

    def _start(self, work: Callable[[Progress], object]) -> Job:
        def scan(progress: Progress) -> object:
            with few_collections():
                return work(progress)

        return self._runner.start(scan, Lane.INDEX)

    def _ask(self, request: _Request) -> None:
        self._waiting.append(request)
        if self._resuming is not None:
            self._is_interrupted = True
            self._resuming.cancel()
        elif self._current is None:
            self._start_next()
        if self._current is not None and len(self._waiting):
            self._strip.notify(tr("Waiting: {task}").format(task=request.title))

    def _start_next(self) -> None:
        request = self._waiting.popleft()
        job = self._start(request.work)
        scan = self._current = Scan(request.title, job)
        self._strip.follow_long(
            job,
            scan.title,
            scan.describe,
            self._notice,
            lambda: Notice(request.stopped),
            can_pause=True,
        )
        job.succeeded.connect(lambda report: self._offer_undo(request, report))
        job.cancelled.connect(lambda: self._forget(request.folder))
        job.ended.connect(self._end)
        self.started.emit(scan)

    def _notice(self, report: object) -> Notice:
        failed = getattr(report, "failed", ())
        offer = (tr("Show problems"), self.problems_requested.emit) if failed else None
        return Notice(describe_report(report), offer=offer)

    def _end(self) -> None:
        self._current = None
        # After a cancel too: what was analysed by then is in the library.
        self.changed.emit()
        self._continue()

    def _continue(self) -> None:
        if self._waiting:
            self._start_next()
        elif self._is_interrupted:
            self.resume()

    def _offer_undo(self, request: _Request, report: object) -> None:
        inverse = cast("IndexReport", report).inverse
        if request.undo_name and inverse is not None:
            self._changes.add(request.undo_name, inverse)

    def _forget(self, folder: Path | None) -> None:
        self._runner.start(lambda _: self._session.forget_scans(folder), Lane.WRITE)

    def _follow_resumed(self, report: object) -> None:
        if report is not None:
            self.changed.emit()

    def _forget_resumed(self) -> None:
        # Interrupted, it is followed by a scan that changes the library anyway.
        if not self._is_interrupted:
            self._forget(None)
            self.changed.emit()

    def _end_resumed(self) -> None:
        self._resuming = None
        if not self._is_interrupted:
            self.resumed.emit()
        self._continue()
