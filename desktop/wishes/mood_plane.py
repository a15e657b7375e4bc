"""The mood pad's plane: shows moods, and lets the user set one."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from desktop import theme
from desktop.timeline.layers import Layers
from desktop.tooltips import plain_tip
from desktop.wishes import mood_painting
from desktop.wishes.mood_painting import POINT_RADIUS, Estimate
from desktop.wishes.mood_scale import (
    Dots,
    MoodScale,
    area_between,
    clipped,
    moved_area,
    resized_area,
)
from engine.ranking.affect_area import AffectArea
from engine.translation import tr

_MIN_SIZE, _USUAL_SIZE = QSize(180, 130), QSize(340, 190)
_NEAR_DOT = 7.0
_STEP, _LARGE_STEP = 0.05, 0.2
_FIRST_AREA = 0.3
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_RESET_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class MoodPlane(QWidget):
    """A plane of valence and arousal.

    Emits `moved` with valence and arousal while the point is dragged, `drawn` with an area,
    `track_clicked` with the rank of one of the list's first tracks, and `reset_requested`.
    """

    moved = Signal(float, float)
    drawn = Signal(object)
    track_clicked = Signal(int)
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draws_areas = False
        self._dots: Dots | None = None
        self._n_sets = 0
        self._first: Sequence[Sequence[float]] = ()
        self._titles: Sequence[str] = ()
        self._estimate: Estimate | None = None
        self._point: tuple[float, float] | None = None
        self._area: AffectArea | None = None
        self._corner: tuple[float, float] | None = None
        self._pressed: QPointF | None = None
        self._clicked: int | None = None
        self._hovered: int | None = None
        self._layers = Layers()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Mood pad"))
        self.describe("")

    def sizeHint(self) -> QSize:
        """Ask for room that shows the dots well."""
        return _USUAL_SIZE

    def minimumSizeHint(self) -> QSize:
        """Need room for the words."""
        return _MIN_SIZE

    @property
    def scale(self) -> MoodScale:
        """Where the plane is in the widget."""
        return MoodScale(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))

    # What is shown

    def show_tracks(self, dots: Dots | None, titles: Sequence[str]) -> None:
        """Show the tracks of a list.

        Args:
            dots: all of them; None for none.
            titles: of the first ones.
        """
        is_same = dots is not None and self._dots is not None and dots.is_same_set(self._dots)
        if not is_same:
            self._n_sets += 1
        self._dots = dots
        self._first = () if dots is None else dots.first.tolist()
        self._titles = titles
        self.update()

    def show_mood(
        self,
        estimate: Estimate | None,
        point: tuple[float, float] | None,
        area: AffectArea | None,
    ) -> None:
        """Show what is wanted.

        Args:
            estimate: by the picture; None where it isn't known.
            point: what the user wants; None for what the picture wants.
            area: that the user drew; None for none.
        """
        self._estimate, self._point, self._area = estimate, point, area
        self.update()

    def describe(self, mood: str) -> None:
        """Let screen readers say what is shown, and what the keys do.

        Args:
            mood: what is wanted, translated.
        """
        keys = tr(
            "Arrow keys move the mood from sad to happy and from calm to energetic; "
            "Del follows the picture again."
        )
        self.setAccessibleDescription(f"{mood}. {keys}" if mood else keys)

    @property
    def mood(self) -> tuple[float, float]:
        """What is wanted: what the user set, else what the picture wants."""
        if self._point is not None:
            return self._point
        return (0.0, 0.0) if self._estimate is None else self._estimate.mood

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the pad."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = self.scale
        colours = tuple(theme.colour(name).name() for name in ("background", "wave", "text"))
        self._layers.draw(painter, "tracks", (self._n_sets, *colours), self._paint_tracks)
        if self._area is not None:
            mood_painting.paint_area(painter, scale, self._area)
        if self._estimate is not None:
            mood_painting.paint_estimate(painter, scale, self._estimate)
        mood_painting.paint_first(painter, scale, self._first, self._hovered)
        drawn = self._drawn_area()
        if drawn is not None:
            mood_painting.paint_area(painter, scale, drawn)
        if self._area is None and (self._point is not None or self._estimate is not None):
            place = scale.to_pixels(*self.mood)
            mood_painting.paint_point(painter, place, is_set=self._point is not None)
        if self.hasFocus():
            mood_painting.paint_focus(painter, scale)

    def _paint_tracks(self, painter: QPainter) -> None:
        mood_painting.paint_plane(painter, self.scale)
        if self._dots is not None:
            mood_painting.paint_dots(painter, self.scale, self._dots)
        mood_painting.paint_words(painter, self.scale)

    def _drawn_area(self) -> AffectArea | None:
        if self._corner is None or self._pressed is None:
            return None
        return area_between(self._corner, self.scale.to_mood(self._pressed))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the point, begin an area, or mark a track."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._pressed = event.position()
        is_area = self.draws_areas or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if is_area:
            self._corner = self.scale.to_mood(event.position())
            return
        self._clicked = self._track_at(event.position())
        if self._clicked is None:
            self._move_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the point or the corner, or mark the track under the pointer."""
        if self._pressed is None:
            self._hover(self._track_at(event.position()))
            return
        if self._corner is not None:
            self._pressed = event.position()
            self.update()
            return
        distance = (event.position() - self._pressed).manhattanLength()
        if self._clicked is not None and distance < QApplication.startDragDistance():
            return
        self._clicked = None
        self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take the area that was drawn, or the track that was clicked."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if self._corner is not None:
            self._pressed = event.position()
            drawn = self._drawn_area()
            if drawn is not None:
                self.drawn.emit(drawn)
        elif self._clicked is not None:
            self.track_clicked.emit(self._clicked + 1)
        self._pressed = self._corner = self._clicked = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Follow the picture again."""
        if event.button() == Qt.MouseButton.LeftButton and self._track_at(event.position()) is None:
            self.reset_requested.emit()

    def leaveEvent(self, _event: QEvent) -> None:
        """Mark no track."""
        self._hover(None)

    def event(self, event: QEvent) -> bool:
        """Say in a tooltip which track is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._track_at(QPointF(event.pos()))
            text = ""
            if place is not None and place < len(self._titles):
                text = plain_tip(f"{place + 1}. {self._titles[place]}")
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def _move_to(self, place: QPointF) -> None:
        self._set_mood(self.scale.to_mood(place))

    def _set_mood(self, mood: tuple[float, float]) -> None:
        """Show the point there at once; the list follows."""
        self._point, self._area = mood, None
        self.update()
        self.moved.emit(*mood)

    def _track_at(self, place: QPointF) -> int | None:
        """Return which of the first tracks is at a place, the best of those close by."""
        point = self.scale.to_pixels(*self.mood)
        if self._area is None and (place - point).manhattanLength() <= POINT_RADIUS:
            return None
        for number, mood in enumerate(self._first):
            off = place - self.scale.to_pixels(*mood)
            if max(abs(off.x()), abs(off.y())) <= _NEAR_DOT:
                return number
        return None

    def _hover(self, number: int | None) -> None:
        if number != self._hovered:
            self._hovered = number
            pointing, cross = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.CrossCursor
            self.setCursor(cross if number is None else pointing)
            self.update()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the point with the arrows, or the area; with Shift faster, or its size."""
        arrow = _ARROWS.get(Qt.Key(event.key()))
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        has_shift = modifiers == Qt.KeyboardModifier.ShiftModifier
        if event.key() in _RESET_KEYS:
            self.reset_requested.emit()
        elif arrow is None or (modifiers and not has_shift):
            super().keyPressEvent(event)
        elif self.draws_areas or self._area is not None:
            self._change_area(arrow, resizes=has_shift)
        else:
            step = _LARGE_STEP if has_shift else _STEP
            valence, arousal = self.mood
            mood = clipped(valence + step * arrow[0]), clipped(arousal + step * arrow[1])
            self._set_mood(mood)

    def _change_area(self, arrow: tuple[int, int], *, resizes: bool) -> None:
        area = self._area
        if area is None:
            # Around the point, as a beginning.
            ends = [(clipped(at - _FIRST_AREA), clipped(at + _FIRST_AREA)) for at in self.mood]
            area = AffectArea(ends[0], ends[1])
        else:
            change = resized_area if resizes else moved_area
            area = change(area, _STEP * arrow[0], _STEP * arrow[1])
        self._area = area
        self.update()
        self.drawn.emit(area)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the focus is elsewhere."""
        super().focusOutEvent(event)
        self.update()
