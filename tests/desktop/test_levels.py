"""The sliders of music and clip sound: solo, mute, narrow windows."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLayout, QLayoutItem, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.preview.levels import Levels, LevelSlider


@pytest.fixture
def levels(qtbot: QtBot) -> Iterator[Levels]:
    window = QWidget()
    qtbot.addWidget(window)
    levels = Levels(window)
    levels.set_gains(-3.0, -6.0)
    levels.resize(470, 60)
    window.show()
    yield levels


def button(slider: LevelSlider, name: str) -> QToolButton:
    (found,) = [
        each for each in slider.findChildren(QToolButton) if each.accessibleName().startswith(name)
    ]
    return found


def test_solo_silences_the_other_sound_and_changes_no_level(levels: Levels, qtbot: QtBot) -> None:
    released: list[tuple[float, float]] = []
    levels.released.connect(lambda *gains: released.append(gains))
    with qtbot.waitSignal(levels.played_changed):
        button(levels.music, "Hear only").click()
    assert levels.played_gains_db == (-3.0, -60.0)
    assert (levels.music.gain_db, levels.clip.gain_db) == (-3.0, -6.0)
    button(levels.clip, "Hear only").click()
    assert levels.played_gains_db == (-3.0, -6.0)
    button(levels.music, "Hear only").click()
    assert levels.played_gains_db == (-60.0, -6.0)
    # A clip without sound can't silence the music.
    levels.set_clip_sound(False)
    assert levels.played_gains_db == (-3.0, -6.0)
    assert released == []


def test_mute_is_a_level(levels: Levels) -> None:
    button(levels.music, "Mute").click()
    assert levels.played_gains_db == (-60.0, -6.0)
    button(levels.music, "Unmute").click()
    assert levels.played_gains_db == (-3.0, -6.0)


def test_one_slider_is_below_the_other_where_there_is_little_room(levels: Levels) -> None:
    QApplication.processEvents()
    assert levels.music.y() == levels.clip.y()
    levels.resize(levels.minimumSizeHint().width(), 80)
    QApplication.processEvents()
    assert levels.music.x() == levels.clip.x()
    assert levels.music.y() < levels.clip.y()


def layout_items() -> int:
    # Not `isinstance`, which asks proxies what they stand for.
    kinds = [type(each) for each in gc.get_objects()]
    return sum(issubclass(kind, QLayoutItem) and not issubclass(kind, QLayout) for kind in kinds)


def test_moving_a_slider_leaves_no_item_of_the_layout_in_python(qtbot: QtBot) -> None:
    levels = Levels()
    qtbot.addWidget(levels)
    before = layout_items()
    levels.show()
    for width in (470, 200, 470, 200):
        levels.resize(width, 60)
        QApplication.processEvents()
    assert layout_items() == before
