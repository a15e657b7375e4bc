"""What is shown of a clip before its list: its name, and why it can't be used."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.clip.analysing import Problem
from desktop.header import Header
from desktop.theme import Theme
from engine.errors import DecoderCrashed
from tests.desktop.layout_check import layout_problems


@pytest.mark.parametrize("width", [900, 1280, 2560])
def test_why_a_clip_cannot_be_used_is_readable_with_large_text(
    qtbot: QtBot, theme: Theme, width: int
) -> None:
    theme.choose("light")
    theme.choose_text_size(150)
    page = Problem()
    qtbot.addWidget(page)
    # About one and a half lines: one on a page this wide, two in its column.
    remedy = "Convert the file with another program, or leave it out of what you edit."
    page.show_error(DecoderCrashed("the decoder crashed", path=Path("/a.mp4"), remedy=remedy))
    page.resize(width, 560)
    page.show()
    assert layout_problems(page) == []
    theme.choose_text_size(100)


def test_a_name_without_facts_stands_in_line_with_the_brand(qtbot: QtBot) -> None:
    header = Header()
    qtbot.addWidget(header)
    header.resize(900, 60)
    header.show_name(Path("/clips/a.mp4"))
    header.show()
    middles = {
        label.text(): label.mapTo(header, label.rect().center()).y()
        for label in header.findChildren(QLabel)
    }
    assert abs(middles["a.mp4"] - middles["Soundbed"]) <= 1
