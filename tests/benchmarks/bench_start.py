"""Cold start of whole processes: bare interpreter, `--help`, window, recommendation.

    python tests/benchmarks/bench_start.py [CLIP ...] [--runs 5] [--beside CHECKOUT]

The programs take turns over several rounds, so that a change of load affects all of them. Prints
medians of wall and CPU seconds and peak memory, and the wall time relative to the bare
interpreter's. With clips, `soundbed recommend CLIP` is measured as well: the first round analyses
them. With `--beside`, the same programs of another checkout of Soundbed take turns with these.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Shows the real window once, then closes it.
_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import desktop.main_window as module
shown = module.MainWindow.showEvent
def showEvent(self, event):
    shown(self, event)
    QTimer.singleShot(0, self.close)
module.MainWindow.showEvent = showEvent
from desktop.app import main
sys.exit(main([]))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measure(command: list[str], root: Path, home: Path) -> Run:
    """Run a command with the code in `root` and return what it took; exits where it fails."""
    environment = {
        **os.environ,
        "SOUNDBED_HOME": str(home),
        "PYTHONPATH": str(root),
        "QT_QPA_PLATFORM": "offscreen",
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall_s = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{errors.decode(errors='replace')}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--beside", type=Path, help="another checkout to measure in turn")
    arguments = parser.parse_args()
    soundbed = [sys.executable, "-m", "engine"]
    programs = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "soundbed --help": [*soundbed, "--help"],
        "soundbed recommend --help": [*soundbed, "recommend", "--help"],
        "the window, to its first show": [sys.executable, "-c", _WINDOW],
    }
    for clip in arguments.clips:
        programs[f"soundbed recommend {clip.name}"] = [*soundbed, "recommend", str(clip.resolve())]
    roots = {"": ROOT}
    if arguments.beside:
        roots[" (beside)"] = arguments.beside.resolve()
    runs: defaultdict[str, list[Run]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for turn in range(arguments.runs + 1):
            for name, command in programs.items():
                for suffix, root in roots.items():
                    home = Path(folder) / f"home{suffix}"
                    home.mkdir(exist_ok=True)
                    run = measure(command, root, home)
                    if turn:  # the first round only fills the file caches
                        runs[name + suffix].append(run)
    bare_s = statistics.median(run.wall_s for run in runs["python -c pass"])
    print(f"medians of {arguments.runs} runs, {os.cpu_count()} cores")
    print(f"{'program':54} {'wall s':>7} {'CPU s':>7} {'peak MB':>8} {'x bare':>7}")
    for name, measured in runs.items():
        wall_s = statistics.median(run.wall_s for run in measured)
        cpu_s = statistics.median(run.cpu_s for run in measured)
        peak_mb = statistics.median(run.peak_mb for run in measured)
        print(f"{name:54} {wall_s:7.2f} {cpu_s:7.2f} {peak_mb:8.0f} {wall_s / bare_s:7.1f}")


if __name__ == "__main__":
    main()
