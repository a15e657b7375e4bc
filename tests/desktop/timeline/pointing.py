"""What a user does with the timeline: grab, drag, scroll."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.main_window import MainWindow
from desktop.timeline.layout import LaneKind, level_y
from desktop.timeline.targets import Kind, Target, time_of
from desktop.timeline.timeline import Timeline
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.segments import Segment
from tests.desktop.driving import NO_MODIFIER

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


def edit(window: MainWindow, change: Callable[[Arrangement], Arrangement]) -> None:
    window.workspace.edit(change)


def shorten(window: MainWindow) -> None:
    """Let the music play from 1 to 3 s of the clip."""

    def change(arrangement: Arrangement) -> Arrangement:
        (item,) = arrangement.items
        short = replace(item, segments=(Segment(4.0, 0.0, 2.0),), start_frame=25)
        return replace(arrangement, items=(short,))

    edit(window, change)


def place(timeline: Timeline, target: Target, dy: float | None = None) -> QPoint:
    """Return where a target can be grabbed."""
    shown = timeline.shown()
    assert shown is not None
    x = shown.scale.x(time_of(target, shown.arrangement))
    kind = {Kind.POINT: LaneKind.VOLUME, Kind.MARKER: LaneKind.RULER}.get(target.kind)
    kind = kind or (LaneKind.RULER if target.kind in (Kind.IN, Kind.OUT) else LaneKind.MUSIC)
    lane = shown.lane(kind)
    assert lane is not None
    y = lane.top + 36
    if kind is LaneKind.RULER:
        y = lane.top + 12
    if target.kind in (Kind.FADE_IN, Kind.FADE_OUT):
        y = lane.top + 20
    if target.kind is Kind.POINT:
        y = level_y(lane, shown.arrangement.volume[target.index].gain_db)
    return QPoint(round(x), round(y if dy is None else lane.top + dy))


def body(timeline: Timeline, time_s: float) -> QPoint:
    start = place(timeline, Target(Kind.ITEM))
    return QPoint(round(timeline.scale.x(time_s)), start.y())


def pull(
    timeline: Timeline,
    at: QPoint,
    seconds: float,
    dy: int = 0,
    modifiers: Qt.KeyboardModifier = NO_MODIFIER,
    release: bool = True,
) -> QPoint:
    """Drag from a point by seconds of the clip."""
    to = at + QPoint(round(seconds * timeline.scale.per_s), dy)
    QTest.mousePress(timeline, LEFT, modifiers, at)
    for step in (0.3, 0.7, 1.0):
        between = at + (to - at) * step
        event_at = QPoint(round(between.x()), round(between.y()))
        move(timeline, event_at, modifiers)
    if release:
        QTest.mouseRelease(timeline, LEFT, modifiers, to)
    return to


def move(timeline: Timeline, at: QPoint, modifiers: Qt.KeyboardModifier) -> None:
    """Move the mouse with modifiers, which QTest.mouseMove can't."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(at),
        QPointF(timeline.mapToGlobal(at)),
        Qt.MouseButton.NoButton,
        LEFT,
        modifiers,
    )
    QApplication.sendEvent(timeline, event)


def selected_kind(timeline: Timeline) -> Kind | None:
    return None if timeline.selected is None else timeline.selected.kind


def undo_name(window: MainWindow) -> str | None:
    return window.workspace.changes.undo_name


def wheel(timeline: Timeline, turns: int, modifiers: Qt.KeyboardModifier, x: int) -> None:
    at = QPointF(x, 50)
    event = QWheelEvent(
        at,
        QPointF(timeline.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(timeline, event)
