"""What the controls of the list share."""

import pytest
from pytestqt.qtbot import QtBot

from desktop.results.request import RankingRequest
from engine.errors import InputError
from engine.stories.ranking_options import RankingOptions


def test_several_edits_are_one_change(qtbot: QtBot) -> None:
    request = RankingRequest(RankingOptions(top=12))
    edited: list[RankingOptions] = []
    request.edited.connect(edited.append)
    with qtbot.waitSignal(request.changed) as changed:
        request.update(taste=0.5)
        request.set_filter("no-vocals", True)
        request.set_filter("no-vocals", True)
    wanted = RankingOptions({"no-vocals": True}, taste=0.5, top=12)
    assert changed.args == [wanted]
    assert edited == [RankingOptions(taste=0.5, top=12), wanted]
    with qtbot.assertNotEmitted(request.changed, wait=300):
        request.update(taste=0.5)


def test_at_once_nothing_waits(qtbot: QtBot) -> None:
    request = RankingRequest()
    request.update(taste=0.5)
    with qtbot.assertNotEmitted(request.changed, wait=300):
        request.take()
    changes: list[RankingOptions] = []
    request.changed.connect(changes.append)
    request.update(text="piano")
    request.update(taste=1.0, at_once=True)
    assert changes == [RankingOptions(taste=1.0, text="piano")]
    qtbot.wait(300)
    assert len(changes) == 1


def test_an_invalid_value_changes_nothing(qtbot: QtBot) -> None:
    request = RankingRequest()
    with qtbot.assertNotEmitted(request.edited), pytest.raises(InputError):
        request.update(taste=2.0)
    assert request.options == RankingOptions()


def test_clearing_keeps_what_does_not_narrow(qtbot: QtBot) -> None:
    request = RankingRequest(RankingOptions({"no-vocals": True}, taste=0.5, top=7, text="piano"))
    assert set(request.narrowing) == {"filters", "text"}
    with qtbot.waitSignal(request.changed, timeout=50):
        request.clear()
    assert request.options == RankingOptions(taste=0.5, top=7)
    assert not request.narrowing


def test_another_clips_query_takes_its_place(qtbot: QtBot) -> None:
    request = RankingRequest()
    request.update(taste=0.5)
    query = RankingOptions(text="strings")
    with (
        qtbot.assertNotEmitted(request.changed, wait=300),
        qtbot.waitSignals([request.edited, request.replaced]),
    ):
        request.put(query)
    assert request.options is query
