"""What stands in place of an empty list: why it is empty, and buttons that help."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.elided import ElidedButton
from desktop.results.request import RankingRequest
from engine.errors import SoundbedError
from engine.translation import tr

# More of a search doesn't help to recognise it.
_LONGEST_SEARCH = 60


class EmptyList(QWidget):
    """Says what to do about an empty list."""

    clear_requested = Signal()
    search_clear_requested = Signal()
    describe_requested = Signal()
    library_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searched = ""
        self._text = QLabel()
        self._text.setObjectName("quiet")
        self._text.setWordWrap(True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._describe = ElidedButton(tr("Find music that sounds like this"))
        self._describe.setToolTip(tr("Enter in the search field"))
        self._describe.clicked.connect(self.describe_requested)
        self._clear_search = ElidedButton(tr("Clear search"))
        self._clear_search.clicked.connect(self.search_clear_requested)
        self._clear = ElidedButton()
        self._clear.clicked.connect(self.clear_requested)
        self._library = ElidedButton(tr("Add your own music…"))
        self._library.clicked.connect(self.library_requested)
        self._buttons = (self._describe, self._clear_search, self._clear, self._library)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 0, 16, 0)
        layout.setSpacing(14)
        layout.addStretch(2)
        # Without an alignment, so that the height fits the wrapped text.
        layout.addWidget(self._text)
        for button in self._buttons:
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_nothing_found(self, request: RankingRequest, why: str = "") -> None:
        """Show what to do about an empty list.

        Args:
            request: what is asked for.
            why: a translated sentence; "" where nothing more is known.
        """
        search, narrowing = request.options.search, request.narrowing
        self._searched = search
        if search:
            shown = search if len(search) <= _LONGEST_SEARCH else f"{search[:_LONGEST_SEARCH]}…"
            text = tr("No tracks match “{search}”.").format(search=shown)
        elif narrowing:
            text = why or tr("No tracks match these filters.")
        else:
            text = why or tr("There is no music yet. Add a folder of your own.")
        self._text.setText(text)
        self._describe.setVisible(bool(search))
        self._clear_search.setVisible(bool(search))
        self._clear.setText(tr("Clear search and filters") if search else tr("Clear filters"))
        self._clear.setVisible(any(name != "search" for name in narrowing))
        self._library.setVisible(not narrowing)

    def show_ranking(self, request: RankingRequest) -> None:
        """Take back what was said about a search that is no longer asked for.

        The first description takes seconds: the network that understands it is loaded then.

        Args:
            request: what the tracks are ranked for.
        """
        if self._searched and not request.options.search:
            self._searched = ""
            self._text.setText(tr("Ranking the tracks"))
            for button in self._buttons:
                button.hide()

    def show_error(self, error: SoundbedError) -> None:
        """Show why there is no list."""
        self._searched = ""
        self._text.setText(str(error))
        for button in self._buttons:
            button.hide()
