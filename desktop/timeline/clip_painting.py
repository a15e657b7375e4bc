"""Draws the lanes of the clip: ruler, film with its cuts, the clip's own sound."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from desktop import theme
from desktop.timeline.layout import Lane, title_px
from desktop.timeline.scale import Scale
from desktop.timeline.scene_painting import paint_scenes
from desktop.timeline.snapping import Times
from desktop.timeline.times import TimeFormat
from desktop.timeline.waveform import Curve, Peaks
from engine.arrangement.automation import Span
from engine.translation import tr

_LABEL_PX = {"timecode": 104.0, "frames": 74.0, "seconds": 74.0}
_LEAST_TILE_PX = 16.0
# More cuts than this are no longer seen one by one.
_LEAST_CUT_PX = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class ClipView:
    """What is drawn of a clip.

    Attributes:
        stills: (time in s, frame), by time.
        cuts_s: (n,) rising.
        has_sound: whether it has sound of its own.
        peaks: of that sound, None until they are read.
        scenes_s: from when to when each scene is; empty for a single one.
        scene: the number of the one that the list is for, from 0; None for the whole clip.
    """

    stills: Sequence[tuple[float, QImage]] = ()
    cuts_s: Times = field(default_factory=lambda: np.zeros(0))
    has_sound: bool = False
    peaks: Peaks | None = None
    scenes_s: tuple[tuple[float, float], ...] = ()
    scene: int | None = None


def small_font(painter: QPainter) -> None:
    """Write small from here on."""
    font = painter.font()
    font.setPointSizeF(font.pointSizeF() * 0.78)
    painter.setFont(font)


def paint_background(painter: QPainter, lane: Lane, width: float) -> QRectF:
    """Draw the empty lane; return its rectangle."""
    rect = QRectF(0, lane.top, width, lane.height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("background"))
    painter.drawRoundedRect(rect, 5, 5)
    return rect


def label_width_px(display: str) -> float:
    """Return how far the times of the ruler are apart at least.

    Args:
        display: how times are written.
    """
    return theme.scaled(_LABEL_PX[display])


def paint_ruler(painter: QPainter, lane: Lane, scale: Scale, times: TimeFormat) -> None:
    """Draw ticks with their times, and smaller ticks between them."""
    painter.save()
    small_font(painter)
    width = label_width_px(times.display)
    ticks = times.ticks(scale, width)
    painter.setPen(theme.colour("line"))
    for before, after in pairwise(ticks):
        for fifth in range(1, 5):
            time_s = before.time_s + (after.time_s - before.time_s) * fifth / 5
            x = round(scale.x(time_s)) + 0.5
            painter.drawLine(QPointF(x, lane.bottom - 4), QPointF(x, lane.bottom - 1))
    for tick in ticks:
        x = round(scale.x(tick.time_s)) + 0.5
        painter.setPen(theme.colour("wave"))
        painter.drawLine(QPointF(x, lane.bottom - 9), QPointF(x, lane.bottom - 1))
        painter.setPen(theme.colour("quiet"))
        label = QRectF(x + 4, lane.top, width, title_px() + 1)
        if x + 4 + painter.fontMetrics().horizontalAdvance(tick.label) < scale.width_px:
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, tick.label)
    painter.restore()


def paint_film(painter: QPainter, lane: Lane, scale: Scale, clip: ClipView) -> None:
    """Draw the frames of the clip, and its cuts over them."""
    rect = QRectF(0, lane.top, scale.width_px, lane.height)
    painter.fillRect(rect, theme.colour("line"))
    if not clip.stills or scale.per_s <= 0:
        return
    size = clip.stills[0][1].size()
    tile = max(lane.height * size.width() / max(size.height(), 1), _LEAST_TILE_PX)
    if scale.is_fitted:
        # As many whole frames as fit.
        tile = scale.width_px / max(1, round(scale.width_px / tile))
    stills_s = np.array([time_s for time_s, _ in clip.stills])
    offset = scale.first_s * scale.per_s
    for number in range(math.floor(offset / tile), math.ceil((offset + scale.width_px) / tile)):
        left = number * tile - offset
        centre_s = scale.time_outside(left + tile / 2)
        image = clip.stills[int(np.abs(stills_s - centre_s).argmin())][1]
        target = QRectF(left, lane.top, tile, lane.height)
        painter.drawImage(target, image, _cover(image, target))
    painter.setPen(QPen(theme.colour("background"), 2))
    painter.drawLines(_lines(visible(clip.cuts_s, scale), lane, 0.0))
    paint_scenes(painter, lane, scale, clip.scenes_s, clip.scene)


def paint_cuts(painter: QPainter, lane: Lane, scale: Scale, cuts_s: Times) -> None:
    """Draw the cuts faintly over another lane."""
    seen = visible(cuts_s, scale)
    if len(seen) * _LEAST_CUT_PX * 4 > scale.width_px:
        return
    painter.setPen(QPen(theme.colour("quiet", 0.4), 1, Qt.PenStyle.DotLine))
    painter.drawLines(_lines(seen, lane, 1.0))


def paint_sound(
    painter: QPainter, lane: Lane, scale: Scale, clip: ClipView, spoken: Sequence[Span]
) -> None:
    """Draw the waveform of the clip's own sound, and where somebody speaks."""
    rect = paint_background(painter, lane, scale.width_px)
    paint_spans(painter, lane, scale, spoken, theme.colour("clip", 0.22))
    if clip.peaks is not None and scale.per_s > 0:
        n_columns = math.ceil(scale.width_px)
        columns = clip.peaks.columns(scale.first_s, 1 / scale.per_s, n_columns)
        painter.setPen(theme.colour("clip", 0.85))
        paint_wave(painter, columns, 0.0, rect.adjusted(0, 2, 0, -2))
    paint_label(painter, rect, tr("Clip sound"))


def paint_spans(
    painter: QPainter, lane: Lane, scale: Scale, spans: Sequence[Span], colour: QColor
) -> None:
    """Mark parts of the clip in a lane."""
    times_s = np.array([(span.start_s, span.end_s) for span in spans]).reshape(-1, 2)
    xs = np.round(scale.x(times_s))
    xs = xs[(xs[:, 1] >= 0) & (xs[:, 0] <= scale.width_px)]
    for left, right in xs.tolist():
        painter.fillRect(
            QRectF(left, round(lane.top), max(right - left, 1.0), round(lane.height)), colour
        )


def paint_label(painter: QPainter, rect: QRectF, text: str) -> None:
    """Name a lane in its upper left corner."""
    painter.save()
    small_font(painter)
    box = QRectF(rect.left() + 4, rect.top() + 2, 0, theme.scaled(13.0))
    box.setWidth(painter.fontMetrics().horizontalAdvance(text) + 8.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("background", 0.75))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(theme.colour("quiet"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def paint_wave(painter: QPainter, columns: Curve, left: float, rect: QRectF) -> None:
    """Draw a waveform with the pen of the painter, a column per pixel from `left` on."""
    middle, half = rect.center().y(), rect.height() / 2
    painter.drawLines(
        [
            QLineF(left + n + 0.5, middle - level * half, left + n + 0.5, middle + level * half)
            for n, level in enumerate(np.maximum(columns, 0.5 / max(half, 1.0)).tolist())
        ]
    )


def visible(times_s: Times, scale: Scale) -> Times:
    """Return where rising times are that are shown, in pixels, at most one for each."""
    begin, end = np.searchsorted(times_s, (scale.first_s, scale.end_s))
    return np.unique(np.round(scale.x(times_s[begin:end])))


def _lines(xs: Times, lane: Lane, margin: float) -> list[QLineF]:
    top, bottom = lane.top + margin, lane.bottom - margin
    return [QLineF(x, top, x, bottom) for x in xs.tolist()]


def _cover(image: QImage, target: QRectF) -> QRectF:
    """Return the largest centred part of the image with the target's aspect ratio."""
    shape = target.width() / target.height()
    width = min(image.width(), image.height() * shape)
    height = min(image.height(), image.width() / shape)
    part = QRectF(0, 0, width, height)
    part.moveCenter(QPointF(image.width() / 2, image.height() / 2))
    return part
