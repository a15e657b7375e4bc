"""Random use of the window for some seconds; `tests.desktop.random_use` does it for an hour."""

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from desktop.main_window import MainWindow
from tests.desktop.driving import OpenClip
from tests.desktop.fake_session import FakeSession, listed_track
from tests.desktop.random_use import RandomUse, Report, noting, watched


def test_random_use_raises_nothing(
    open_clip: OpenClip, window: MainWindow, session: FakeSession, clip_file: Path
) -> None:
    session.tracks += [listed_track(number, session.folder) for number in range(6, 40)]
    other = clip_file.with_name("other.mp4")
    other.write_bytes(b"not decoded by the fake")
    open_clip(clip_file)
    report = Report()
    use = RandomUse(window, (clip_file, other), 1, report)
    with watched(report):
        use.run(4.0, 20)
    assert report.counts.total() > 30
    assert report.is_clean, "\n".join(report.lines())
    assert len(report.memory_mb) == 2


def test_an_exception_in_a_slot_is_reported_with_its_action() -> None:
    report = Report(action="break")
    with watched(report), noting(report):
        QTimer.singleShot(0, lambda: 1 / 0)
        QTest.qWait(20)
    assert not report.is_clean
    (problem,) = report.problems
    assert problem.startswith("after “break”") and "ZeroDivisionError" in problem
