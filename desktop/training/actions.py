"""Opens the window of the training, and shows a training in the strip of the main window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.jobs import Job
from desktop.settings.pack_use import PackUse
from desktop.task_strip import Notice, TaskStrip
from desktop.training.run import TrainingRun
from desktop.training.step_words import describe_step
from desktop.workspace import Workspace
from engine.progress import ProgressStep
from engine.translation import tr

if TYPE_CHECKING:
    from desktop.training.window import TrainingWindow


class TrainingActions(QObject):
    """Keeps a training running while its window is closed.

    Args:
        workspace: the engine.
        strip: shows progress and result.
        packs: changes the pack in use.
        window: the main window.

    Attributes:
        run: the training.
        window: its window; None until it is opened first.
    """

    def __init__(
        self, workspace: Workspace, strip: TaskStrip, packs: PackUse, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._strip = strip
        self._packs = packs
        self._parent = window
        self.run = TrainingRun(workspace.session, workspace.runner, self)
        self.window: TrainingWindow | None = None
        self.run.started.connect(self._follow)

    @property
    def is_running(self) -> bool:
        """Whether a pack is being trained."""
        return self.run.is_training

    def show(self) -> "TrainingWindow":
        """Show the window."""
        # Most never open it: the main window starts without it.
        from desktop.training.window import TrainingWindow

        if self.window is None:
            workspace = self._workspace
            self.window = TrainingWindow(
                self.run, self._packs, workspace.session, workspace.runner, self._parent
            )
        self.window.open_again()
        return self.window

    def _follow(self, job: Job) -> None:
        offer = (tr("Show"), self.show)
        done = Notice(tr("The training of your pack is done."), offer=offer)
        self._strip.follow_long(
            job,
            tr("Training a pack"),
            _describe,
            lambda _: done,
            lambda: Notice(self._stopped_words(), offer=offer) if self.run.report is None else done,
        )

    def _stopped_words(self) -> str:
        if self.run.can_resume:
            return tr("The training was cancelled; it can be continued.")
        return tr("The training was cancelled before it began.")


def _describe(step: ProgressStep) -> str:
    return f"{tr('Training a pack')} · {describe_step(step)}"
