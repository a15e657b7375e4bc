import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from desktop.preview.transport import Transport
from desktop.theme import DARK, LIGHT, Colours, Theme, ThemeChoice, style_sheet


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb by WCAG 2.2."""
    values = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_icons_grow_with_the_text_half_as_fast(qtbot: QtBot, theme: Theme) -> None:
    button, chip = QToolButton(), QToolButton()
    chip.setObjectName("chip")
    for each in (button, chip):
        qtbot.addWidget(each)
        each.ensurePolished()
    theme.choose("dark")
    assert (button.iconSize().width(), chip.iconSize().width()) == (16, 14)
    theme.choose_text_size(200)
    assert (button.iconSize().width(), chip.iconSize().width()) == (24, 21)
    theme.choose_text_size(100)


def test_the_round_button_grows_with_its_icon(qtbot: QtBot, theme: Theme) -> None:
    theme.choose("dark")
    transport = Transport()
    qtbot.addWidget(transport)
    (play,) = (each for each in transport.findChildren(QToolButton) if each.objectName() == "play")

    def sizes() -> tuple[int, int, int]:
        play.ensurePolished()
        hint = play.sizeHint().expandedTo(play.minimumSize()).boundedTo(play.maximumSize())
        return hint.width(), hint.height(), play.iconSize().width()

    assert sizes() == (40, 40, 24)
    theme.choose_text_size(200)
    assert sizes() == (58, 58, 36)
    theme.choose_text_size(100)


def test_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(
    ("text", "background"),
    [
        *[
            (text, background)
            for text in ("text", "quiet")
            for background in ("background", "panel", "raised")
        ],
        ("text", "selected"),
        ("quiet", "selected"),
        ("text", "hover"),
        ("accent", "panel"),
        ("accent", "selected"),
        ("on_accent", "accent"),
        ("problem", "background"),
    ],
)
def test_text_can_be_read(colours: Colours, text: str, background: str) -> None:
    assert contrast(getattr(colours, text), getattr(colours, background)) >= 4.5


@pytest.mark.parametrize("colours", [DARK, LIGHT])
def test_the_style_sheet_names_only_colours_and_icons_that_exist(colours: Colours) -> None:
    sheet = style_sheet(colours)
    assert "$" not in sheet
    icons = re.findall(r'url\("(.+?)"\)', sheet)
    assert len(icons) >= 2
    assert all(Path(icon).is_file() for icon in icons)


@pytest.mark.parametrize("choice", ["dark", "light"])
def test_an_empty_check_box_can_be_seen(theme: Theme, choice: ThemeChoice) -> None:
    theme.choose(choice)
    box = QCheckBox("Video")
    picture = box.grab().toImage()
    left = [picture.pixelColor(x, picture.height() // 2).name() for x in range(8)]
    assert max(contrast(colour, box.palette().base().color().name()) for colour in left) >= 3.0


def test_the_buttons_of_file_dialogs_have_room_for_their_icons(theme: Theme) -> None:
    theme.choose("dark")
    dialog = QFileDialog(options=QFileDialog.Option.DontUseNativeDialog)
    buttons = dialog.findChildren(QToolButton)
    assert buttons
    for button in buttons:
        button.ensurePolished()
        assert button.sizeHint().width() <= button.width()
