"""A library of 100,000 tracks: what ranking, a rescan and the window take.

    python -m tests.benchmarks.scale make HOME --tracks 100000
    python -m tests.benchmarks.scale measure HOME CLIP [--runs 3]
    python -m tests.benchmarks.scale vectors --tracks 1000000

`make` fills the library in HOME with copies of the bundled rows: embeddings, tempos and moods are
changed a little, one track in fifty is a copy of another, and each has a small file of its own.
`measure` prints medians of whole processes with HOME: wall and CPU seconds and peak memory. The
clip's analysis is cached by a first run. `vectors` ranks so many vectors in a file, beside the time
that reading them into memory takes.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
ROOT = Path(__file__).resolve().parents[2]
_COPY_EVERY = 50
_FILES_PER_FOLDER = 500

# Ranks twice in one process, as the window does, and prints seconds of wall and CPU of each.
_RANK = """
import json, resource, sys, time
from pathlib import Path
from engine.encoders.active import matching_pack
from engine.library.libraries import Libraries
from engine.progress import silent
from engine.stories.analyse import analyse_clip_isolated
from engine.stories.ranking_options import RankingOptions
from engine.stories.recommend import recommend
clip, libraries = analyse_clip_isolated(Path(sys.argv[1]), silent()), Libraries()
matching_pack()
peak_mb = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
runs = {"before": [0.0, 0.0, peak_mb()]}
asked = {
    "first": RankingOptions(), "second": RankingOptions(),
    "filtered": RankingOptions(filters={"bpm": (90, 120)}),
    "by taste and words": RankingOptions(taste=0.5, text="sad piano", without="drums"),
}
for name, options in asked.items():
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    recommend(clip, options, silent(), libraries)
    runs[name] = [time.perf_counter() - wall_s, time.process_time() - cpu_s, peak_mb()]
print(json.dumps(runs))
"""

# Opens the window with a clip until its list is there, or without one until it is shown. Prints
# the longest time in which the event loop didn't turn.
_WINDOW = """
import sys, time
from PySide6.QtCore import QTimer
import desktop.main_window as module
from desktop.results.results_panel import ResultsPanel
last, longest = [time.perf_counter()], [0.0]
def beat():
    now = time.perf_counter()
    longest[0] = max(longest[0], now - last[0])
    last[0] = now
shown, ranked = module.MainWindow.showEvent, ResultsPanel._show_ranking
def finish(window):
    beat()
    print(longest[0])
    window.close()
def showEvent(self, event):
    shown(self, event)
    self.beat = QTimer(self, interval=2)
    self.beat.timeout.connect(beat)
    self.beat.start()
    last[0] = time.perf_counter()
    if len(sys.argv) == 1:
        QTimer.singleShot(0, lambda: finish(self))
module.MainWindow.showEvent = showEvent
def show_ranking(self, ranking):
    ranked(self, ranking)
    QTimer.singleShot(1000, lambda: finish(self.window()))
ResultsPanel._show_ranking = show_ranking
from desktop.app import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What one process took, and what it printed."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    printed: str


def run(command: list[str], home: Path) -> Run:
    """Run a command with a home and return what it took; exits where it fails."""
    environment = {
        **os.environ,
        "SOUNDBED_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
    }
    started = time.perf_counter()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command, env=environment, cwd=home, stdout=subprocess.PIPE, stderr=errors
        )
        assert process.stdout is not None
        printed = process.stdout.read().decode()
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            sys.exit(f"{' '.join(command)[:100]} failed:\n{errors.read().decode()}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed)


def make(home: Path, n_tracks: int) -> None:
    """Fill the library in a home with copies of the bundled tracks."""
    from engine.library.library import Library

    os.environ["SOUNDBED_HOME"] = str(home)
    music = home / "music"
    library = Library.open()
    folder = library.folders.add(music)
    with library.database.writing() as connection:
        connection.executemany(
            "INSERT INTO tracks (folder_id, path, path_text, content_hash, size_bytes, "
            "modified_ns, state, title, artist, album, licence, url, duration_s, "
            "features_version, features, profile_pack, profile) "
            f"VALUES ({', '.join('?' * 17)})",
            ((folder.id, *row) for row in _rows(_files(music, n_tracks))),
        )
        ids = [row[0] for row in connection.execute("SELECT id FROM tracks ORDER BY id")]
        connection.executemany(
            "INSERT INTO embeddings (track_id, space, vector) VALUES (?, ?, ?)",
            ((track_id, *row) for track_id, row in zip(ids, _embeddings(n_tracks), strict=True)),
        )


def _files(music: Path, n_tracks: int) -> Iterator[Path]:
    """Make the files; yield their paths."""
    for number in range(n_tracks):
        inner = music / f"folder {number // _FILES_PER_FOLDER:04}"
        if number % _FILES_PER_FOLDER == 0:
            inner.mkdir(parents=True, exist_ok=True)
        # A copy has the bytes of the track before it.
        different = number - 1 if number % _COPY_EVERY == _COPY_EVERY - 1 else number
        path, data = inner / f"track {number:06}.mp3", b"%08d" % different
        path.write_bytes(data)
        yield path


def _rows(files: Iterator[Path]) -> Iterator[tuple[object, ...]]:
    from engine.encoders.profile import Profile
    from engine.library.library import Library
    from engine.library.scan import content_hash

    random = np.random.default_rng(0)
    bundled = Library.open_bundled()
    with bundled.database.reading() as connection:
        names = "features_version, features, profile_pack, profile, duration_s, licence"
        rows = [tuple(row) for row in connection.execute(f"SELECT {names} FROM tracks ORDER BY id")]
    for number, path in enumerate(files):
        version, features, pack, profile, duration_s, licence = rows[number % len(rows)]
        values = json.loads(profile)
        if values["bpm"]:
            values["bpm"] = round(values["bpm"] * float(random.uniform(0.9, 1.1)), 5)
        for mood in values["moods"]:
            values["moods"][mood] += round(float(random.normal(0, 0.2)), 5)
        changed = Profile.from_json(json.dumps(values)).to_json()
        status = path.stat()
        yield (
            *(os.fsencode(path), str(path), content_hash(path), status.st_size),
            *(status.st_mtime_ns, "ready", f"Track {number:06}", f"Artist {number // 40}"),
            *(f"Album {number // 10}", licence, None, duration_s),
            *(version, features, pack, changed),
        )


def _embeddings(n_tracks: int) -> Iterator[tuple[str, bytes]]:
    from engine.encoders.active import matching_pack
    from engine.library.library import Library

    space = matching_pack().space
    ((tracks, _),) = Library.open_bundled().columns(space)
    last: Float32Array = np.asarray(tracks.vectors[0], np.float32)
    for number, vector in enumerate(perturbed(tracks.vectors, n_tracks)):
        is_copy = number % _COPY_EVERY == _COPY_EVERY - 1
        last = last if is_copy else vector
        yield space, last.astype("<f4").tobytes()


def perturbed(vectors: Float32Array, n_tracks: int) -> Iterator[Float32Array]:
    """Yield so many vectors of length 1 near the given ones."""
    random = np.random.default_rng(1)
    for number in range(n_tracks):
        noise = np.asarray(random.normal(0, 0.01, vectors.shape[1]), np.float32)
        near = vectors[number % len(vectors)] + noise
        yield np.asarray(near / np.linalg.norm(near), np.float32)


def measure(home: Path, clip: Path, n_runs: int) -> None:
    """Print what everything takes with the library in a home."""
    soundbed = [sys.executable, "-m", "engine"]
    run([*soundbed, "recommend", str(clip)], home)
    commands = {
        "recommend CLIP": [*soundbed, "recommend", str(clip)],
        "library rescan, unchanged": [*soundbed, "library", "rescan"],
        "library list --json": [*soundbed, "library", "list", "--json"],
        "the window, to its first show": [sys.executable, "-c", _WINDOW],
        "the window, to a list": [sys.executable, "-c", _WINDOW, str(clip)],
    }
    print(f"{'what':36} {'wall s':>7} {'CPU s':>7} {'peak MB':>8} {'stall s':>8}")
    for name, command in commands.items():
        runs = [run(command, home) for _ in range(n_runs)]
        wall_s = statistics.median(each.wall_s for each in runs)
        cpu_s = statistics.median(each.cpu_s for each in runs)
        peak_mb = statistics.median(each.peak_mb for each in runs)
        stall = ""
        if "window" in name:
            stall = f"{statistics.median(float(each.printed) for each in runs):.2f}"
        print(f"{name:36} {wall_s:7.2f} {cpu_s:7.2f} {peak_mb:8.0f} {stall:>8}", flush=True)
    rankings = [
        json.loads(run([sys.executable, "-c", _RANK, str(clip)], home).printed)
        for _ in range(n_runs)
    ]
    for name in rankings[0]:
        wall_s, cpu_s, peak_mb = (
            statistics.median(each[name][column] for each in rankings) for column in range(3)
        )
        label = f"ranking alone, {name}"
        print(f"{label:36} {wall_s:7.2f} {cpu_s:7.2f} {peak_mb:8.0f}")


def measure_vectors(n_tracks: int, n_runs: int) -> None:
    """Print what ranking so many vectors in a file takes, beside reading them."""
    from engine.encoders.active import matching_pack
    from engine.library.columns import joined
    from engine.library.columns_file import Stamp, open_columns, write_columns
    from engine.library.library import Library
    from engine.ranking.candidates import LARGE_PART, Candidates, Part
    from engine.ranking.scores import best_first

    pack, bundled = matching_pack(), Library.open_bundled()
    ((tracks, rows),) = bundled.columns(pack.space)
    query = pack.bank[0]
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library.sqlite"
        many = joined([tracks.take(rows)] * -(-n_tracks // len(rows)))
        # Copies have different scores here, as different tracks do.
        random = np.random.default_rng(0)
        for start in range(0, len(many), 100_000):
            vectors = many.vectors[start : start + 100_000]
            vectors += random.normal(0, 1e-4, vectors.shape).astype(np.float32)
        write_columns(library, pack.space, many, Stamp(1, "made"))
        del many
        started = time.perf_counter()
        opened = open_columns(library, pack.space)
        assert opened is not None
        opened_s = time.perf_counter() - started
        columns = opened[0]
        candidates = Candidates((Part(bundled, columns, np.arange(len(columns))),))

        in_memory = np.empty_like(columns.vectors)

        def read() -> None:
            start = 0
            for part in candidates.each_part():
                in_memory[start : start + len(part)] = part
                start += len(part)

        def rank() -> None:
            parts = candidates.each_part(LARGE_PART)
            scores = np.concatenate([part @ query for part in parts])
            best_first(scores, lambda tied: [(index,) for index in tied], 200)

        # One after the other, so that both meet the same load.
        reading, ranking = zip(*((_timed(read), _timed(rank)) for _ in range(n_runs)), strict=True)
    print(f"{len(columns):,} tracks: opened and checked in {opened_s:.3f} s")
    for number, clock in enumerate(("wall", "CPU")):
        read_s, rank_s = (
            statistics.median(each[number] for each in runs) for runs in (reading, ranking)
        )
        print(f"{clock}: vectors read in {read_s:.3f} s, ranked in {rank_s:.3f} s ", end="")
        print(f"({rank_s / read_s:.2f} x)")


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Return the wall and CPU seconds that some work takes."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall_s, time.process_time() - cpu_s


def main() -> None:
    """Make a library, or measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    actions = parser.add_subparsers(dest="action", required=True)
    making = actions.add_parser("make")
    making.add_argument("home", type=Path)
    making.add_argument("--tracks", type=int, default=100_000)
    measuring = actions.add_parser("measure")
    measuring.add_argument("home", type=Path)
    measuring.add_argument("clip", type=Path)
    measuring.add_argument("--runs", type=int, default=3)
    vectors = actions.add_parser("vectors")
    vectors.add_argument("--tracks", type=int, default=1_000_000)
    vectors.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args()
    if arguments.action == "make":
        shutil.rmtree(arguments.home, ignore_errors=True)
        arguments.home.mkdir(parents=True)
        make(arguments.home.resolve(), arguments.tracks)
    elif arguments.action == "vectors":
        measure_vectors(arguments.tracks, arguments.runs)
    else:
        measure(arguments.home.resolve(), arguments.clip.resolve(), arguments.runs)


if __name__ == "__main__":
    main()
