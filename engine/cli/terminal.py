"""What commands share: progress and warnings on standard error, results on standard output."""

import json
import math
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from engine.errors import display_path
from engine.progress import Progress, ProgressStep
from engine.translation import tr, trn

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Line

    from engine.library.tracks import Track

_MAX_FILES_SHOWN = 20


@cache
def notices() -> "Console":
    """Return the console on standard error; it writes plain text when that is no terminal."""
    from rich.console import Console

    return Console(stderr=True, soft_wrap=True)


class TerminalProgress(Progress):
    """Progress on one line of standard error; nothing is shown when that is no terminal.

    Args:
        shown: False in a process whose progress another one shows.
        lines_every_s: without a terminal, such as in a log file, write a plain line every so many
            seconds; None writes nothing.
    """

    def __init__(self, shown: bool = True, lines_every_s: float | None = None) -> None:
        listener = None
        if shown:
            is_terminal = sys.stderr.isatty()
            listener = self._show if is_terminal else self._write if lines_every_s else None
        super().__init__(listener)
        self._task = ""
        self._line: Line | None = None
        self._spacing_s = lines_every_s or 0.0
        self._written_s = time.monotonic()

    def __enter__(self) -> "TerminalProgress":
        return self

    def __exit__(self, *_: object) -> None:
        self._wipe()

    def _wipe(self) -> None:
        if self._line is not None:
            self._line.stop()

    def _write(self, step: ProgressStep) -> None:
        now_s = time.monotonic()
        if now_s - self._written_s < self._spacing_s:
            return
        self._written_s = now_s
        text = " · ".join(filter(None, (step.item, step.stage, _amount(step))))
        if step.left_s is not None:
            text = tr("{done}, about {time} left").format(done=text, time=clock(step.left_s))
        print(plain(text), file=sys.stderr, flush=True)

    def _show(self, step: ProgressStep) -> None:
        amount = _amount(step)
        # The stages of several items make one task, whose speed counts.
        task_name = "items" if step.item else step.stage
        if self._line is None or task_name != self._task:
            self._wipe()
            # Speed is measured from the first step: an earlier run may have done part of the work.
            self._line, self._task = _start_line(step, amount), task_name
        (task,) = self._line.task_ids
        text = " · ".join(filter(None, (step.item, step.stage)))
        self._line.update(
            task, description=text, total=step.total, completed=step.done, amount=amount
        )


def _amount(step: ProgressStep) -> str:
    if step.total:
        return f"{min(100, round(100 * step.done / step.total))} %"
    return f"{step.done:.0f}" if step.done else ""


def _start_line(step: ProgressStep, amount: str) -> "Line":
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    line = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[amount]}", markup=False),
        TimeRemainingColumn(compact=True),
        console=notices(),
        transient=True,
        # Standard output may be a pipe.
        redirect_stdout=False,
        # Average over all steps: epochs of a training are minutes apart.
        speed_estimate_period=math.inf,
    )
    line.add_task(step.stage, total=step.total, completed=int(step.done), amount=amount)
    line.start()
    return line


@contextmanager
def stopping_gently(progress: Progress) -> Iterator[None]:
    """Let the first Ctrl-C cancel `progress`, so that work ends cleanly; a second one kills it."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        progress.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def warn(message: str) -> None:
    """Write a warning to standard error, on one line."""
    _say(message, "yellow")


def warn_of_files(problems: Sequence[tuple[Path, str]]) -> None:
    """Warn of files that can't be used, each with its reason; of many, name the first ones."""
    for path, reason in problems[:_MAX_FILES_SHOWN]:
        warn(f"{display_path(path)}: {reason}")
    n_more = len(problems) - _MAX_FILES_SHOWN
    if n_more > 0:
        warn(
            trn(
                "and {n} more file that can't be used",
                "and {n} more files that can't be used",
                n_more,
            ).format(n=n_more)
        )


def show_error(message: str) -> None:
    """Write to standard error why a command failed, on one line."""
    _say(message, "bold red")


def _say(message: str, style: str) -> None:
    from rich.text import Text

    # Text, not str: file names must not be read as markup.
    notices().print(Text.assemble(("soundbed:", style), " ", plain(message)))


def is_confirmed(question: str) -> bool:
    """Ask on the terminal; return whether the answer is yes. The end of the input is a no."""
    try:
        answer = input(f"{question} [y/N] ")
    except EOFError:
        print()
        return False
    return answer.strip().lower() in ("y", "yes", tr("y"), tr("yes"))


def plain(text: str) -> str:
    """Return text from outside without control characters, lone surrogates and line breaks."""
    if text.isprintable():
        return text.strip()
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text).strip()


def print_json(value: Any) -> None:
    """Write one JSON object to standard output, for strict parsers too."""
    print(json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False))


def print_json_rows(fields: Mapping[str, Any], name: str, rows: Iterable[Any]) -> None:
    """Write one JSON object as `print_json` does; its last field is an array, a line for each row.

    Args:
        fields: of the object, before the array.
        name: of the array.
        rows: written one by one, so that any number of them takes no memory.
    """
    opened = json.dumps({**fields, name: []}, indent=2, ensure_ascii=True, allow_nan=False)
    sys.stdout.write(opened.removesuffix("]\n}"))
    end = ""
    for row in rows:
        sys.stdout.write(",\n    " if end else "\n    ")
        sys.stdout.write(json.dumps(row, ensure_ascii=True, allow_nan=False))
        end = "\n  "
    sys.stdout.write(f"{end}]\n}}\n")


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


def tempo(track: "Track") -> str:
    """Return a track's tempo, with the other one that counts as the same, such as 140/70."""
    both = [track.profile.bpm, track.other_bpm]
    return "/".join(f"{bpm:.0f}" for bpm in both if bpm is not None)


def clock(seconds: float) -> str:
    """Return a time as 1:05 or 1:02:05."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"
