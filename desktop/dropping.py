"""A folder or file that is dropped on a widget."""

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from engine.path_checks import is_folder


class TakesDroppedPath:
    """A widget on which a path can be dropped; comes before the class of the widget."""

    def dropped_path(self, event: QDropEvent) -> Path | None:
        """Return what would be taken of what is dropped; None for nothing."""
        return dropped_folder(event)

    def take_path(self, path: Path) -> None:
        """Use a path that was dropped."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept what can be taken."""
        if self.dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take it."""
        path = self.dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.take_path(path)


def dropped_folder(event: QDropEvent) -> Path | None:
    """Return the folder that is dropped, or that of the dropped file; None for neither."""
    path = first_path(event)
    return path if path is None or is_folder(path) else path.parent


def first_path(event: QDropEvent) -> Path | None:
    """Return the first path on this computer that is dropped; None without one."""
    urls = event.mimeData().urls()
    return Path(urls[0].toLocalFile()) if urls and urls[0].isLocalFile() else None
