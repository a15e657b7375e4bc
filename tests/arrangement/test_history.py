from dataclasses import replace
from pathlib import Path

import pytest

from engine.arrangement.history import ArrangementHistory
from engine.arrangement.segments import Segment
from tests.arrangements import arranged

FIRST = arranged(Segment(0.0, 0.0, 12.0))
QUIETER = FIRST.with_gains(music_gain_db=-6.0)
QUIETEST = FIRST.with_gains(music_gain_db=-12.0)
ALL = ArrangementHistory((FIRST, QUIETER, QUIETEST), 2)


def test_a_change_is_a_new_step() -> None:
    assert ArrangementHistory((FIRST,)).changed(QUIETER).changed(QUIETEST) == ALL


def test_steps_back_and_forward() -> None:
    back = ALL.stepped(-1, QUIETER)
    assert back == replace(ALL, position=1)
    assert back.stepped(-1, FIRST).current == FIRST
    assert back.stepped(1, QUIETEST) == ALL


@pytest.mark.parametrize("direction", [-1, 1])
def test_a_step_that_is_not_there_becomes_a_new_one(direction: int) -> None:
    other = FIRST.with_gains(music_gain_db=-1.0)
    assert ALL.stepped(direction, other).arrangements == (FIRST, QUIETER, QUIETEST, other)


def test_a_new_step_replaces_what_was_undone() -> None:
    back = ALL.stepped(-1, QUIETER).stepped(-1, FIRST)
    assert back.changed(QUIETEST) == ArrangementHistory((FIRST, QUIETEST), 1)


def test_an_equal_arrangement_is_no_step() -> None:
    history = ArrangementHistory((FIRST,))
    assert history.changed(FIRST.with_gains(music_gain_db=0.0)) is history


def test_the_oldest_steps_go_when_there_are_too_many() -> None:
    history = ArrangementHistory((FIRST,))
    for n in range(150):
        history = history.changed(FIRST.with_gains(music_gain_db=-n / 10))
    assert (len(history.arrangements), history.position) == (100, 99)
    assert history.current.music_gain_db == -14.9


def test_all_steps_move_with_the_clip() -> None:
    moved = ALL.moved(Path("/elsewhere/clip.mp4"))
    assert {each.clip.path for each in moved.arrangements} == {Path("/elsewhere/clip.mp4")}
    assert moved.moved(FIRST.clip.path) == ALL


@pytest.mark.parametrize("position", [-1, 1])
def test_a_position_outside_is_refused(position: int) -> None:
    with pytest.raises(ValueError, match="no arrangement"):
        ArrangementHistory((FIRST,), position)
