from dataclasses import replace
from pathlib import Path

import pytest

from engine.arrangement.history import MAX_PARTS, ArrangementHistory
from engine.arrangement.segments import Segment
from engine.arrangement.storage import history_to_json
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


def test_steps_with_hours_of_music_stay_small_enough_to_save() -> None:
    segments = [Segment(0.0, 10.0 * n, 10.0) for n in range(1440)]
    long = arranged(*segments, clip_s=14_400.0)
    history = ArrangementHistory((long,))
    for step in range(1, 60):
        history = history.changed(long.with_gains(music_gain_db=-0.1 * step))
    assert len(history.arrangements) == MAX_PARTS // 1440
    assert history.current.music_gain_db == pytest.approx(-5.9)
    assert len(history_to_json(history)) < 4_000_000
    # However large they are, the last change can be undone.
    larger = arranged(*[Segment(0.0, 2.0 * n, 2.0) for n in range(10_000)], clip_s=20_000.0)
    history = history.changed(larger).changed(larger.with_gains(music_gain_db=-1.0))
    history = history.changed(larger.with_gains(music_gain_db=-2.0))
    assert [one.music_gain_db for one in history.arrangements] == [-1.0, -2.0]
