"""The window's side of the process that decodes the picture."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.picture.process import DecoderProcess
from desktop.picture.slots import FrameSlots


@pytest.fixture
def slots(qtbot: QtBot) -> Iterator[FrameSlots]:
    slots = FrameSlots()
    yield slots
    slots.close()


def test_a_clip_that_opens_slowly_does_not_count_as_hanging(slots: FrameSlots) -> None:
    process = DecoderProcess(slots)
    ended: list[str] = []
    process.ended.connect(ended.append)
    process.start()
    # As while a slow disk gives the first bytes: nothing is decoded yet.
    slots.is_busy = True
    process._watch()
    is_running = process.is_running
    process.stop()
    assert is_running
    assert not ended
