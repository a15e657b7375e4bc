"""Time and memory of a clip's analysis, compared with sampling its frames alone.

    python -m tests.benchmarks.bench_analysis [CLIP] [--repeats 3]

Each run has a process of its own. Without a clip, one of 60 s in 1080p H.264 is encoded first. The
processor time of the whole analysis must stay under 1.5 times that of sampling alone.
"""

import argparse
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from engine.encoders.visual import VisualEncoder
from engine.media.frames import sample_frames, stream_frames
from engine.media.probe import probe_video
from engine.progress import silent
from engine.video.clip_features import describe_video
from tests.benchmarks.bench_decode import given_or_made

# Processor seconds, seconds and megabytes at the peak.
Cost = tuple[float, float, float]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("clip", nargs="?", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    runs: dict[str, Callable[[Path], None]] = {
        "samples alone": _sample,
        "samples and motion frames": _stream,
        "analysis": _analyse,
    }
    with given_or_made(arguments.clip) as path:
        costs: dict[str, list[Cost]] = {name: [] for name in runs}
        for _ in range(arguments.repeats):
            for name, run in runs.items():
                costs[name].append(_measure(run, path))
    medians = {
        name: tuple(statistics.median(values) for values in zip(*found, strict=True))
        for name, found in costs.items()
    }
    base_cpu, base_wall, _ = medians["samples alone"]
    print(f"{'':28}{'CPU s':>8}{'wall s':>8}{'CPU ratio':>11}{'wall ratio':>12}{'peak MB':>9}")
    for name, (cpu, wall, megabytes) in medians.items():
        print(
            f"{name:28}{cpu:8.2f}{wall:8.2f}{cpu / base_cpu:11.2f}{wall / base_wall:12.2f}"
            f"{megabytes:9.0f}"
        )


def _measure(run: Callable[[Path], None], path: Path) -> Cost:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_cost, (run, path))


def _cost(run: Callable[[Path], None], path: Path) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    run(path)
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = kilobytes / (2**20 if sys.platform == "darwin" else 2**10)
    return time.process_time() - cpu, time.perf_counter() - wall, megabytes


def _sample(path: Path) -> None:
    for _ in sample_frames(probe_video(path), silent()):
        pass


def _stream(path: Path) -> None:
    for _ in stream_frames(probe_video(path), silent()):
        pass


def _analyse(path: Path) -> None:
    describe_video(probe_video(path), VisualEncoder.load(), silent())


if __name__ == "__main__":
    main()
