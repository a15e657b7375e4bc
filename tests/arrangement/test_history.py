import json
from fractions import Fraction
from pathlib import Path

import pytest

from engine.arrangement.history import PlanHistory
from engine.arrangement.plan import MixPlan
from engine.arrangement.segments import Segment
from engine.errors import InputError

FIRST = MixPlan(
    clip_path=Path("/c.mp4"),
    clip_duration_s=10.0,
    frame_rate=Fraction(25),
    start_timecode=None,
    track_path=Path("/t.ogg"),
    title="T",
    artist=None,
    licence=None,
    link=None,
    segments=(Segment(0.0, 0.0, 10.0),),
)
QUIETER = FIRST.with_gains(music_gain_db=-6.0)
QUIETEST = FIRST.with_gains(music_gain_db=-12.0)


def test_undo_and_redo_walk_through_the_plans() -> None:
    history = PlanHistory(FIRST)
    assert not history.can_undo
    history.apply(QUIETER)
    history.apply(QUIETEST)
    assert history.undo() == QUIETER
    assert history.undo() == FIRST
    assert history.undo() == FIRST
    assert history.redo() == QUIETER
    assert history.can_redo


def test_a_new_plan_forgets_what_was_undone() -> None:
    history = PlanHistory(FIRST)
    history.apply(QUIETER)
    history.undo()
    history.apply(QUIETEST)
    assert not history.can_redo
    assert history.undo() == FIRST


def test_an_equal_plan_is_no_step() -> None:
    history = PlanHistory(FIRST)
    history.apply(FIRST.with_gains(music_gain_db=0.0))
    assert not history.can_undo


def test_the_oldest_steps_go_when_there_are_too_many() -> None:
    history = PlanHistory(FIRST)
    for n in range(150):
        history.apply(FIRST.with_gains(music_gain_db=-n / 10))
    n_back = 0
    while history.can_undo:
        history.undo()
        n_back += 1
    assert n_back == 99


def test_json_keeps_plans_and_position() -> None:
    history = PlanHistory(FIRST)
    history.apply(QUIETER)
    history.undo()
    again = PlanHistory.from_json(history.to_json())
    assert again.current == FIRST
    assert again.redo() == QUIETER


@pytest.mark.parametrize(
    "change",
    [{"position": 1}, {"position": -1}, {"position": True}, {"plans": []}, {"plans": 3}, {"x": 1}],
)
def test_broken_history_is_refused(change: dict[str, object]) -> None:
    values = json.loads(PlanHistory(FIRST).to_json()) | change
    with pytest.raises(InputError):
        PlanHistory.from_json(json.dumps(values))


def test_continued_goes_on_after_what_was_saved_and_forgives_what_is_broken() -> None:
    saved = PlanHistory(FIRST).to_json()
    assert PlanHistory.continued(saved, QUIETER).undo() == FIRST
    assert not PlanHistory.continued("nonsense", QUIETER).can_undo
    assert PlanHistory.continued(None, QUIETER).current == QUIETER
