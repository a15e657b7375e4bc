"""The widget that paints the clip's picture, letterboxed."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtMultimedia import QVideoFrame
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from engine.translation import tr


class PictureView(QWidget):
    """Paints the newest frame; frames that arrive faster than it paints are dropped."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: QVideoFrame | None = None
        self._image: QImage | None = None
        self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Picture of the clip"))

    def sizeHint(self) -> QSize:
        """Prefer 16:9."""
        return QSize(960, 540)

    def show_frame(self, frame: QVideoFrame) -> None:
        """Show a frame from the player."""
        if frame.isValid():
            self._frame = frame
            self.update()

    def show_still(self, image: QImage | None) -> None:
        """Show a still until the player has its first frame."""
        self._frame = None
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

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the frame as large as it fits."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor("#000000"))
        if self._frame is not None:
            # Converted only now, so that a dropped frame costs nothing.
            self._image = self._frame.toImage()
            self._frame = None
        if self._image is not None and not self._image.isNull():
            painter.drawImage(letterbox(self._image.size(), QRectF(self.rect())), self._image)
        if self._note:
            self._paint_note(painter)
        painter.end()

    def _paint_note(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = painter.fontMetrics().horizontalAdvance(self._note) + 28.0
        pill = QRectF((self.width() - width) / 2, self.height() - 46.0, width, 30.0)
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
