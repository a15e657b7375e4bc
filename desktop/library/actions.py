"""What the main window does with the user's own music: its window, its scans, its updates."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.library.notice import LibraryNotice
from desktop.library.renewal import Renewal
from desktop.library.scans import LibraryScans
from desktop.library.window import LibraryWindow
from desktop.task_strip import TaskStrip
from desktop.workspace import Workspace
from engine.library.track_edits import EditTracks
from engine.translation import tr

_MANY_EDITED = 100


class LibraryActions(QObject):
    """Opens the library window, and keeps scans and updates running without it.

    `changed` is emitted when what can be ranked may have changed.

    Args:
        workspace: the engine and the steps of undo.
        strip: shows scans and updates.
        notice: says what is wrong with the library.
        window: the main window.

    Attributes:
        window: the library window; None until it is opened first.
        scans: of the user's folders.
        renewal: the update of the library.
    """

    changed = Signal()

    def __init__(
        self, workspace: Workspace, strip: TaskStrip, notice: LibraryNotice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._notice = notice
        self._parent = window
        self.window: LibraryWindow | None = None
        session, runner = workspace.session, workspace.runner
        self.scans = LibraryScans(session, runner, strip, workspace.changes, self)
        self.renewal = Renewal(session, runner, strip, self)
        self.scans.changed.connect(self.changed)
        self.scans.problems_requested.connect(self.show_problems)
        workspace.changes.done.connect(self._embed_edited)
        self.renewal.changed.connect(self.changed)
        notice.restored.connect(workspace.changes.forget)
        notice.restored.connect(self.changed)

    def start(self) -> None:
        """Do in the background what the last session or an update left to do."""
        # A scan also brings up to date what it finds.
        self.scans.resumed.connect(self.renewal.start)
        self.scans.resume()
        self._notice.check()

    def show(self) -> LibraryWindow:
        """Show the user's own music."""
        if self.window is None:
            workspace = self._workspace
            self.window = LibraryWindow(
                workspace.session, workspace.runner, workspace.changes, self.scans, self._parent
            )
            self.renewal.changed.connect(self.window.refresh)
            self.window.restore_requested.connect(self._notice.ask)
            self._notice.restored.connect(self.window.refresh)
        self.window.refresh()
        self.window.show()
        self.window.raise_()
        return self.window

    def show_problems(self) -> None:
        """Show what can't be used."""
        library = self.show()
        library.tabs.setCurrentWidget(library.problems)

    def _embed_edited(self, operation: object) -> None:
        # Of few, the next ranking makes new vectors.
        if isinstance(operation, EditTracks) and len(operation.changes) > _MANY_EDITED:
            self.renewal.start()

    def ask_for_folder(self) -> None:
        """Add the folder that the user chooses in a dialog."""
        chosen = QFileDialog.getExistingDirectory(
            self._parent, tr("Add a folder of music"), str(Path.home())
        )
        if chosen:
            self.scans.add_folder(Path(chosen))
