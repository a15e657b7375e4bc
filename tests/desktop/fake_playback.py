"""A sound and a picture for tests of playback."""

from pathlib import Path

from desktop.audio.mixer import Source
from engine.arrangement.automation import GainPoints


class FakeSound:
    """A sound whose time a test moves by hand.

    Attributes:
        now_s, speed, running: of its clock.
        paths: what plays on each channel.
        gains_db: of each channel.
        levels: of the music over the clip.
        loop: the part that repeats, in seconds.
        changes: all that was played, in order.
    """

    def __init__(self) -> None:
        self.now_s = 0.0
        self.speed = 0.0
        self.running = False
        self.paths: dict[Source, Path | None] = {}
        self.gains_db: dict[Source, float] = {}
        self.levels: GainPoints | None = None
        self.loop: tuple[float, float] | None = None
        self.changes: list[tuple[Source, Path | None]] = []
        self.closed = False

    def start(self, position_s: float, speed: float) -> None:
        self.now_s, self.speed, self.running = position_s, speed, True

    def stop(self) -> None:
        self.running = False

    def position_s(self) -> float:
        return self.now_s

    def set_sound(self, source: Source, path: Path | None) -> None:
        self.paths[source] = path
        self.changes.append((source, path))

    def set_gain(self, source: Source, gain_db: float) -> None:
        self.gains_db[source] = gain_db

    def set_levels(self, levels: GainPoints) -> None:
        self.levels = levels

    def set_loop(self, part_s: tuple[float, float] | None) -> None:
        self.loop = part_s

    def close(self) -> None:
        self.closed = True


class FakePicture:
    """Keeps the (position, speed) that it had to follow, and the steps that it had to make."""

    def __init__(self) -> None:
        self.followed: list[tuple[float, float]] = []
        self.stepped: list[tuple[float, int]] = []

    def show(self, position_s: float) -> None:
        pass

    def step(self, position_s: float, n_frames: int) -> None:
        self.stepped.append((position_s, n_frames))

    def follow(self, position_s: float, speed: float) -> None:
        self.followed.append((position_s, speed))
