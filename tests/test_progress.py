"""Steps of parts count as steps of the whole; the whole can be stopped from a part."""

from threading import Event, Thread

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


def test_a_paused_task_waits_until_it_is_resumed_or_stopped() -> None:
    for end in ("resume", "cancel"):
        whole, steps, ended = Progress(), list[int](), Event()
        part = PartProgress(whole, 0, 2)

        def work(part: Progress = part, steps: list[int] = steps, ended: Event = ended) -> None:
            try:
                part.step("Analysing", 1, 2)
                steps.append(1)
            except Cancelled:
                steps.append(-1)
            ended.set()

        part.pause()
        thread = Thread(target=work)
        thread.start()
        assert whole.paused and part.paused
        assert not ended.wait(0.2)
        whole.resume() if end == "resume" else whole.cancel()
        assert ended.wait(10)
        thread.join()
        assert steps == ([1] if end == "resume" else [-1])


def test_the_time_left_follows_the_pace_without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr("engine.progress.time.monotonic", lambda: now_s[0])
    seen: list[ProgressStep] = []
    progress = Progress(seen.append)
    for done, later_s in ((0, 1.0), (10, 3.0), (20, 0.0)):
        progress.step("Analysing", done, 100)
        now_s[0] += later_s
    # 10 in the first second foretell nothing; 20 in 4 s, so the other 80 take 16 s.
    assert [step.left_s for step in seen] == [None, None, 16.0]
    progress.pause()

    def resume(_: float) -> bool:
        now_s[0] += 1000
        progress.resume()
        return True

    monkeypatch.setattr(progress._running, "wait", resume)
    progress.step("Analysing", 30, 100)
    assert seen[-1].left_s == pytest.approx(4 * 70 / 30)
    progress.step("Embedding", 1, 4)
    assert seen[-1].left_s is None


def test_the_time_left_of_several_items_goes_through_their_stages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now_s = [100.0]
    monkeypatch.setattr("engine.progress.time.monotonic", lambda: now_s[0])
    seen: list[ProgressStep] = []
    whole = Progress(seen.append)
    whole.step("Loading")
    # Four of ten were finished before.
    clip = PartProgress(whole, 4, 10, "e.mp4")
    clip.step("Reading", 0, 10)
    now_s[0] += 60.0
    clip.step("Reading", 1, 10)
    assert seen[-1].left_s is None, "too little of the clip to know"
    clip.step("Ranking")
    clip.step("Mixing", 5, 10)
    assert seen[-1].left_s == pytest.approx(60.0 * 5.5 / 0.5)
    now_s[0] += 60.0
    PartProgress(whole, 6, 10, "g.mp4").step("Reading")
    assert seen[-1].left_s == pytest.approx(120.0 * 4 / 2)
