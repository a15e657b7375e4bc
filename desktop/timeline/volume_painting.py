"""Draws the volume lane: the user's points and line, and what ducking makes of them."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop import theme
from desktop.timeline.clip_painting import paint_background, paint_label, paint_spans
from desktop.timeline.layout import Lane, level_y
from desktop.timeline.scale import Scale
from desktop.timeline.snapping import Times
from desktop.timeline.targets import Kind, Shown, Target
from engine.arrangement.automation import gain_points
from engine.translation import tr

_POINT_PX = 4.0
# Closer together than this, points are drawn small, and then not at all.
_LEAST_POINT_PX = 14.0
# More corners than this on a pixel aren't told apart.
_MOST_CORNERS_PER_PX = 0.5


def paint_volume(painter: QPainter, shown: Shown, selected: Target | None, lane: Lane) -> None:
    """Draw the lane."""
    arrangement, scale = shown.arrangement, shown.scale
    rect = paint_background(painter, lane, scale.width_px)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    zero = level_y(lane, 0.0)
    painter.setPen(QPen(theme.colour("quiet", 0.35), 1, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(0, zero), QPointF(scale.width_px, zero))
    ducking = arrangement.ducking
    if ducking is not None:
        paint_spans(painter, lane, scale, ducking.lowered, theme.colour("clip", 0.16))
    total = arrangement.gain_points
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("accent", 0.22))
    area = _curve(total.times_s, total.gains_db, scale, lane)
    painter.drawPolygon(
        QPolygonF([QPointF(0, lane.bottom), *area, QPointF(scale.width_px, lane.bottom)])
    )
    own = gain_points(arrangement.volume, arrangement.clip.frame_rate, None)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("accent"), 1.6))
    line = _curve(own.times_s, own.gains_db, scale, lane)
    if len(line) > scale.width_px * _MOST_CORNERS_PER_PX / 10:
        # A thin line is many times faster to draw.
        painter.setPen(QPen(theme.colour("accent"), 1))
    painter.drawPolyline(QPolygonF(line))
    _paint_points(painter, own.times_s, own.gains_db, scale, lane)
    if selected is not None and selected.kind is Kind.POINT:
        point = arrangement.volume[selected.index]
        x = scale.x(float(arrangement.clip.time_of(point.frame)))
        painter.setPen(QPen(theme.colour("text"), 1.5))
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(QPointF(x, level_y(lane, point.gain_db)), 5.5, 5.5)
    painter.restore()
    paint_label(painter, rect, tr("Music volume"))


def _paint_points(
    painter: QPainter, times_s: Times, gains_db: Times, scale: Scale, lane: Lane
) -> None:
    xs = scale.x(times_s)
    seen = (xs >= -10) & (xs <= scale.width_px + 10)
    xs, levels = xs[seen], gains_db[seen]
    apart = float(np.median(np.diff(xs))) if len(xs) > 1 else scale.width_px
    size = _POINT_PX * min(1.0, apart / _LEAST_POINT_PX)
    if size < 1.0:
        return
    painter.setPen(QPen(theme.colour("background"), 1.5 if size == _POINT_PX else 0.5))
    painter.setBrush(theme.colour("accent"))
    for x, gain_db in zip(xs.tolist(), levels.tolist(), strict=True):
        painter.drawEllipse(QPointF(x, level_y(lane, gain_db)), size, size)


def _curve(times_s: Times, gains_db: Times, scale: Scale, lane: Lane) -> list[QPointF]:
    """Return a level over time as points from the left edge of the lane to the right one."""
    if not len(times_s):
        y = level_y(lane, 0.0)
        return [QPointF(0, y), QPointF(scale.width_px, y)]
    begin, end = np.searchsorted(times_s, (scale.first_s, scale.end_s))
    inside_s = times_s[begin:end]
    most = int(scale.width_px * _MOST_CORNERS_PER_PX)
    if len(inside_s) > most:
        inside_s = np.linspace(scale.first_s, scale.end_s, most)
    seen_s = np.concatenate([[scale.first_s], inside_s, [scale.end_s]])
    levels = np.interp(seen_s, times_s, gains_db)
    return [
        QPointF(x, level_y(lane, gain_db))
        for x, gain_db in zip(scale.x(seen_s).tolist(), levels.tolist(), strict=True)
    ]
