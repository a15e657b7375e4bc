"""Draws the music items with their waveforms, beats, splices and fades."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from desktop import theme
from desktop.timeline.clip_painting import (
    paint_wave,
    small_font,
    visible,
)
from desktop.timeline.layout import Lane, LaneKind, handle_px, title_px
from desktop.timeline.scale import Scale
from desktop.timeline.snapping import Surroundings, bars_in_item, beats_in_item
from desktop.timeline.targets import OF_ITEMS, Kind, Shown, Target, splice_s
from desktop.timeline.waveform import Peaks, fade, item_columns
from desktop.timeline.words import level_text
from engine.arrangement.arrangement import MusicItem
from engine.arrangement.segments import Segment
from engine.translation import tr

# Beats closer than this aren't told apart, nor are bars.
_LEAST_BEAT_PX = 7.0
_HANDLE_SIZE_PX = 4.0
# A narrower item is drawn without its fades, splices and handles.
_LEAST_DETAIL_PX = 28.0


@dataclass(frozen=True, slots=True, eq=False)
class MusicView:
    """What is drawn of the music.

    Attributes:
        around: has the forms of its tracks.
        peaks: of its tracks, by path; a track without isn't drawn.
        selected: None for nothing.
        is_ready: whether its sound can be played already; else it is drawn dimmed.
    """

    around: Surroundings
    peaks: Mapping[Path, Peaks]
    selected: Target | None = None
    is_ready: bool = True


def paint_music(painter: QPainter, shown: Shown, view: MusicView) -> None:
    """Draw the music items in their rows."""
    for index, row in enumerate(shown.rows):
        lane = shown.lane(LaneKind.MUSIC, row)
        if lane is not None:
            _paint_item(painter, shown, view, index, lane)


def _paint_item(painter: QPainter, shown: Shown, view: MusicView, index: int, lane: Lane) -> None:
    item, scale = shown.arrangement.items[index], shown.scale
    starts_s = shown.arrangement.start_s(item)
    left, right = scale.x(starts_s), scale.x(starts_s + item.duration_s)
    if right < 0 or left > scale.width_px:
        return
    rect = QRectF(left, lane.top, max(right - left, 2.0), lane.height)
    # A rounded corner far outside costs time and isn't seen.
    seen = rect.intersected(QRectF(-8, lane.top, scale.width_px + 16, lane.height))
    selected = view.selected
    is_selected = selected is not None and selected.kind in OF_ITEMS and selected.index == index
    fill = theme.colour("selected", 0.35 if item.muted else 1.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(seen, 5, 5)
    body = QRectF(rect.left(), lane.top + title_px(), rect.width(), lane.height - title_px() - 2)
    _paint_beats(painter, item, view.around, scale, starts_s, body)
    peaks = view.peaks.get(item.track.path)
    if peaks is not None and scale.per_s > 0:
        first_x = max(0, math.floor(left))
        n_columns = min(math.ceil(scale.width_px), math.ceil(right)) - first_x
        first_s = scale.time_outside(first_x) - starts_s
        columns = item_columns(item, peaks, first_s, 1 / scale.per_s, n_columns)
        name = "wave" if item.muted else "accent"
        painter.setPen(theme.colour(name, 0.95 if view.is_ready else 0.45))
        paint_wave(painter, columns, first_x, body)
    is_detailed = right - left >= _LEAST_DETAIL_PX or is_selected
    if is_detailed:
        _paint_fades(painter, item, scale, starts_s, body)
        _paint_splices(painter, item, scale, starts_s, body, _splice_of(selected, index))
    _paint_title(painter, item, seen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("text" if is_selected else "accent"), 2 if is_selected else 1))
    painter.drawRoundedRect(seen.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    if is_detailed:
        _paint_handles(painter, item, scale, starts_s, lane, selected if is_selected else None)


def _splice_of(selected: Target | None, index: int) -> int | None:
    is_here = selected is not None and selected.kind is Kind.SPLICE and selected.index == index
    return selected.splice if selected is not None and is_here else None


def _paint_beats(
    painter: QPainter,
    item: MusicItem,
    around: Surroundings,
    scale: Scale,
    starts_s: float,
    body: QRectF,
) -> None:
    if item.track.path not in around.forms:
        return
    form = around.form(item)
    for times_s, alpha in (
        (starts_s + beats_in_item(item, form), 0.28),
        (starts_s + bars_in_item(item, form), 0.75),
    ):
        xs = visible(times_s, scale)
        if len(xs) > 1 and float(np.median(np.diff(xs))) < _LEAST_BEAT_PX:
            continue
        painter.setPen(QPen(theme.colour("quiet", alpha * 0.8), 1))
        painter.drawLines([QLineF(x, body.top(), x, body.bottom()) for x in xs.tolist()])


def _paint_fades(
    painter: QPainter, item: MusicItem, scale: Scale, starts_s: float, body: QRectF
) -> None:
    whole = Segment(0.0, 0.0, item.duration_s, item.fade_in_s, item.fade_out_s)
    painter.setPen(QPen(theme.colour("text", 0.8), 1.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    spans = ((0.0, item.fade_in_s), (item.duration_s - item.fade_out_s, item.duration_s))
    for from_s, to_s in spans:
        n_px = (to_s - from_s) * scale.per_s
        if n_px >= 1:
            into_s = np.linspace(from_s, to_s, 3 if n_px < 8 else 24)
            xs = scale.x(starts_s + into_s)
            ys = body.bottom() - fade(whole, into_s) * body.height()
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs, ys, strict=True)]))


def _paint_splices(
    painter: QPainter,
    item: MusicItem,
    scale: Scale,
    starts_s: float,
    body: QRectF,
    selected: int | None,
) -> None:
    for number, later in enumerate(item.segments[1:]):
        x = scale.x(starts_s + splice_s(item, number))
        if not -20 <= x <= scale.width_px + 20:
            continue
        chosen = number == selected
        crossfade = QRectF(x, body.top(), -max(later.fade_in_s * scale.per_s, 1.0), body.height())
        painter.fillRect(crossfade.normalized(), theme.colour("text", 0.18))
        painter.setPen(QPen(theme.colour("text"), 2.5 if chosen else 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, body.top()), QPointF(x, body.bottom()))
        painter.setPen(QPen(theme.colour("background"), 1))
        painter.setBrush(theme.colour("accent" if chosen else "text"))
        size, y = (6.0 if chosen else 5.0), body.bottom() - 7
        corners = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def _paint_title(painter: QPainter, item: MusicItem, seen: QRectF) -> None:
    painter.save()
    small_font(painter)
    text = tr("{title} (muted)").format(title=item.track.title) if item.muted else item.track.title
    if item.gain_db:
        text = f"{text}  {level_text(item.gain_db)}"
    room = QRectF(max(seen.left(), 0.0) + 12, seen.top(), seen.right() - max(seen.left(), 0), 0)
    room.setHeight(title_px())
    room.setWidth(room.width() - 24)
    if room.width() > 12:
        painter.setPen(theme.colour("quiet" if item.muted else "text"))
        elided = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, elided)
    painter.restore()


def _paint_handles(
    painter: QPainter,
    item: MusicItem,
    scale: Scale,
    starts_s: float,
    lane: Lane,
    selected: Target | None,
) -> None:
    ends_s = starts_s + item.duration_s
    y = lane.top + handle_px()
    for kind, time_s in (
        (Kind.FADE_IN, starts_s + item.fade_in_s),
        (Kind.FADE_OUT, ends_s - item.fade_out_s),
    ):
        chosen = selected is not None and selected.kind is kind
        painter.setPen(QPen(theme.colour("background"), 1))
        painter.setBrush(theme.colour("accent" if chosen else "text"))
        size = _HANDLE_SIZE_PX + 1.5 * chosen
        # At an edge of the timeline it would be half hidden.
        inside = size if kind is Kind.FADE_IN else scale.width_px - size
        x = scale.x(time_s)
        x = inside if abs(x - inside) < size + 1 else x
        painter.drawEllipse(QPointF(x, y), size, size)
    for kind, time_s in ((Kind.START, starts_s), (Kind.END, ends_s)):
        if selected is not None and selected.kind is kind:
            x = scale.x(time_s) - (3 if kind is Kind.END else 0)
            painter.fillRect(QRectF(x, lane.top + 4, 3, lane.height - 8), theme.colour("text"))
