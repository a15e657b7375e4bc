"""A wish as a chip: its words, a menu, and a cross that takes it away."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from desktop import icons
from desktop.tooltips import plain_tip
from desktop.wishes.wishes import Kind, Wish
from engine.translation import tr

_MAX_TEXT_WIDTH = 210
_REMOVE_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class WishChip(QFrame):
    """One wish; Del takes it away, a click or Space shows what else can be done.

    Args:
        wish: what it shows.
        problem: why the wish has no effect, translated; "" where it has one.
        can_turn: whether it can be turned round: left out, or wanted.
    """

    remove_requested = Signal(object)
    turn_requested = Signal(object)

    def __init__(
        self, wish: Wish, problem: str, *, can_turn: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.wish = wish
        self.setObjectName("wish")
        self.setProperty("problem", bool(problem))
        self.setProperty("unwanted", wish.kind in (Kind.UNWANTED, Kind.UNLIKE))
        self.text = _TextButton(self)
        self.text.setMenu(self._menu(can_turn))
        self.text.remove_requested.connect(lambda: self.remove_requested.emit(wish))
        self.cross = QToolButton()
        self.cross.setObjectName("inline")
        self.cross.setIcon(icons.icon("close", "quiet"))
        self.cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.cross.setAccessibleName(tr("Remove “{wish}”").format(wish=wish.label))
        self.cross.setToolTip(tr("Remove (Del)"))
        self.cross.clicked.connect(lambda: self.remove_requested.emit(wish))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 0, 3, 0)
        layout.setSpacing(0)
        layout.addWidget(self.text)
        layout.addWidget(self.cross)
        self._describe(problem)

    def show_waiting(self) -> None:
        """Say that the song is still being analysed."""
        self.text.setText(f"{self.text.text()} …")
        waiting = tr("{wish}: the song is being analysed.").format(wish=self.wish.label)
        self.text.setAccessibleName(waiting)
        self.text.setToolTip(plain_tip(waiting))

    def _describe(self, problem: str) -> None:
        label = self.wish.label
        metrics = self.text.fontMetrics()
        elided = metrics.elidedText(label, Qt.TextElideMode.ElideRight, _MAX_TEXT_WIDTH)
        self.text.setText(elided.replace("&", "&&"))
        name = f"{label}. {problem}" if problem else label
        self.text.setAccessibleName(name)
        self.text.setAccessibleDescription(tr("Del removes it; Space shows more."))
        if problem:
            self.text.setIcon(icons.icon("warning", "problem"))
            self.text.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        # Never as HTML, whatever the title of a song contains.
        self.text.setToolTip(plain_tip(problem or label))

    def _menu(self, can_turn: bool) -> QMenu:
        menu = QMenu(self)
        names = {
            Kind.WORDS: tr("Leave it out instead"),
            Kind.UNWANTED: tr("Ask for it instead"),
            Kind.LIKE: tr("Less like this instead"),
            Kind.UNLIKE: tr("More like this instead"),
        }
        if can_turn and self.wish.kind in names:
            turn = QAction(names[self.wish.kind], menu)
            turn.triggered.connect(lambda: self.turn_requested.emit(self.wish))
            menu.addAction(turn)
        remove = QAction(icons.icon("close"), tr("Remove"), menu)
        remove.triggered.connect(lambda: self.remove_requested.emit(self.wish))
        menu.addAction(remove)
        return menu


class _TextButton(QToolButton):
    """The words of a chip."""

    remove_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("wishText")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        # A click doesn't take the focus from the list.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Remove the wish with Del or Backspace."""
        if event.key() in _REMOVE_KEYS:
            self.remove_requested.emit()
            return
        super().keyPressEvent(event)
