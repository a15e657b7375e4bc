"""A bar that shows a share beside that of most people, and can be dragged."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QWidget

from desktop import theme
from engine.translation import tr

_HEIGHT, _RADIUS, _LINE = 22, 4.0, 3.0


class ShareBar(QAbstractSlider):
    """A share in percent, with a line at the share of most people.

    Args:
        name: what it is the share of.
        crowd: the share of most people, in percent.
        full: the share at the right end, in percent.
    """

    def __init__(self, name: str, crowd: float, full: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crowd = crowd
        self._full = full
        self.setRange(0, 100)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setPageStep(5)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Share of {genre}, in percent").format(genre=name))
        crowd_text = tr("most people: {percent} %").format(percent=round(crowd))
        self.setAccessibleDescription(crowd_text)
        self.setToolTip(crowd_text)

    def set_share(self, percent: float) -> None:
        """Show a share without a signal."""
        self.blockSignals(True)
        self.setValue(round(percent))
        self.blockSignals(False)
        self.update()

    def sizeHint(self) -> QSize:
        """Be as high as a control."""
        return QSize(240, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Stay wide enough to be dragged."""
        return QSize(120, _HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the share at the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._take(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self._take(event)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the drag."""
        self.setSliderDown(False)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be dragged."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show it as before."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar and the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 4, -1, -4)
        painter.setPen(QPen(theme.colour("accent"), 1.2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hover" if self.underMouse() else "line"))
        painter.drawRoundedRect(area, _RADIUS, _RADIUS)
        bar = QRectF(area)
        bar.setWidth(self._x(self.value()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(bar, _RADIUS, _RADIUS)
        x = area.left() + self._x(self._crowd)
        painter.setPen(QPen(theme.colour("panel"), _LINE + 2))
        painter.drawLine(round(x), 1, round(x), self.height() - 1)
        painter.setPen(QPen(theme.colour("text"), _LINE))
        painter.drawLine(round(x), 1, round(x), self.height() - 1)
        painter.end()

    def _x(self, percent: float) -> float:
        return (self.width() - 2) * min(percent / self._full, 1.0)

    def _take(self, event: QMouseEvent) -> None:
        share = event.position().x() / max(self.width() - 2, 1)
        self.setValue(round(self._full * min(max(share, 0.0), 1.0)))
