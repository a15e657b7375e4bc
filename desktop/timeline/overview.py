"""The waveform of the whole track, with the parts that play under the clip."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.timeline.snapping import nearest
from desktop.timeline.times import format_time
from desktop.timeline.waveform import Peaks, joined, played_parts
from desktop.timeline.words import describe_parts
from engine.arrangement.arrangement import MusicItem
from engine.translation import tr

if TYPE_CHECKING:
    from engine.music.features import MusicFeatures

_HEIGHT = 40
_LEAST_HEIGHT = 18
_BAR, _BAR_GAP = 1.0, 1.0


class Overview(QWidget):
    """Drag the selected part to move it; the arrow keys move it by a beat."""

    start_requested = Signal(float)
    step_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._item: MusicItem | None = None
        self._features: MusicFeatures | None = None
        self._bars: np.ndarray = np.zeros(0)
        self._dragged_start_s: float | None = None
        self._grab_s = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setMinimumHeight(_LEAST_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Part of the track that plays"))
        self.setToolTip(tr("Drag to choose the part of the track; it snaps to beats."))

    def sizeHint(self) -> QSize:
        """Keep one line's height."""
        return QSize(600, _HEIGHT)

    def show_item(self, item: MusicItem | None, features: "MusicFeatures | None") -> None:
        """Show the track of a music item with the part that plays; None for no music."""
        self._item, self._features = item, features
        self._dragged_start_s = None
        self.setAccessibleDescription("" if item is None else describe_parts(item))
        self._measure()

    def _measure(self) -> None:
        n_bars, features = int(self.width() // (_BAR + _BAR_GAP)), self._features
        self._bars = np.zeros(0)
        if features is not None and n_bars:
            peaks = Peaks.of(features.peaks, features.duration_s)
            self._bars = peaks.columns(0.0, features.duration_s / n_bars, n_bars)
        self.update()

    # Moving the part

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start dragging the part; outside it, it jumps to the pointer."""
        item = self._item
        if item is None or not self._can_move() or event.button() != Qt.MouseButton.LeftButton:
            return
        at_s = self._time(event.position().x())
        inside = item.track_start_s <= at_s <= item.track_start_s + item.duration_s
        self._grab_s = at_s - item.track_start_s if inside else item.duration_s / 2
        self._drag_to(at_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the part."""
        if self._dragged_start_s is not None:
            self._drag_to(self._time(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Request the new start."""
        start_s, self._dragged_start_s = self._dragged_start_s, None
        if start_s is not None and self._item is not None:
            if abs(start_s - self._item.track_start_s) > 1e-6:
                self.start_requested.emit(start_s)
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the part by one beat."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.step_requested.emit(step)

    def _drag_to(self, at_s: float) -> None:
        assert self._features is not None
        start_s = min(max(at_s - self._grab_s, 0.0), self._slack_s())
        beats = np.sort(np.append(np.asarray(self._features.beats_s, np.float64), 0.0))
        beat_s = nearest(beats[beats <= self._slack_s()], start_s)
        self._dragged_start_s = start_s if len(beats) == 1 or beat_s is None else beat_s
        self.update()

    def _can_move(self) -> bool:
        return self._features is not None and self._slack_s() > 0.05

    def _slack_s(self) -> float:
        assert self._features is not None and self._item is not None
        return self._features.duration_s - self._item.duration_s

    def _time(self, x: float) -> float:
        assert self._features is not None
        return x / max(self.width(), 1) * self._features.duration_s

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw as many bars as fit."""
        super().resizeEvent(event)
        self._measure()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the track and the parts that play."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lane = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("background"))
        painter.drawRoundedRect(lane, 6, 6)
        item, features = self._item, self._features
        if item is None or features is None or features.duration_s <= 0:
            painter.end()
            return
        per_s = self.width() / features.duration_s
        start_s = item.track_start_s if self._dragged_start_s is None else self._dragged_start_s
        played = joined(played_parts(item))
        if self._dragged_start_s is not None:
            length_s = min(item.duration_s, features.duration_s - start_s)
            played = [(start_s, start_s + length_s)]
        parts = [
            QRectF(from_s * per_s, lane.top(), (to_s - from_s) * per_s, lane.height())
            for from_s, to_s in played
        ]
        painter.setBrush(theme.colour("selected"))
        for part in parts:
            painter.drawRoundedRect(part, 5, 5)
        _paint_bars(painter, lane, self._bars, parts)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("accent"), 2.0 if self.hasFocus() else 1.2))
        for part in parts:
            painter.drawRoundedRect(part.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if self._dragged_start_s is not None:
            _paint_time(painter, parts[0], start_s, self.width())
        painter.end()


def _paint_bars(painter: QPainter, lane: QRectF, bars: np.ndarray, parts: list[QRectF]) -> None:
    middle, half = lane.center().y(), max(lane.height() / 2 - 5, 3.0)
    xs = np.arange(len(bars)) * (_BAR + _BAR_GAP)
    inside = np.zeros(len(bars), np.bool_)
    for part in parts:
        inside |= (part.left() <= xs) & (xs <= part.right())
    heights = np.maximum(0.5, bars * half)
    painter.setPen(Qt.PenStyle.NoPen)
    for chosen, name in ((inside, "accent"), (~inside, "wave")):
        painter.setBrush(theme.colour(name))
        painter.drawRects(
            [
                QRectF(x, middle - height, _BAR, 2 * height)
                for x, height in zip(xs[chosen].tolist(), heights[chosen].tolist(), strict=True)
            ]
        )


def _paint_time(painter: QPainter, part: QRectF, start_s: float, width: int) -> None:
    text = format_time(start_s, 2)
    box = QRectF(0, 0, painter.fontMetrics().horizontalAdvance(text) + 14.0, theme.scaled(20.0))
    box.moveCenter(QPointF(part.center()))
    box.moveLeft(min(max(box.left(), 2.0), width - box.width() - 2.0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("background", 0.9))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(theme.colour("text"))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
