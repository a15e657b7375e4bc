"""Use the real window at random, and report exceptions, memory and threads that are left.

`python -m tests.desktop.random_use --minutes 60 --seed 1` opens the demo clip and two pictures with
the real engine, in a home folder of its own. The same seed makes the same choices, though what they
meet depends on the machine's speed. The exit status is 1 if anything went wrong.
"""

import argparse
import faulthandler
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QPoint, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.main_window import MainWindow
from desktop.results.controls import ChoicesControl, RangeControl, SwitchControl
from desktop.settings.packs_dialog import PacksDialog
from engine.ranking.sort_keys import SORT_KEYS
from tests.copied_packs import copied_pack

_NONE = Qt.KeyboardModifier.NoModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_LEFT = Qt.MouseButton.LeftButton
_WORDS = (
    "europa",
    "calm piano",
    "-drums",
    "sad strings, no vocals",
    "?!.,",
    "钢琴",
    "<b>x</b>",
    "zzzz",
    "a" * 300,
)
_KEYS = (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown)
_SCENE_KEYS = (Qt.Key.Key_Period, Qt.Key.Key_Comma)
_HANGS_S = 300
_SIZES = ((900, 560), (1280, 800), (1700, 1000))
# What Qt says about a machine without a screen or sound, and not about the window.
_HARMLESS = ("propagateSizeHints", "XDG_RUNTIME_DIR", "PulseAudio", "vaapi", "does not support")


@dataclass(slots=True)
class Report:
    """What went wrong, and what was used.

    Attributes:
        problems: exceptions and Qt's warnings, each with the action before it.
        memory_mb: of the window's process, at each minute.
        counts: how often each action was made.
        left: the window's threads that were left when it was closed.
        action: the action that is being made.
    """

    problems: Counter[str] = field(default_factory=Counter)
    memory_mb: list[int] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)
    action: str = "open"

    @property
    def is_clean(self) -> bool:
        """Whether nothing went wrong and no thread is left."""
        return not self.problems and not self.left

    def lines(self) -> Iterator[str]:
        """Yield the report."""
        yield f"{self.counts.total()} actions: {dict(sorted(self.counts.items()))}"
        yield f"memory, MB at each minute: {self.memory_mb}"
        yield f"threads left: {self.left or 'none'}"
        yield f"exceptions and warnings: {self.problems.total()}"
        for problem, n in self.problems.most_common():
            yield f"--- {n} times: {problem}"

    def add_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Note an exception that nothing caught."""
        text = "".join(traceback.format_exception(kind, error, trace))
        self.problems[f"after “{self.action}”: {text}"] += 1

    def add_message(self, kind: QtMsgType, _context: object, message: str | None) -> None:
        """Note a warning of Qt."""
        text = message or ""
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not any(
            each in text for each in _HARMLESS
        ):
            self.problems[f"after “{self.action}”: Qt: {text}"] += 1


@contextmanager
def watched(report: Report) -> Iterator[None]:
    """Note exceptions and warnings while this runs."""
    hook, thread_hook = sys.excepthook, threading.excepthook
    sys.excepthook = report.add_exception
    threading.excepthook = lambda args: report.add_exception(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )
    handler = qInstallMessageHandler(report.add_message)
    try:
        yield
    finally:
        qInstallMessageHandler(handler)
        sys.excepthook, threading.excepthook = hook, thread_hook


@contextmanager
def noting(report: Report) -> Iterator[None]:
    """Note an exception and continue; Qt's waits raise those of slots."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        report.add_exception(type(error), error, error.__traceback__)


class RandomUse:
    """Makes random actions in a window.

    Args:
        window: is shown.
        clips: are opened.
        seed: of the choices.
        report: is written.
    """

    def __init__(
        self, window: MainWindow, clips: Sequence[Path], seed: int, report: Report
    ) -> None:
        self._window = window
        self._clips = clips
        self._random = random.Random(seed)
        self._report = report
        self.actions: dict[str, tuple[Callable[[], object], int]] = {
            "search": (self._search, 6),
            "wish": (self._wish, 3),
            "filter": (self._filter, 6),
            "clear": (lambda: self._key(Qt.Key.Key_F, _CONTROL | _SHIFT), 4),
            "sort": (self._sort, 3),
            "mood pad": (self._drag_mood, 4),
            "toggle pad": (window.results.mood_dock.toggle, 1),
            "choose": (lambda: self._key(self._random.choice(_KEYS)), 10),
            "select several": (window.results.view.selectAll, 1),
            "shortlist": (lambda: self._key(Qt.Key.Key_S), 4),
            "favourite": (lambda: self._key(Qt.Key.Key_F), 3),
            "hide": (lambda: self._key(Qt.Key.Key_H), 1),
            "compare": (lambda: self._key(Qt.Key.Key_C, self._random.choice((_NONE, _SHIFT))), 2),
            "pick": (lambda: self._key(Qt.Key.Key_Return), 1),
            "like": (window.wishes.like.trigger, 2),
            "unlike": (window.wishes.unlike.trigger, 1),
            "undo": (window.workspace.changes.undo, 5),
            "redo": (window.workspace.changes.redo, 3),
            "scene": (lambda: self._key(self._random.choice(_SCENE_KEYS)), 3),
            "seek": (self._seek, 3),
            "play": (lambda: self._key(Qt.Key.Key_Space), 2),
            "escape": (lambda: self._key(Qt.Key.Key_Escape), 3),
            "tab": (lambda: self._key(Qt.Key.Key_Tab), 3),
            "another clip": (self._open, 2),
            "next clip": (lambda: window.clips.step(self._random.choice((-1, 1))), 2),
            "theme": (lambda: window._theme.choose(self._random.choice(("dark", "light"))), 1),
            "resize": (lambda: window.resize(*self._random.choice(_SIZES)), 2),
            "scroll": (self._scroll, 4),
            "library": (self._library, 1),
            "settings": (window.settings.show, 1),
            "packs": (self._packs, 2),
            "picks": (window.decided.show_picks, 1),
            "taste": (window.decided.show_taste, 1),
            "training": (window.training.show, 1),
            "help": (window.menus.show_keys, 1),
            "close dialogs": (self._close_dialogs, 5),
            "click": (self._click, 4),
        }

    def run(self, duration_s: float, pause_ms: int) -> None:
        """Make actions for a time."""
        names = list(self.actions)
        weights = [weight for _, weight in self.actions.values()]
        leave = QTimer(interval=2000)
        leave.timeout.connect(self._leave_modal)
        leave.start()
        start = time.monotonic()
        while (passed_s := time.monotonic() - start) < duration_s and self._window.isVisible():
            if passed_s >= 60 * len(self._report.memory_mb):
                self._report.memory_mb.append(memory_mb())
            (name,) = self._random.choices(names, weights)
            self._report.action = name
            self._report.counts[name] += 1
            with noting(self._report):
                self.actions[name][0]()
                QTest.qWait(self._random.randint(0, 2 * pause_ms))
        self._report.memory_mb.append(memory_mb())
        leave.stop()
        self._report.action = "close"
        self._close_dialogs()

    def _leave_modal(self) -> None:
        """Leave a menu or dialog, which may have a loop of its own that waits for the user."""
        modal = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if modal is not None:
            action = self._report.action
            self._report.action = f"{action}, leaving {type(modal).__name__}"
            QTest.keyClick(modal, Qt.Key.Key_Escape)
            self._report.action = action

    # The actions

    def _key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        QTest.keyClick(self._window.focusWidget() or self._window, key, modifiers)

    def _type(self, text: str) -> QWidget:
        search = self._window.results.search
        search.start()
        # Only signs of a keyboard can be typed.
        typed = text[:20] if text.isascii() else ""
        for letter in typed:
            QTest.keyClicks(search, letter)
        search.insert(text[len(typed) :])
        return search

    def _search(self) -> None:
        self._type(self._random.choice(_WORDS))

    def _wish(self) -> None:
        QTest.keyClick(self._type(self._random.choice(_WORDS)), Qt.Key.Key_Return)

    def _filter(self) -> None:
        control = self._random.choice(list(self._window.results.filters.controls.values()))
        if isinstance(control, ChoicesControl):
            entries = [each for each in control.menu.actions() if each.isEnabled()]
            if entries:
                self._random.choice(entries).trigger()
        elif isinstance(control, RangeControl):
            box = self._random.choice((control.low, control.high))
            box.setValue(self._random.randint(box.minimum(), box.maximum()))
        elif isinstance(control, SwitchControl):
            control.button.click()

    def _sort(self) -> None:
        sort = self._window.results.sort
        self._random.choice((*(sort.keys[each.name] for each in SORT_KEYS), sort.turn)).trigger()

    def _drag_mood(self) -> None:
        plane = self._window.results.mood.plane
        if not plane.isVisible():
            return
        with_area = self._random.choice((_NONE, _SHIFT))
        start, end = self._point(plane), self._point(plane)
        QTest.mousePress(plane, _LEFT, with_area, start)
        for n in range(1, 6):
            QTest.mouseMove(plane, start + (end - start) * n / 5)
            QTest.qWait(20)
        QTest.mouseRelease(plane, _LEFT, with_area, end)

    def _seek(self) -> None:
        player = self._window.preview.player
        player.seek(self._random.uniform(-1.0, player.duration_s + 1.0))

    def _open(self) -> None:
        self._window.open_clip(self._random.choice(self._clips))

    def _scroll(self) -> None:
        bar = self._window.results.view.verticalScrollBar()
        bar.setValue(self._random.randint(bar.minimum(), bar.maximum()))

    def _library(self) -> None:
        tabs = self._window.library.show().tabs
        tabs.setCurrentIndex(self._random.randrange(tabs.count()))

    def _packs(self) -> None:
        self._window.settings.show()
        dialog = self._window.settings.dialog
        assert dialog is not None
        shown = [each for each in dialog.findChildren(PacksDialog) if each.isVisible()]
        packs = shown[0] if shown else dialog.show_packs()
        rows = packs.tree.model()
        if rows.rowCount():
            row = self._random.randrange(rows.rowCount())
            packs.tree.setCurrentIndex(rows.index(row, 0))
        self._random.choice((packs.use, packs.back, packs.report, packs.compare)).click()

    def _close_dialogs(self) -> None:
        for widget in QApplication.topLevelWidgets():
            if widget is not self._window and widget.isVisible():
                widget.close()

    def _click(self) -> None:
        widget = self._random.choice((self._window.results.view.viewport(), self._timeline()))
        QTest.mouseClick(widget, _LEFT, _NONE, self._point(widget))

    def _timeline(self) -> QWidget:
        return self._window.preview.editor.timeline

    def _point(self, widget: QWidget) -> QPoint:
        return QPoint(
            self._random.randrange(max(1, widget.width())),
            self._random.randrange(max(1, widget.height())),
        )


def memory_mb() -> int:
    """Return the memory of this process in MB."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    (line,) = [each for each in status.read_text().splitlines() if each.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


def wait_for(is_done: Callable[[], bool], timeout_s: float) -> None:
    """Let the window work until something is so, at most this long."""
    end = time.monotonic() + timeout_s
    while not is_done() and time.monotonic() < end:
        QTest.qWait(50)


def threads_left(before: set[threading.Thread]) -> list[str]:
    """Return the names of threads that began since then and don't end within five seconds."""

    def left() -> list[str]:
        return [each.name for each in threading.enumerate() if each not in before]

    wait_for(lambda: not left(), 5.0)
    return left()


def main() -> int:
    """Run for the minutes that are asked for, and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause-ms", type=int, default=400)
    arguments = parser.parse_args()
    report = Report()
    # Shows where a window that crashes or no longer answers is.
    faulthandler.enable()
    faulthandler.dump_traceback_later(60 * arguments.minutes + _HANGS_S, exit=True)
    with tempfile.TemporaryDirectory() as folder, watched(report):
        os.environ["SOUNDBED_HOME"] = folder
        _use_engine(Path(folder), arguments, report)
    print(*report.lines(), sep="\n", flush=True)
    return 0 if report.is_clean else 1


def _use_engine(folder: Path, arguments: argparse.Namespace, report: Report) -> None:
    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QImage

    from desktop.engine_session import EngineSession
    from desktop.garbage import collections_on_this_thread
    from desktop.theme import Theme
    from engine.paths import demo_clip

    app = QApplication([])
    clips = [demo_clip()]
    for seed in range(2):
        # Coarse patches of colour; in a clip of one colour there is nothing to see.
        patches = random.Random(seed).randbytes(16 * 8 * 4)
        picture = QImage(patches, 16, 8, QImage.Format.Format_RGB32).scaled(640, 320)
        clips.append(folder / f"picture{seed}.png")
        picture.save(str(clips[-1]))
    copied_pack("another pack")
    before = set(threading.enumerate())
    store = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(EngineSession(), Theme(app), store)
    window.show()
    ready: list[object] = []
    window.workspace.sound_ready.connect(ready.append)
    with collections_on_this_thread():
        window.open_clip(clips[0])
        wait_for(lambda: bool(ready), 180.0)
        user = RandomUse(window, clips, arguments.seed, report)
        user.run(60 * arguments.minutes, arguments.pause_ms)
        wait_for(lambda: not window.strip.busy, 60.0)
        window.close()
    report.left = threads_left(before)


if __name__ == "__main__":
    sys.exit(main())
