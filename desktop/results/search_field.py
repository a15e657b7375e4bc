"""The field above the list: typing searches, Enter turns the text into a wish."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from desktop import icons
from desktop.results.request import RankingRequest
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr

# No title is longer, and every sign more takes time.
_MAX_CHARACTERS = 300


class SearchField(QLineEdit):
    """Searches titles, artists, albums, genres and moods as the user types.

    `described` is emitted with a wish in words, for Enter; the field is empty again. `left` asks
    for the focus to go back to the list.

    Args:
        request: shows and changes its search.
        parent: its owner.
    """

    described = Signal(str)
    left = Signal()

    def __init__(self, request: RankingRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._request = request
        self.setPlaceholderText(tr("Search or describe"))
        self.setAccessibleName(tr("Search the music"))
        self.setAccessibleDescription(
            tr("Titles, artists, albums, genres and moods; Enter finds music by its sound")
        )
        self.setClearButtonEnabled(True)
        self.setMaxLength(_MAX_CHARACTERS)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(tr("Clear search"))
            button.setToolTip(tr("Clear search (Esc)"))
        icon = self.addAction(
            icons.icon("search", "quiet"), QLineEdit.ActionPosition.LeadingPosition
        )
        icon.setText(tr("Search"))
        icon.triggered.connect(self.start)
        self.textChanged.connect(self._search)
        request.edited.connect(self._read)
        self._read(request.options)

    def start(self) -> None:
        """Take the focus, with the whole text selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Esc or Enter; the arrow keys up and down go to the list's rows."""
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.describe()
        else:
            super().keyPressEvent(event)

    def describe(self) -> None:
        """Ask for music that sounds like the text, or go back to the list without one."""
        text = self.text().strip()
        if text:
            self.clear()
            self.described.emit(text)
        else:
            self.left.emit()

    def _search(self, text: str) -> None:
        self._request.update(search=text.strip())

    def _read(self, options: RankingOptions) -> None:
        if options.search != self.text().strip():
            self.setText(options.search)
