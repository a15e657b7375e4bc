"""What the window and the process that plays the sound tell each other.

The window sends commands through a pipe. The process reports into shared memory, so that neither
ever waits for the other.
"""

import time
from collections.abc import MutableSequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from desktop.audio.mixer import Source
from engine.arrangement.automation import GainPoints

# A report is this old when the process has stopped.
STALE_S = 0.25


@dataclass(frozen=True, slots=True)
class Start:
    """Play from a position.

    Attributes:
        number: of this start, rising; reports say which one they belong to.
        position_s: in the clip.
        speed: 1 is normal, negative is reverse.
    """

    number: int
    position_s: float
    speed: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop, in silence."""


@dataclass(frozen=True, slots=True)
class SetSound:
    """Change to another sound at the same moment of the clip.

    Attributes:
        source: the channel.
        path: a sound file; None for silence.
    """

    source: Source
    path: Path | None


@dataclass(frozen=True, slots=True)
class SetGain:
    """Set the level of a channel in dB."""

    source: Source
    gain_db: float


@dataclass(frozen=True, slots=True)
class SetLevels:
    """Set the music's level over the clip."""

    levels: GainPoints


@dataclass(frozen=True, slots=True)
class SetLoop:
    """Set the part that repeats, from when to when in seconds of the clip; None to play on."""

    part_s: tuple[float, float] | None


Command: TypeAlias = Start | Stop | SetSound | SetGain | SetLevels | SetLoop


@dataclass(frozen=True, slots=True)
class Report:
    """What plays now.

    Attributes:
        number: of the start that it belongs to, 0 before the first.
        position_s: in the clip, at `time_s`.
        time_s: by the clock that all processes of a computer share.
        speed: as started.
        has_device: whether there is an audio device; else the time runs in silence.
        n_dropouts: how often the device had nothing to play.
        switch_s: time that the processor spent on the last change of a sound.
    """

    number: int = 0
    position_s: float = 0.0
    time_s: float = 0.0
    speed: float = 1.0
    has_device: bool = True
    n_dropouts: int = 0
    switch_s: float = 0.0

    def position_at(self, time_s: float) -> float:
        """Return the position at a later time, without what can't have been played any more."""
        return self.position_s + self.speed * min(max(time_s - self.time_s, 0.0), STALE_S)


# A counter, odd while a report is being written, and the fields of a report.
N_SHARED = 1 + 7


def write_report(shared: MutableSequence[float], report: Report) -> None:
    """Write a report into shared memory; only one process does."""
    shared[0] += 1
    shared[1:] = [
        report.number,
        report.position_s,
        report.time_s,
        report.speed,
        report.has_device,
        report.n_dropouts,
        report.switch_s,
    ]
    shared[0] += 1


def read_report(shared: MutableSequence[float], before: Report) -> Report:
    """Return the newest report, or the one before while a new one is being written."""
    counter, number, position_s, time_s, speed, has_device, n_dropouts, switch_s = shared[:]
    if counter % 2 or shared[0] != counter or not counter:
        return before
    return Report(
        int(number), position_s, time_s, speed, bool(has_device), int(n_dropouts), switch_s
    )


def shared_clock_s() -> float:
    """Return the time of a clock that all processes of a computer share."""
    return time.perf_counter()
