"""The controls of the filters: a menu of check boxes, two ends of a range, or a switch.

Which one a filter gets depends on its kind; see `engine.ranking.filter_kinds`. Each is a chip, and
an entry of a menu for where there is no room for the chip.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from desktop import icons
from desktop.spin_boxes import WholeBox
from engine.ranking.filter_kinds import Choices, Filter, Range, Switch
from engine.translation import tr, trn

_LONGEST_WORD = 24


class Control(QObject):
    """The control of one filter.

    Attributes:
        filter: its row in the table.
        button: the chip.
        entry: the same in a menu.
    """

    changed = Signal()
    filter: Filter[Any]
    button: QAbstractButton
    entry: QAction

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

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many tracks would be listed with each word."""

    def refresh(self) -> None:
        """Show the value on the chip."""
        raise NotImplementedError

    def _describe(self, text: str, state: str) -> None:
        """Show words on the chip and in the menu, and say them with the state."""
        is_set = self.value is not None
        shown = text if len(text) <= _LONGEST_WORD else f"{text[: _LONGEST_WORD - 1]}…"
        self.button.setText(shown.replace("&", "&&"))
        title = self.filter.title()
        named = tr("{filter}: {state}").format(filter=title, state=state)
        self.button.setAccessibleName(named)
        self.entry.setText((named if is_set else title).replace("&", "&&"))
        if self.button.property("set") != is_set:
            self.button.setProperty("set", is_set)
            self.button.style().unpolish(self.button)
            self.button.style().polish(self.button)
        self.button.updateGeometry()


class ChoicesControl(Control):
    """A menu of check boxes, each with the number of its tracks."""

    def __init__(self, choices: Choices, parent: QWidget) -> None:
        super().__init__(parent)
        self.filter = self._choices = choices
        self._counts: Mapping[str, int] | None = None
        self.menu = _StayOpenMenu(parent)
        self.menu.triggered.connect(lambda _: self.changed.emit())
        self.button = _chip(choices.title(), self.menu)
        self.entry = self.menu.menuAction()

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
        """Put these words into the menu; the checked ones stay, and stay checked."""
        checked = self.value or ()
        words = tuple(dict.fromkeys((*words, *checked)))
        if words == tuple(action.data() for action in self.menu.actions()):
            return
        self.menu.clear()
        for word in words:
            action = QAction(self.menu, checkable=True)
            action.setData(word)
            action.setChecked(word in checked)
            self.menu.addAction(action)
        self._show_counts()

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many tracks would be listed with each word; a word without any is faint."""
        self._counts = counts
        self._show_counts()

    def refresh(self) -> None:
        """Show the word, or how many there are."""
        words = self.value or ()
        text = self._choices.count_label(len(words))
        if len(words) < 2:
            text = self._choices.label(words[0]) if words else self._choices.title()
        self._describe(text, ", ".join(map(self._choices.label, words)) or tr("any"))

    def _show_counts(self) -> None:
        for action in self.menu.actions():
            word = action.data()
            label = self._choices.label(word).replace("&", "&&")
            if self._counts is None:
                action.setText(label)
                continue
            count = self._counts.get(word, 0)
            # After a tab, as a menu shows a shortcut: at the right.
            action.setText(f"{label}\t{count}")
            action.setEnabled(count > 0 or action.isChecked())


class RangeControl(Control):
    """A menu with the ends of a range."""

    def __init__(self, numbers: Range, parent: QWidget) -> None:
        super().__init__(parent)
        self.filter = self._range = numbers
        low, high = numbers.titles_of_ends()
        self.low = self._box(low, numbers.lowest)
        self.high = self._box(high, numbers.highest)
        menu = self._menu(parent)
        self.button = _chip(numbers.title(), menu)
        self.entry = menu.menuAction()

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
        if value is None:
            self._describe(self._range.title(), tr("any"))
            return
        low, high = value
        words = tr("{low:.0f}–{high:.0f} {unit}")
        if high >= self._range.highest:
            words = tr("from {low:.0f} {unit}")
        elif low <= self._range.lowest:
            words = tr("up to {high:.0f} {unit}")
        text = words.format(low=low, high=high, unit=self._range.unit())
        self._describe(text, text)

    def _box(self, name: str, value: int) -> WholeBox:
        box = WholeBox()
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
        self._count: int | None = None
        self.button = QPushButton(icons.icon(switch.icon), switch.title())
        self.button.setObjectName("chip")
        self.button.setCheckable(True)
        self.entry = QAction(switch.title(), parent, checkable=True)
        self.entry.triggered.connect(lambda on: self.button.setChecked(on))
        self.button.toggled.connect(self.entry.setChecked)
        self.button.toggled.connect(lambda _: self.changed.emit())

    @property
    def value(self) -> bool | None:
        """Whether it is on."""
        return self.button.isChecked() or None

    def set_value(self, value: bool | None) -> None:
        """Switch it on or off."""
        self.button.setChecked(bool(value))

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many tracks would be listed with it."""
        self._count = counts.get(self.filter.name)
        self.refresh()

    def refresh(self) -> None:
        """Show the number of tracks."""
        title, state = self.filter.title(), tr("on") if self.value else tr("off")
        if self._count is None:
            self._describe(title, state)
            self.entry.setText(title)
            return
        count = trn("{n} track", "{n} tracks", self._count).format(n=self._count)
        self.button.setToolTip(count)
        self._describe(title, f"{state}, {count}")
        self.entry.setText(f"{title}\t{self._count}")
        self.entry.setEnabled(self._count > 0 or bool(self.value))


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
    chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    chip.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    chip.setMenu(menu)
    menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return chip
