"""Features of real clips on a Dask cluster that loses a worker, compared with local ones.

    python -m tests.benchmarks.dask_extraction [--clips FOLDER] [--kill-after 30]

Analyses each clip of the folder (video and sound) twice, with an empty cache each time: in worker
processes of this computer, then on a Dask cluster of two worker processes with one thread each.
After `--kill-after` clips, one worker is killed with SIGKILL in the middle of its clip. Prints how
many clips have features and how many are equal bit by bit.
"""

import argparse
import os
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from distributed import LocalCluster

from engine.errors import SoundbedError
from engine.progress import silent
from engine.training.data.edits import list_edits
from engine.training.data.extraction import extract
from engine.training.evaluate_pack import describe_whole

ROOT = Path(__file__).resolve().parents[2]


def describe_all(
    clips: list[Path], scheduler: str | None, after: Callable[[int], None]
) -> tuple[dict[Path, tuple[bytes, bytes]], float]:
    """Return the bytes of each clip's video and music features, and the seconds it took."""
    found = {}
    started_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soundbed-dask-") as cache:
        tasks = [(clip, (clip, Path(cache))) for clip in clips]
        results = extract(describe_whole, tasks, silent(), scheduler)
        for n_done, (clip, result) in enumerate(results, 1):
            if isinstance(result, SoundbedError):
                print(f"missing: {clip.name}: {result}", flush=True)
            else:
                video, music = result
                found[clip] = (np.asarray(video).tobytes(), music.to_bytes())
            after(n_done)
    return found, time.monotonic() - started_s


def main() -> None:
    """Print the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, default=ROOT.parent / "shared/data/music_videos")
    parser.add_argument("--kill-after", type=int, default=30)
    arguments = parser.parse_args()
    clips = [edit.clip.absolute() for edit in list_edits(arguments.clips)]
    here, local_s = describe_all(clips, None, lambda _: None)
    print(f"here: {len(here)} of {len(clips)} clips in {local_s:.0f} s", flush=True)
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        victim = cluster.workers[0].pid

        def kill(n_done: int) -> None:
            if n_done == arguments.kill_after:
                os.kill(victim, signal.SIGKILL)
                print(f"killed worker {victim} after {n_done} clips", flush=True)

        there, cluster_s = describe_all(clips, cluster.scheduler_address, kill)
    n_equal = sum(there.get(clip) == features for clip, features in here.items())
    print(f"on the cluster: {len(there)} of {len(clips)} clips in {cluster_s:.0f} s")
    print(f"equal to the local ones bit by bit: {n_equal} of {len(clips)}")


if __name__ == "__main__":
    main()
