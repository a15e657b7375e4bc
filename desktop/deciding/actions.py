"""The keys and menu entries that mark the selected tracks: favourite, shortlist, hide."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction

from desktop.deciding.marks import TrackMarks
from desktop.keys import KeyBinding
from desktop.results.row_words import plain
from desktop.workspace import Workspace
from engine.library.decisions import SetFavourite, SetHidden
from engine.library.operation import Operation
from engine.library.own_taste import OwnTaste
from engine.library.picks import Picks
from engine.library.shortlists import AddToShortlist, RemoveFromShortlist
from engine.library.tracks import Track
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr, trn

_NONE = Qt.KeyboardModifier.NoModifier


class Deciding(QObject):
    """Marks the selected tracks; each change can be undone.

    `said` is emitted with a sentence on what was done, `offered` with a sentence, the label of a
    button and what it does; `hiding` with the tracks that are being hidden, and the group of that
    change in the undo stack.

    Args:
        marks: what is marked now.
        workspace: makes the changes.
        selected: returns the tracks that are selected in the list.
        parent: its owner.

    Attributes:
        show_hidden: lists hidden tracks, too.
    """

    said = Signal(str)
    offered = Signal(str, str, object)
    hiding = Signal(object, object)

    def __init__(
        self,
        marks: TrackMarks,
        workspace: Workspace,
        selected: Callable[[], Sequence[Track]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._marks = marks
        self._changes = workspace.changes
        self._selected = selected
        self.show_hidden = QAction(tr("Show hidden &tracks"), self, checkable=True)
        self.show_hidden.triggered.connect(
            lambda on: workspace.request.update(at_once=True, show_hidden=on)
        )
        workspace.request.edited.connect(
            lambda options: self.show_hidden.setChecked(options.show_hidden)
        )

    def keys(self) -> tuple[KeyBinding, ...]:
        """Return the shortcuts."""
        key = Qt.Key
        return (
            KeyBinding(key.Key_F, _NONE, "F", tr("Favourite, or no longer"), self.favour),
            KeyBinding(
                key.Key_S, _NONE, "S", tr("Put on the shortlist, or take off it"), self.shortlist
            ),
            KeyBinding(key.Key_H, _NONE, "H", tr("Hide the track, or show it again"), self.hide),
        )

    def favour(self) -> None:
        """Make the selected tracks favourites; if all of them are, no longer."""
        hashes = self._hashes()
        if hashes:
            on = not all(map(self._marks.is_favourite, hashes))
            self._changes.do(SetFavourite(hashes, on))
            self.said.emit(tr("Added to favourites.") if on else tr("Removed from favourites."))

    def shortlist(self) -> None:
        """Put the selected tracks on the shortlist; if all of them are on it, take them off."""
        hashes, clip_hash = self._hashes(), self._marks.clip_hash
        if hashes and clip_hash:
            on = not all(map(self._marks.is_shortlisted, hashes))
            kind = AddToShortlist if on else RemoveFromShortlist
            self._changes.do(kind(clip_hash, hashes))
            self.said.emit(tr("Put on the shortlist.") if on else tr("Taken off the shortlist."))

    def hide(self) -> None:
        """Hide the selected tracks, and offer to undo that; if all are hidden, show them again."""
        tracks, hashes = self._selected(), self._hashes()
        if not hashes:
            return
        on = not all(map(self._marks.is_hidden, hashes))
        operation = SetHidden(hashes, on)
        group = self._changes.do(operation)
        if not on:
            self.said.emit(
                trn("Shown again.", "{n} tracks are shown again.", len(hashes)).format(
                    n=len(hashes)
                )
            )
            return
        self.hiding.emit(tracks, group)
        text = trn("“{title}” is hidden.", "{n} tracks are hidden.", len(hashes))
        name = operation.name

        def undo() -> None:
            # Only the last change can be undone; after others, showing them again is a new one.
            if self._changes.undo_name == name:
                self._changes.undo()
            else:
                self._changes.do(SetHidden(hashes, False))

        self.offered.emit(
            text.format(title=plain(tracks[0].title), n=len(hashes)), tr("Undo"), undo
        )

    def _hashes(self) -> tuple[str, ...]:
        hashes = (track.file.content_hash for track in self._selected())
        found = tuple(content for content in dict.fromkeys(hashes) if content)
        if not found:
            self.said.emit(tr("Select a track in the list first."))
        return found


def changes_the_list(operation: Operation, options: RankingOptions) -> bool:
    """Return whether a decision about tracks changes which of them are listed, or their order."""
    if isinstance(operation, SetHidden):
        return True
    if isinstance(operation, SetFavourite):
        return "favourite" in options.filters
    if operation.part is Picks:
        return "unused" in options.filters
    return operation.part is OwnTaste and options.taste > 0
