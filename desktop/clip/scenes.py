"""The scenes of the open clip, and the one that the list is for."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.jobs import JobRunner, LatestJobs
from desktop.session import Session
from engine.arrangement.clip_part import ClipPart

if TYPE_CHECKING:
    from engine.stories.analyse import ClipAnalysis


class ClipScenes(QObject):
    """Finds the scenes between the in and the out point; one of them may be selected.

    Args:
        session: the engine.
        runner: where it runs.
        parent: its owner.
    """

    found = Signal()
    selected_changed = Signal()
    entered = Signal(float)

    def __init__(self, session: Session, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = LatestJobs(runner)
        self._clip: ClipAnalysis | None = None
        self._part: ClipPart | None = None
        self._scenes: tuple[ClipPart, ...] = ()
        self._index: int | None = None

    @property
    def all(self) -> tuple[ClipPart, ...]:
        """The scenes by time; empty while they aren't known, and where there is only one."""
        return self._scenes

    @property
    def index(self) -> int | None:
        """The number of the selected scene, from 0; None where the list is for the whole clip."""
        return self._index

    @property
    def selected(self) -> ClipPart | None:
        """The selected scene, None where the list is for the whole clip."""
        return None if self._index is None else self._scenes[self._index]

    def open_clip(self, clip: "ClipAnalysis") -> None:
        """Find the scenes of another clip."""
        self._clip, self._part = clip, None
        self._find(clip)

    def follow_part(self, part: ClipPart | None) -> None:
        """Find the scenes between other in and out points."""
        if part != self._part and self._clip is not None:
            self._part = part
            self._find(self._clip)

    def select(self, index: int | None) -> None:
        """Select a scene, or none; the playhead goes to its start."""
        if index is not None and not 0 <= index < len(self._scenes):
            return
        if index == self._index:
            return
        self._index = index
        self.selected_changed.emit()
        if index is not None:
            self._enter(self._scenes[index])

    def toggle(self, index: int) -> None:
        """Select a scene; the selected one is no longer selected."""
        self.select(None if index == self._index else index)

    def step(self, by: int) -> None:
        """Select the next scene (1) or the one before (-1); the whole clip comes before both ends.

        Args:
            by: 1 or -1.
        """
        n = len(self._scenes)
        if n:
            place = 0 if self._index is None else self._index + 1
            place = (place + by) % (n + 1)
            self.select(None if place == 0 else place - 1)

    def show_at(self, position_s: float) -> None:
        """Let the playhead go to the selected scene, if it is elsewhere."""
        part, clip = self.selected, self._clip
        if part is None or clip is None:
            return
        if not part.first_frame <= round(position_s * clip.info.frame_rate) < part.end_frame:
            self._enter(part)

    def _enter(self, part: ClipPart) -> None:
        assert self._clip is not None
        self.entered.emit(float(part.first_frame / self._clip.info.frame_rate))

    def _find(self, clip: "ClipAnalysis") -> None:
        was_selected = self._index is not None
        self._scenes, self._index = (), None
        self.found.emit()
        if was_selected:
            self.selected_changed.emit()
        part = self._part
        job = self._jobs.start("scenes", lambda _: self._session.scenes(clip, part))
        job.succeeded.connect(self._show)

    def _show(self, scenes: tuple[ClipPart, ...]) -> None:
        self._scenes = scenes if len(scenes) > 1 else ()
        self.found.emit()
