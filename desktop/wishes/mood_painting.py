"""Draws the mood pad: words, tracks, what the picture wants, and what the user wants."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPen

from desktop import theme
from desktop.wishes.mood_scale import Dots, MoodScale
from engine.ranking.affect_area import AffectArea
from engine.translation import tr

# With more tracks, cells are shaded by how many they have.
_MAX_SINGLE_DOTS = 3_000
_DOT_RADIUS = 2.0
_FIRST_RADIUS = 4.0
POINT_RADIUS = 8.0
_LABEL_MARGIN = 6.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the picture wants, as far as it is known.

    Attributes:
        valence, arousal: mean and standard deviation.
    """

    valence: tuple[float, float]
    arousal: tuple[float, float]

    @property
    def mood(self) -> tuple[float, float]:
        """Its mean valence and arousal."""
        return self.valence[0], self.arousal[0]


def paint_plane(painter: QPainter, scale: MoodScale) -> None:
    """Draw the plane, its axes and its words."""
    area = scale.area
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.setBrush(theme.colour("background"))
    painter.drawRoundedRect(area, 6, 6)
    middle = scale.to_pixels(0, 0)
    painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()))
    painter.drawLine(QPointF(middle.x(), area.top()), QPointF(middle.x(), area.bottom()))


def paint_words(painter: QPainter, scale: MoodScale) -> None:
    """Draw the words at the edges and in the corners, as many as have room."""
    font = QFont(painter.font())
    font.setPointSizeF(font.pointSizeF() * 0.85)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    inner = scale.area.adjusted(_LABEL_MARGIN, 3, -_LABEL_MARGIN, -3)
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
    middle_x, middle_y = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignVCenter
    edges = (
        (tr("energetic"), top | middle_x),
        (tr("calm"), bottom | middle_x),
        (tr("sad"), left | middle_y),
        (tr("happy"), right | middle_y),
    )
    corners = (
        (tr("tense"), top | left),
        (tr("joyful"), top | right),
        (tr("gloomy"), bottom | left),
        (tr("peaceful"), bottom | right),
    )
    painter.setPen(theme.colour("text"))
    for word, alignment in edges:
        _draw_word(painter, metrics, inner, word, alignment)
    widest = [max(metrics.horizontalAdvance(word) for word, _ in row) for row in (corners, edges)]
    if 2 * widest[0] + widest[1] + 16 <= inner.width():
        painter.setPen(theme.colour("quiet"))
        for word, alignment in corners:
            _draw_word(painter, metrics, inner, word, alignment)


def paint_dots(painter: QPainter, scale: MoodScale, dots: Dots) -> None:
    """Draw all tracks: dots, or shades where there are many."""
    if len(dots) > _MAX_SINGLE_DOTS:
        painter.drawImage(scale.area, _shades(dots))
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("wave", 0.75))
    for valence, arousal in dots.points.tolist():
        painter.drawEllipse(scale.to_pixels(valence, arousal), _DOT_RADIUS, _DOT_RADIUS)


def paint_first(
    painter: QPainter, scale: MoodScale, points: Sequence[Sequence[float]], hovered: int | None
) -> None:
    """Draw the list's first tracks in colour, the best on top.

    Args:
        painter: of the pad.
        scale: of the plane.
        points: valence and arousal of each.
        hovered: which one is under the pointer; None for none.
    """
    painter.setPen(QPen(theme.colour("background"), 1))
    for place in reversed(range(len(points))):
        strength = 1.0 - 0.6 * place / max(len(points), 1)
        painter.setBrush(theme.colour("accent", strength))
        radius = _FIRST_RADIUS + (2.0 if place == hovered else 0.0)
        painter.drawEllipse(scale.to_pixels(*points[place]), radius, radius)


def paint_estimate(painter: QPainter, scale: MoodScale, estimate: Estimate) -> None:
    """Draw what the picture wants: its mean, and a standard deviation around it."""
    middle = scale.to_pixels(*estimate.mood)
    half = scale.area.width() / 2, scale.area.height() / 2
    painter.setClipRect(scale.area)
    painter.setPen(QPen(theme.colour("clip"), 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(theme.colour("clip", 0.10))
    painter.drawEllipse(middle, estimate.valence[1] * half[0], estimate.arousal[1] * half[1])
    painter.setPen(QPen(theme.colour("clip"), 2))
    for dx, dy in ((5.0, 0.0), (0.0, 5.0)):
        painter.drawLine(middle - QPointF(dx, dy), middle + QPointF(dx, dy))
    painter.setClipping(False)


def paint_point(painter: QPainter, place: QPointF, *, is_set: bool) -> None:
    """Draw the point that can be dragged, filled once the user has set it."""
    painter.setPen(QPen(theme.colour("text"), 2))
    painter.setBrush(theme.colour("accent") if is_set else theme.colour("clip"))
    painter.drawEllipse(place, POINT_RADIUS - 1, POINT_RADIUS - 1)


def paint_area(painter: QPainter, scale: MoodScale, area: AffectArea) -> None:
    """Draw an area."""
    painter.setPen(QPen(theme.colour("accent"), 1.5))
    painter.setBrush(theme.colour("accent", 0.15))
    painter.drawRoundedRect(scale.rectangle(area), 4, 4)


def paint_focus(painter: QPainter, scale: MoodScale) -> None:
    """Draw a frame that says that the pad has the focus."""
    painter.setPen(QPen(theme.colour("accent"), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(scale.area, 6, 6)


def _draw_word(
    painter: QPainter,
    metrics: QFontMetricsF,
    inner: QRectF,
    word: str,
    alignment: Qt.AlignmentFlag,
) -> None:
    """Draw a word on the plane's colour, so that it can be read over the dots."""
    width = metrics.horizontalAdvance(word) + 1
    box = QRectF(0, 0, width, metrics.height())
    box.moveLeft(inner.left())
    if alignment & Qt.AlignmentFlag.AlignRight:
        box.moveRight(inner.right())
    elif alignment & Qt.AlignmentFlag.AlignHCenter:
        box.moveLeft(inner.center().x() - width / 2)
    box.moveTop(inner.top())
    if alignment & Qt.AlignmentFlag.AlignBottom:
        box.moveBottom(inner.bottom())
    elif alignment & Qt.AlignmentFlag.AlignVCenter:
        box.moveTop(inner.center().y() - metrics.height() / 2)
    painter.fillRect(box.adjusted(-2, 0, 2, 0), theme.colour("background", 0.8))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)


def _shades(dots: Dots) -> QImage:
    """Return the cells as a picture: the more tracks, the stronger."""
    counts = dots.counts[::-1].astype(np.float64)
    strength = np.log1p(counts) / np.log1p(max(counts.max(), 1))
    colour = theme.colour("wave")
    pixels = np.zeros((*counts.shape, 4), np.uint8)
    alpha = 0.9 * strength
    for channel, value in enumerate((colour.blue(), colour.green(), colour.red(), 255)):
        # Multiplied by its opacity, as the format wants.
        pixels[..., channel] = np.round(value * alpha)
    height, width = counts.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()
