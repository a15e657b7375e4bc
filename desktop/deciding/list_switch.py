"""The heading of the panel: switches between all music and the shortlist of the clip."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from desktop.elided import ElidedButton
from engine.translation import tr


class ListSwitch(QWidget):
    """Two buttons, of which one is down; `chosen` is emitted with whether it is the shortlist."""

    chosen = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.music = ElidedButton(tr("Music"))
        self.music.setToolTip(tr("All music, ranked for this clip"))
        self.shortlist = ElidedButton()
        self._group = QButtonGroup(self)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for button in (self.music, self.shortlist):
            button.setObjectName("heading")
            button.setCheckable(True)
            self._group.addButton(button)
            row.addWidget(button)
        self.music.setChecked(True)
        self._group.buttonClicked.connect(lambda button: self.chosen.emit(button is self.shortlist))
        self.set_count(0)

    def set_count(self, n: int) -> None:
        """Show how many tracks are on the shortlist."""
        self.shortlist.setText(tr("Shortlist ({n})").format(n=n) if n else tr("Shortlist"))
        self.shortlist.setToolTip(tr("The tracks that you keep for this clip (S)"))

    def show_shortlist(self, is_shown: bool) -> None:
        """Show which list is shown, without a signal."""
        (self.shortlist if is_shown else self.music).setChecked(True)
