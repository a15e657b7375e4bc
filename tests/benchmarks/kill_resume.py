"""Whether a training that is killed repeatedly gives the same pack as an uninterrupted one.

    python -m tests.benchmarks.kill_resume [--pairs UGC.npz --pgc PGC.npz] [--kills 10] [--seed 0]

Without --pairs, pairs are simulated. `soundbed train` first runs without interruption; then it is
started again and killed (SIGKILL to the process group) at random times, and resumed by the same
command. When a run ends before it was killed often enough, another one starts. Prints the states
that each kill left on disk, and whether each finished run has the same validation results and
weights as the first. Each run has its own folders; the exit code is 1 when anything differs.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from itertools import chain
from pathlib import Path

from engine.training.data.pairs import save_pairs
from engine.training.simulation.parameters import SimulationConfig
from engine.training.simulation.simulated_data import simulate

N_SIMULATED = 2_400
SETTINGS = "n_members = 3\nn_epochs = 12\nbatch_size = 256\npatience = 12\n"
ROOT = Path(__file__).resolve().parents[2]


def simulated(folder: Path) -> tuple[Path, Path]:
    """Write simulated pairs and return their files."""
    data = simulate(SimulationConfig(n_videos=N_SIMULATED, n_pgc=N_SIMULATED // 4))
    assert data.pgc is not None
    paths = folder / "ugc.npz", folder / "pgc.npz"
    for pairs, path in zip((data.ugc, data.pgc), paths, strict=True):
        save_pairs(pairs, path)
    return paths


def start(specs: tuple[Path, Path], folder: Path) -> "subprocess.Popen[bytes]":
    """Start `soundbed train` with its own user folders."""
    settings = folder / "settings.toml"
    folder.mkdir(exist_ok=True)
    settings.write_text(SETTINGS)
    options = {
        "--device": "cpu",
        "--config": settings,
        "--pairs": specs[0],
        "--pgc": specs[1],
        "--out": folder / "pack",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "engine", "train", "--force", *map(str, chain(*options.items()))],
        env={**os.environ, "SOUNDBED_HOME": str(folder / "home")},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        cwd=ROOT,
    )


def saved(folder: Path) -> list[str]:
    """Return the names of the saved states."""
    states = folder.glob("home/cache/training-states/*/all/[st]*.npz")
    return [path.stem for path in states]


def weights(pack: Path) -> dict[str, bytes]:
    """Return the networks of a pack."""
    return {name: (pack / name).read_bytes() for name in ("video.onnx", "music.onnx")}


def results(pack: Path) -> dict[str, object]:
    """Return the training results in the pack's manifest."""
    manifest = json.loads((pack / "manifest.json").read_text())
    return {**manifest["extra"]["training"], "taste": manifest["extra"]["taste"]}


def run_with_kills(
    specs: tuple[Path, Path], folder: Path, n_kills: int, whole_s: float, rng: random.Random
) -> int:
    """Run the training in `folder` to its end, killing it at most `n_kills` times.

    Args:
        specs: the pairs.
        folder: of this run.
        n_kills: maximum number of kills.
        whole_s: duration of an uninterrupted run.
        rng: chooses the times.

    Returns:
        How often it was killed; the run may end earlier.
    """
    for number in range(n_kills):
        run = start(specs, folder)
        moment_s = rng.uniform(0.0, 0.8) * whole_s
        try:
            if run.wait(moment_s):
                raise SystemExit(f"the run ended with {run.returncode}")
            return number
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        if (folder / "pack").exists():
            print(f"  killed after {moment_s:.1f} s, with the pack written", flush=True)
            return number + 1
        kept = ", ".join(sorted(saved(folder))) or "nothing yet"
        print(f"  killed after {moment_s:.1f} s; kept: {kept}", flush=True)
    if code := start(specs, folder).wait():
        raise SystemExit(f"the run ended with {code}")
    return n_kills


def same(whole: Path, killed: Path) -> bool:
    """Print and return whether two folders have the same pack."""
    checks = {
        "results": results(whole / "pack") == results(killed / "pack"),
        "bytes of the weights": weights(whole / "pack") == weights(killed / "pack"),
        "no saved state left": not saved(killed),
    }
    print("  ended;", "; ".join(f"{name}: {'yes' if it else 'NO'}" for name, it in checks.items()))
    return all(checks.values())


def main() -> int:
    """Run the comparison and print the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--pgc", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soundbed-") as name:
        folder = Path(name)
        given = arguments.pairs and arguments.pgc
        specs = (arguments.pairs, arguments.pgc) if given else simulated(folder)
        began_s = time.monotonic()
        if start(specs, folder / "whole").wait():
            return 1
        whole_s = time.monotonic() - began_s
        print(f"one run without a break: {whole_s:.1f} s", flush=True)
        rng = random.Random(arguments.seed)
        n_left, all_same, n_runs = arguments.kills, True, 0
        while n_left > 0:
            n_runs += 1
            print(f"run {n_runs}", flush=True)
            killed = folder / f"killed-{n_runs}"
            n_left -= run_with_kills(specs, killed, n_left, whole_s, rng)
            all_same &= same(folder / "whole", killed)
    print(
        f"{arguments.kills} kills in {n_runs} runs:", "all the same" if all_same else "NOT the same"
    )
    return 0 if all_same else 1


if __name__ == "__main__":
    sys.exit(main())
