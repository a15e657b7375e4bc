"""Steps of parts count as steps of the whole; the whole can be stopped from a part."""

import pytest

from engine.errors import Cancelled
from engine.progress import PartProgress, Progress, ProgressStep


def test_the_steps_of_a_part_are_steps_of_the_whole() -> None:
    seen: list[ProgressStep] = []
    whole = Progress(seen.append)
    PartProgress(whole, 1, 4).step("Training", 3, 6)
    PartProgress(whole, 3, 4).step("Training")
    assert seen == [ProgressStep("Training", 1.5, 4), ProgressStep("Training", 3, 4)]


def test_a_part_stops_with_the_whole() -> None:
    whole = Progress()
    part, other = PartProgress(whole, 0, 2), PartProgress(whole, 1, 2)
    before = part.cancelled
    other.cancel()
    assert (before, part.cancelled) == (False, True)
    with pytest.raises(Cancelled):
        part.check()
    with pytest.raises(Cancelled):
        part.step("Training", 1, 2)
