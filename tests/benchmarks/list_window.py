"""The list in the window: what the GUI's thread takes, and the memory of the program.

    python -m tests.benchmarks.scale make HOME --tracks 100000
    QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.list_window HOME [--clip CLIP] [--runs 9]

CPU milliseconds of the GUI's thread in the real window on the real engine. What the library's
check and renewal would do is left out. Medians and the worst of: the rows after the scores have
come; a key in the search field, with all that follows until its tracks are shown; a step of the
wheel; a jump of the scroll bar to anywhere in the list. A step includes the painting and the rows
that arrive meanwhile. The longest pause is that of one round of events, whatever it was for.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.engine_session import EngineSession
from desktop.garbage import skip_existing_objects
from desktop.library.actions import LibraryActions
from desktop.main_window import MainWindow
from desktop.results.request import N_FIRST
from desktop.theme import Theme
from engine.paths import demo_clip
from engine.stories.recommend import Recommendations
from tests.benchmarks.bench_switching import Pauses, wait, wait_until

_WORDS = ("night", "piano", "first light", "storm", "europa")
_N_STEPS = 120
_WHEEL_PX = 180


class Measured:
    """The window, and how long its thread takes for things.

    Args:
        window: shown, with an open clip.
    """

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.pauses = Pauses()
        self.pauses.watch()

    def cpu_ms(self, act: Callable[[], object], done: Callable[[], bool]) -> float:
        """Return the CPU time of this thread from an act until something is so."""
        began_s = time.thread_time()
        act()
        wait_until(done)
        return 1000 * (time.thread_time() - began_s)

    def longest_ms(self) -> float:
        """Return the longest round of events since the last call."""
        longest = max(self.pauses.times_s, default=0.0)
        self.pauses.times_s.clear()
        return 1000 * longest


def first_rows(measured: Measured, runs: int) -> list[float]:
    """Return CPU times of showing a list whose scores have come, until it is painted."""
    workspace, view = measured.window.workspace, measured.window.results.view
    times_ms: list[float] = []
    show = workspace._set_ranking

    def timed(recommendations: Recommendations) -> None:
        began_s = time.thread_time()
        show(recommendations)
        view.viewport().repaint()
        times_ms.append(1000 * (time.thread_time() - began_s))

    workspace._set_ranking = timed  # type: ignore[method-assign]  # as the job's signal calls it
    for run in range(runs):
        # Another question each time, so the list begins anew.
        workspace.request.update(at_once=True, taste=0.1 * (1 - run % 2))
        wait_until(partial(_has, times_ms, run + 1))
    del workspace._set_ranking
    return times_ms


def keys(measured: Measured) -> list[float]:
    """Return CPU times of keys in the search field, each until its tracks are shown."""
    results = measured.window.results
    shown: list[bool] = []
    measured.window.workspace.ranked.connect(lambda _: shown.append(True))
    times_ms = []
    for word in _WORDS:
        results.search.start()
        for sign in word:
            # A blank at the end asks for nothing new.
            expected = len(shown) + (not sign.isspace())
            press = partial(QTest.keyClicks, results.search, sign)
            times_ms.append(measured.cpu_ms(press, partial(_has, shown, expected)))
        measured.cpu_ms(results.search.clear, partial(_has, shown, len(shown) + 1))
    return times_ms


def _has(found: Sequence[object], n: int) -> bool:
    return len(found) >= n


def scrolling(measured: Measured, places: Sequence[int]) -> list[float]:
    """Return CPU times of moving the scroll bar to places, each with what is painted and read."""
    bar = measured.window.results.view.verticalScrollBar()
    times_ms = []
    for place in places:
        began_s = time.thread_time()
        bar.setValue(place)
        wait(16)
        times_ms.append(1000 * (time.thread_time() - began_s))
    return times_ms


def memory_mb() -> dict[str, float]:
    """Return the memory of this process: resident, and that of it which is no mapped file."""
    fields = dict(
        line.split(":", 1) for line in Path("/proc/self/status").read_text("utf-8").splitlines()
    )
    sizes = {name: int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM", "RssAnon")}
    return {"resident": sizes["VmRSS"], "peak": sizes["VmHWM"], "own": sizes["RssAnon"]}


def report(name: str, times_ms: Sequence[float]) -> None:
    """Print the median and the worst."""
    print(f"{name:<34}{statistics.median(times_ms):8.1f} ms median{max(times_ms):8.1f} ms worst")


def measure(window: MainWindow, clip: Path, runs: int) -> None:
    """Print all figures."""
    ranked: list[bool] = []
    # The tracks of a made-up library can't be played, so no sound is waited for.
    window.workspace.ranked.connect(lambda _: ranked.append(True))
    QTimer.singleShot(0, lambda: window.open_clip(clip))
    wait_until(lambda: bool(ranked), timeout_s=900)
    # What is prepared to be played next has its own threads and processes.
    wait_until(lambda: window.runner.n_running == 0, timeout_s=300)
    measured = Measured(window)
    n_tracks = window.results.model.rowCount()
    print(f"{n_tracks} tracks, {N_FIRST} of them placed with the ranking")
    report("rows after the scores", first_rows(measured, runs))
    report("a key in the search field", keys(measured))
    print(f"{'longest pause so far':<34}{measured.longest_ms():8.1f} ms")
    wait_until(lambda: window.runner.n_running == 0)
    measured.longest_ms()
    bar = window.results.view.verticalScrollBar()
    bar.setValue(0)
    report("a step of the wheel", scrolling(measured, range(0, _N_STEPS * _WHEEL_PX, _WHEEL_PX)))
    print(f"{'longest pause of them':<34}{measured.longest_ms():8.1f} ms")
    anywhere = np.random.default_rng(1).integers(0, bar.maximum() + 1, _N_STEPS)
    report("a jump to anywhere", scrolling(measured, anywhere.tolist()))
    wait_until(lambda: window.runner.n_running == 0)
    print(f"{'longest pause of them':<34}{measured.longest_ms():8.1f} ms")
    for name, size_mb in memory_mb().items():
        print(f"memory, {name:<26}{size_mb:8.0f} MB")


def main() -> int:
    """Measure a window on a library."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--clip", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=800)
    arguments = parser.parse_args()
    os.environ["SOUNDBED_HOME"] = str(arguments.home.resolve())
    app = QApplication(sys.argv[:1])
    app.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    with tempfile.TemporaryDirectory() as folder:
        LibraryActions.start = lambda _self: None  # type: ignore[method-assign,assignment]  # see above
        store = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        window = MainWindow(EngineSession(), Theme(app), store)
        window.resize(arguments.width, arguments.height)
        skip_existing_objects()
        window.show()
        try:
            measure(window, arguments.clip or demo_clip(), arguments.runs)
        finally:
            window.close()
            QCoreApplication.processEvents()
    return 0


if __name__ == "__main__":
    sys.exit(main())
