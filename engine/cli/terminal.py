"""What commands share: progress and warnings on standard error, results on standard output."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from engine.progress import Progress, ProgressStep
from engine.translation import tr

_EVERY_S = 0.1
# Before so much time nobody can say how long the rest takes.
_MEASURED_S = 3.0
_CLEAR_LINE = "\r\x1b[K"


class TerminalProgress(Progress):
    """One line on standard error that is written over; silent where that is no terminal.

    Args:
        shown: false for a process that another one speaks for.
    """

    def __init__(self, shown: bool = True) -> None:
        super().__init__(self._show if shown and sys.stderr.isatty() else None)
        self._stage = ""
        self._shown_at_s = 0.0
        self._began_s = 0.0
        self._began_done = 0.0

    def __enter__(self) -> "TerminalProgress":
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def clear(self) -> None:
        """Wipe the line, so that other text starts at the margin."""
        if self._stage:
            print(_CLEAR_LINE, end="", file=sys.stderr, flush=True)
            self._stage = ""

    def _show(self, step: ProgressStep) -> None:
        now_s = time.monotonic()
        if step.stage == self._stage and now_s - self._shown_at_s < _EVERY_S:
            return
        if step.stage != self._stage:
            self._began_s, self._began_done = now_s, step.done
        self._stage, self._shown_at_s = step.stage, now_s
        amount = ""
        if step.total:
            amount = f" {min(100, round(100 * step.done / step.total))} %"
            amount += self._left(step.total - step.done, step.done, now_s - self._began_s)
        elif step.done:
            amount = f" {step.done:.0f}"
        print(f"{_CLEAR_LINE}{step.stage}{amount}", end="", file=sys.stderr, flush=True)

    def _left(self, rest: float, done: float, elapsed_s: float) -> str:
        # From where this run began: what an earlier one did took no time now.
        done_now = done - self._began_done
        if elapsed_s < _MEASURED_S or done_now <= 0 or rest <= 0:
            return ""
        return " " + tr("({time} left)").format(time=clock(elapsed_s * rest / done_now))


@contextmanager
def stopping_gently(progress: Progress) -> Iterator[None]:
    """Let the first Ctrl-C cancel `progress`, so that work ends in order; the second ends it."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        progress.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def warn(message: str) -> None:
    """Write one line to standard error."""
    print(f"soundbed: {plain(message)}", file=sys.stderr)


def plain(text: str) -> str:
    """Return text from outside without control characters, lone surrogates and line breaks."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text).strip()


def print_json(value: Any) -> None:
    """Write one JSON object to standard output, readable by any strict parser."""
    print(json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False))


def path_fields(path: Path) -> dict[str, str]:
    """Return a path for JSON: as text, and as bytes in hexadecimal when it isn't UTF-8."""
    raw = str(path).encode("utf-8", "surrogateescape")
    fields = {"path": raw.decode("utf-8", "replace")}
    if fields["path"].encode("utf-8") != raw:
        fields["path_bytes"] = raw.hex()
    return fields


def number(value: float | None, digits: int = 4) -> float | None:
    """Return a rounded number for JSON, null where there is none or it isn't finite."""
    if value is None or value != value or value in (float("inf"), float("-inf")):
        return None
    return round(float(value), digits)


def clock(seconds: float) -> str:
    """Return a time as 1:05 or 1:02:05."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"
