"""Windows and dialogs that scroll where they don't fit: on a small screen, or with large text."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QLayout, QScrollArea, QWidget

# Of what is scrolled, this much is always seen.
_LEAST_WIDTH_PX, _LEAST_HEIGHT_PX = 360, 96


class ScrollingPart(QScrollArea):
    """Asks for all the room that its contents want, and scrolls in less.

    Args:
        inside: the contents.
        name: for screen readers.
        parent: its owner.
    """

    def __init__(self, inside: QWidget, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._inside = inside
        self.setWidget(inside)
        self.setAccessibleName(name)
        # Tab goes to what is inside.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask for more or less room when the contents change."""
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """Ask for the room of the contents, and of a scroll bar beside them."""
        return self._inside.sizeHint() + QSize(self._bar, 0)

    def minimumSizeHint(self) -> QSize:
        """Need room for a part of the contents."""
        least = self._inside.minimumSizeHint() + QSize(self._bar, 0)
        return least.boundedTo(QSize(_LEAST_WIDTH_PX, _LEAST_HEIGHT_PX))

    @property
    def _bar(self) -> int:
        return self.verticalScrollBar().sizeHint().width()


def resize_within(dialog: QDialog, wanted: QSize) -> None:
    """Give a dialog the size it wants, or that of the main window where it is smaller.

    Args:
        dialog: not yet shown.
        wanted: its size in pixels.
    """
    window, parent = None, dialog.parentWidget()
    while parent is not None:
        # A dialog may lie over another one.
        window = parent.window()
        parent = window.parentWidget()
    dialog.resize(wanted if window is None else wanted.boundedTo(window.size()))


class LeastSizeArea(QScrollArea):
    """Gives its contents all the room there is, and scrolls below their least size.

    Unlike `widgetResizable`, which scrolls below the height that wrapped text would like.

    Args:
        inside: the contents, with a layout.
        parent: its owner.
    """

    def __init__(self, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._inside = inside
        self.setWidget(inside)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit contents that need more or less room than before."""
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the contents into the new size."""
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the arrow keys to the window."""
        event.ignore()

    def _fit(self) -> None:
        layout = self._inside.layout()
        assert layout is not None
        room = self.maximumViewportSize()
        bar = self.verticalScrollBar().sizeHint().width()
        least_width = layout.totalMinimumSize().width()
        if least_width > room.width():
            room.setHeight(room.height() - bar)
        least_height = _least_height(layout, max(room.width(), least_width))
        if least_height > room.height():
            room.setWidth(room.width() - bar)
            least_height = _least_height(layout, max(room.width(), least_width))
        self._inside.resize(room.expandedTo(QSize(least_width, least_height)))


def _least_height(layout: QLayout, width: int) -> int:
    if layout.hasHeightForWidth():
        return layout.totalMinimumHeightForWidth(width)
    return layout.totalMinimumSize().height()
