"""The filters above the list, and the weight of the user's taste."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop import icons
from desktop.results.controls import ChoicesControl, Control, control_for
from desktop.results.overflow_row import OverflowRow
from desktop.results.request import RankingRequest
from desktop.steady_label import SteadyLabel
from engine.ranking.filters import FILTERS
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr


class FilterBar(QWidget):
    """The filters and the taste of a request.

    Args:
        request: shows and changes its filters and its taste.
        parent: its owner.

    Attributes:
        controls: one for each filter of the table, by its name.
        more: has the filters for which there is no room.
    """

    def __init__(self, request: RankingRequest, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._request = request
        self.controls = {each.name: control_for(each, self) for each in FILTERS}
        for control in self.controls.values():
            control.changed.connect(partial(self._write, control))
        self._clear = QToolButton()
        # Nothing moves when it comes and goes: it is lower than the chips.
        self._clear.setObjectName("inline")
        self._clear.setIcon(icons.icon("clear", "quiet"))
        self._clear.setToolTip(tr("Clear filters"))
        self._clear.setAccessibleName(tr("Clear filters"))
        self._clear.clicked.connect(self.clear)
        self.more = QToolButton()
        self.more.setObjectName("chip")
        self.more.setIcon(icons.icon("filter"))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(QMenu(self))
        self.chips = OverflowRow(
            [control.button for control in self.controls.values()], self.more, self._clear
        )
        self.chips.overflowed.connect(self._fill_more)
        self._taste_buttons: list[QToolButton] = []
        self._taste_label = QLabel(tr("My taste"))
        self._taste = QSlider(Qt.Orientation.Horizontal)
        self._taste.setRange(0, 100)
        self._taste.setValue(round(100 * request.options.taste))
        self._taste_value = SteadyLabel(tr("{percent} %").format(percent=100))
        self._taste_value.align_right()
        self._taste.setAccessibleName(tr("Weight of your taste"))
        self._taste.setToolTip(tr("How much your earlier picks count"))
        self._taste.valueChanged.connect(self._write_taste)
        self._lay_out()
        self.set_taste_known(False)
        request.edited.connect(self._read)
        self._read(request.options)

    def _lay_out(self) -> None:
        self._taste_row = taste = QHBoxLayout()
        taste.setSpacing(10)
        taste.addWidget(self._taste_label)
        taste.addWidget(self._taste, 1)
        taste.addWidget(self._taste_value)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(self.chips)
        rows.addLayout(taste)

    def set_words(self, words: Mapping[str, Sequence[str]]) -> None:
        """Offer the words that the available tracks have, by the filter's name."""
        for name, control in self.controls.items():
            if isinstance(control, ChoicesControl):
                control.offer(words.get(name, ()))
        self._describe()

    def set_counts(self, facets: Mapping[str, Mapping[str, int]]) -> None:
        """Show how many tracks would be listed with each word of each filter."""
        for name, counts in facets.items():
            self.controls[name].set_counts(counts)

    def set_taste_known(self, is_known: bool) -> None:
        """Show the slider of taste only when there is one: picks, or set by hand."""
        for widget in (self._taste, self._taste_label, self._taste_value, *self._taste_buttons):
            widget.setVisible(is_known)
        self._write_taste()

    def offer_taste(self, show: Callable[[], object]) -> None:
        """Add a button beside the slider that shows what is known of the taste."""
        button = QToolButton()
        button.setObjectName("inline")
        button.setIcon(icons.icon("report", "quiet"))
        button.setToolTip(tr("Show and correct my taste"))
        button.setAccessibleName(button.toolTip())
        button.setVisible(not self._taste.isHidden())
        button.clicked.connect(lambda: show())
        self._taste_row.addWidget(button)
        self._taste_buttons.append(button)

    def clear(self) -> None:
        """Clear all filters."""
        self._request.update(filters={}, at_once=True)

    def _write(self, control: Control) -> None:
        self._request.set_filter(control.filter.name, control.value)

    def _write_taste(self) -> None:
        # Hidden, it keeps its value: with the first pick it counts again.
        self._request.update(taste=0.0 if self._taste.isHidden() else self._taste.value() / 100)
        self._describe()

    def _read(self, options: RankingOptions) -> None:
        """Show the options of the request."""
        for name, control in self.controls.items():
            control.show(options.filters.get(name))
        if options.taste or not self._taste.isHidden():
            blocked = self._taste.blockSignals(True)
            self._taste.setValue(round(100 * options.taste))
            self._taste.blockSignals(blocked)
        self._describe()

    def _describe(self) -> None:
        for control in self.controls.values():
            control.refresh()
        self._clear.setVisible(bool(self._request.options.filters))
        self._taste_value.setText(tr("{percent} %").format(percent=self._taste.value()))
        self.chips.fit()
        self._describe_more()

    def _fill_more(self) -> None:
        """Put the filters for which there is no room into the menu."""
        hidden, menu = self.chips.hidden, self.more.menu()
        for entry in menu.actions():
            # `clear` would delete it.
            menu.removeAction(entry)
        menu.addActions([each.entry for each in self.controls.values() if each.button in hidden])
        self._describe_more()

    def _describe_more(self) -> None:
        hidden = self.chips.hidden
        used = [
            each.filter.title()
            for each in self.controls.values()
            if each.button in hidden and each.value is not None
        ]
        text = tr("More filters ({n})").format(n=len(used)) if used else tr("More filters")
        self.more.setText(text)
        # It may be the widest part that must be shown.
        self.chips.updateGeometry()
        self.more.setToolTip(", ".join(used))
        name = f"{text}: {', '.join(used)}" if used else text
        self.more.setAccessibleName(name)
        if self.more.property("set") != bool(used):
            self.more.setProperty("set", bool(used))
            self.more.style().unpolish(self.more)
            self.more.style().polish(self.more)
