"""What a user may do while a clip plays, for benchmarks of the sound."""

import shutil
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

from desktop.main_window import MainWindow
from engine.paths import assets_dir
from engine.progress import silent


class Load:
    """What a user may do while the clip plays."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._folder = folder
        self._clip = make_4k_clip(folder / "4k.mp4")
        self._music = folder / "music"
        self._music.mkdir()
        for track in sorted((assets_dir() / "library" / "tracks").rglob("*.opus"))[::20]:
            shutil.copy(track, self._music)
        self._n_steps = 0
        self._running: set[str] = set()
        self.done = {"themes": 0, "sizes": 0, "folders added": 0, "4K clips analysed": 0}

    def step(self) -> None:
        """Do the next thing."""
        self._n_steps += 1
        if self._n_steps % 100 == 0:
            self._window._theme.choose("light" if self._n_steps % 200 else "dark")
            self.done["themes"] += 1
        if self._n_steps % 300 < 60:
            size = 20 * (self._n_steps % 30)
            self._window.resize(1180 + size, 700 + size // 2)
            self.done["sizes"] += 1
        self._start("folders added", self._scan)
        self._start("4K clips analysed", self._analyse)

    def _start(self, name: str, work: Callable[[], object]) -> None:
        if name in self._running:
            return
        self._running.add(name)
        job = self._window.runner.start(lambda _: work())
        job.failed.connect(print)
        job.succeeded.connect(lambda _: self._count(name))
        job.ended.connect(lambda: self._running.discard(name))

    def _count(self, name: str) -> None:
        self.done[name] += 1

    def _scan(self) -> None:
        # Other bytes, so that all is analysed again.
        for path in self._music.iterdir():
            with path.open("ab") as file:
                file.write(b"\0")
        self._window.session.add_folder(self._music, silent())

    def _analyse(self) -> None:
        with self._clip.open("ab") as file:
            file.write(b"\0\0\0\x08free")
        self._window.session.analyse(self._clip, silent())


def make_4k_clip(path: Path) -> Path:
    """Write ten seconds of 3840x2160 in H.264."""
    rng = np.random.default_rng(3)
    texture = rng.integers(0, 255, (2160, 3840 + 300 * 8, 3), dtype=np.uint8) // 4
    texture += np.linspace(0, 180, texture.shape[1]).astype(np.uint8)[None, :, None]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = 3840, 2160, "yuv420p"
        stream.bit_rate = 40_000_000
        for n in range(300):
            picture = np.ascontiguousarray(texture[:, 8 * n : 8 * n + 3840])
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return path
