"""The filters above the list, and the weight of the user's taste."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from desktop import icons
from desktop.results.controls import ChoicesControl, control_for
from engine.ranking.filters import FILTERS
from engine.stories.ranking_options import RankingOptions
from engine.translation import tr

_DELAY_MS = 200
_CHIP_HEIGHT = 28
# More than anybody scrolls through; the reasons for each take about 3 ms.
N_LISTED = 100


class FilterBar(QWidget):
    """Emits the ranking options a moment after the last change.

    Attributes:
        controls: one for each filter of the table, by its name.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls = {each.name: control_for(each, self) for each in FILTERS}
        for control in self.controls.values():
            control.changed.connect(self._change)
        self._clear = QToolButton()
        self._clear.setObjectName("flat")
        self._clear.setIcon(icons.icon("clear", "quiet"))
        self._clear.setToolTip(tr("Clear filters"))
        self._clear.setAccessibleName(tr("Clear filters"))
        self._clear.clicked.connect(self.clear)
        # Nothing moves when it comes and goes.
        self._clear.setMaximumHeight(_CHIP_HEIGHT)
        self._taste_label = QLabel(tr("My taste"))
        self._taste = QSlider(Qt.Orientation.Horizontal)
        self._taste.setRange(0, 100)
        self._taste_value = QLabel()
        self._taste_value.setObjectName("small")
        self._taste_value.setFixedWidth(40)
        self._taste_value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._taste.setAccessibleName(tr("Weight of your taste"))
        self._taste.setToolTip(tr("How much your earlier picks count"))
        self._taste.valueChanged.connect(self._change)
        self._lay_out()
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(lambda: self.changed.emit(self.options()))
        self.set_n_picks(0)
        self._describe()

    def _lay_out(self) -> None:
        chips = QHBoxLayout()
        chips.setSpacing(6)
        for control in self.controls.values():
            chips.addWidget(control.button)
        chips.addWidget(self._clear)
        chips.addStretch()
        taste = QHBoxLayout()
        taste.setSpacing(10)
        taste.addWidget(self._taste_label)
        taste.addWidget(self._taste, 1)
        taste.addWidget(self._taste_value)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(chips)
        rows.addLayout(taste)

    def set_words(self, words: Mapping[str, Sequence[str]]) -> None:
        """Offer the words that the available tracks have, by the filter's name."""
        for name, control in self.controls.items():
            if isinstance(control, ChoicesControl):
                control.offer(words.get(name, ()))
        self._describe()

    def set_n_picks(self, n_picks: int) -> None:
        """Show the slider of taste only when there are picks to learn it from."""
        for widget in (self._taste, self._taste_label, self._taste_value):
            widget.setVisible(n_picks > 0)

    def options(self) -> RankingOptions:
        """Return the current options."""
        values = {name: control.value for name, control in self.controls.items()}
        return RankingOptions(
            filters={name: value for name, value in values.items() if value is not None},
            taste=0.0 if self._taste.isHidden() else self._taste.value() / 100,
            top=N_LISTED,
        )

    def set_options(self, options: RankingOptions) -> None:
        """Show other options; the taste counts once there are picks."""
        for name, control in self.controls.items():
            control.set_value(options.filters.get(name))
        self._taste.setValue(round(100 * options.taste))
        self._describe()

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is used."""
        return bool(self.options().filters)

    def clear(self) -> None:
        """Clear all filters."""
        for control in self.controls.values():
            control.clear()
        self._change()

    def _change(self) -> None:
        self._describe()
        self._timer.start()

    def _describe(self) -> None:
        for control in self.controls.values():
            control.refresh()
        self._clear.setVisible(self.is_filtered)
        self._taste_value.setText(tr("{percent} %").format(percent=self._taste.value()))
