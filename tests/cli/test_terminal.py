"""What long work shows on a terminal, and how it is stopped there."""

import os
import re
import signal
import sys
from io import StringIO
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.cli.terminal import (
    TerminalProgress,
    notices,
    show_error,
    stopping_gently,
    warn,
    warn_of_files,
)
from engine.errors import Cancelled
from engine.progress import Progress, ProgressStep

Capture = pytest.CaptureFixture[str]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, *steps: ProgressStep) -> list[str]:
    """Return the texts shown on a terminal's progress line, with a second between steps."""
    stream, seconds = Terminal(), count()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    notices.cache_clear()
    notices().get_time = lambda: float(next(seconds))
    with TerminalProgress() as progress:
        for step in steps:
            progress.step(step.stage, step.done, step.total, step.item)
            assert progress._line is not None
            progress._line.refresh()
    notices.cache_clear()
    text = re.sub(r"\x1b\[[^a-zA-Z]*[a-zA-Z]|[\r\n]", "\n", stream.getvalue())
    return [" ".join(line.replace("━", "").split()) for line in text.split("\n") if line.strip()]


def test_stage_amount_and_time_left_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [ProgressStep("Training", done, 10) for done in (5, 6, 7)]
    lines = shown(monkeypatch, *steps, ProgressStep("Looking for [red]music[/red]", 321, None))
    assert "Training 50 % --:--" in lines
    assert any(re.fullmatch(r"Training ╸ 70 % 00:\d\d", line) for line in lines)
    assert lines[-1].startswith("Looking for [red]music[/red] 321")


def test_items_are_named_and_the_time_left_is_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = [(0, "Reading", "a.mp4"), (1, "Mixing", "a.mp4"), (2, "Reading", "[b]b[/b].mp4")]
    lines = shown(monkeypatch, *(ProgressStep(stage, n, 4, item) for n, stage, item in stages))
    assert "a.mp4 · Reading 0 % --:--" in lines
    assert re.fullmatch(r"\[b\]b\[/b\]\.mp4 · Reading ╸? ?50 % 00:\d\d", lines[-1]), lines[-1]


def test_nothing_is_shown_where_there_is_no_terminal(capsys: Capture) -> None:
    with TerminalProgress() as progress:
        progress.step("Training", 1, 10)
    assert capsys.readouterr().err == ""


def test_a_log_gets_a_plain_line_every_so_often(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s = 0.0
    monkeypatch.setattr("engine.cli.terminal.time", SimpleNamespace(monotonic=lambda: now_s))
    monkeypatch.setattr("engine.progress.time", SimpleNamespace(monotonic=lambda: now_s))
    with TerminalProgress(lines_every_s=10) as progress:
        for second in range(36):
            now_s = float(second)
            progress.step("Training\x1b[2J", second, 100)
    assert capsys.readouterr().err.splitlines() == [
        "Training [2J · 10 %, about 1:30 left",
        "Training [2J · 20 %, about 1:20 left",
        "Training [2J · 30 %, about 1:10 left",
    ]
    with TerminalProgress(shown=False, lines_every_s=10) as progress:
        now_s = 99.0
        progress.step("Training", 1, 2)
    assert capsys.readouterr().err == ""


def test_messages_are_plain_in_a_pipe(capsys: Capture) -> None:
    notices.cache_clear()
    warn("[bold]a[/bold]\x1b[2J :smile: " + "long " * 60)
    show_error("b\nc")
    assert capsys.readouterr().err == (
        "soundbed: [bold]a[/bold] [2J :smile: " + ("long " * 60).strip() + "\nsoundbed: b c\n"
    )


def test_of_many_files_the_first_are_named_and_the_others_counted(capsys: Capture) -> None:
    warn_of_files([(Path(f"{number}.mp4"), "it is empty.") for number in range(23)])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21
    assert lines[19].endswith("19.mp4: it is empty.")
    assert lines[20].endswith("and 3 more files that can't be used")


@pytest.mark.parametrize(("no_colour", "styled"), [("", True), ("1", False)])
def test_messages_are_coloured_on_a_terminal_unless_no_color_is_set(
    no_colour: str, styled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_colour)
    notices.cache_clear()
    warn("the drive is missing")
    notices.cache_clear()
    assert ("\x1b[33msoundbed:" in stream.getvalue()) is styled
    assert "the drive is missing" in stream.getvalue()


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
