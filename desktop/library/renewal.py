"""Brings the user's library up to date in the background, after an update of Soundbed."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from desktop.jobs import JobRunner, Lane
from desktop.session import Session
from desktop.task_strip import TaskStrip
from engine.translation import tr, trn

if TYPE_CHECKING:
    from engine.stories.reanalyse import ReanalysisReport


class Renewal(QObject):
    """Analyses outdated tracks again while the window is open; they stay ranked meanwhile.

    Args:
        session: the engine.
        runner: runs the task.
        strip: shows it.
        parent: the window.
    """

    changed = Signal()

    def __init__(
        self, session: Session, runner: JobRunner, strip: TaskStrip, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._runner = runner
        self._strip = strip

    def start(self) -> None:
        """Do what there is to do, if anything; after a stop it resumes."""
        job = self._runner.start(self._session.renew_library, Lane.BACKGROUND)
        self._strip.follow_background(job, tr("Updating your library"), _describe)
        job.succeeded.connect(self._follow)
        # What was analysed by then is in the library.
        job.cancelled.connect(self.changed)
        job.failed.connect(self.changed)

    def _follow(self, report: "ReanalysisReport") -> None:
        if report.renewed or report.embedded:
            self.changed.emit()


def _describe(report: object) -> str:
    found = cast("ReanalysisReport", report)
    parts = []
    if found.renewed:
        done = trn("{n} track analysed again", "{n} tracks analysed again", found.renewed)
        parts.append(done.format(n=found.renewed))
    if found.failed:
        parts.append(tr("{n} can't be analysed again").format(n=len(found.failed)))
    if found.missing:
        parts.append(tr("{n} offline").format(n=found.missing))
    return tr("Your library is up to date: {what}").format(what=", ".join(parts)) if parts else ""
