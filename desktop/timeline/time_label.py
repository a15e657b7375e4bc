"""The time at the playhead and the length of the clip; a click chooses how they are written."""

from fractions import Fraction

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from desktop.timeline.times import TimeFormat
from engine.media.timecode import TimecodeBase
from engine.settings import TimeDisplay
from engine.translation import tr

_SPACING_PX = 2


class TimeLabel(QWidget):
    """Timecode, frames or seconds."""

    display_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = TimeFormat(TimecodeBase(Fraction(25)))
        self._duration_s = self._position_s = 0.0
        self._time = QToolButton()
        self._time.setObjectName("timecode")
        self._time.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._time.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._time.setMenu(self._menu())
        self._length = QLabel()
        self._length.setObjectName("quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_SPACING_PX)
        row.addWidget(self._time)
        row.addWidget(self._length)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_times(self._times, 0.0)

    @property
    def text(self) -> str:
        """The time at the playhead, as it is written."""
        return self._time.text()

    def show_times(self, times: TimeFormat, duration_s: float) -> None:
        """Show the times of another clip, or in another way.

        Args:
            times: how they are written.
            duration_s: of the clip.
        """
        self._times, self._duration_s = times, duration_s
        for action in self._displays.actions():
            action.setChecked(action.data() == times.display)
        self._length.setText("/ " + times.length_text(duration_s))
        length = tr("Length: {time}").format(time=times.length_text(duration_s))
        self._time.setToolTip("\n".join((tr("How times are shown"), length)))
        self._fit()
        self.set_position(min(self._position_s, duration_s))

    def show_length(self, is_shown: bool) -> None:
        """Show the length of the clip, or only the time; the tooltip has both."""
        self._length.setVisible(is_shown)

    @property
    def whole_width(self) -> int:
        """The width in pixels with the length of the clip."""
        return self._time.width() + _SPACING_PX + self._length.sizeHint().width()

    def changeEvent(self, event: QEvent) -> None:
        """Fit another size of the text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        # As wide as the widest digits, so that nothing shifts while the time runs.
        longest = max((self._times.text(at_s) for at_s in (0.0, self._duration_s)), key=len)
        sample = "".join("8" if c.isdigit() else c for c in longest)
        self._time.ensurePolished()
        self._time.setFixedWidth(self._time.fontMetrics().horizontalAdvance(sample) + 14)

    def set_position(self, position_s: float) -> None:
        """Show the time."""
        self._position_s = position_s
        text = self._times.text(position_s)
        if text != self._time.text():
            self._time.setText(text)
            self._time.setAccessibleName(tr("Time: {time}").format(time=text))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self._displays = QActionGroup(menu)
        rows: tuple[tuple[TimeDisplay, str], ...] = (
            ("timecode", tr("Timecode")),
            ("frames", tr("Frames")),
            ("seconds", tr("Seconds")),
        )
        for display, name in rows:
            action = QAction(name, menu, checkable=True)
            action.setData(display)
            action.triggered.connect(lambda _=False, one=display: self.display_chosen.emit(one))
            self._displays.addAction(action)
            menu.addAction(action)
        return menu
