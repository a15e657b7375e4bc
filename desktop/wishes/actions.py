"""More like this, less like this, and music like a song from disk: for menus and keys."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop import icons
from desktop.wishes.mood_dock import PAD_KEY
from desktop.wishes.wishes import with_reference
from desktop.workspace import Workspace
from engine.library.tracks import Track
from engine.ranking.references import Reference
from engine.translation import tr

LIKE_KEY = "Ctrl+Shift+L"
UNLIKE_KEY = "Ctrl+Shift+U"


class WishActions(QObject):
    """The actions of wishes.

    Args:
        workspace: the open clip.
        selected: returns the selected tracks of the list.
        toggle_pad: shows or hides the mood pad.
        parent: the widget in which the keys work.
    """

    song_chosen = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        selected: Callable[[], Sequence[Track]],
        toggle_pad: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selected = selected
        self._parent = parent
        self.like = self._action(tr("&More like this"), LIKE_KEY, lambda: self.refer(True))
        self.unlike = self._action(tr("&Less like this"), UNLIKE_KEY, lambda: self.refer(False))
        self.song = self._action(tr("Find music like a &song…"), "", self.ask_for_song)
        self.pad = self._action(tr("Mood &pad"), PAD_KEY, toggle_pad)
        self.pad.setIcon(icons.icon("mood"))

    @property
    def for_tracks(self) -> tuple[QAction, ...]:
        """Those that act on the selected tracks."""
        return (self.like, self.unlike)

    @property
    def all(self) -> tuple[QAction, ...]:
        """Those of the menu bar."""
        return (self.like, self.unlike, self.song, self.pad)

    def refer(self, is_wanted: bool) -> None:
        """Ask for music like the selected tracks, or unlike them."""
        request = self._workspace.request
        references = request.options.references
        for track in self._selected():
            reference = Reference(track.title, track.file.content_hash, None, is_wanted)
            references = with_reference(references, reference)
        request.update(at_once=True, references=references)

    def ask_for_song(self) -> None:
        """Let the user choose songs from disk that the music should be like."""
        folder = self._workspace.settings.last_folder or str(Path.home())
        chosen, _ = QFileDialog.getOpenFileNames(
            self._parent, tr("Find music like a song"), folder, f"{tr('All files')} (*)"
        )
        for path in chosen:
            self.song_chosen.emit(Path(path))

    def _action(self, text: str, key: str, act: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _=False: act())
        return action
