import pytest
from pytestqt.qtbot import QtBot

from desktop.spin_boxes import DecimalBox, WholeBox
from desktop.theme import Theme

_LEAST_MARGIN_PX = 6


@pytest.mark.parametrize("kind", [WholeBox, DecimalBox])
def test_a_number_fits_and_keeps_away_from_the_edge(
    qtbot: QtBot, theme: Theme, kind: type[WholeBox] | type[DecimalBox]
) -> None:
    theme.choose("dark")
    box = kind()
    qtbot.addWidget(box)
    box.setRange(0, 200)
    box.setSuffix(" BPM")
    box.setValue(200)
    box.show()
    field = box.lineEdit()
    field.home(False)
    # The cursor is drawn around the place of the first character.
    left = field.x() + field.cursorRect().center().x()
    assert left >= _LEAST_MARGIN_PX
    right = left + field.fontMetrics().horizontalAdvance(field.text())
    assert right <= box.width() - _LEAST_MARGIN_PX
