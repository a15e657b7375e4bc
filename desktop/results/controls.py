"""The controls of the filters: a menu of check boxes, two ends of a range, or a switch.

Which one a filter gets depends on its kind; see `engine.ranking.filters`.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from desktop import icons
from engine.ranking.filter_kinds import Choices, Filter, Range, Switch
from engine.translation import tr


class Control(QObject):
    """The control of one filter.

    Attributes:
        filter: its row in the table.
        button: what the bar shows.
    """

    changed = Signal()
    filter: Filter[Any]
    button: QAbstractButton

    @property
    def value(self) -> Any:
        """The value of the filter; None when it isn't used."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Use this value of the filter; None for not using it."""
        raise NotImplementedError

    def show(self, value: Any) -> None:
        """Show a value that was set elsewhere, without announcing it."""
        if value != self.value:
            blocked = self.blockSignals(True)
            self.set_value(value)
            self.blockSignals(blocked)

    def refresh(self) -> None:
        """Show the value on the button."""


class ChoicesControl(Control):
    """A menu of check boxes."""

    def __init__(self, choices: Choices, parent: QWidget) -> None:
        super().__init__(parent)
        self.filter = self._choices = choices
        self.menu = _StayOpenMenu(parent)
        self.menu.triggered.connect(lambda _: self.changed.emit())
        self.button = _chip(choices.title(), self.menu)

    @property
    def value(self) -> tuple[str, ...] | None:
        """The checked words."""
        return tuple(a.data() for a in self.menu.actions() if a.isChecked()) or None

    def set_value(self, value: tuple[str, ...] | None) -> None:
        """Check these words alone."""
        wanted = value or ()
        self.offer(tuple(dict.fromkeys((*(a.data() for a in self.menu.actions()), *wanted))))
        for action in self.menu.actions():
            action.setChecked(action.data() in wanted)

    def offer(self, words: Sequence[str]) -> None:
        """Put these words into the menu; the checked ones stay checked."""
        checked = self.value or ()
        self.menu.clear()
        for word in words:
            action = QAction(self._choices.label(word), self.menu, checkable=True)
            action.setData(word)
            action.setChecked(word in checked)
            self.menu.addAction(action)

    def refresh(self) -> None:
        """Show the word, or how many there are."""
        words = self.value or ()
        text = self._choices.count_label(len(words))
        if len(words) < 2:
            text = self._choices.label(words[0]) if words else self._choices.title()
        self.button.setText(text)
        _mark(self.button, bool(words))


class RangeControl(Control):
    """A menu with the ends of a range."""

    def __init__(self, numbers: Range, parent: QWidget) -> None:
        super().__init__(parent)
        self.filter = self._range = numbers
        low, high = numbers.titles_of_ends()
        self.low = self._box(low, numbers.lowest)
        self.high = self._box(high, numbers.highest)
        self.button = _chip(numbers.title(), self._menu(parent))

    @property
    def value(self) -> tuple[float, float] | None:
        """The range; None when it is the widest."""
        low, high = sorted((self.low.value(), self.high.value()))
        if (low, high) == (self._range.lowest, self._range.highest):
            return None
        return float(low), float(high)

    def set_value(self, value: tuple[float, float] | None) -> None:
        """Set the range; None for the widest."""
        low, high = value or (self._range.lowest, self._range.highest)
        self.low.setValue(round(low))
        self.high.setValue(round(high))

    def refresh(self) -> None:
        """Show the range."""
        value = self.value
        text = self._range.title()
        if value is not None:
            text = tr("{low:.0f}–{high:.0f} {unit}").format(
                low=value[0], high=value[1], unit=self._range.unit()
            )
        self.button.setText(text)
        _mark(self.button, value is not None)

    def _box(self, name: str, value: int) -> QSpinBox:
        box = QSpinBox()
        box.setRange(self._range.lowest, self._range.highest)
        box.setValue(value)
        box.setAccessibleName(name)
        box.valueChanged.connect(lambda _: self.changed.emit())
        return box

    def _menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(10, 8, 10, 8)
        row.addWidget(QLabel(tr("From")))
        row.addWidget(self.low)
        row.addWidget(QLabel(tr("to")))
        row.addWidget(self.high)
        row.addWidget(QLabel(self._range.unit()))
        action = QWidgetAction(menu)
        action.setDefaultWidget(body)
        menu.addAction(action)
        return menu


class SwitchControl(Control):
    """A button that can be switched on."""

    def __init__(self, switch: Switch, parent: QWidget) -> None:
        super().__init__(parent)
        self.filter = switch
        self.button = QPushButton(icons.icon(switch.icon), switch.title())
        self.button.setObjectName("chip")
        self.button.setCheckable(True)
        self.button.toggled.connect(lambda _: self.changed.emit())

    @property
    def value(self) -> bool | None:
        """Whether it is on."""
        return self.button.isChecked() or None

    def set_value(self, value: bool | None) -> None:
        """Switch it on or off."""
        self.button.setChecked(bool(value))


def control_for(filter: Filter[Any], parent: QWidget) -> Control:
    """Return the control of a filter, by its kind."""
    if isinstance(filter, Choices):
        return ChoicesControl(filter, parent)
    if isinstance(filter, Range):
        return RangeControl(filter, parent)
    if isinstance(filter, Switch):
        return SwitchControl(filter, parent)
    raise TypeError(f"there is no control for {type(filter).__name__}")


class _StayOpenMenu(QMenu):
    """A menu of check boxes that stays open while they are clicked."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.activeAction()
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        if event.key() == Qt.Key.Key_Space and action is not None and action.isCheckable():
            action.trigger()
            return
        super().keyPressEvent(event)


def _chip(text: str, menu: QMenu) -> QToolButton:
    chip = QToolButton()
    chip.setObjectName("chip")
    chip.setText(text)
    chip.setIcon(icons.icon("down", "quiet"))
    chip.setIconSize(QSize(14, 14))
    chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    chip.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    chip.setMenu(menu)
    menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return chip


def _mark(button: QAbstractButton, is_set: bool) -> None:
    """Highlight the button of a filter that is used."""
    button.setProperty("set", is_set)
    button.style().unpolish(button)
    button.style().polish(button)
