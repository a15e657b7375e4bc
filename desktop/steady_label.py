"""A label as wide as the widest text it will show, so that what is beside it doesn't move."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_MARGIN_PX = 4


class SteadyLabel(QLabel):
    """Keeps its width in every text size.

    Args:
        widest: the widest text.
        parent: its owner.
    """

    def __init__(self, widest: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widest = widest
        self.setObjectName("small")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def align_right(self) -> None:
        """Put the text at the right, as numbers of a column."""
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def sizeHint(self) -> QSize:
        """Ask for the width of the widest text."""
        self.ensurePolished()
        width = self.fontMetrics().horizontalAdvance(self._widest) + _MARGIN_PX
        return super().sizeHint().expandedTo(QSize(width, 0))

    def minimumSizeHint(self) -> QSize:
        """Need that width."""
        return self.sizeHint()
