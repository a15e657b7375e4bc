"""How long until the first rows of a clip, with and without a scan of the user's music.

    python -m tests.benchmarks.clip_during_scan [--rounds 4] [--tracks 60]

Each round opens the demo clip with an empty cache: first on an idle machine, then while a folder of
copies of bundled tracks is scanned as the window does it. The rounds alternate, so that what else
the machine does falls on both.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path


def main() -> None:
    """Print the time of each round, the medians, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--tracks", type=int, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["SOUNDBED_HOME"] = home
        _measure(arguments.rounds, arguments.tracks, Path(home))


def _measure(n_rounds: int, n_tracks: int, home: Path) -> None:
    from engine.errors import Cancelled
    from engine.paths import cache_dir
    from engine.progress import Progress, ProgressStep

    _first_rows()  # loads the models
    taken: dict[str, list[float]] = {"idle": [], "scanning": []}
    for number in range(n_rounds):
        shutil.rmtree(cache_dir(), ignore_errors=True)
        taken["idle"].append(_first_rows())
        music = _copies(home / f"music{number}", n_tracks)
        analysing = threading.Event()

        def follow(step: ProgressStep, known: threading.Event = analysing) -> None:
            if step.item:
                known.set()

        progress = Progress(follow)

        def scan(folder: Path = music, progress: Progress = progress) -> None:
            from desktop.engine_session import EngineSession

            with suppress(Cancelled):
                EngineSession().add_folder(folder, progress)

        thread = threading.Thread(target=scan)
        thread.start()
        analysing.wait()
        shutil.rmtree(cache_dir(), ignore_errors=True)
        taken["scanning"].append(_first_rows())
        progress.cancel()
        thread.join()
        print(
            f"{taken['idle'][-1]:.2f} s idle, {taken['scanning'][-1]:.2f} s while scanning",
            flush=True,
        )
    idle_s, scanning_s = (statistics.median(times) for times in taken.values())
    print(f"median {idle_s:.2f} s and {scanning_s:.2f} s: {scanning_s / idle_s:.2f} times as long")


def _first_rows() -> float:
    from desktop.engine_session import EngineSession
    from desktop.results.request import N_FIRST
    from engine.paths import demo_clip
    from engine.progress import silent
    from engine.stories.ranking_options import RankingOptions

    session = EngineSession()
    start_s = time.monotonic()
    clip = session.analyse(demo_clip(), silent())
    found = session.recommend(clip, RankingOptions(top=N_FIRST), silent())
    taken_s = time.monotonic() - start_s
    assert found.items
    session.close()
    return taken_s


def _copies(folder: Path, n_tracks: int) -> Path:
    """Write copies of bundled tracks that differ in their last bytes, so that each is new."""
    from engine.library.library import Library

    folder.mkdir()
    tracks = Library.open_bundled().tracks.all()
    for number in range(n_tracks):
        source = tracks[number % len(tracks)].path
        copy = folder / f"{number}-{folder.name}{source.suffix}"
        shutil.copyfile(source, copy)
        with copy.open("ab") as stream:
            stream.write(f"{folder.name} {number}".encode())
    return folder


if __name__ == "__main__":
    main()
