import pytest

from engine.arrangement.history import ArrangementHistory
from engine.arrangement.segments import Segment
from tests.arrangements import arranged

FIRST = arranged(Segment(0.0, 0.0, 12.0))
QUIETER = FIRST.with_gains(music_gain_db=-6.0)
QUIETEST = FIRST.with_gains(music_gain_db=-12.0)


def test_undo_and_redo_walk_through_the_arrangements() -> None:
    history = ArrangementHistory([FIRST])
    assert not history.can_undo
    history.apply(QUIETER)
    history.apply(QUIETEST)
    assert history.undo() == QUIETER
    assert history.undo() == FIRST
    assert history.undo() == FIRST
    assert history.redo() == QUIETER
    assert history.can_redo


def test_a_new_arrangement_forgets_what_was_undone() -> None:
    history = ArrangementHistory([FIRST])
    history.apply(QUIETER)
    history.undo()
    history.apply(QUIETEST)
    assert not history.can_redo
    assert history.undo() == FIRST


def test_an_equal_arrangement_is_no_step() -> None:
    history = ArrangementHistory([FIRST])
    history.apply(FIRST.with_gains(music_gain_db=0.0))
    assert not history.can_undo


def test_the_oldest_steps_go_when_there_are_too_many() -> None:
    history = ArrangementHistory([FIRST])
    for n in range(150):
        history.apply(FIRST.with_gains(music_gain_db=-n / 10))
    n_back = 0
    while history.can_undo:
        history.undo()
        n_back += 1
    assert n_back == 99


@pytest.mark.parametrize("position", [-1, 1])
def test_a_position_outside_is_refused(position: int) -> None:
    with pytest.raises(ValueError, match="no arrangement"):
        ArrangementHistory([FIRST], position)
