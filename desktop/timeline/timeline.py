"""The timeline under the mouse and the keys: what is dragged, selected, zoomed."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.music import Music
from desktop.timeline.edits import Drag, Dragged, dragged, levelled, nudged, removed, with_point
from desktop.timeline.layout import LaneKind, dragged_level
from desktop.timeline.targets import (
    OF_ITEMS,
    Kind,
    Shown,
    Target,
    VolumeLine,
    all_targets,
    time_of,
    volume_line,
)
from desktop.timeline.view import TimelineView
from desktop.timeline.words import level_text
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.automation import VolumePoint
from engine.arrangement.gains import MUTED_DB
from engine.errors import InputError, SoundbedError
from engine.translation import tr

if TYPE_CHECKING:
    from engine.stories.analyse import ClipAnalysis

_CLICK_PX = 4.0
_ZOOM_STEP = 1.25
_WHEEL_STEP = 120.0
_LEVEL_STEP_DB = 0.5
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
# The focus was here before, and comes back.
_KEEPING = (
    Qt.FocusReason.ActiveWindowFocusReason,
    Qt.FocusReason.PopupFocusReason,
    Qt.FocusReason.MenuBarFocusReason,
)
_SHAPES = {
    Kind.ITEM: Qt.CursorShape.OpenHandCursor,
    Kind.POINT: Qt.CursorShape.SizeAllCursor,
    Kind.MARKER: Qt.CursorShape.PointingHandCursor,
}


class Timeline(TimelineView):
    """Click to move the playhead; drag music, edges, fades, splices, points and markers."""

    seek_requested = Signal(float)
    arrangement_changed = Signal(object)
    previewed = Signal(object)
    rename_requested = Signal(int)
    scene_requested = Signal(int)
    menu_requested = Signal(QPoint)
    failed = Signal(SoundbedError)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slips = False
        self._press: QPointF | None = None
        self._drag: Drag | None = None
        self._scrubbing = False
        self._by_keys = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(
            tr(
                "Click to move the playhead. Drag the music, its edges, fades and splices.\n"
                "Click the number of a scene to find music for it alone.\n"
                "Ctrl: slip the music in its track, or levels in small steps. "
                "Alt: without snapping. Ctrl+wheel: zoom."
            )
        )

    def show_clip(self, clip: "ClipAnalysis") -> None:
        """Show another clip; a drag ends."""
        self._end_drag()
        super().show_clip(clip)

    def show_music(self, music: Music) -> None:
        """Show the music under the clip; a drag ends unless nothing but levels has changed."""
        result = self._dragged
        if self._drag is None or _cuts(self._drag.origin) != _cuts(music.arrangement):
            self._end_drag()
            result = None
        super().show_music(music)
        self._dragged = result
        self._describe()

    @property
    def dragging(self) -> bool:
        """Whether something is being dragged."""
        return self._drag is not None and self._dragged is not None

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select what is under the pointer and take hold of it, or start to scrub."""
        if event.button() != Qt.MouseButton.LeftButton or self.scale.per_s <= 0:
            return
        scene = self.scene_at(event.position(), by_number=True)
        if scene is not None:
            self.scene_requested.emit(scene)
            return
        self._press = event.position()
        shown = self.shown()
        target = self._grab(shown, event.position()) if shown is not None else None
        arrangement = self.arrangement
        if target is None or arrangement is None:
            self._scrubbing = True
            self.select(None)
            self.seek_requested.emit(self.scale.time(event.position().x()))
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.select(target)
        slips = self._slips(target, arrangement, event.modifiers())
        grabbed_s = self.scale.time_outside(event.position().x())
        self._drag = Drag(target, arrangement, grabbed_s, slips)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, scrub, or show by the pointer's shape what could be dragged."""
        at = event.position()
        if self._press is None:
            self._show_shape(at, event.modifiers())
        elif self._scrubbing:
            self.seek_requested.emit(self.scale.time(at.x()))
        elif self._drag is not None:
            moved = at - self._press
            if max(abs(moved.x()), abs(moved.y())) > _CLICK_PX or self._dragged is not None:
                self._drag_to(self._drag, at, event.modifiers())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Make what was dragged a step; a click on music moves the playhead."""
        press, drag, result = self._press, self._drag, self._dragged
        self._end_drag()
        if press is None or drag is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if result is not None:
            self._change(result)
        elif drag.target.kind is Kind.ITEM:
            self.seek_requested.emit(self.scale.time(event.position().x()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Remove a volume point, name a marker, or select a scene."""
        shown = self.shown()
        found = shown.at(event.position().x(), event.position().y()) if shown else None
        if isinstance(found, Target) and found.kind is Kind.POINT:
            self.remove(found)
        elif isinstance(found, Target) and found.kind is Kind.MARKER:
            self.rename_requested.emit(found.index)
        elif (scene := self.scene_at(event.position(), by_number=False)) is not None:
            self.scene_requested.emit(scene)
        else:
            self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what is under the pointer and ask for a menu."""
        shown = self.shown()
        if shown is None:
            return
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            found = shown.at(event.pos().x(), event.pos().y())
            self.select(found if isinstance(found, Target) else None)
        self.menu_requested.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl; else scroll through rows of music that don't fit, or along the clip."""
        delta = event.angleDelta()
        if event.modifiers() & _CONTROL:
            turned = (delta.y() or delta.x()) / _WHEEL_STEP
            self.zoom(_ZOOM_STEP**turned, event.position().x())
        elif delta.x() or event.modifiers() & _SHIFT or not self.scroll_rows(-delta.y() / 2):
            turned = delta.x() or delta.y()
            self._show_scale(self.scale.scrolled(-turned))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom with two fingers on a touchpad."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom(1.0 + event.value(), event.position().x())
            return True
        return super().event(event)

    # The keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Select, nudge, remove and name with keys; the others are those of the window.

        After a click, Up and Down belong to the list of tracks as well.
        """
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key == Qt.Key.Key_Escape and (self._press is not None or self.selected is not None):
            self._cancel()
        elif self._by_keys and key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not modifiers:
            self._select_neighbour(-1 if key == Qt.Key.Key_Up else 1)
        elif self.selected is None or not self._act(self.selected, key, modifiers):
            super().keyPressEvent(event)

    def _act(self, selected: Target, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Change the selection by a key; return whether the key means anything for it."""
        sideways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key)
        upwards = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(key)
        if sideways is not None and modifiers in (_CONTROL, _CONTROL | _SHIFT):
            self._nudge(selected, sideways, bool(modifiers & _SHIFT))
        elif upwards is not None and modifiers == _CONTROL and selected.kind is Kind.POINT:
            self._nudge_level(selected, upwards)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove(selected)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and selected.kind is Kind.MARKER:
            self.rename_requested.emit(selected.index)
        else:
            return False
        return True

    def remove(self, target: Target) -> None:
        """Remove something; fades and edges take their item with them."""
        arrangement = self.arrangement
        if arrangement is None:
            return
        try:
            changed = removed(target, arrangement, self.surroundings(snaps=False))
        except InputError as error:
            self.failed.emit(error)
            return
        self.select(None)
        self.arrangement_changed.emit(changed)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus; coming by Tab, something is selected at once."""
        super().focusInEvent(event)
        by_tab = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if event.reason() not in _KEEPING:
            self._by_keys = event.reason() in by_tab
        if event.reason() in by_tab and self.selected is None:
            self._select_neighbour(1)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No longer show the focus."""
        super().focusOutEvent(event)
        self.update()

    def _select_neighbour(self, step: int) -> None:
        arrangement = self.arrangement
        if arrangement is None:
            return
        targets = all_targets(arrangement)
        if self.selected in targets:
            number = targets.index(self.selected) + step
        else:
            number = 0 if step > 0 else len(targets) - 1
        target = targets[min(max(number, 0), len(targets) - 1)]
        self.select(target)
        self._show_scale(self.scale.revealing(time_of(target, arrangement)))

    def _nudge(self, target: Target, steps: int, by_beat: bool) -> None:
        arrangement = self.arrangement
        if arrangement is not None:
            around = self.surroundings(snaps=False)
            self._change(nudged(target, arrangement, steps, by_beat, around))

    def _nudge_level(self, target: Target, steps: int) -> None:
        arrangement = self.arrangement
        if arrangement is not None:
            gain_db = arrangement.volume[target.index].gain_db + steps * _LEVEL_STEP_DB
            gain_db = min(max(gain_db, MUTED_DB), 24.0)
            self._change(Dragged(levelled(target, arrangement, gain_db), target))

    # Dragging

    def _grab(self, shown: Shown, at: QPointF) -> Target | None:
        """Return what is under the pointer; on the volume line, a new point."""
        found, lane = shown.at(at.x(), at.y()), shown.lane(LaneKind.VOLUME)
        if not isinstance(found, VolumeLine) or lane is None:
            return found if isinstance(found, Target) else None
        frame = shown.arrangement.clip.frame_at(self.scale.time(at.x()))
        line_db = volume_line(shown.arrangement, float(shown.arrangement.clip.time_of(frame)))
        point = VolumePoint(frame, round(line_db, 1))
        changed, target = with_point(shown.arrangement, point)
        # One step with the drag that may follow.
        self._dragged = Dragged(changed, target)
        self.previewed.emit(changed)
        return target

    def _drag_to(self, drag: Drag, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        shown, press = self.shown(), self._press
        lane = shown.lane(LaneKind.VOLUME) if shown is not None else None
        gain_db = None
        around = self.surroundings(snaps=not modifiers & _ALT)
        to_s = self.scale.time_outside(at.x())
        if drag.target.kind is Kind.POINT and lane is not None and press is not None:
            before_db = drag.origin.volume[drag.target.index].gain_db
            is_fine = bool(modifiers & _CONTROL)
            gain_db = dragged_level(lane, before_db, at.y() - press.y(), is_fine=is_fine)
            if abs(at.x() - press.x()) <= _CLICK_PX:
                # Up or down: it stays where it is, also with a beat close by.
                to_s, around = drag.grabbed_s, replace(around, reach_s=0.0)
        result = dragged(drag, to_s, around, gain_db, self._dragged)
        if result is None:
            return
        self._dragged = result
        self._readout = self._readout_of(drag, result, at)
        self.select(result.target)
        self._describe()
        self.previewed.emit(result.arrangement)

    def _readout_of(self, drag: Drag, result: Dragged, at: QPointF) -> tuple[str, QPointF]:
        arrangement, target = result.arrangement, result.target
        if drag.slips:
            starts_s = arrangement.items[target.index].track_start_s
            return tr("from {seconds:.2f} s of the track").format(seconds=starts_s), at
        text = self.times.text(time_of(target, arrangement))
        if target.kind is Kind.POINT:
            text = f"{text}  {level_text(arrangement.volume[target.index].gain_db)}"
        return text, at

    def _slips(
        self, target: Target, arrangement: Arrangement, modifiers: Qt.KeyboardModifier
    ) -> bool:
        """Return whether music is slipped: by choice, or where it has no room to move."""
        if target.kind is not Kind.ITEM:
            return False
        first_s, end_s = arrangement.part_s
        item = arrangement.items[target.index]
        has_room = item.duration_s < end_s - first_s - 1 / float(arrangement.clip.frame_rate)
        return self.slips or bool(modifiers & _CONTROL) or not has_room

    def _change(self, result: Dragged | None) -> None:
        if result is None or result.arrangement == self._arrangement:
            return
        self._selected = result.target
        self.arrangement_changed.emit(result.arrangement)

    def _cancel(self) -> None:
        if self._drag is None:
            self.select(None)
            return
        before, selected = self._arrangement, self._drag.target
        self._end_drag()
        if before is not None:
            self.previewed.emit(before)
            exists_before = selected in all_targets(before)
            self.select(selected if exists_before else None)

    def _end_drag(self) -> None:
        self._press = self._drag = self._dragged = self._readout = None
        self._scrubbing = False
        self._describe()

    def _show_shape(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        shown = self.shown()
        found = shown.at(at.x(), at.y()) if shown is not None else None
        if isinstance(found, VolumeLine):
            self.setCursor(Qt.CursorShape.CrossCursor)
        elif found is None or shown is None:
            is_number = self.scene_at(at, by_number=True) is not None
            shape = Qt.CursorShape.PointingHandCursor if is_number else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
        elif self._slips(found, shown.arrangement, modifiers):
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            default = Qt.CursorShape.SplitHCursor if found.kind in OF_ITEMS else None
            self.setCursor(_SHAPES.get(found.kind, default or Qt.CursorShape.SizeHorCursor))


def _cuts(arrangement: Arrangement) -> list[object]:
    """Return all of the music but its levels."""
    return [(item.track, item.segments, item.start_frame) for item in arrangement.items]
