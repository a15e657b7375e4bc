"""Ranks with another matching pack from now on, while the window is used."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Job, Lane
from desktop.task_strip import Notice, TaskStrip
from desktop.time_left import time_left_words
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.library.operation import Operation
from engine.progress import Progress, ProgressStep
from engine.stories.choose_pack import PackChange, ReturnToPacks
from engine.stories.known_packs import KnownPack
from engine.translation import tr, trn


class PackUse(QObject):
    """Changes the matching pack in use, and lets the window rank with it at once.

    The user's tracks are embedded for the pack first, which the task strip shows; until the end,
    the pack in use and the list stay as they are. Undo goes back.

    Args:
        workspace: the engine, the open clip and the steps of undo.
        strip: shows what is done.
        parent: its owner.

    Attributes:
        others: folders that the user named, which are, or contain, packs.
    """

    started = Signal()
    progressed = Signal(object)
    changed = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    def __init__(
        self, workspace: Workspace, strip: TaskStrip, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._strip = strip
        self._job: Job | None = None
        self.others: tuple[Path, ...] = ()
        workspace.changes.done.connect(self._follow_undo)

    @property
    def is_running(self) -> bool:
        """Whether a change is being made."""
        return self._job is not None

    def cancel(self) -> None:
        """Leave the pack in use as it is; `ended` follows."""
        if self._job is not None:
            self._job.cancel()

    def use(self, folder: Path, *, force: bool = False) -> None:
        """Rank with the pack of a folder from now on; `changed` or `failed` follows.

        Nothing is done while another change is being made.

        Args:
            folder: of the pack.
            force: whether it may be a candidate: the user was warned.
        """
        session = self._workspace.session
        self._start(lambda progress: session.use_pack(folder, progress, force=force))

    def roll_back(self) -> None:
        """Rank with the pack before the one in use again; `changed` or `failed` follows."""
        self._start(self._workspace.session.roll_back_pack)

    def _start(self, work: Callable[[Progress], PackChange]) -> None:
        if self._job is not None:
            return
        made: list[PackChange] = []

        def change(progress: Progress) -> PackChange:
            made.append(work(progress))
            return made[0]

        def stopped() -> Notice:
            if made:
                return _notice(made[0])
            return Notice(tr("Cancelled: the matching pack in use stays."))

        job = self._job = self._workspace.runner.start(change, Lane.READ)
        job.progressed.connect(self.progressed)
        job.succeeded.connect(self._take)
        job.failed.connect(self.failed)
        job.cancelled.connect(lambda: self._stop(made))
        job.ended.connect(self._end)
        self._strip.follow_long(
            job,
            tr("Another matching pack"),
            describe_step,
            _notice,
            stopped,
            can_pause=True,
        )
        self.started.emit()

    def _end(self) -> None:
        self._job = None
        self.ended.emit()

    def _stop(self, made: Sequence[PackChange]) -> None:
        if made:
            # It was too late to cancel it.
            self._take(made[0])
        else:
            self.cancelled.emit()

    def _take(self, change: PackChange) -> None:
        self._workspace.changes.add(change.undo.name, change.undo)
        self._read_pack()

    def _follow_undo(self, operation: Operation) -> None:
        if isinstance(operation, ReturnToPacks):
            self._read_pack()

    def _read_pack(self) -> None:
        session = self._workspace.session
        job = self._workspace.runner.start(lambda _: session.pack_in_use())
        job.succeeded.connect(self._rank)
        job.failed.connect(self._show_error)

    def _rank(self, pack: KnownPack) -> None:
        workspace, clip = self._workspace, self._workspace.clip
        if pack.video_version:
            workspace.analyses.forget_others(pack.video_version)
        if clip is not None and pack.video_version not in ("", clip.features.version):
            # The pack has another picture network, which needs to see the clip too.
            workspace.open_clip(clip.opened_path)
        else:
            workspace.rank()
        self.changed.emit(pack)

    def _show_error(self, error: SoundbedError) -> None:
        self._workspace.error_occurred.emit(error)


def describe_step(step: ProgressStep) -> str:
    """Return what is done for a pack, how far it is, and how long it still takes."""
    parts = [tr("Another matching pack"), step.stage]
    if step.total:
        count = tr("{n} of {total}").format(n=round(step.done), total=round(step.total))
        parts.append(count)
    if step.left_s is not None:
        parts.append(time_left_words(step.left_s))
    return " · ".join(filter(None, parts))


def _notice(result: object) -> Notice:
    change = cast(PackChange, result)
    parts = [tr("Music is now ranked with “{pack}”.").format(pack=change.id)]
    if change.n_embedded:
        parts.append(
            trn(
                "{n} track of yours was embedded for it.",
                "{n} tracks of yours were embedded for it.",
                change.n_embedded,
            ).format(n=change.n_embedded)
        )
    if change.passed_over:
        n_passed = len(change.passed_over)
        text = trn(
            "{n} earlier pack can't be used any more and was passed over.",
            "{n} earlier packs can't be used any more and were passed over.",
            n_passed,
        )
        parts.append(text.format(n=n_passed))
    return Notice(" ".join(parts))
