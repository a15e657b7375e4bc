"""Pages in one place, of which one is shown."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget


class Pages(QStackedWidget):
    """Needs the room of the page that is shown, not that of the largest page.

    Args:
        parent: its owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the height that wrapped text needs at the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Never; the height of wrapped text is in the least size."""
        return False

    def minimumSizeHint(self) -> QSize:
        """Return the least size of the page, at the present width where text is wrapped."""
        page = self.currentWidget()
        if page is None:
            return QSize()
        least = page.minimumSizeHint().expandedTo(page.minimumSize())
        layout = page.layout()
        if layout is not None and layout.hasHeightForWidth():
            width = max(self.width(), least.width())
            least.setHeight(layout.totalMinimumHeightForWidth(width))
        return least
