"""Whether training by two processes gives the same result as by one, for the same global batch.

    python -m tests.benchmarks.two_processes [--n-videos 2400] [--epochs 8] [--processes 2]

On simulated data. Teacher and student of `soundbed train` are fitted by one process, then by
several on this computer (torchrun, gloo, CPU). Prints the largest difference between the losses of
any epoch, and validation results: Recall@10 and mean rank of the own music of unseen pairs. The
exit code is 1 when a loss differs by more than 0.01 % or the recall by more than one query.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.progress import silent
from engine.training.data.benchmark_data import TrainingData
from engine.training.data.pairs import PairSet, load_pairs, save_pairs
from engine.training.fitting.device import pick_device
from engine.training.fitting.distributed import is_first, joined
from engine.training.fitting.metrics import own_ranks
from engine.training.fitting.validation import content_scores
from engine.training.method.training_config import TrainingConfig
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate
from engine.training.systems.members import fit_members

ROOT = Path(__file__).resolve().parents[2]
FILES = ("ugc.npz", "pgc.npz", "unseen.npz")
CUT = 10
LARGEST_DIFFERENCE = 1e-4
# Results by name, as read from JSON.
Found = dict[str, dict[str, Any]]


def write_pairs(folder: Path, n_videos: int) -> None:
    """Write simulated pairs for training, and some that aren't used for it."""
    data = simulate(SimulationConfig(n_videos=n_videos, n_pgc=n_videos // 4))
    assert data.pgc is not None
    unseen = np.arange(data.ugc.n_videos) % 10 == 0
    parts = data.ugc.of_videos(~unseen), data.pgc, data.ugc.of_videos(unseen)
    for pairs, name in zip(parts, FILES, strict=True):
        save_pairs(pairs, folder / name)


def fit_here(folder: Path, config: TrainingConfig, results: Path) -> None:
    """Fit teacher and student, together with other processes where there are some."""
    with joined(pick_device(config.device)):
        ugc, pgc, unseen = (load_pairs(folder / name) for name in FILES)
        (member,) = fit_members(TrainingData(ugc, pgc), config, silent())
        if is_first():
            fits = {"teacher": member.teacher_fit, "student": member.student_fit}
            found = {name: asdict(fit) for name, fit in fits.items() if fit}
            scores = content_scores(member.student, unseen.video_vectors, unseen.music_vectors)
            results.write_text(json.dumps({**found, "unseen": quality(scores, unseen)}))


def quality(scores: npt.NDArray[np.float32], pairs: PairSet) -> dict[str, float]:
    """Return recall and mean rank of each video's own music."""
    positives = pairs.positives
    best = np.where(positives, scores, -np.inf).max(axis=1, keepdims=True)
    n_above = ((scores > best) & ~positives).sum(axis=1)
    rank = float(own_ranks(scores, positives).mean())
    return {"recall": float((n_above < CUT).mean()), "rank": rank, "n": len(scores)}


def run(folder: Path, n_processes: int, options: list[str]) -> Found:
    """Run `fit_here` in `n_processes` processes and return its results."""
    results = folder / f"by-{n_processes}.json"
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(n_processes)]
    module = ["-m", "tests.benchmarks.two_processes", "--folder", str(folder)]
    subprocess.run(
        [
            sys.executable,
            *(launcher if n_processes > 1 else []),
            *module,
            *("--results", str(results)),
            *options,
        ],
        check=True,
        cwd=ROOT,
        # The same number of threads in each process, since it changes the rounding of sums.
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    found: Found = json.loads(results.read_text())
    return found


def compare(one: Found, several: Found) -> bool:
    """Print the differences of two results, and return whether they are small enough."""
    is_close = True
    for name in ("teacher", "student"):
        losses = np.array(one[name]["losses"]), np.array(several[name]["losses"])
        if len(losses[0]) != len(losses[1]):
            print(f"{name}: {len(losses[0])} epochs against {len(losses[1])}")
            return False
        apart = float(np.abs(losses[1] / losses[0] - 1.0).max())
        is_close &= apart <= LARGEST_DIFFERENCE
        print(
            f"{name}: {len(losses[0])} epochs, last losses {losses[0][-1]:.7f} and "
            f"{losses[1][-1]:.7f}, largest relative difference of any {apart:.1e}; kept epoch "
            f"{one[name]['n_epochs']} and {several[name]['n_epochs']}, validation losses "
            f"{one[name]['validation_loss']:.6f} and {several[name]['validation_loss']:.6f}"
        )
    first, second = one["unseen"], several["unseen"]
    print(
        f"{first['n']} unseen videos: Recall@{CUT} {first['recall']:.4f} and "
        f"{second['recall']:.4f}, mean rank {first['rank']:.5f} and {second['rank']:.5f}"
    )
    apart_queries = abs(first["recall"] - second["recall"]) * first["n"]
    return is_close and apart_queries < 1.5


def main() -> int:
    """Run the comparison and print the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n-videos", type=int, default=2_400)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch-size", type=int, default=255)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    config = TrainingConfig(
        n_epochs=arguments.epochs, batch_size=arguments.batch_size, n_members=1, device="cpu"
    )
    if arguments.results:
        fit_here(arguments.folder, config, arguments.results)
        return 0
    with tempfile.TemporaryDirectory(prefix="soundbed-") as name:
        folder = Path(name)
        write_pairs(folder, arguments.n_videos)
        options = ["--epochs", str(config.n_epochs), "--batch-size", str(config.batch_size)]
        found, seconds = [], []
        for n in (1, arguments.processes):
            began_s = time.monotonic()
            found.append(run(folder, n, options))
            seconds.append(time.monotonic() - began_s)
    print(
        f"Simulated data: {arguments.n_videos} videos, batches of {config.batch_size}; "
        f"1 process {seconds[0]:.0f} s, {arguments.processes} processes {seconds[1]:.0f} s"
    )
    return 0 if compare(*found) else 1


if __name__ == "__main__":
    sys.exit(main())
