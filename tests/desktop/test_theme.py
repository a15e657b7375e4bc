import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop import theme as themes
from desktop.theme import (
    DARK,
    LIGHT,
    Colours,
    Theme,
    ThemeChoice,
    style_sheet,
    window_style_sheet,
)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb by WCAG 2.2."""
    values = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


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
    sheet = style_sheet() + window_style_sheet(colours)
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


def opened(qtbot: QtBot) -> QDialog:
    """Return a dialog with a widget of each kind that the style sheet names."""
    dialog = QDialog()
    layout = QVBoxLayout(dialog)
    for name in ("quiet", "problem", "title"):
        label = QLabel("Word")
        label.setObjectName(name)
        layout.addWidget(label)
    primary = QPushButton("Open")
    primary.setObjectName("primary")
    for widget in (primary, QPushButton("Close"), QLineEdit("Name"), QCheckBox("Choice")):
        layout.addWidget(widget)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def picture_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.fixture
def dark(theme: Theme) -> Iterator[Theme]:
    theme.choose("dark")
    yield theme
    theme.choose("system")


def test_an_open_window_looks_as_if_opened_in_the_other_theme(dark: Theme, qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    in_dark = picture_of(dialog)
    assert in_dark.pixelColor(2, 2).name() == DARK.background
    dark.choose("light")
    assert picture_of(dialog).pixelColor(2, 2).name() == LIGHT.background
    assert picture_of(dialog) == picture_of(opened(qtbot))
    dark.choose("dark")
    assert picture_of(dialog) == in_dark


def test_text_takes_the_colours_of_the_theme(dark: Theme, qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    quiet, problem, title = dialog.findChildren(QLabel)
    dark.choose("light")
    role = QPalette.ColorRole.WindowText
    assert quiet.palette().color(role).name() == LIGHT.quiet
    assert problem.palette().color(role).name() == LIGHT.problem
    assert title.palette().color(role).name() == LIGHT.text


def test_a_change_of_theme_leaves_the_style_sheet_of_the_application(dark: Theme) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.styleSheet()
    assert "palette(window-text)" in before
    # Setting it again takes three times as long.
    dark.choose("light")
    assert app.styleSheet() == before


def test_each_colour_has_a_role_of_its_own() -> None:
    assert set(themes._ROLES) == {field.name for field in fields(Colours)}
    assert len(set(themes._ROLES.values())) == len(themes._ROLES)
