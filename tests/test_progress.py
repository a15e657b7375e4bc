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


def test_a_part_of_several_stages_never_goes_back_and_names_its_item() -> None:
    seen: list[ProgressStep] = []
    part = PartProgress(Progress(seen.append), 1, 2, "a.mp4")
    for done in (1, 4, 2):
        part.step("Reading", done, 4)
    part.step("Ranking")
    assert [step.done for step in seen] == [1.25, 2, 2, 2]
    assert {step.item for step in seen} == {"a.mp4"}
    inner = PartProgress(part, 0, 2)
    inner.step("Mixing", 1, 2)
    assert seen[-1] == ProgressStep("Mixing", 2, 2, "a.mp4")


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
