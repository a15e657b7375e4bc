"""Draws what lies over the lanes: in and out points, markers, playhead, snap line."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop import theme
from desktop.timeline.clip_painting import small_font
from desktop.timeline.layout import ruler_px
from desktop.timeline.scale import Scale
from desktop.timeline.targets import Kind, Shown, Target

_FLAG_PX = 5.0
PLAYHEAD_REACH_PX = 8


def paint_marks(painter: QPainter, shown: Shown, selected: Target | None, height: float) -> None:
    """Draw in and out points with what is outside them, and the markers."""
    _paint_part(painter, shown, selected, height)
    arrangement, scale = shown.arrangement, shown.scale
    painter.save()
    small_font(painter)
    xs = [scale.x(float(arrangement.clip.time_of(mark.frame))) for mark in arrangement.markers]
    for index, marker in enumerate(arrangement.markers):
        x = xs[index]
        if not -200 <= x <= scale.width_px + 10:
            continue
        chosen = selected == Target(Kind.MARKER, index)
        painter.setPen(QPen(theme.colour("clip", 0.9 if chosen else 0.5), 1))
        painter.drawLine(QPointF(x, ruler_px()), QPointF(x, height))
        painter.setPen(QPen(theme.colour("text"), 1.5) if chosen else Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("clip"))
        top, half = ruler_px() - 12, _FLAG_PX
        corners = ((-half, 0), (half, 0), (half, 7), (0, 12), (-half, 7))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, top + dy) for dx, dy in corners]))
        room = (xs[index + 1] if index + 1 < len(xs) else scale.width_px) - x - 12
        if marker.name and room > 16:
            _paint_name(painter, marker.name, x + 8, room)
    painter.restore()


def _paint_name(painter: QPainter, name: str, left: float, room: float) -> None:
    text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room - 6))
    tall = theme.scaled(13.0)
    width = painter.fontMetrics().horizontalAdvance(text) + 6.0
    box = QRectF(left, ruler_px() - tall, width, tall)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("panel", 0.92))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(theme.colour("clip"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _paint_part(painter: QPainter, shown: Shown, selected: Target | None, height: float) -> None:
    if shown.arrangement.part is None:
        return
    scale = shown.scale
    first_s, end_s = shown.arrangement.part_s
    left, right = scale.x(first_s), scale.x(end_s)
    outside = theme.colour("panel", 0.72)
    painter.fillRect(QRectF(0, ruler_px(), max(left, 0.0), height - ruler_px()), outside)
    if right < scale.width_px:
        painter.fillRect(QRectF(right, ruler_px(), scale.width_px - right, height), outside)
    painter.fillRect(QRectF(left, ruler_px() - 4, right - left, 3), theme.colour("accent", 0.8))
    for kind, x, inwards in ((Kind.IN, left, 1), (Kind.OUT, right, -1)):
        chosen = selected is not None and selected.kind is kind
        painter.setPen(QPen(theme.colour("text" if chosen else "accent"), 2.5 if chosen else 2))
        top, bottom = ruler_px() - 14, ruler_px() - 1
        x += inwards
        painter.drawPolyline(
            QPolygonF([QPointF(x + 5 * inwards, top), QPointF(x, top), QPointF(x, bottom)])
        )
        painter.drawLine(QPointF(x, bottom), QPointF(x + 5 * inwards, bottom))


def paint_playhead(painter: QPainter, x: float, height: float) -> None:
    """Draw the playhead."""
    painter.setPen(QPen(theme.colour("text"), 1.6))
    painter.drawLine(QPointF(x, ruler_px() - 2), QPointF(x, height))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    top = ruler_px() - 9
    painter.drawPolygon(QPolygonF([QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x, top + 8)]))


def paint_snap_line(painter: QPainter, x: float, height: float) -> None:
    """Draw what the dragged thing snapped to."""
    painter.setPen(QPen(theme.colour("accent_strong"), 1.5, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))


def paint_readout(painter: QPainter, text: str, at: QPointF, scale: Scale) -> None:
    """Write beside the pointer where something is dragged to."""
    width = painter.fontMetrics().horizontalAdvance(text) + 14.0
    tall = theme.scaled(20.0)
    box = QRectF(at.x() + 12, at.y() - tall - 4, width, tall)
    box.moveLeft(min(max(box.left(), 2.0), scale.width_px - width - 2))
    box.moveTop(max(box.top(), 2.0))
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(theme.colour("raised", 0.95))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(theme.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
