"""Fields for numbers, with room between their edge and the number."""

from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QSpinBox

# As the padding in the style sheet, which makes the field that wide; Qt puts the text at its edge.
_MARGIN_PX = 8


class WholeBox(QSpinBox):
    """A field for a whole number."""

    def __init__(self) -> None:
        super().__init__()
        _add_margin(self)


class DecimalBox(QDoubleSpinBox):
    """A field for a number with decimals."""

    def __init__(self) -> None:
        super().__init__()
        _add_margin(self)


def _add_margin(box: QAbstractSpinBox) -> None:
    box.lineEdit().setTextMargins(_MARGIN_PX, 0, _MARGIN_PX, 0)
