"""A line of chips; those that don't fit are behind a button at its end."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

_GAP = 6


class OverflowRow(QWidget):
    """Shows as many widgets as fit, in their order, then `more` if some are left, then `last`.

    Args:
        widgets: the chips.
        more: shown while some of them don't fit.
        last: at the end, while it isn't hidden.
        parent: its owner.
    """

    overflowed = Signal()

    def __init__(
        self,
        widgets: Sequence[QWidget],
        more: QWidget,
        last: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._widgets = tuple(widgets)
        self._more = more
        self._last = last
        self._n_shown = 0
        for widget in (*self._widgets, more, last):
            widget.setParent(self)

    @property
    def hidden(self) -> tuple[QWidget, ...]:
        """The widgets that don't fit."""
        return self._widgets[self._n_shown :]

    def sizeHint(self) -> QSize:
        """Ask for room for all."""
        widths = [widget.sizeHint().width() + _GAP for widget in self._widgets]
        return QSize(sum(widths), self._height())

    def minimumSizeHint(self) -> QSize:
        """Need the room for `more` and `last`."""
        width = self._more.sizeHint().width() + _GAP + self._last.sizeHint().width()
        return QSize(width, self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what fits."""
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        """Fit again when the words on a chip change."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def fit(self) -> None:
        """Show the widgets that fit, beside each other."""
        n_before, self._n_shown = self._n_shown, self._how_many()
        shown = [*self._widgets[: self._n_shown]]
        if self.hidden:
            shown.append(self._more)
        if not self._last.isHidden():
            shown.append(self._last)
        self._more.setVisible(bool(self.hidden))
        for widget in self.hidden:
            widget.hide()
        is_mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left, height = 0, self._height()
        for widget in shown:
            size = widget.sizeHint()
            x = self.width() - left - size.width() if is_mirrored else left
            widget.setGeometry(QRect(x, (height - size.height()) // 2, size.width(), size.height()))
            widget.show()
            left += size.width() + _GAP
        if self._n_shown != n_before:
            self.overflowed.emit()

    def _how_many(self) -> int:
        widths = [widget.sizeHint().width() + _GAP for widget in self._widgets]
        room = self.width() + _GAP
        if not self._last.isHidden():
            room -= self._last.sizeHint().width() + _GAP
        if sum(widths) <= room:
            return len(widths)
        room -= self._more.sizeHint().width() + _GAP
        n_shown = 0
        for width in widths:
            room -= width
            if room < 0:
                break
            n_shown += 1
        return n_shown

    def _height(self) -> int:
        return max(each.sizeHint().height() for each in (*self._widgets, self._more, self._last))
