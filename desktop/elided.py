"""A line of text, or the words of a button, that end in an ellipsis where there is too little room.

The whole text is in the tooltip and in the accessible name.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

_LEAST_CHARACTERS = 4


class ElidedLabel(QLabel):
    """Never widens what it is in.

    Args:
        parent: its owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def whole_text(self) -> str:
        """The text, also what isn't shown of it."""
        return self._whole

    def show_text(self, text: str, tip: str = "") -> None:
        """Show another text.

        Args:
            text: the text.
            tip: what the tooltip says in place of it.
        """
        self._whole = text
        self.setToolTip(tip or text)
        self.setAccessibleName(text)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        """Need no width."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much as fits."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        elided = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._whole, elided, self.width()))


class ElidedButton(QPushButton):
    """Gives way down to a few letters; without a tooltip of its own, that shows the whole text.

    Args:
        text: its words.
        icon: before them; None for none.
        parent: its owner.
    """

    def __init__(
        self, text: str = "", icon: QIcon | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        if icon is not None:
            self.setIcon(icon)
        # Other buttons are never narrower than their text.
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def is_elided(self) -> bool:
        """Whether there is too little room for the whole text."""
        return self.width() < self.sizeHint().width()

    def minimumSizeHint(self) -> QSize:
        """Need room for a few letters."""
        hint, metrics = self.sizeHint(), self.fontMetrics()
        spare = metrics.horizontalAdvance(self.text())
        spare -= _LEAST_CHARACTERS * metrics.averageCharWidth()
        return QSize(hint.width() - max(spare, 0), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the whole text in the tooltip where it doesn't fit."""
        super().resizeEvent(event)
        whole = self.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
        if not self.toolTip() and self.is_elided:
            self.setToolTip(whole)
        elif self.toolTip() == whole and not self.is_elided:
            self.setToolTip("")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much of the text as fits."""
        if not self.is_elided:
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        room = self.fontMetrics().horizontalAdvance(self.text())
        room -= self.sizeHint().width() - self.width()
        elided = Qt.TextElideMode.ElideRight
        option.text = self.fontMetrics().elidedText(
            self.text(), elided, max(room, 0), Qt.TextFlag.TextShowMnemonic.value
        )
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()
