"""What the panel of music shows: the list of all music, the shortlist, or the comparison."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.deciding.compare_view import CompareView
from desktop.deciding.list_switch import ListSwitch
from desktop.deciding.marks import TrackMarks
from desktop.deciding.shortlist_page import ShortlistPage
from desktop.keys import KeyBinding
from desktop.pages import Pages
from desktop.workspace import Workspace
from engine.translation import tr

_NONE, _SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


class Rows(Protocol):
    """What the keys of the window choose tracks from."""

    def choose_row(self, row: int) -> None:
        """Go to a row, from 0, if there is one."""

    def choose_neighbour(self, step: int) -> None:
        """Go to the next row (1), or to the one before (-1)."""

    def setFocus(self, reason: Qt.FocusReason, /) -> None:
        """Take the keys."""


class MusicLists(Pages):
    """The pages of the panel; those of the shortlist and the comparison are made here.

    Args:
        workspace: the open clip.
        marks: has the shortlist.
        music: the page with all music.
        rows: its list.

    Attributes:
        switch: the heading that switches between music and shortlist.
        shortlist: the page of the shortlist.
        comparison: the page of the comparison.
    """

    page_changed = Signal()

    def __init__(
        self, workspace: Workspace, marks: TrackMarks, music: QWidget, rows: Callable[[], Rows]
    ) -> None:
        super().__init__()
        self._marks = marks
        self._music = music
        self._rows = rows
        self._wants_blind: bool | None = None
        self.switch = ListSwitch()
        self.shortlist = ShortlistPage(workspace, marks)
        self.comparison = CompareView(workspace)
        for page in (music, self.shortlist, self.comparison):
            self.addWidget(page)
        self.switch.chosen.connect(self.show_shortlist)
        self.shortlist.compare_requested.connect(self.compare)
        self.shortlist.loaded.connect(self._compare_loaded)
        self.comparison.left.connect(lambda: self.show_shortlist(True))
        marks.changed.connect(lambda: self.switch.set_count(len(marks.shortlist)))
        workspace.clip_opened.connect(lambda _: self.show_shortlist(False))
        self.currentChanged.connect(lambda _: self._follow_page())

    @property
    def shown(self) -> Rows:
        """The rows that are shown."""
        page = self.currentWidget()
        if page is self.comparison:
            return self.comparison
        return self.shortlist.view if page is self.shortlist else self._rows()

    @property
    def shows_music(self) -> bool:
        """Whether the list of all music is shown."""
        return self.currentWidget() is self._music

    def keys(self) -> tuple[KeyBinding, ...]:
        """Return the shortcuts."""
        key = Qt.Key
        return (
            KeyBinding(
                key.Key_S, _SHIFT, tr("Shift+S"), tr("Shortlist, or all music"), self._switch
            ),
            KeyBinding(
                key.Key_C, _NONE, "C", tr("Compare the shortlist"), lambda: self.compare(False)
            ),
            KeyBinding(
                key.Key_C,
                _SHIFT,
                tr("Shift+C"),
                tr("Compare the shortlist blind"),
                lambda: self.compare(True),
            ),
        )

    def show_shortlist(self, is_wanted: bool) -> None:
        """Show the shortlist, or all music."""
        self._wants_blind = None
        self.setCurrentWidget(self.shortlist if is_wanted else self._music)
        self.shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def compare(self, blind: bool) -> None:
        """Compare the tracks of the shortlist, once they are read.

        Args:
            blind: hide their titles.
        """
        if self.currentWidget() is not self.comparison:
            self.show_shortlist(True)
        self._wants_blind = blind
        self._compare_loaded()

    def _compare_loaded(self) -> None:
        blind, items = self._wants_blind, self.shortlist.items
        if blind is None or len(items) < 2 or not self.shortlist.is_loaded:
            return
        self._wants_blind = None
        self.comparison.open(items, blind=blind)
        self.setCurrentWidget(self.comparison)
        self.comparison.setFocus(Qt.FocusReason.OtherFocusReason)

    def _switch(self) -> None:
        self.show_shortlist(self.shows_music)

    def _follow_page(self) -> None:
        self.switch.show_shortlist(not self.shows_music)
        if self.currentWidget() is not self.comparison:
            self.comparison.close_comparison()
        self.shortlist.set_shown(not self.shows_music)
        self.page_changed.emit()
