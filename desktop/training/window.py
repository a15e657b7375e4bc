"""The window that trains a pack on the user's own edits, in four steps."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.dialogs import clicked
from desktop.dropping import TakesDroppedPath
from desktop.elided import ElidedButton
from desktop.jobs import Job, JobRunner, Lane
from desktop.pages import Pages
from desktop.scrolling import LeastSizeArea, resize_within
from desktop.session import Session
from desktop.settings.pack_use import PackUse, describe_step
from desktop.training.check_page import CheckPage
from desktop.training.choose_page import ChoosePage
from desktop.training.form import sentence
from desktop.training.path_field import dropped_edits
from desktop.training.progress_page import ProgressPage
from desktop.training.result_page import ResultPage
from desktop.training.run import TrainingRun
from desktop.training_session import TrainingStart
from engine.errors import InputError, SoundbedError
from engine.progress import LearningPoint
from engine.stories.known_packs import KnownPack
from engine.translation import tr

if TYPE_CHECKING:
    from engine.training.preparation import Preparation
    from engine.training.training_request import TrainingReport

_SIZE = QSize(760, 640)


class TrainingWindow(TakesDroppedPath, QDialog):
    """Chooses edits, shows what they can teach, trains, and shows what came of it.

    It can be closed at any time: the training continues.

    Args:
        run: the training.
        packs: changes the pack in use.
        session: the engine.
        runner: where its calls run.
        parent: the main window.
    """

    def __init__(
        self,
        run: TrainingRun,
        packs: PackUse,
        session: Session,
        runner: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._run = run
        self._packs = packs
        self._session = session
        self._runner = runner
        self._in_use: Path | None = None
        self.setWindowTitle(tr("Train on my edits"))
        self.setAcceptDrops(True)
        self.choose = ChoosePage()
        self.check = CheckPage()
        self.progress = ProgressPage()
        self.outcome = ResultPage()
        self.step = QLabel()
        self.hint = sentence(name="small")
        self.back = QPushButton(tr("Back"))
        self.stop = ElidedButton(tr("Cancel the training"))
        self.again = ElidedButton(tr("Another training"))
        self.next = ElidedButton("")
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        self.pages = Pages()
        for page in (self.choose, self.check, self.progress, self.outcome):
            self.pages.addWidget(page)
        body = QWidget()
        inside = QVBoxLayout(body)
        inside.setContentsMargins(20, 16, 20, 8)
        inside.addWidget(self.pages)
        self.step.setObjectName("small")
        self.step.setContentsMargins(20, 0, 20, 0)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        self.next.setObjectName("primary")
        buttons = QHBoxLayout()
        buttons.addWidget(self.stop)
        buttons.addStretch()
        for button in (self.again, self.back, close, self.next):
            buttons.addWidget(button)
        below = QVBoxLayout()
        below.setContentsMargins(20, 0, 20, 0)
        below.addWidget(self.hint)
        below.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 14, 0, 16)
        layout.setSpacing(6)
        layout.addWidget(self.step)
        layout.addWidget(LeastSizeArea(body), 1)
        layout.addLayout(below)
        for each in self.findChildren(QPushButton):
            # Enter is the next step, wherever the focus is but on a button.
            each.setAutoDefault(False)
        self.next.setDefault(True)
        resize_within(self, _SIZE)

    def _connect(self) -> None:
        run, packs, outcome = self._run, self._packs, self.outcome
        self.choose.changed.connect(self._show_buttons)
        self.choose.resume_requested.connect(run.resume)
        self.choose.forget_requested.connect(self._forget)
        self.next.clicked.connect(self._go_next)
        self.back.clicked.connect(self._go_back)
        self.stop.clicked.connect(self._stop_training)
        self.again.clicked.connect(self._start_again)
        run.prepared.connect(self._show_found)
        run.preparing_failed.connect(self._show_problem)
        run.started.connect(self._follow)
        run.measured.connect(self._add_point)
        for signal in (run.succeeded, run.failed):
            signal.connect(self._show_end)
        run.stopped.connect(self._show_stopped)
        outcome.use_requested.connect(self._use)
        outcome.back_requested.connect(packs.roll_back)
        outcome.publish_requested.connect(self._publish)
        outcome.discard_requested.connect(self._discard)
        outcome.resume_requested.connect(run.resume)
        packs.started.connect(self._show_change)
        packs.progressed.connect(lambda step: outcome.say(describe_step(step)))
        packs.cancelled.connect(
            lambda: outcome.say(tr("Cancelled: the matching pack in use stays."))
        )
        packs.changed.connect(self._note_in_use)
        packs.failed.connect(self._show_failed_change)
        packs.ended.connect(lambda: outcome.set_busy(False))

    def open_again(self) -> None:
        """Show what is done now."""
        if not self._run.is_training:
            self._read_start()
        self.show()
        self.raise_()
        self.activateWindow()

    def reject(self) -> None:
        """Close; a training continues, the reading of edits doesn't."""
        if self._run.job is not None and not self._run.is_training:
            self._run.cancel()
            self._show_page(self.choose)
        super().reject()

    # Steps

    def _show_state(self) -> None:
        if self._run.is_training and self._run.job is not None:
            self._follow(self._run.job)
        elif self._run.report is not None:
            self._show_report(self._run.report)
        else:
            self._show_page(self.choose)

    def _show_page(self, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self.hint.setText("")
        self._show_buttons()

    def _show_buttons(self) -> None:
        page, run = self.pages.currentWidget(), self._run
        names = {
            self.choose: (tr("Step 1 of 4: the edits"), tr("Next")),
            self.check: (tr("Step 2 of 4: what will be used"), tr("Train")),
            self.progress: (tr("Step 3 of 4: the training"), ""),
            self.outcome: (tr("Step 4 of 4: the result"), ""),
        }
        assert page is not None
        step, text = names[page]
        self.step.setText(step)
        self.next.setText(text)
        self.next.setVisible(bool(text))
        self.back.setVisible(page is self.check)
        self.stop.setVisible(page is self.progress)
        self.again.setVisible(page is self.outcome)
        problem = self.choose.problem if page is self.choose else ""
        is_ready = page is not self.check or run.preparation is not None
        self.next.setEnabled(is_ready and not problem)
        if page is self.choose:
            # What is missing for any training is said above.
            self.hint.setText("" if self.choose.missing.isVisibleTo(self.choose) else problem)
        self.hint.setVisible(bool(self.hint.text()))

    def _go_next(self) -> None:
        page = self.pages.currentWidget()
        if page is self.choose:
            self.check.start()
            job = self._run.prepare(self.choose.wish)
            job.progressed.connect(self.check.show_step)
            self._show_page(self.check)
        elif page is self.check:
            self._run.train()

    def _start_again(self) -> None:
        self._run.put_aside()
        self._show_page(self.choose)
        self._read_start()

    def _go_back(self) -> None:
        self._run.cancel()
        self._run.put_aside()
        self._show_page(self.choose)

    def _read_start(self) -> None:
        session = self._session
        job = self._runner.start(lambda _: session.training_start())
        job.succeeded.connect(self._show_start)
        job.failed.connect(lambda error: self._say(str(error)))

    def _show_start(self, start: TrainingStart) -> None:
        self._in_use = next((pack.folder for pack in start.packs if pack.in_use), None)
        self.choose.show_start(start)
        if self._run.report is not None and self.pages.currentWidget() is self.outcome:
            self._show_report(self._run.report)

    def _forget(self) -> None:
        session = self._session
        job = self._runner.start(lambda _: session.forget_training(), Lane.WRITE)
        job.succeeded.connect(lambda _: self._read_start())
        job.failed.connect(lambda error: self._say(str(error)))

    def _show_found(self, found: "Preparation") -> None:
        self.check.show_found(found)
        self._show_buttons()

    def _show_problem(self, error: SoundbedError) -> None:
        self.check.show_error(error)
        self._show_buttons()

    # The training

    def _follow(self, job: Job) -> None:
        self.progress.start()
        for point in self._run.points:
            self.progress.add(point)
        job.progressed.connect(self.progress.show_step)
        self.stop.setEnabled(True)
        self._show_page(self.progress)

    def _add_point(self, point: LearningPoint) -> None:
        self.progress.add(point)

    def _stop_training(self) -> None:
        self.stop.setEnabled(False)
        self.progress.stage.setText(tr("Saving what was learnt so far…"))
        self._run.cancel()

    def _show_end(self, ending: object) -> None:
        self.outcome.say("")
        if isinstance(ending, SoundbedError):
            # Another program trains, or there is nothing to continue.
            is_refused = isinstance(ending, InputError)
            self.outcome.show_error(ending, can_resume=not is_refused)
        elif self._run.report is not None:
            self._show_report(self._run.report)
        self._show_page(self.outcome)

    def _show_stopped(self) -> None:
        self.outcome.say("")
        self.outcome.show_stopped(can_resume=self._run.can_resume)
        self._show_page(self.outcome)

    def _show_report(self, report: "TrainingReport") -> None:
        self.outcome.show_report(report, self._in_use == report.pack)
        self._show_page(self.outcome)

    # What becomes of the pack

    def _use(self) -> None:
        report = self._run.report
        if report is not None:
            self._packs.use(report.pack)

    def _show_change(self) -> None:
        self.outcome.set_busy(True)
        self.outcome.say(
            tr("Your tracks are prepared for the pack first; until then the list stays as it is.")
        )

    def _note_in_use(self, pack: KnownPack) -> None:
        self._in_use = pack.folder
        if self._run.report is not None and self.pages.currentWidget() is self.outcome:
            self._show_report(self._run.report)
            self.outcome.say(tr("Music is now ranked with “{pack}”.").format(pack=pack.id))

    def _show_failed_change(self, error: SoundbedError) -> None:
        self.outcome.say(str(error))

    def _publish(self) -> None:
        report = self._run.report
        if report is None or not self._is_sure(
            tr("This pack may rank worse than “{pack}”.").format(pack=report.comparison.before),
            " ".join([report.reason, tr("You can go back at any time.")]),
            tr("Publish it"),
        ):
            return
        session, candidate, out = self._session, report.pack, report.out
        published = replace(report, pack=out, is_published=True)

        def show() -> None:
            self._run.report = published
            self._show_report(published)
            self.outcome.say(tr("“{name}” is published and can be used.").format(name=out.name))

        self._change(lambda: session.publish_candidate(candidate, out), show)

    def _discard(self) -> None:
        report = self._run.report
        if report is None or not self._is_sure(
            tr("Delete the pack “{name}”?").format(name=report.pack.name),
            tr("This can't be undone. Your edits stay as they are."),
            tr("Delete it"),
        ):
            return
        session, folder = self._session, report.pack

        self._change(lambda: session.discard_pack(folder), self._start_again)

    def _change(self, work: Callable[[], None], done: Callable[[], None]) -> None:
        self.outcome.set_busy(True)
        job = self._runner.start(lambda _: work(), Lane.WRITE)
        job.succeeded.connect(lambda _: done())
        job.failed.connect(lambda error: self.outcome.say(str(error)))
        job.ended.connect(lambda: self.outcome.set_busy(False))

    def _is_sure(self, question: str, details: str, label: str) -> bool:
        box = QMessageBox(QMessageBox.Icon.Warning, self.windowTitle(), question, parent=self)
        box.setInformativeText(details)
        wanted = box.addButton(label, QMessageBox.ButtonRole.AcceptRole)
        box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        return clicked(box) is wanted

    def _say(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))

    # Dropping

    def dropped_path(self, event: QDropEvent) -> Path | None:
        """Return the edits, while they are chosen."""
        return dropped_edits(event) if self.pages.currentWidget() is self.choose else None

    def take_path(self, path: Path) -> None:
        """Take the edits that are dropped."""
        self.choose.edits.set_path(path)
