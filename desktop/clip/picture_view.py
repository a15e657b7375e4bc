"""The widget that paints the clip's picture, letterboxed."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from engine.translation import tr


class PictureView(QWidget):
    """Paints the newest frame, which comes in the size that `size_changed` says.

    Only while the window's size changes are frames of another size scaled here.
    """

    clicked = Signal()
    # In pixels of the screen.
    size_changed = Signal(QSize)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Picture of the clip"))

    def sizeHint(self) -> QSize:
        """Prefer 16:9."""
        return QSize(960, 540)

    def show_frame(self, image: QImage | None) -> None:
        """Show a frame, or a still until there is a first one."""
        self._image = image
        self.update()

    def show_note(self, note: str) -> None:
        """Show a short sentence over the picture, such as the progress of a proxy."""
        self._note = note
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Report a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for frames of the new size."""
        super().resizeEvent(event)
        self.size_changed.emit(self._screen_size())

    def event(self, event: QEvent) -> bool:
        """Ask for frames of another size, too, where the screen's scale changes."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.size_changed.emit(self._screen_size())
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame as large as it fits."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("#000000"))
        if self._image is not None and not self._image.isNull():
            self._paint_image(painter, self._image)
        if self._note:
            self._paint_note(painter)
        painter.end()

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        screen, scale = self._screen_size(), self.devicePixelRatioF()
        left, top = screen.width() - image.width(), screen.height() - image.height()
        if min(left, top) not in (0, 1) or max(left, top) < 0:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(letterbox(image.size(), QRectF(self.rect())), image)
            return
        # The frame has its size already: whole pixels, unscaled, which is much faster.
        painter.save()
        painter.scale(1 / scale, 1 / scale)
        painter.drawImage(left // 2, top // 2, image)
        painter.restore()

    def _screen_size(self) -> QSize:
        scale = self.devicePixelRatioF()
        return QSize(int(self.width() * scale), int(self.height() * scale))

    def _paint_note(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = painter.fontMetrics().horizontalAdvance(self._note) + 28.0
        tall = theme.scaled(30.0)
        pill = QRectF((self.width() - width) / 2, self.height() - tall - 16.0, width, tall)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 190))
        painter.drawRoundedRect(pill, 15, 15)
        painter.setPen(QColor(theme.DARK.text))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, self._note)


def letterbox(picture: QSize, area: QRectF) -> QRectF:
    """Return the largest rectangle with the picture's aspect ratio, centred in the area."""
    if picture.isEmpty() or area.isEmpty():
        return QRectF()
    scale = min(area.width() / picture.width(), area.height() / picture.height())
    shown = QRectF(0, 0, picture.width() * scale, picture.height() * scale)
    shown.moveCenter(QPointF(area.center()))
    return shown
