"""Frames that are shown beside frames asked for, and how smoothly clips play.

    python -m tests.benchmarks.frames_shown FOLDER [--play CLIP ...] [--proxies]

Clips whose frames carry their number are made in FOLDER (see `tests.numbered_clips`). Each is
asked for positions at random, right at and right before its frames, and stepped through forward
and back as the arrow keys do; the number on the screen must be the right one. With `--proxies`,
their proxies too.

`--play` plays clips for some seconds in a view of 1280 by 720: how many frames came, how late,
and the longest time that the window was busy with one of them, in CPU time of its own thread.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.clip.picture_view import PictureView
from desktop.preview.picture import Picture
from desktop.preview.player import Player
from engine.media.probe import probe_video
from engine.media.proxy import decoding_cost, make_proxy, needs_proxy
from engine.progress import silent
from tests.desktop.fake_playback import FakeSound
from tests.numbered_clips import ODD_CLIPS, NumberedClip, number_at, read_number, write_numbered

_PATIENCE_S = 10.0
_N_RANDOM = 30
_N_STEPS = 30
_PLAY_S = 6.0
_TICK_S = 0.03
_UNSURE_S = 1.2e-3


@dataclass(frozen=True, slots=True)
class _Seen:
    at_s: float
    time_s: float


class Screen:
    """A picture and its view."""

    def __init__(self, app: QApplication, size: QSize) -> None:
        self._app = app
        self.view = PictureView()
        self.view.resize(size)
        self.picture = Picture()
        self.picture.set_size(size)
        self.picture.frame_changed.connect(self._keep)
        self.picture.frame_changed.connect(self.view.show_frame)
        self.picture.frame_shown.connect(self._note)
        self.picture.stepped.connect(self._note_step)
        self.player = Player(self.picture, FakeSound())
        self.picture.stepped.connect(self.player.finish_step)
        self.view.show()
        self.image: QImage | None = None
        self.seen: list[_Seen] = []
        self.n_steps = 0
        self.longest_busy_s = 0.0

    def number(self) -> int | None:
        """Return the number on the screen."""
        assert self.image is not None
        rows = np.frombuffer(self.image.constBits(), np.uint8)
        pixels = rows.reshape(self.image.height(), self.image.width(), 4)
        return read_number(pixels[..., 1])

    def wait(self, until: Callable[[], bool], seconds: float = _PATIENCE_S) -> bool:
        """Let the window work until something is so; return whether it is."""
        end_s = time.perf_counter() + seconds
        while not until() and time.perf_counter() < end_s:
            began = time.thread_time()
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)
            self.longest_busy_s = max(self.longest_busy_s, time.thread_time() - began)
            time.sleep(0.001)
        return until()

    def ask(self, position_s: float) -> int | None:
        """Return the number that is shown for a position."""
        n_before = self.n_steps
        self.picture.step(position_s, 0)
        return self._reached(n_before)

    def step(self, n_frames: int) -> int | None:
        """Step as the arrow keys do; return the number that is reached."""
        n_before = self.n_steps
        self.player.step(n_frames)
        return self._reached(n_before)

    def _reached(self, n_before: int) -> int | None:
        return self.number() if self.wait(lambda: self.n_steps > n_before) else None

    def _keep(self, image: QImage) -> None:
        self.image = image

    def _note(self, time_s: float) -> None:
        self.seen.append(_Seen(time.perf_counter(), time_s))

    def _note_step(self, _time_s: float) -> None:
        self.n_steps += 1


def compare(screen: Screen, clip: NumberedClip, path: Path) -> str:
    """Return a line with how many frames are those that were asked for."""
    times_s = clip.frame_times()
    screen.picture.load(path)
    draw = random.Random(clip.name)
    # Containers that count in milliseconds can't be asked more exactly.
    asked = [
        position_s
        for position_s in (draw.uniform(0.0, times_s[-1] + 0.3) for _ in range(_N_RANDOM))
        if not any(0 <= time_s - position_s < _UNSURE_S for time_s in times_s)
    ]
    asked += [time_s + 2e-4 for time_s in draw.sample(times_s, 15)]
    asked += [time_s - 3e-3 for time_s in draw.sample(times_s[1:], 15)]
    wrong = [
        (round(position_s, 4), found, number_at(clip, position_s))
        for position_s in asked
        if (found := screen.ask(position_s)) != number_at(clip, position_s)
    ]
    info = probe_video(path)
    screen.player.load(info.duration_s, float(info.frame_rate))
    middle = len(times_s) // 3
    screen.player.seek(times_s[middle] + 2e-4)
    first = clip.first_frame + middle
    n_forward = sum(screen.step(1) == first + n + 1 for n in range(_N_STEPS))
    n_back = sum(screen.step(-1) == first + n for n in reversed(range(_N_STEPS)))
    name = clip.name if path.name == clip.name else "  its proxy"
    return (
        f"{name:20} {len(asked) - len(wrong):3} of {len(asked)} equal, "
        f"steps forward {n_forward} of {_N_STEPS}, back {n_back} of {_N_STEPS} {wrong[:3] or ''}"
    )


def play(screen: Screen, path: Path, rate: float, duration_s: float) -> str:
    """Play a clip and return a line with what came of it."""
    picture = screen.picture
    picture.load(path)
    screen.ask(0.0)
    screen.wait(lambda: False, 0.5)
    screen.seen.clear()
    screen.longest_busy_s = 0.0
    length_s = min(_PLAY_S, duration_s - 0.2)
    start_s = time.perf_counter()
    while (position_s := time.perf_counter() - start_s) < length_s:
        picture.follow(position_s, 1.0)
        screen.wait(lambda: False, _TICK_S)
    late_ms = [(seen.at_s - start_s - seen.time_s) * 1e3 for seen in screen.seen]
    gaps_ms = np.diff([seen.at_s for seen in screen.seen]) * 1e3
    n_due = int(length_s * rate)
    middle, most = np.percentile(late_ms, [50, 95])
    return (
        f"{path.name:20} {len(screen.seen)} of {n_due} frames in {length_s:.1f} s at {rate:.2f}: "
        f"late {middle:.1f} ms (95 %: {most:.1f}), longest gap {gaps_ms.max():.0f} ms, "
        f"window busy {screen.longest_busy_s * 1e3:.1f} ms at most"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each clip."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--play", type=Path, nargs="*", default=[])
    parser.add_argument("--proxies", action="store_true")
    options = parser.parse_args(arguments)
    app = QApplication([])
    screen = Screen(app, QSize(1280, 720))
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as proxies:
        for clip in [] if options.play else ODD_CLIPS:
            path = options.folder / clip.name
            if not path.exists():
                write_numbered(options.folder, clip)
            print(compare(screen, clip, path), flush=True)
            if options.proxies:
                proxy = make_proxy(probe_video(path), Path(proxies), silent())
                print(compare(screen, clip, proxy), flush=True)
        for path in options.play:
            info = probe_video(path)
            print(f"costs {decoding_cost(info):.2f} cores, proxy: {needs_proxy(info)}")
            print(play(screen, path, float(info.frame_rate), info.duration_s), flush=True)
            if needs_proxy(info) and options.proxies:
                began = time.perf_counter(), time.process_time()
                proxy = make_proxy(info, Path(proxies), silent())
                print(
                    f"proxy made in {time.perf_counter() - began[0]:.1f} s "
                    f"({time.process_time() - began[1]:.1f} s of CPU) "
                    f"for {info.duration_s:.1f} s, {proxy.stat().st_size / 1e6:.1f} MB"
                )
                print(play(screen, proxy, float(info.frame_rate), info.duration_s), flush=True)
    screen.picture.close()


if __name__ == "__main__":
    main()
