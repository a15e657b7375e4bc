"""The clips that are open: one is shown, the others are analysed meanwhile and wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Job, Lane
from desktop.workspace import Workspace
from engine.errors import SoundbedError
from engine.stories.analyse import ClipAnalysis


@dataclass(frozen=True, slots=True)
class ListedClip:
    """A clip of the list.

    Attributes:
        path: its file.
        is_ready: whether it is analysed, and so opens at once.
        problem: why it can't be used, or "".
        is_being_analysed: whether it is analysed now.
    """

    path: Path
    is_ready: bool
    problem: str = ""
    is_being_analysed: bool = False


class OpenClips(QObject):
    """Opens clips one at a time, and analyses those that wait one after the other.

    Args:
        workspace: shows the current one.
        parent: its owner.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._paths: list[Path] = []
        self._problems: dict[Path, str] = {}
        self._shown: Path | None = None
        self._opening: Path | None = None
        self._has_failed = False
        self._job: Job | None = None
        self._analysed: Path | None = None
        self._closing: Path | None = None
        workspace.analysing.connect(self._follow_opening)
        workspace.clip_opened.connect(self._follow_clip)
        workspace.clip_failed.connect(self._remove_opening)
        workspace.analysis_stopped.connect(self._remove_opening)

    @property
    def clips(self) -> tuple[ListedClip, ...]:
        """All of them, in the order in which they came."""
        knows = self._workspace.analyses.knows
        now = (self._opening, self._analysed)
        return tuple(
            ListedClip(path, knows(path), self._problems.get(path, ""), path in now)
            for path in self._paths
        )

    @property
    def current(self) -> int | None:
        """Which of them is shown or being opened, None when none is."""
        path = self._opening or self._shown
        return self._paths.index(path) if path in self._paths else None

    @property
    def n_waiting(self) -> int:
        """How many are still to be analysed in the background."""
        return sum(
            not clip.is_ready and not clip.problem and clip.path != self._opening
            for clip in self.clips
        )

    def open(self, path: Path) -> None:
        """Show a clip, which joins the list after the one that is shown."""
        if path not in self._paths:
            at = self.current
            self._paths.insert(len(self._paths) if at is None else at + 1, path)
        self._workspace.open_clip(path)

    def add(self, paths: Sequence[Path]) -> None:
        """Show the first of several clips, unless one is being opened; the others wait."""
        new = [path for path in dict.fromkeys(paths) if path not in self._paths]
        if self._opening is None:
            first = paths[0]
            self.open(first)
            new = [path for path in new if path != first]
        at = self.current
        start = len(self._paths) if at is None or len(paths) == 1 else at + 1
        self._paths[start:start] = new
        self.changed.emit()

    def step(self, n: int) -> None:
        """Show the clip so many places further in the list, if there is one."""
        at = self.current
        wanted = 0 if at is None else at + n
        if self._paths and 0 <= wanted < len(self._paths):
            self.show(self._paths[wanted])

    def show(self, path: Path) -> None:
        """Show a clip of the list."""
        is_seen = not self._has_failed and path == (self._opening or self._shown)
        if path in self._paths and not is_seen:
            self._workspace.open_clip(path)

    def go_back(self) -> None:
        """Follow the user to the clip that is shown, from one that couldn't be opened."""
        self._has_failed = False

    def remove(self, path: Path) -> None:
        """Remove a clip from the list; its file and music stay.

        The one that is shown goes when its neighbour has taken its place; the last one stays.
        """
        if path not in self._paths:
            return
        if path == self._opening:
            self._workspace.stop_analysis()
        elif path == self._shown:
            at = self._paths.index(path)
            others = [*self._paths[at + 1 :], *reversed(self._paths[:at])]
            usable = [other for other in others if other not in self._problems]
            if usable:
                self.show(usable[0])
                self._closing = path
        else:
            self._forget(path)

    def remove_others(self, path: Path) -> None:
        """Show a clip of the list, and remove all others; the shown one goes when this one is."""
        self.show(path)
        for other in tuple(self._paths):
            if other not in (path, self._shown):
                self._forget(other)
        self._closing = self._shown

    def _forget(self, path: Path) -> None:
        self._paths.remove(path)
        self._problems.pop(path, None)
        self._workspace.analyses.forget(path)
        if self._job is not None:
            self._stop()
            self._analyse_next()
        self.changed.emit()

    def _follow_opening(self, path: Path) -> None:
        # What the user waits for comes first.
        self._stop()
        self._closing = None
        self._opening, self._has_failed = path, False
        self._problems.pop(path, None)
        if path not in self._paths:
            self._paths.append(path)
        self.changed.emit()

    def _follow_clip(self, _clip: ClipAnalysis) -> None:
        self._shown, self._opening = self._opening, None
        if self._closing in self._paths and self._closing != self._shown:
            self._forget(self._closing)
        self._closing = None
        self._analyse_next()
        self.changed.emit()

    def _remove_opening(self, error: SoundbedError | None = None) -> None:
        self._has_failed = error is not None
        if self._opening in self._paths and self._opening != self._shown:
            self._paths.remove(self._opening)
        self._opening = self._closing = None
        self._analyse_next()
        self.changed.emit()

    def _analyse_next(self) -> None:
        if self._job is not None or self._opening is not None:
            return
        waiting = (clip.path for clip in self.clips if not clip.is_ready and not clip.problem)
        path = next(waiting, None)
        if path is None:
            return
        analyses, self._analysed = self._workspace.analyses, path
        job = self._job = self._workspace.runner.start(
            lambda progress: analyses.get(path, progress), Lane.READ
        )
        job.failed.connect(lambda error: self._problems.update({path: str(error)}))
        job.ended.connect(lambda: self._end(job))

    def _end(self, job: Job) -> None:
        if self._job is job:
            self._job = self._analysed = None
            self._analyse_next()
            self.changed.emit()

    def _stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = self._analysed = None
