"""Draws the scenes over the film: a number for each, the selected one in full brightness."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop import theme
from desktop.timeline.layout import Lane
from desktop.timeline.scale import Scale

_GAP_PX = 4.0
_BADGE_HEIGHT_PX = 15.0
_BADGE_PX = 20.0
_MARGIN_PX = 3.0
# A narrower scene has no room for its number.
_LEAST_PX = 26.0

Spans = tuple[tuple[float, float], ...]


def paint_scenes(
    painter: QPainter, lane: Lane, scale: Scale, scenes_s: Spans, selected: int | None
) -> None:
    """Draw gaps between the scenes, their numbers, and what isn't selected darker.

    Args:
        painter: of the timeline.
        lane: of the film.
        scale: times as pixels.
        scenes_s: from when to when each is.
        selected: the number of the selected one, from 0; None for none.
    """
    painter.save()
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 0.78)
    font.setBold(True)
    painter.setFont(font)
    for number, span_s in enumerate(scenes_s):
        area = _area(lane, scale, span_s)
        if area.right() < 0 or area.left() > scale.width_px:
            continue
        if number:
            edge = QRectF(area.left() - _GAP_PX / 2, lane.top, _GAP_PX, lane.height)
            painter.fillRect(edge, theme.colour("background"))
        if selected is not None and number != selected:
            painter.fillRect(area, theme.colour("background", 0.6))
        if number == selected:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(_GAP_PX / 2, 1, -_GAP_PX / 2, -1))
        badge = _badge(lane, scale, span_s)
        if badge is not None:
            is_selected = number == selected
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent" if is_selected else "background", 0.9))
            painter.drawRoundedRect(badge, 4, 4)
            painter.setPen(theme.colour("on_accent" if is_selected else "text"))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(number + 1))
    painter.restore()


def scene_at(
    x: float, y: float, lane: Lane, scale: Scale, scenes_s: Spans, *, by_number: bool
) -> int | None:
    """Return the scene under the pointer.

    Args:
        x, y: in pixels of the timeline.
        lane: of the film.
        scale: times as pixels.
        scenes_s: from when to when each is.
        by_number: whether only the numbers count.
    """
    for number, span_s in enumerate(scenes_s):
        area = _badge(lane, scale, span_s) if by_number else _area(lane, scale, span_s)
        if area is not None and area.contains(x, y):
            return number
    return None


def _area(lane: Lane, scale: Scale, span_s: tuple[float, float]) -> QRectF:
    left, right = (scale.x(time_s) for time_s in span_s)
    return QRectF(left, lane.top, right - left, lane.height)


def _badge(lane: Lane, scale: Scale, span_s: tuple[float, float]) -> QRectF | None:
    """Return where a scene's number is; that of a scene that began before stays in sight."""
    area = _area(lane, scale, span_s)
    left = max(area.left() + _GAP_PX / 2, 0.0)
    if area.right() - left < theme.scaled(_LEAST_PX):
        return None
    wide, tall = theme.scaled(_BADGE_PX), theme.scaled(_BADGE_HEIGHT_PX)
    return QRectF(left + _MARGIN_PX, lane.top + _MARGIN_PX, wide, tall)
