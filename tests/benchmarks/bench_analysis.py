"""Time and memory of a clip's analysis, compared with sampling its frames alone.

    python -m tests.benchmarks.bench_analysis [CLIP] [--repeats 3]

Each run has a process of its own, with the picture network loaded. Without a clip, one of 60 s in
1080p H.264 is encoded first. Sampling decodes what the analysis needs: samples and frames for
motion. The processor time of the whole analysis must stay under 1.5 times that of sampling alone.
"""

import argparse
import multiprocessing
import resource
import statistics
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
Run = Callable[[Path, VisualEncoder], None]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("clip", nargs="?", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    runs: dict[str, Run] = {
        "samples without motion": _sample,
        "sampling": _stream,
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
    base_cpu, base_wall, _ = medians["sampling"]
    print(f"{'':28}{'CPU s':>8}{'wall s':>8}{'CPU ratio':>11}{'wall ratio':>12}{'peak MB':>9}")
    for name, (cpu, wall, megabytes) in medians.items():
        print(
            f"{name:28}{cpu:8.2f}{wall:8.2f}{cpu / base_cpu:11.2f}{wall / base_wall:12.2f}"
            f"{megabytes:9.0f}"
        )


def _measure(run: Run, path: Path) -> Cost:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_cost, (run, path))


def _cost(run: Run, path: Path) -> Cost:
    # Loaded once for all clips, so it doesn't count.
    encoder = VisualEncoder.load()
    wall, cpu = time.perf_counter(), time.process_time()
    run(path, encoder)
    return time.process_time() - cpu, time.perf_counter() - wall, _peak_megabytes()


def _peak_megabytes() -> float:
    status = Path("/proc/self/status")
    if status.is_file():
        # getrusage would count what the parent process used before.
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def _sample(path: Path, _: VisualEncoder) -> None:
    for _frame in sample_frames(probe_video(path), silent()):
        pass


def _stream(path: Path, _: VisualEncoder) -> None:
    for _frame in stream_frames(probe_video(path), silent()):
        pass


def _analyse(path: Path, encoder: VisualEncoder) -> None:
    describe_video(probe_video(path), encoder, silent())


if __name__ == "__main__":
    main()
