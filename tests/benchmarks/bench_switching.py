"""Sound under load: switches between tracks, dropouts, and how long the window's thread is busy.

    xvfb-run -a python -m tests.benchmarks.bench_switching [--switches 50] [--minutes 10]
        [--items 3]

Runs the real window on a PulseAudio server of its own with a null sink (Debian: `apt-get install
pulseaudio pulseaudio-utils`), and compares what that plays with the sound files, sample by sample.

Part 1 presses the keys 1 to 9 while the demo clip plays. For each switch: whether the new track
plays at the sample of the clip that the old one would have (position error), from the last sample
of the old track alone to the first of the new one alone (gap), how long after the key that began,
and the processor time that the process of the sound spent on it. With `--items`, the music is split
into so many equal items, a key changes the one at the playhead, and every third switch is undone by
Ctrl+Z; also measured is how long it takes after a jump into another item until all nine tracks are
prepared.

Part 2 plays noise for some minutes, while the theme changes, the window is resized, a folder is
added to the library and a 4K clip is analysed, again and again: every sample is compared.

The busy time of the window's thread is its own processor time from one wait for events to the
next.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractEventDispatcher,
    QCoreApplication,
    QEventLoop,
    QSettings,
    Qt,
    QTimer,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.audio.ahead import N_AHEAD
from desktop.audio.mixer import Source
from desktop.audio.sound import SoundProcess
from desktop.engine_session import EngineSession
from desktop.garbage import skip_existing_objects
from desktop.main_window import MainWindow
from desktop.theme import Theme
from engine.arrangement.arrangement import Arrangement
from engine.arrangement.editing import split
from engine.arrangement.gains import linear_gain
from engine.media.sound_file import RATE_HZ, SoundFile, create_sound
from engine.paths import demo_clip
from tests.benchmarks.recorder import Recorder
from tests.benchmarks.sound_load import Load

Samples = npt.NDArray[np.float32]

_QUIETER_DB = -6.0  # the limiter has nothing to do
_SAME = 2e-4
_SWITCH_EVERY_MS = 400
_LEAST_LEFT_S = 1.2
_N_NOISE_S = 30
_CHUNK = RATE_HZ // 4


class Pauses:
    """Own processor time of the window's thread for each round of events, in seconds."""

    def __init__(self) -> None:
        self.times_s: list[float] = []
        self._began_s = 0.0

    def watch(self) -> None:
        """Follow the event loop of this thread."""
        dispatcher = QAbstractEventDispatcher.instance()
        # Depending on the system, events are handled before the one or before the other.
        dispatcher.awake.connect(self._count)
        dispatcher.aboutToBlock.connect(self._count)
        self._began_s = time.thread_time()

    def _count(self) -> None:
        now_s = time.thread_time()
        self.times_s.append(now_s - self._began_s)
        self._began_s = now_s


@dataclass(frozen=True, slots=True)
class Press:
    """A key that was pressed: where in the recording, and which sound file it led to."""

    start: int
    at: int
    position_s: float
    path: Path
    is_undo: bool
    prepared: bool
    switch_s: float


def wait(milliseconds: int) -> None:
    """Run the event loop for a time."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(done: Callable[[], bool], timeout_s: float = 120.0) -> None:
    """Run the event loop until something is so."""
    until = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > until:
            sys.exit("took too long")
        wait(10)


def place_in(sound: Samples, recorded: Samples, at: int, n: int = 4800) -> int | None:
    """Return the offset of the recording in the sound, found at one place of the recording."""
    part = recorded[at : at + n]
    if np.abs(part).max() < 1e-3 or len(part) < n:
        return None
    size = 1 << (len(sound) + n).bit_length()
    product = np.fft.rfft(sound, size) * np.conj(np.fft.rfft(part, size))
    alike = np.fft.irfft(product, size)[: len(sound) - n]
    sums = np.concatenate(([0.0], np.cumsum(sound.astype(np.float64) ** 2)))
    power = (sums[n:] - sums[:-n])[: len(alike)]
    # The distance of the part from each place of the sound: 0 where it is.
    offset = int(np.argmin(power - 2 * alike))
    same = np.abs(sound[offset : offset + n] - part).max() < _SAME
    return offset - at if same else None


def read_all(path: Path) -> Samples:
    """Return the left channel of a sound file at the level of the bench."""
    file = SoundFile(path)
    return file.read(np.arange(file.n_samples))[:, 0] * np.float32(linear_gain(_QUIETER_DB))


def process_of(window: MainWindow) -> SoundProcess:
    """Return the window's process of the sound."""
    sound = window.preview.player.sound
    assert isinstance(sound, SoundProcess)
    return sound


def _has_changed(window: MainWindow, before: Path | None) -> bool:
    return window.preview._sounds[Source.MUSIC] != before


def split_music(window: MainWindow, n_items: int) -> None:
    """Split the music under the clip into equal items."""
    workspace = window.workspace
    for number in range(n_items - 1, 0, -1):
        workspace.edit(partial(_split_at, share=number / n_items))
    wait_until(lambda: not workspace.changes.busy)


def _split_at(arrangement: Arrangement, share: float) -> Arrangement:
    return split(arrangement, 0, round(share * arrangement.clip.n_frames))


def show_preparing(window: MainWindow, n_items: int) -> None:
    """Print how long it takes after a jump into an item until all nine tracks are prepared."""
    listening, player = window.workspace.listening, window.preview.player
    wait_until(lambda: listening.ahead.idle)
    times_s = []
    for number in range(n_items):
        player.seek((number + 0.3) * player.duration_s / n_items)
        began_s = time.monotonic()
        wait_until(lambda: listening.ahead.n_prepared >= N_AHEAD)
        times_s.append(time.monotonic() - began_s)
        wait_until(lambda: listening.ahead.idle)
    shown = ", ".join(f"{each:.1f}" for each in times_s)
    print(f"seconds from a jump into an item to nine prepared tracks: {shown}")


def _left_in_item_s(window: MainWindow) -> float:
    """Return for how long the item at the playhead plays on."""
    music, position_s = window.workspace.music, window.preview.player.position_s
    assert music is not None
    item = music.arrangement.items[music.index_at(position_s)]
    return music.arrangement.start_s(item) + item.duration_s - position_s


def switch(window: MainWindow, recorder: Recorder, n_switches: int, undoes: bool) -> None:
    """Press keys while the clip plays, and print what was recorded."""
    workspace, player, sound = window.workspace, window.preview.player, process_of(window)
    wait_until(lambda: workspace.listening.ahead.idle)
    presses: list[Press] = []
    rng, n_starts = np.random.default_rng(1), 0
    while len(presses) < n_switches:
        player.seek(0.5)
        player.play()
        n_starts += 1
        wait_until(lambda: player.position_s > 1.5)
        while player.position_s < player.duration_s - 2 and len(presses) < n_switches:
            before = window.preview._sounds[Source.MUSIC]
            rank = int(rng.integers(1, 10))
            if workspace.music is not None and rank == window.results.view.currentIndex().row() + 1:
                continue
            if _left_in_item_s(window) < _LEAST_LEFT_S:
                # What follows is the same before and after.
                wait(100)
                continue
            is_undo = undoes and len(presses) % 3 == 2 and presses[-1].start == n_starts
            at, position_s = recorder.n_samples, player.position_s
            if is_undo:
                QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
            else:
                QTest.keyClick(window.results.view, Qt.Key.Key_0 + rank)
            prepared = window.preview._sounds[Source.MUSIC] != before
            wait_until(partial(_has_changed, window, before))
            wait(_SWITCH_EVERY_MS)
            path = window.preview._sounds[Source.MUSIC] or Path()
            switch_s = sound.report.switch_s
            presses.append(Press(n_starts, at, position_s, path, is_undo, prepared, switch_s))
        player.pause()
        wait(300)
    wait(1000)
    _show_switches(presses, recorder.samples(), sound.report.n_dropouts)


def _show_switches(presses: list[Press], recorded: Samples, n_dropouts: int) -> None:
    sounds = {press.path: read_all(press.path) for press in presses}
    gaps_ms, errors = [], []
    late_ms: dict[str, list[float]] = {"prepared": [], "not prepared": [], "undone": []}
    for before, press in pairwise(presses):
        if press.start != before.start:
            continue
        old, new = sounds[before.path], sounds[press.path]
        # Near the playhead: several items may have the same track.
        begin = max(round((press.position_s - 2) * RATE_HZ), 0)
        near = slice(begin, begin + 5 * RATE_HZ)
        old_offset = place_in(old[near], recorded, press.at - 4800)
        new_offset = place_in(new[near], recorded, press.at + RATE_HZ * 3 // 10)
        if old_offset is None or new_offset is None:
            continue
        errors.append(new_offset - old_offset)
        old, new = old[begin:], new[begin:]
        index = np.arange(press.at - 4800, press.at + RATE_HZ * 3 // 10)
        old_there = np.abs(old[index + old_offset] - recorded[index]) < _SAME
        new_there = np.abs(new[index + new_offset] - recorded[index]) < _SAME
        # The old one alone up to here, the new one alone from there on.
        last = int(np.argmin(old_there))
        first = len(index) - int(np.argmin(new_there[::-1]))
        gaps_ms.append(1000 * (first - last) / RATE_HZ)
        kind = "prepared" if press.prepared else "undone" if press.is_undo else "not prepared"
        late_ms[kind].append(1000 * (last - 4800) / RATE_HZ)
    cpu_ms = [1000 * press.switch_s for press in presses]
    print(f"switches: {len(presses)}, prepared: {sum(press.prepared for press in presses)}")
    print(f"compared in the recording: {len(errors)}")
    print(f"position errors, in samples: {sorted(set(errors))}")
    print(f"gap (old alone to new alone): {_spread(gaps_ms)}")
    for kind, each_ms in late_ms.items():
        print(f"from the key to the change, {kind}: {_spread(each_ms)} ({len(each_ms)})")
    print(f"processor time of the process of the sound: {_spread(cpu_ms)}")
    print(f"dropouts: {n_dropouts}")


def _spread(values: list[float]) -> str:
    if not values:
        return "nothing"
    return f"median {statistics.median(values):.1f} ms, longest {max(values):.1f} ms"


def load(
    window: MainWindow, recorder: Recorder, minutes: float, folder: Path, pauses: Pauses
) -> None:
    """Play noise under load, and print where the recording isn't that."""
    noise = np.random.default_rng(2).normal(0, 0.05, _N_NOISE_S * RATE_HZ).astype(np.float32)
    n_samples = round((minutes * 60 + 10) * RATE_HZ)
    path = folder / "noise.sound"
    create_sound(path, n_samples)
    noise_file = SoundFile(path)
    pair = np.stack([noise, noise], 1)
    for block in range(0, len(noise_file.ready), _N_NOISE_S):
        noise_file.fill(block, [pair])
    sound = process_of(window)
    sound.set_sound(Source.CLIP, None)
    sound.set_sound(Source.MUSIC, path)
    wait(200)
    work = Load(window, folder)
    wait(200)
    pauses.times_s.clear()
    n_dropouts, first = sound.report.n_dropouts, recorder.n_samples
    sound.start(0.0, 1.0)
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        work.step()
        wait(15)
    sound.stop()
    wait(500)
    print(f"{minutes:g} minutes: {work.done}")
    _show_holes(read_all(path), recorder.samples()[first:])
    print(f"dropouts that the process counted: {sound.report.n_dropouts - n_dropouts}")


def _show_holes(expected: Samples, recorded: Samples) -> None:
    """Print where the recording isn't the sound: one of both was late, or lost something."""
    sounding = np.flatnonzero(np.abs(recorded) > 1e-4)
    at, last = int(sounding[0]) + RATE_HZ, int(sounding[-1]) - RATE_HZ
    offset = place_in(expected[: 10 * RATE_HZ], recorded, at)
    holes_ms, n_same = [], 0
    while offset is not None and at + _CHUNK < last:
        part = recorded[at : at + _CHUNK]
        if np.abs(part - expected[at + offset : at + offset + _CHUNK]).max() < _SAME:
            n_same += _CHUNK
            at += _CHUNK
            continue
        # Where does it continue? The noise is unlike itself everywhere within its period.
        at += 2 * _CHUNK
        begin = max(at + offset - 5 * RATE_HZ, 0)
        found = place_in(expected[begin : begin + 10 * RATE_HZ], recorded, at)
        if found is not None and found + begin != offset:
            holes_ms.append(1000 * (offset - found - begin) / RATE_HZ)
            offset = found + begin
    length_s = (last - sounding[0]) / RATE_HZ
    print(f"seconds equal to the sound: {n_same / RATE_HZ:.1f} of {length_s:.1f}")
    print(f"holes: {len(holes_ms)}, in ms: {[round(each, 1) for each in holes_ms]}")


def main() -> int:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--switches", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--items", type=int, default=1)
    arguments = parser.parse_args()
    if shutil.which("pulseaudio") is None or shutil.which("parec") is None:
        sys.exit("needs pulseaudio and parec")
    folder = Path(tempfile.mkdtemp(prefix="soundbed-bench-"))
    os.environ["SOUNDBED_HOME"] = str(folder / "home")
    recorder = Recorder(folder)
    app = QApplication(sys.argv[:1])
    store = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(EngineSession(), Theme(app), store)
    skip_existing_objects()
    window.show()
    pauses = Pauses()
    ready: list[bool] = []
    window.workspace.sound_ready.connect(lambda *_: ready.append(True))
    QTimer.singleShot(0, lambda: window.open_clip(demo_clip()))
    wait_until(lambda: bool(ready))
    wait(3000)
    window.workspace.set_levels(_QUIETER_DB, -60.0)
    pauses.watch()
    try:
        if arguments.switches:
            n_items = arguments.items
            if n_items > 1:
                split_music(window, n_items)
                show_preparing(window, n_items)
            switch(window, recorder, arguments.switches, undoes=n_items > 1)
            print(f"window's thread busy at most {1000 * max(pauses.times_s):.0f} ms at a time")
        if arguments.minutes:
            load(window, recorder, arguments.minutes, folder, pauses)
            longest = sorted(pauses.times_s)[-5:]
            shown = ", ".join(f"{1000 * each:.0f}" for each in longest)
            print(f"window's thread busy at most, the five longest: {shown} ms")
    finally:
        window.close()
        QCoreApplication.processEvents()
        recorder.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
