"""The mood pad over a large library: what a move costs the window.

    xvfb-run -a python -m tests.benchmarks.mood_pad HOME [--moves 40] [--song SONG]

HOME is a library of `tests.benchmarks.scale make`. The window shows the demo clip with the pad
open, and the point is dragged across it. First each move waits for its list: the processor time of
the window's thread, from the mouse's event to the last row that is painted, and the time until the
list is there. Then the point is dragged as fast as a mouse reports it: how many rankings that asks
for, how long after the last move the last list is there, and the processor time of the window's
thread for each move. With `--song`, the same with a reference beside it.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QPointF, QSettings, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from desktop.engine_session import EngineSession
from desktop.main_window import MainWindow
from desktop.theme import Theme
from engine.paths import demo_clip
from engine.progress import silent
from tests.benchmarks.bench_switching import wait

_SETTLE_MS = 250
_MOUSE_MS = 16
_NONE, _LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


class Drag:
    """A drag of the point in a window.

    Args:
        window: with an open clip.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._plane = window.results.mood.plane
        self.n_ranked = 0
        window.workspace.ranked.connect(self._count)

    def _count(self) -> None:
        self.n_ranked += 1

    def send(self, kind: QEvent.Type, mood: tuple[float, float]) -> None:
        """Send one event of the mouse at a mood."""
        place = QPointF(self._plane.scale.to_pixels(*mood))
        button = _NONE if kind == QEvent.Type.MouseMove else _LEFT
        where = QPointF(self._plane.mapToGlobal(place))
        modifiers = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            self._plane, QMouseEvent(kind, place, where, button, _LEFT, modifiers)
        )

    def wait_for_list(self) -> None:
        """Wait until nothing is being ranked or waits for it."""
        pad = self._window.results.mood
        while pad.is_ranking:
            loop = QEventLoop()
            self._window.workspace.ranked.connect(loop.quit)
            self._window.workspace.ranking_failed.connect(loop.quit)
            loop.exec()


def path_of(n_moves: int) -> list[tuple[float, float]]:
    """Return moods along a spiral, so that each list is another one."""
    angles = np.linspace(0, 4 * np.pi, n_moves)
    radii = np.linspace(0.9, 0.3, n_moves)
    return [
        (float(r * np.cos(a)), float(r * np.sin(a))) for r, a in zip(radii, angles, strict=True)
    ]


def measure(window: MainWindow, n_moves: int) -> None:
    """Print what moves cost."""
    drag, moods = Drag(window), path_of(n_moves)
    busy_ms, until_ms = [], []
    drag.send(QEvent.Type.MouseButtonPress, moods[0])
    drag.wait_for_list()
    wait(_SETTLE_MS)
    for mood in moods[1:]:
        cpu_s, wall_s = time.thread_time(), time.perf_counter()
        drag.send(QEvent.Type.MouseMove, mood)
        drag.wait_for_list()
        until_ms.append(1000 * (time.perf_counter() - wall_s))
        wait(_SETTLE_MS)
        busy_ms.append(1000 * (time.thread_time() - cpu_s))
    print(
        f"one by one: window's thread {statistics.median(busy_ms):.0f} ms a move "
        f"(most {max(busy_ms):.0f}), list after {statistics.median(until_ms):.0f} ms"
    )
    before, cpu_s = drag.n_ranked, time.thread_time()
    for mood in moods:
        drag.send(QEvent.Type.MouseMove, mood)
        wait(_MOUSE_MS)
    drag.send(QEvent.Type.MouseButtonRelease, moods[-1])
    wall_s = time.perf_counter()
    drag.wait_for_list()
    late_ms = 1000 * (time.perf_counter() - wall_s)
    wait(_SETTLE_MS)
    cpu_ms = 1000 * (time.thread_time() - cpu_s)
    print(
        f"a fast drag of {n_moves} moves: {drag.n_ranked - before} rankings, last list "
        f"{late_ms:.0f} ms after the last move, window's thread {cpu_ms / n_moves:.1f} ms a move"
    )


def main() -> None:
    """Open the window, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--song", type=Path)
    arguments = parser.parse_args()
    os.environ["SOUNDBED_HOME"] = str(arguments.home)
    app = QApplication([])
    store = QSettings(str(arguments.home / "mood-pad.ini"), QSettings.Format.IniFormat)
    window = MainWindow(EngineSession(), Theme(app), store)
    window.resize(1600, 1000)
    window.show()
    loop = QEventLoop()
    window.workspace.ranked.connect(loop.quit)
    window.open_clip(demo_clip())
    loop.exec()
    window.results.mood_dock.button.setChecked(True)
    wait(3000)
    n_tracks = len(window.results.model.pages)
    print(f"{n_tracks} tracks")
    measure(window, arguments.moves)
    if arguments.song is not None:
        reference = window.session.song_reference(arguments.song, silent())
        window.workspace.request.update(at_once=True, references=(reference,))
        wait(3000)
        print("with a song:")
        measure(window, arguments.moves)
    window.close()


if __name__ == "__main__":
    main()
