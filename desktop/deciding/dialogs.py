"""Opens the dialogs of picks and of taste, each once."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget

from desktop.deciding.marks import TrackMarks
from desktop.deciding.picks_dialog import PicksDialog
from desktop.deciding.taste_dialog import TasteDialog
from desktop.workspace import Workspace


class DecidingDialogs(QObject):
    """The dialogs of what the user decided; made when they are opened first.

    `clip_requested` is emitted with the file of a clip that the user wants to open.

    Args:
        workspace: reads and changes the decisions.
        marks: of the tracks.
        window: above which they open.
    """

    clip_requested = Signal(Path)

    def __init__(self, workspace: Workspace, marks: TrackMarks, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._marks = marks
        self._window = window
        self._picks: PicksDialog | None = None
        self._taste: TasteDialog | None = None

    def show_picks(self) -> PicksDialog:
        """Show the user's picks."""
        if self._picks is None:
            self._picks = PicksDialog(self._workspace, self._marks, self._window)
            self._picks.clip_requested.connect(self.clip_requested)
        _show(self._picks)
        return self._picks

    def show_taste(self) -> TasteDialog:
        """Show the user's taste."""
        if self._taste is None:
            self._taste = TasteDialog(self._workspace, self._window)
        _show(self._taste)
        return self._taste


def _show(dialog: QDialog) -> None:
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
