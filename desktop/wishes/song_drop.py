"""Songs dropped on the list: music to be like."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from desktop.session import FileKind
from desktop.workspace import Workspace


class SongDrop(QObject):
    """Accepts files dropped on a widget; songs are emitted one by one, all else together.

    Args:
        target: the widget.
        workspace: the open clip; without one, nothing is accepted.
    """

    song_dropped = Signal(object)
    others_dropped = Signal(object)

    def __init__(self, target: QWidget, workspace: Workspace) -> None:
        super().__init__(target)
        self._target = target
        self._workspace = workspace
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files that are dropped."""
        if event.type() in (QEvent.Type.DragLeave, QEvent.Type.Drop):
            self._mark(False)
        if isinstance(event, QDropEvent) and event.type() in (
            QEvent.Type.DragEnter,
            QEvent.Type.DragMove,
            QEvent.Type.Drop,
        ):
            paths = _local_files(event)
            if not paths or self._workspace.clip is None:
                # The window decides.
                event.ignore()
                return not isinstance(event, QDragEnterEvent)
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self._find_kinds(paths)
            else:
                self._mark(True)
            return True
        return super().eventFilter(watched, event)

    def _mark(self, is_over: bool) -> None:
        """Show on the widget that something can be dropped."""
        if self._target.property("dropping") != is_over:
            self._target.setProperty("dropping", is_over)
            self._target.style().polish(self._target)

    def _find_kinds(self, paths: Sequence[Path]) -> None:
        session = self._workspace.session
        job = self._workspace.runner.start(
            lambda _: [(path, session.kind_of(path)) for path in paths]
        )
        job.succeeded.connect(self._take)
        job.failed.connect(self._workspace.error_occurred)

    def _take(self, found: Sequence[tuple[Path, FileKind]]) -> None:
        others = [each for each in found if each[1] is not FileKind.AUDIO]
        for path, kind in found:
            if kind is FileKind.AUDIO:
                self.song_dropped.emit(path)
        if others:
            self.others_dropped.emit(others)


def _local_files(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
