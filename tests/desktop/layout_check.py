"""Finds what a window cuts off, squeezes, or lays one over the other."""

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QStatusBar,
    QTabBar,
    QToolButton,
    QWidget,
)

from desktop.elided import ElidedButton
from desktop.task_strip import TaskStrip
from desktop.timeline.marker_name import MarkerName
from desktop.tour import TourOverlay

# What style sheets and frames take, and what isn't noticed if cut off.
_SLACK_PX = 2
_N_ROUNDS = 8
# Their parts belong to Qt, and may lie over each other.
_WHOLE = (QLineEdit, QAbstractSpinBox, QComboBox, QTabBar, QStatusBar)
# Meant to lie over what is below.
_FLOATING = (TaskStrip, MarkerName, TourOverlay)


def layout_problems(top: QWidget) -> list[str]:
    """Return what can't be read or reached in a window, as sentences; [] for a good one."""
    # One layout asks the next one out for more room, which may rearrange the first.
    for _ in range(_N_ROUNDS):
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()
    return [*cut_off(top), *_squeezed(top), *_overlapping(top), *_outside(top)]


def cut_off(top: QWidget) -> list[str]:
    """Return the visible labels and buttons whose text needs more room than they have."""
    found = []
    for widget in top.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, QLabel | QAbstractButton):
            needed = _needed(widget)
            if needed[0] > widget.width() + _SLACK_PX or needed[1] > widget.height() + _SLACK_PX:
                found.append(f"{_name(widget)} is cut off: {needed} in {_size(widget.size())}")
    return found


def _squeezed(top: QWidget) -> Iterator[str]:
    """Find what has less room than its layout needs at least."""
    for widget in _shown(top):
        layout = widget.layout()
        # Of pages, the one that is shown is checked by itself.
        if layout is None or isinstance(widget, QStackedWidget):
            continue
        least = layout.totalMinimumSize()
        if layout.hasHeightForWidth():
            least.setHeight(layout.totalMinimumHeightForWidth(widget.width()))
        room = widget.size() + QSize(_SLACK_PX, _SLACK_PX)
        if least.width() > room.width() or least.height() > room.height():
            yield f"{_name(widget)} is squeezed: {_size(least)} in {_size(widget.size())}"


def _overlapping(top: QWidget) -> Iterator[str]:
    """Find widgets of the same parent that lie over each other."""
    for parent in _shown(top):
        if isinstance(parent, _WHOLE):
            continue
        children = [
            child
            for child in parent.children()
            if isinstance(child, QWidget)
            and child.isVisible()
            and not child.isWindow()
            and not isinstance(child, _FLOATING)
        ]
        for first, second in combinations(children, 2):
            both = first.geometry().intersected(second.geometry())
            if both.width() > _SLACK_PX and both.height() > _SLACK_PX:
                yield f"{_name(first)} lies over {_name(second)} by {_size(both.size())}"


def _outside(top: QWidget) -> Iterator[str]:
    """Find what lies outside of the window, or of a part that can't be scrolled there."""
    for widget in _shown(top):
        parent = widget.parentWidget()
        if widget is top or parent is None or isinstance(parent, _WHOLE):
            continue
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            yield from _unscrollable(widget, area)
            continue
        room = parent.rect().adjusted(-_SLACK_PX, -_SLACK_PX, _SLACK_PX, _SLACK_PX)
        if not room.contains(widget.geometry()):
            yield f"{_name(widget)} at {_rect(widget.geometry())} sticks out of {_name(parent)}"


def _unscrollable(widget: QWidget, area: QAbstractScrollArea) -> Iterator[str]:
    if not isinstance(area, QScrollArea):
        return
    never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    room = area.viewport().size()
    if area.horizontalScrollBarPolicy() is never and widget.width() > room.width() + _SLACK_PX:
        yield f"{_name(widget)} can't be scrolled sideways: {_size(widget.size())} in {_size(room)}"
    if area.verticalScrollBarPolicy() is never and widget.height() > room.height() + _SLACK_PX:
        yield f"{_name(widget)} can't be scrolled: {_size(widget.size())} in {_size(room)}"


def _shown(top: QWidget) -> Iterator[QWidget]:
    """Go through a window and all that is visible in it, but for the parts of Qt's own widgets."""
    yield top
    for widget in top.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not top.window():
            continue
        parent = widget.parentWidget()
        while parent is not None and parent is not top and not isinstance(parent, _WHOLE):
            parent = parent.parentWidget()
        if parent is top and not isinstance(parent, _WHOLE):
            yield widget


def _needed(widget: QLabel | QAbstractButton) -> tuple[int, int]:
    """Return the width and height in pixels that a widget's text needs; 0 where it has none."""
    if not widget.text():
        return 0, 0
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    if isinstance(widget, QToolButton) and (
        widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
        and not widget.icon().isNull()
    ):
        return 0, 0
    if isinstance(widget, ElidedButton) and widget.is_elided:
        return 0, widget.fontMetrics().height()
    # The margins of a style sheet may shrink; the letters may not.
    width = widget.sizeHint().width()
    if isinstance(widget, QToolButton) and widget.icon().isNull():
        width = widget.fontMetrics().horizontalAdvance(widget.text())
    return width, widget.fontMetrics().height()


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    shown = text or widget.accessibleName()
    words = shown[:40] or widget.objectName()
    path = type(widget).__name__
    parent = widget.parentWidget()
    if not words and parent is not None:
        path = f"{type(parent).__name__}.{path}"
    return f"{path} “{words}”" if words else path


def _size(size: QSize) -> str:
    return f"{size.width()}×{size.height()}"


def _rect(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()}×{rect.height()}"
