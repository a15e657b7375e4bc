"""Time, memory and cores for each kind of task, the same in the window and the command line.

Tasks that decode media run in separate processes (`engine.media.worker`), which are killed
when they exceed these limits.
"""

import os
from dataclasses import dataclass

from engine.settings import load_settings

# Importing numpy and onnxruntime alone takes about half of this.
_MIN_MEMORY_MB = 128
# A decoder isn't faster with more threads.
_MAX_DECODER_THREADS = 8
# Ten hours of music in Opus are about 400 MB; slower than this, the decoder hangs.
_SLOWEST_BYTES_PER_S = 50_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use before its process is killed.

    Attributes:
        deadline_s: processor time until its result.
        memory_mb: private memory (Linux only).
        low_priority: whether it leaves the cores to whatever else wants them (not on Windows).
        stall_s: processor time without progress.
        idle_s: time in which it neither uses the processor nor progresses.
    """

    deadline_s: float
    memory_mb: int
    low_priority: bool = False
    stall_s: float = float("inf")
    idle_s: float = 300.0

    def __post_init__(self) -> None:
        least_s = min(self.deadline_s, self.stall_s, self.idle_s)
        if least_s <= 0 or self.memory_mb < _MIN_MEMORY_MB:
            raise ValueError(f"no task can finish within {self}")


PROBING_CLIP = Limits(120.0, 4000)
# A four-hour clip at a quarter of real time is the slowest that still makes sense.
ANALYSING_CLIP = Limits(3600.0, 4000)
# Its process lives as long as the window.
SHOWING_CLIP = Limits(float("inf"), 3000, idle_s=float("inf"))
MAKING_PROXY = Limits(3600.0, 6144, low_priority=True)
MEASURING_LEVEL = Limits(600.0, 3000)
PREVIEWING = Limits(3600.0, 6144)
READING_PEAKS = Limits(3600.0, 2000)
# Encoding the sound of a four-hour clip takes minutes, copying its picture to a network longer.
RENDERING = Limits(6 * 3600.0, 6144, idle_s=3600.0)
CHECKING_PACK_TRACK = Limits(60.0, 1500)
EXTRACTING_FEATURES = Limits(900.0, 3000)


def analysing_track(size_bytes: int) -> Limits:
    """Return the limits for analysing an audio file of this size."""
    # Two hours of music may be a few megabytes; a file that hangs is stopped much earlier.
    deadline_s = min(900.0 + size_bytes / _SLOWEST_BYTES_PER_S, 4 * 3600.0)
    return Limits(deadline_s, 3000, stall_s=60.0)


def running_networks(size_bytes: int, *, pictures: bool = False) -> Limits:
    """Return the limits for one call of networks from somewhere else.

    Args:
        size_bytes: of their files; a network that is loaded takes up to four times as much.
        pictures: whether it is a picture network, which may be a hundred times larger.
    """
    memory_mb = 150 + 5 * (size_bytes >> 20)
    # Beyond `processor_s`, which the network itself is stopped at.
    return Limits(50.0, memory_mb if pictures else min(memory_mb, 420), idle_s=50.0)


def processor_s(size_bytes: int) -> int:
    """Return the processor time for one call of a network; our own take milliseconds.

    Args:
        size_bytes: of its file; a picture network of 100 MB takes a second for a frame.
    """
    return 2 + size_bytes // 20_000_000


def available_cores() -> int:
    """Return how many cores this process has."""
    # A container or `taskset` may leave fewer cores than the machine has.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def n_cores() -> int:
    """Return how many cores a task may use: the setting `n_threads`, or all."""
    available = available_cores()
    return min(load_settings().n_threads or available, available)


def n_decoder_threads() -> int:
    """Return how many threads may decode one picture stream."""
    return min(n_cores(), _MAX_DECODER_THREADS)
