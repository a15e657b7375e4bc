"""The window's side of the process that decodes the picture."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.picture.process import DecoderProcess
from desktop.picture.slots import FrameSlots

# In ten seconds.
N_LOOKS = 20


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
    for _ in range(N_LOOKS):
        process._watch()
    assert process.is_running
    # After ten seconds it is one.
    process._watch()
    assert ended == ["it hangs"]


def test_a_decoder_that_goes_forward_is_never_ended(slots: FrameSlots) -> None:
    process = DecoderProcess(slots)
    process.start()
    for n in range(3 * N_LOOKS):
        slots.is_busy = n % N_LOOKS != 0
        process._watch()
    assert process.is_running
    process.stop()
