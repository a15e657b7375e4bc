"""The bar at the bottom of the window: progress of a task, Cancel, and its result."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from desktop import icons
from desktop.clip.analysing import show_progress
from desktop.file_manager import show_in_folder, url_of
from desktop.jobs import Job
from desktop.time_left import time_left_words
from engine.errors import SoundbedError, display_path
from engine.progress import ProgressStep
from engine.translation import tr

_NOTICE_MS = 8000


@dataclass(frozen=True, slots=True)
class Notice:
    """The end of a task.

    Attributes:
        text: translated.
        file: what was written, to show in its folder.
        report: a page to open in the browser.
        offer: label of a further button, translated, and what it does.
    """

    text: str
    file: Path | None = None
    report: Path | None = None
    offer: tuple[str, Callable[[], object]] | None = None


@dataclass(frozen=True, slots=True)
class _Followed:
    """A running task.

    Attributes:
        job: the task.
        title: what it does, translated.
        describe: returns the text for a step.
        can_pause: whether it may take so long that it can be paused.
    """

    job: Job
    title: str
    describe: Callable[[ProgressStep], str]
    can_pause: bool = False


class TaskStrip(QFrame):
    """Shows one task at a time; hidden when there is nothing to show.

    A task that takes long, or one in the background, is shown while there is no other task and no
    sentence to read; of several the one started last.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._front: _Followed | None = None
        self._behind: list[_Followed] = []
        self._unread: list[Notice] = []
        self._shown = Notice("")
        self._sentence = ""
        self._below: QWidget | None = None
        self._text = QLabel()
        self._notice = QTimer(self, singleShot=True, interval=_NOTICE_MS)
        self._notice.timeout.connect(lambda: self._text.setText(self._sentence))
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(220)
        self._bar.setAccessibleName(tr("Progress"))
        self._pause = QPushButton()
        self._pause.clicked.connect(self.pause_or_resume)
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.clicked.connect(self.cancel)
        self._show_folder = QPushButton(icons.icon("folder"), tr("Show in folder"))
        self._show_folder.clicked.connect(self._open_folder)
        self._show_report = QPushButton(icons.icon("report"), tr("Show report"))
        self._show_report.clicked.connect(self._open_report)
        self._offer = QPushButton()
        self._offer.clicked.connect(self._accept)
        self._offered: Callable[[], object] | None = None
        self._close = QPushButton(icons.icon("close", "quiet"), "")
        self._close.setObjectName("flat")
        self._close.setAccessibleName(tr("Dismiss"))
        self._close.setToolTip(tr("Dismiss"))
        self._close.clicked.connect(self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 10, 4)
        row.setSpacing(12)
        row.addWidget(self._text, 1)
        self._buttons = (self._show_report, self._show_folder, self._offer)
        for widget in (self._bar, self._pause, self._cancel, *self._buttons, self._close):
            row.addWidget(widget)
        self._set_busy(False)
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a task that the user started is running."""
        return self._front is not None

    @property
    def text(self) -> str:
        """The text shown."""
        return self._text.text()

    def float_over(self, bar: QWidget) -> None:
        """Lie over a bar of the window, so that nothing moves when the strip comes and goes.

        Args:
            bar: at the bottom of the window; longer sentences also cover what is above it.
        """
        self._below = bar
        bar.setMinimumHeight(self.sizeHint().height())
        self.setParent(bar.window())
        bar.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the bar below."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Fit the height to the text."""
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._place()
        return done

    def _place(self) -> None:
        below, layout = self._below, self.layout()
        if below is None or layout is None:
            return
        width = below.width()
        height = max(below.height(), layout.totalHeightForWidth(width))
        corner = below.mapTo(below.window(), QPoint(0, below.height() - height))
        self.setGeometry(corner.x(), corner.y(), width, height)
        self.raise_()

    def notify(self, text: str) -> None:
        """Show a sentence for a moment in place of the text."""
        self._text.setText(text)
        self._notice.start()

    def _set_text(self, text: str) -> None:
        self._sentence = text
        if not self._notice.isActive():
            self._text.setText(text)

    def follow(
        self,
        job: Job,
        title: str,
        done: Callable[[object], tuple[str, Path | None]],
        *,
        describe: Callable[[ProgressStep], str] | None = None,
        can_pause: bool = False,
    ) -> None:
        """Show a job until it ends.

        Args:
            job: just started.
            title: what it does, translated.
            done: given the result, returns the sentence to show and the file written, if any.
            describe: returns the text for a step; None for the usual.
            can_pause: whether it may take so long that it can be paused.
        """
        task = _Followed(job, title, describe or _usual_words(title), can_pause)
        self._front = task
        self._show_pause()
        self._notice.stop()
        self._set_text(title)
        self._bar.setRange(0, 0)
        self._set_busy(True)
        self.show()
        job.progressed.connect(lambda step: self._show_step(task, step))
        job.pause_changed.connect(self._show_pause)
        job.succeeded.connect(lambda result: self.say(*done(result)))
        job.failed.connect(lambda error: self.say(_sentence(error)))
        job.cancelled.connect(lambda: self.say(tr("Cancelled: {task}").format(task=title)))

    def follow_long(
        self,
        job: Job,
        title: str,
        describe: Callable[[ProgressStep], str],
        done: Callable[[object], Notice],
        stopped: Callable[[], Notice],
        *,
        can_pause: bool = False,
    ) -> None:
        """Show a job that takes long; others may run and be shown meanwhile.

        Args:
            job: just started.
            title: what it does, translated; shown until its first step.
            describe: returns the text for a step.
            done: given the result, returns what to say; it waits until it can be read.
            stopped: returns what to say after the user cancelled it.
            can_pause: whether it can be paused.
        """

        def end(notice: Notice) -> None:
            if self._front is None:
                self._tell(notice)
            else:
                self._unread.append(notice)

        self._follow_behind(_Followed(job, title, describe, can_pause))
        job.succeeded.connect(lambda result: end(done(result)))
        job.failed.connect(lambda error: end(Notice(_sentence(error))))
        job.cancelled.connect(lambda: end(stopped()))
        if self._front is None:
            self._dismiss()
        if self.isHidden():
            self._bar.setRange(0, 0)
            self._set_busy(True)
            self._set_text(title)
            self.show()

    def follow_background(
        self,
        job: Job,
        title: str,
        done: Callable[[object], str],
        *,
        describe: Callable[[ProgressStep], str] | None = None,
        can_pause: bool = False,
    ) -> None:
        """Show a job that the user didn't start, where nothing else is shown.

        Args:
            job: just started.
            title: what it does, translated.
            done: given the result, returns the sentence to show; "" for none.
            describe: returns the text for a step; None for the usual.
            can_pause: whether it can be paused.
        """

        def end(sentence: str) -> None:
            shown = self._front is None and not self._behind and self._cancel.isVisibleTo(self)
            if shown and sentence:
                self.say(sentence)
            elif shown:
                self.hide()

        self._follow_behind(_Followed(job, title, describe or _usual_words(title), can_pause))
        job.succeeded.connect(lambda result: end(done(result)))
        job.failed.connect(lambda error: end(_sentence(error)))
        job.cancelled.connect(lambda: end(tr("Cancelled: {task}").format(task=title)))

    def _follow_behind(self, task: _Followed) -> None:
        self._behind.append(task)

        def show(step: ProgressStep) -> None:
            is_free = self.isHidden() or self._cancel.isVisibleTo(self)
            if self._front is None and self._behind[-1] is task and is_free:
                self._set_busy(True)
                self._show_pause()
                self._show_step(task, step)
                self.show()

        task.job.progressed.connect(show)
        task.job.pause_changed.connect(self._show_pause)
        # Before what is said at its end.
        for ending in (task.job.succeeded, task.job.failed, task.job.cancelled):
            ending.connect(lambda *_: self._behind.remove(task))

    @property
    def _shown_task(self) -> _Followed | None:
        return self._front or (self._behind[-1] if self._behind else None)

    def say(self, text: str, file: Path | None = None) -> None:
        """Show a sentence, with a button that shows the file in its folder."""
        self._tell(Notice(text, file))

    def _tell(self, notice: Notice) -> None:
        self._front, self._shown = None, notice
        self._notice.stop()
        self._set_text(notice.text)
        self._set_busy(False)
        is_several = notice.report is not None
        self._show_folder.setText(tr("Open folder") if is_several else tr("Show in folder"))
        self._show_folder.setVisible(notice.file is not None)
        self._show_report.setVisible(notice.report is not None)
        self._offer.setVisible(notice.offer is not None)
        if notice.offer is not None:
            label, self._offered = notice.offer
            self._offer.setText(label)
        self.show()

    def offer(self, text: str, label: str, act: Callable[[], object]) -> None:
        """Show a sentence with a button; without it while a task is running.

        Args:
            text: the sentence, translated.
            label: of the button, translated.
            act: called when it is clicked.
        """
        if self.busy:
            self.notify(text)
            return
        self._tell(Notice(text, offer=(label, act)))

    def _accept(self) -> None:
        act, self._offered = self._offered, None
        self._dismiss()
        if act is not None:
            act()

    def pause_or_resume(self) -> None:
        """Let the task that is shown wait, or continue."""
        task = self._shown_task
        if task is not None and task.job.paused:
            task.job.resume()
        elif task is not None:
            task.job.pause()

    def _show_pause(self) -> None:
        task = self._shown_task
        is_paused = task is not None and task.job.paused
        title = "" if task is None else task.title
        label = tr("Resume") if is_paused else tr("Pause")
        before = self._pause.text()
        self._pause.setText(label)
        self._pause.setIcon(icons.icon("play" if is_paused else "pause"))
        self._pause.setAccessibleName(f"{label}: {title}")
        if label != before and self._cancel.isVisibleTo(self):
            self._set_text(tr("Paused: {task}").format(task=title) if is_paused else title)

    def cancel(self) -> None:
        """Cancel the task that is shown."""
        task = self._shown_task
        if task is not None:
            self._pause.setEnabled(False)
            self._cancel.setEnabled(False)
            self._set_text(tr("Cancelling…"))
            task.job.cancel()

    def _dismiss(self) -> None:
        # The next step of a task behind it shows it again.
        self._set_busy(False)
        self.hide()
        if self._unread:
            self._tell(self._unread.pop(0))

    def _show_step(self, task: _Followed, step: ProgressStep) -> None:
        show_progress(self._bar, step)
        # A step may arrive after the click on Pause.
        if self._shown_task is task and not task.job.paused:
            self._set_text(task.describe(step))

    def _set_busy(self, busy: bool) -> None:
        for widget in (self._bar, self._cancel):
            widget.setVisible(busy)
        self._cancel.setEnabled(busy)
        task = self._shown_task
        self._pause.setVisible(busy and task is not None and task.can_pause)
        self._pause.setEnabled(busy)
        self._close.setVisible(not busy)
        if busy:
            for button in self._buttons:
                button.hide()

    def _open_folder(self) -> None:
        if self._shown.file is not None:
            show_in_folder(self._shown.file)

    def _open_report(self) -> None:
        report = self._shown.report
        if report is not None and not QDesktopServices.openUrl(url_of(report)):
            self.notify(tr("No browser opens {path}").format(path=display_path(report)))


def _usual_words(title: str) -> Callable[[ProgressStep], str]:
    def describe(step: ProgressStep) -> str:
        left = "" if step.left_s is None else time_left_words(step.left_s)
        return " · ".join(filter(None, (title, step.stage, left)))

    return describe


def _sentence(error: SoundbedError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] if error.path is None else text
