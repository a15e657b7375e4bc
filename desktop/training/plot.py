"""The plot of a training: two curves side by side."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.training.curves import Curves, axis_title, titles, value_words
from engine.progress import LearningPoint
from engine.translation import tr

_GAP_PX = 20
_LEAST_LINES = 7
_DOT_PX = 2.5
_FAINT = 0.35
# Of the axis of values, so that equal ones are a line in the middle.
_LEAST_RANGE = 0.01


class LearningPlot(QWidget):
    """Draws the curves; what they show is also its description, and in words below it.

    Attributes:
        curves: what is drawn.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = Curves()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Training and validation, as curves"))

    def add(self, point: LearningPoint) -> None:
        """Draw another point."""
        self.curves.add(point)
        self.setAccessibleDescription(self.curves.in_words())
        self.update()

    def clear(self) -> None:
        """Draw nothing."""
        self.curves.clear()
        self.setAccessibleDescription("")
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for both curves."""
        return QSize(520, 12 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Need room for a few lines of text."""
        return QSize(260, _LEAST_LINES * self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both curves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = (self.width() - _GAP_PX) / 2
        for number, is_held_out in enumerate((False, True)):
            panel = QRectF(number * (width + _GAP_PX), 0, width, self.height())
            _Panel(painter, panel, self.curves, is_held_out).paint()
        painter.end()


class _Panel:
    """One of the two curves.

    Args:
        painter: draws it.
        room: of the widget.
        curves: what is drawn.
        is_held_out: whether it is the curve of what is held out.
    """

    def __init__(self, painter: QPainter, room: QRectF, curves: Curves, is_held_out: bool) -> None:
        self._painter = painter
        self._room = room
        self._is_held_out = is_held_out
        now = curves.now
        self._axis = now[-1].axis if now else "epoch"
        self._lines = [
            _values(points, is_held_out)
            for points in curves.all
            if not points or points[-1].axis == self._axis
        ]
        self._first = 0 if self._axis == "size" else 1
        self._last = max((point.end for point in now), default=2)
        self._last = max(self._last, self._first + 1)
        values = [value for points in self._lines for _, value in points]
        self._is_empty = not values
        self._low, self._high = (min(values), max(values)) if values else (0.0, 1.0)
        if self._high - self._low < _LEAST_RANGE:
            self._low, self._high = self._low - _LEAST_RANGE, self._high + _LEAST_RANGE
        ends = (self._high, self._low)
        self._ends = [value_words(value, self._axis, is_held_out) for value in ends]
        metrics = painter.fontMetrics()
        self._line = metrics.height()
        left = max(map(metrics.horizontalAdvance, self._ends)) + 6
        self._area = room.adjusted(left, self._line + 8, -6, -self._line - 6)

    def paint(self) -> None:
        """Draw it."""
        self._paint_frame()
        name = "accent" if self._is_held_out else "clip"
        for number, points in enumerate(self._lines):
            places = [self._place(*point) for point in points]
            is_now = number == len(self._lines) - 1
            self._paint_line(places, name, is_now=is_now)

    def _paint_frame(self) -> None:
        painter, area, line = self._painter, self._area, self._line
        title = titles(self._axis)[self._is_held_out]
        width = self._room.width()
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, int(width))
        align = Qt.AlignmentFlag
        painter.setPen(theme.colour("text"))
        painter.drawText(QRectF(self._room.x(), 0, width, line + 2), align.AlignLeft, shown)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(theme.colour("line"))
        painter.drawRect(area)
        painter.setPen(theme.colour("quiet"))
        left = area.x() - self._room.x() - 6
        for text, y in zip(self._ends, (area.top(), area.bottom()), strict=True):
            if not self._is_empty:
                place = QRectF(self._room.x(), y - line / 2, left, line)
                painter.drawText(place, align.AlignRight | align.AlignVCenter, text)
        below = QRectF(area.x(), area.bottom() + 4, area.width(), line)
        painter.drawText(below, align.AlignHCenter, axis_title(self._axis))
        painter.drawText(below, align.AlignLeft, str(self._first))
        painter.drawText(below, align.AlignRight, str(self._last))

    def _place(self, at: int, value: float) -> QPointF:
        area = self._area
        across = (at - self._first) / (self._last - self._first)
        up = (value - self._low) / (self._high - self._low)
        return QPointF(area.x() + area.width() * across, area.bottom() - area.height() * up)

    def _paint_line(self, places: Sequence[QPointF], name: str, *, is_now: bool) -> None:
        colour = theme.colour(name if is_now else "wave", 1.0 if is_now else _FAINT)
        self._painter.setPen(QPen(colour, 2 if is_now else 1))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawPolyline(QPolygonF(places))
        if is_now:
            self._painter.setBrush(colour)
            for place in places:
                self._painter.drawEllipse(place, _DOT_PX, _DOT_PX)


def _values(points: Sequence[LearningPoint], is_held_out: bool) -> list[tuple[int, float]]:
    """Return place and value of the points that have one."""
    if not is_held_out:
        return [(point.at, point.learnt) for point in points]
    return [(point.at, point.held_out) for point in points if point.held_out is not None]
