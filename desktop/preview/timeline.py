"""The timeline: the frames of the clip, the music under them, and the playhead."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop import theme
from desktop.clip.stills import to_image
from desktop.preview import geometry
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.segments import Segment
from engine.translation import tr

if TYPE_CHECKING:
    from engine.media.frames import Frame
    from engine.music.features import MusicFeatures
    from engine.stories.analyse import ClipAnalysis

_RULER = 20.0
_FILM = 56.0
_GAP = 6.0
_WAVE = 76.0
_BAR, _BAR_GAP = 2.0, 1.0
_CLICK_PX = 4.0


class Timeline(QWidget):
    """Click to move the playhead; drag the music to use another part of the track."""

    seek_requested = Signal(float)
    start_requested = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._duration_s = 0.0
        self._position_s = 0.0
        self._stills: list[tuple[float, QImage]] = []
        self._cuts_s: np.ndarray = np.zeros(0)
        self._arrangement: Arrangement | None = None
        self._features: Mapping[Path, MusicFeatures] = {}
        self._bars: np.ndarray = np.zeros(0)
        self._beats_s: np.ndarray = np.zeros(0)
        self._press: QPointF | None = None
        self._scrubbing = False
        self._dragged_s = 0.0
        self._ready = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Timeline of the clip"))
        self.setToolTip(
            tr("Click to move the playhead. Drag the music to use another part of the track.")
        )

    def sizeHint(self) -> QSize:
        """Keep the height of its tracks."""
        return QSize(600, round(_RULER + _FILM + _GAP + _WAVE))

    def show_clip(self, clip: "ClipAnalysis") -> None:
        """Show another clip, with no music yet."""
        self._duration_s = clip.info.duration_s
        self._stills = _stills(clip.filmstrip)
        self._cuts_s = np.asarray(clip.features.descriptors.cuts_s, np.float64)
        self._arrangement = None
        self._bars = self._beats_s = np.zeros(0)
        self.update()

    def show_arrangement(
        self, arrangement: Arrangement, features: "Mapping[Path, MusicFeatures]"
    ) -> None:
        """Show the music under the clip.

        Args:
            arrangement: the music.
            features: of its tracks, by their files.
        """
        self._arrangement, self._features = arrangement, features
        self._dragged_s = 0.0
        self._measure()

    def set_ready(self, ready: bool) -> None:
        """Draw the music dimmed while its sound is rendered."""
        self._ready = ready
        self.update()

    def set_position(self, position_s: float) -> None:
        """Move the playhead."""
        before, self._position_s = self._x(self._position_s), position_s
        after = self._x(position_s)
        left = min(before, after) - 8
        self.update(round(left), 0, round(abs(after - before) + 16), self.height())

    def _measure(self) -> None:
        if self._arrangement is None:
            return
        shown = self._dragged(self._arrangement)
        n_bars = max(1, int(self.width() // (_BAR + _BAR_GAP)))
        self._bars = geometry.clip_envelope(shown, self._features, n_bars)
        self._beats_s = geometry.clip_downbeats(shown, self._features)
        self.update()

    def _dragged(self, arrangement: Arrangement) -> Arrangement:
        if not self._dragged_s:
            return arrangement
        from dataclasses import replace

        # From a start that the user chose, the track plays uncut.
        item = arrangement.items[0]
        start_s = self._target(item.track_start_s + self._dragged_s)
        uncut = (Segment(start_s, 0.0, arrangement.clip.duration_s),)
        return replace(arrangement, items=(replace(item, segments=uncut),))

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start a click, a scrub over the frames or a drag of the music."""
        if event.button() != Qt.MouseButton.LeftButton or self._duration_s <= 0:
            return
        self._press = event.position()
        self._scrubbing = not self._on_music(event.position())
        if self._scrubbing:
            self.seek_requested.emit(self._time(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, or show the music where it is dragged to."""
        if self._press is None:
            draggable = self._on_music(event.position()) and self._can_drag()
            shape = Qt.CursorShape.SizeHorCursor if draggable else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            return
        if self._scrubbing:
            self.seek_requested.emit(self._time(event.position().x()))
            return
        moved_px = event.position().x() - self._press.x()
        if self._can_drag() and (abs(moved_px) > _CLICK_PX or self._dragged_s):
            self._dragged_s = -moved_px * self._duration_s / max(self.width(), 1)
            self._measure()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag by requesting the new start, or a click by moving the playhead."""
        press, self._press = self._press, None
        if press is None or self._scrubbing:
            return
        if self._dragged_s and self._arrangement is not None:
            item = self._arrangement.items[0]
            start_s = self._target(item.track_start_s + self._dragged_s)
            self._dragged_s = 0.0
            self.start_requested.emit(start_s)
            self._measure()
        else:
            self.seek_requested.emit(self._time(event.position().x()))

    def _can_drag(self) -> bool:
        return (
            self._arrangement is not None
            and len(self._arrangement.items) == 1
            and self._slack_s() > 0.05
        )

    @property
    def _track(self) -> "MusicFeatures":
        assert self._arrangement is not None
        return self._features[self._arrangement.items[0].track.path]

    def _slack_s(self) -> float:
        return self._track.duration_s - self._duration_s

    def _target(self, start_s: float) -> float:
        return geometry.snap(start_s, self._track.beats_s, self._slack_s())

    def _on_music(self, point: QPointF) -> bool:
        return point.y() > _RULER + _FILM

    def _x(self, time_s: float) -> float:
        return time_s / self._duration_s * self.width() if self._duration_s > 0 else 0.0

    def _time(self, x: float) -> float:
        return min(max(x / max(self.width(), 1), 0.0), 1.0) * self._duration_s

    # Painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw as many bars as fit."""
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ruler, frames, music and playhead."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipRect(event.rect())
        if self._duration_s > 0:
            self._paint_ruler(painter)
            self._paint_film(painter, QRectF(0, _RULER, self.width(), _FILM))
            self._paint_wave(painter, QRectF(0, _RULER + _FILM + _GAP, self.width(), _WAVE))
            self._paint_playhead(painter)
        painter.end()

    def _paint_ruler(self, painter: QPainter) -> None:
        step_s = geometry.tick_step_s(self._duration_s, self.width())
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.78)
        painter.setFont(font)
        decimals = 0 if step_s >= 1 else 1
        for n in range(int(self._duration_s / step_s) + 1):
            x = self._x(n * step_s)
            painter.setPen(theme.colour("line"))
            painter.drawLine(QPointF(x + 0.5, _RULER - 6), QPointF(x + 0.5, _RULER - 1))
            if x < self.width() - 40:
                painter.setPen(theme.colour("quiet"))
                painter.drawText(
                    QRectF(x + 4, 0, 80, _RULER - 2),
                    Qt.AlignmentFlag.AlignVCenter,
                    geometry.format_time(n * step_s, decimals),
                )

    def _paint_film(self, painter: QPainter, lane: QRectF) -> None:
        painter.fillRect(lane, theme.colour("line"))
        if not self._stills:
            return
        size = self._stills[0][1].size()
        tile = max(lane.height() * size.width() / max(size.height(), 1), 16.0)
        n_tiles = max(1, round(lane.width() / tile))
        tile = lane.width() / n_tiles
        times = np.array([time_s for time_s, _ in self._stills])
        for n in range(n_tiles):
            centre_s = (n + 0.5) * self._duration_s / n_tiles
            image = self._stills[int(np.abs(times - centre_s).argmin())][1]
            target = QRectF(lane.left() + n * tile, lane.top(), tile, lane.height())
            painter.drawImage(target, image, _cover(image, target))
        painter.setPen(QPen(theme.colour("background"), 2))
        for cut_s in self._cuts_s:
            x = self._x(float(cut_s))
            painter.drawLine(QPointF(x, lane.top()), QPointF(x, lane.bottom()))

    def _paint_wave(self, painter: QPainter, lane: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("background"))
        painter.drawRoundedRect(lane, 6, 6)
        if self._arrangement is None:
            painter.setPen(theme.colour("quiet"))
            painter.drawText(lane, Qt.AlignmentFlag.AlignCenter, tr("The music appears here"))
            return
        painter.setPen(theme.colour("line", 0.9))
        for beat_s in self._beats_s:
            x = self._x(float(beat_s))
            painter.drawLine(QPointF(x, lane.top() + 3), QPointF(x, lane.bottom() - 3))
        painter.setPen(Qt.PenStyle.NoPen)
        opacity = 1.0 if self._ready and not self._dragged_s else 0.45
        played = theme.colour("accent", opacity)
        coming = theme.colour("wave", opacity)
        playhead = self._x(self._position_s)
        middle, half = lane.center().y(), lane.height() / 2 - 6
        for n, level in enumerate(self._bars):
            x = n * (_BAR + _BAR_GAP)
            height = max(1.0, float(level) * half)
            painter.fillRect(
                QRectF(x, middle - height, _BAR, 2 * height), played if x < playhead else coming
            )

    def _paint_playhead(self, painter: QPainter) -> None:
        x = self._x(self._position_s)
        painter.setPen(QPen(theme.colour("text"), 1.6))
        painter.drawLine(QPointF(x, _RULER - 2), QPointF(x, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("text"))
        top = _RULER - 9
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x, top + 8)])
        )


def _stills(filmstrip: "Sequence[Frame]") -> list[tuple[float, QImage]]:
    return [(frame.time_s, to_image(frame.pixels)) for frame in filmstrip]


def _cover(image: QImage, target: QRectF) -> QRectF:
    """Return the largest centred part of the image with the target's aspect ratio."""
    shape = target.width() / target.height()
    width = min(image.width(), image.height() * shape)
    height = min(image.height(), image.width() / shape)
    part = QRectF(0, 0, width, height)
    part.moveCenter(QPointF(image.width() / 2, image.height() / 2))
    return part
