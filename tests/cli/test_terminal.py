"""What long work shows on a terminal, and how it is stopped there."""

import os
import signal
import sys
from io import StringIO

import pytest

from engine.cli import terminal
from engine.cli.terminal import TerminalProgress, stopping_gently
from engine.errors import Cancelled
from engine.progress import Progress


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, steps: list[tuple[float, float]]) -> list[str]:
    """What stands on the line after each step (second, done of 10)."""
    stream, now = _Terminal(), [0.0]
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(terminal.time, "monotonic", lambda: now[0])
    progress = TerminalProgress()
    lines = []
    for second, done in steps:
        now[0] = 1000.0 + second
        progress.step("Training", done, 10)
        lines.append(stream.getvalue().rsplit("\x1b[K", 1)[-1])
    return lines


def test_the_time_left_is_shown_once_it_can_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    # 2 of 10 in 20 s: the other 8 take 80 s.
    assert shown(monkeypatch, [(0, 0), (1, 0.1), (20, 2), (100, 10)]) == [
        "Training 0 %",
        "Training 1 %",
        "Training 20 % (1:20 left)",
        "Training 100 %",
    ]


def test_what_was_done_before_took_no_time_now(monkeypatch: pytest.MonkeyPatch) -> None:
    # Resumed at 5 of 10: one a ten seconds since, four more.
    assert shown(monkeypatch, [(0, 5), (10, 6)])[-1] == "Training 60 % (0:40 left)"


def test_the_first_ctrl_c_ends_work_in_order() -> None:
    progress = Progress()
    before = signal.getsignal(signal.SIGINT)
    with stopping_gently(progress):
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Cancelled):
            progress.check()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) == before
