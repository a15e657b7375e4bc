"""Compose, render and master the bundled music.

    python packaging/build_library.py [--only jazz-07 …] [--genre jazz …] [--jobs 2] [--plan]
                                      [--into FOLDER] [--force] [--accept-sound]

Each track is finished in build/library/, with what it was made from beside it, and then copied to
assets/library/tracks/ (or FOLDER/tracks/), its entry to scores.json and its notes to
packaging/scores/ as MIDI. A build that is stopped goes on where it was; a track is made again
when its notes, the code and soundfonts that turn them into sound, or its tags have changed.
--plan says which and why. --accept-sound takes tracks whose notes are unchanged as they are,
whatever code rendered them.
"""

import argparse
import errno
import fcntl
import importlib.util
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PACKAGING = Path(__file__).resolve().parent
_ROOT = _PACKAGING.parent
_MISSING = [name for name in ("mido", "scipy") if importlib.util.find_spec(name) is None]
if _MISSING:
    sys.exit(f"building the music needs {', '.join(_MISSING)}: pip install -e '.[dev]'")

from composer.catalogue import describe, fingerprint, read_catalogue, write_catalogue  # noqa: E402
from composer.form import Brief, compose  # noqa: E402
from composer.genres import BRIEFS  # noqa: E402
from composer.made import Made, file_sha256, read_made, remember_code, write_made  # noqa: E402
from composer.master import Master, MasteringError, master  # noqa: E402
from composer.midi import midi_bytes  # noqa: E402
from composer.mix import mix  # noqa: E402
from composer.render import render  # noqa: E402
from composer.score import Score  # noqa: E402
from composer.tools import MissingToolsError, check_tools  # noqa: E402
from engine.errors import SoundbedError  # noqa: E402
from engine.files import replacing, write_bytes  # noqa: E402

TRIALS = _ROOT / "build" / "library"
LIBRARY = _ROOT / "assets" / "library"
SCORES = _PACKAGING / "scores"
# The stems of a piece pass through the folder of temporary files as floating point.
_NEEDED_MB_PER_JOB = 200
_NEEDED_MB_PER_TRACK = 2


class BuildError(Exception):
    """A build that can't begin or go on; the message names what and the remedy."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a build puts things.

    Args:
        trials: finished tracks with what they were made from, never in git.
        library: gets tracks/ and scores.json.
        midi: gets the notes; None where only the library is wanted.
    """

    trials: Path = TRIALS
    library: Path = LIBRARY
    midi: Path | None = SCORES

    def trial(self, slug: str) -> Path:
        """The finished track."""
        return self.trials / f"{slug}.opus"

    def track(self, slug: str) -> Path:
        """The copy in the library."""
        return self.library / "tracks" / f"{slug}.opus"

    @property
    def catalogue(self) -> Path:
        """The library's scores.json."""
        return self.library / "scores.json"

    def made(self, slug: str) -> Made | None:
        """What the trial was made from; None when it isn't there whole."""
        made = read_made(self.trials / f"{slug}.json")
        is_whole = made is not None and file_sha256(self.trial(slug)) == made.audio_sha256
        return made if is_whole else None


def main() -> int:
    """Build what is missing or changed; exit code 2 when something is in the way."""
    arguments = _parse()
    shelf = Shelf()
    if arguments.into is not None:
        shelf = Shelf(library=arguments.into, midi=None)
    try:
        check_tools()
        chosen = choose(BRIEFS, arguments.only, arguments.genre)
        if arguments.plan:
            for brief in chosen:
                print(f"{brief.slug}  {why(brief, shelf, arguments.force) or 'is current'}")
            return 0
        with _alone(shelf.trials):
            if arguments.accept_sound:
                print(f"{accept_sound(chosen, shelf)} tracks accepted as they are")
            reasons = {b.slug: why(b, shelf, arguments.force) for b in chosen}
            failures = build(chosen, reasons, shelf, arguments.jobs)
    except (MissingToolsError, BuildError, SoundbedError) as error:
        print(error, file=sys.stderr)
        return 2
    for failure in failures:
        print(failure, file=sys.stderr)
    return 2 if failures else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--only", nargs="+", action="extend", default=[], metavar="TRACK", help="such as jazz-07"
    )
    parser.add_argument("--genre", nargs="+", action="extend", default=[], help="such as jazz")
    parser.add_argument("--into", type=Path, default=None, help="a trial library elsewhere")
    parser.add_argument("--force", action="store_true", help="make tracks again that are current")
    parser.add_argument("--plan", action="store_true", help="say what would be made, and why")
    parser.add_argument(
        "--accept-sound", action="store_true", help="tracks with unchanged notes stay as they are"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many at once (default 2)")
    return parser.parse_args()


def choose(
    briefs: Sequence[Brief], slugs: Sequence[str], genres: Sequence[str]
) -> tuple[Brief, ...]:
    """Return the briefs that are asked for by name or genre; all when nothing is.

    Raises:
        BuildError: when a name isn't there.
    """
    unknown = (set(slugs) - {b.slug for b in briefs}) | (
        set(genres) - {b.about.genre for b in briefs}
    )
    if unknown:
        raise BuildError(f"no such track or genre: {', '.join(sorted(unknown))}")
    if not slugs and not genres:
        return tuple(briefs)
    return tuple(b for b in briefs if b.slug in slugs or b.about.genre in genres)


def why(brief: Brief, shelf: Shelf, is_forced: bool = False) -> str:
    """Return why a track must be rendered; empty when its trial is current."""
    if is_forced:
        return "is asked for"
    made = shelf.made(brief.slug)
    if made is None:
        return "was never finished here"
    score = compose(brief)
    if made.score_sha256 != fingerprint(score):
        return "has other notes"
    return "" if made.is_of(score) else "has another sound"


def accept_sound(briefs: Sequence[Brief], shelf: Shelf) -> int:
    """Take the library's tracks with unchanged notes as made by today's code; return how many."""
    known = {str(entry["file"]): entry for entry in read_catalogue(shelf.catalogue)}
    n_accepted = 0
    for brief in briefs:
        entry, score = known.get(f"{brief.slug}.opus"), compose(brief)
        is_same = entry is not None and entry["score_sha256"] == fingerprint(score)
        if entry is None or not is_same or not shelf.track(brief.slug).is_file():
            continue
        _copy(shelf.track(brief.slug), shelf.trial(brief.slug))
        figures = (float(str(entry[k])) for k in ("duration_s", "loudness_lufs", "true_peak_dbtp"))
        write_made(
            Master(score, shelf.trial(brief.slug), *figures), shelf.trials / f"{brief.slug}.json"
        )
        n_accepted += 1
    return n_accepted


def build(briefs: Sequence[Brief], reasons: dict[str, str], shelf: Shelf, n_jobs: int) -> list[str]:
    """Make the tracks that have a reason, and put all of `briefs` into the library.

    Returns:
        One line for each track that couldn't be made; the others are there.

    Raises:
        BuildError: when the disk is full or a worker was killed; what is finished stays.
    """
    started = time.monotonic()
    wanted = [brief for brief in briefs if reasons[brief.slug]]
    for current in (brief for brief in briefs if not reasons[brief.slug]):
        publish(compose(current), shelf)
    failures: list[str] = []
    if wanted:
        _check_space(shelf, len(wanted), n_jobs)
        for left in shelf.trials.glob("*.wav"):
            left.unlink()
        failures = _make_all(wanted, shelf, n_jobs)
    if {b.slug for b in BRIEFS} == {b.slug for b in briefs}:
        _remove_strangers(shelf)
    entries = read_catalogue(shelf.catalogue)
    n_bytes = sum((shelf.library / "tracks" / str(e["file"])).stat().st_size for e in entries)
    minutes = sum(float(str(e["duration_s"])) for e in entries) / 60
    print(
        f"{len(entries)} tracks, {minutes:.1f} min, {n_bytes / 1e6:.1f} MB; "
        f"{len(wanted) - len(failures)} made in {time.monotonic() - started:.0f} s"
    )
    return failures


def _make_all(wanted: Sequence[Brief], shelf: Shelf, n_jobs: int) -> list[str]:
    failures = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(n_jobs, context, _be_a_worker) as pool:
        running = {pool.submit(make, b.slug, shelf.trials): b for b in wanted}
        try:
            for done in as_completed(running):
                brief, error = running[done], done.exception()
                if error is not None and not isinstance(error, (BrokenProcessPool, OSError)):
                    # A mistake in one piece's code doesn't keep the others from being made.
                    failures.append(f"{brief.slug}: {error.__cause__ or error!r}")
                    continue
                failure, seconds = done.result()
                if failure:
                    failures.append(f"{brief.slug}: {failure}")
                    continue
                # After every track, so that a build that is stopped loses none.
                try:
                    entry = publish(compose(brief), shelf)
                except BuildError as refusal:
                    failures.append(str(refusal))
                    continue
                print(
                    f"{brief.slug}  {entry['duration_s']} s  {entry['loudness_lufs']} LUFS  "
                    f"{entry['true_peak_dbtp']} dBTP  made in {seconds:.0f} s",
                    flush=True,
                )
        except BrokenProcessPool as error:
            raise BuildError(
                "a worker was killed, perhaps for want of memory: run it again, with fewer --jobs"
            ) from error
        except OSError as error:
            raise BuildError(_said(error)) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return failures


def make(slug: str, trials: Path) -> tuple[str, float]:
    """Render a track into the folder of trials; runs in a worker process.

    Returns:
        What went wrong, empty when nothing did, and the seconds that it took.

    Raises:
        OSError: when the disk is full; no other track could be written either.
    """
    started = time.monotonic()
    score = compose(next(b for b in BRIEFS if b.slug == slug))
    failure = ""
    try:
        finished = master(mix(render(score)), trials / f"{slug}.opus")
        write_made(finished, trials / f"{slug}.json")
    except subprocess.CalledProcessError as error:
        said = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        failure = f"{error.cmd[0]} failed: {said[-1] if said else error.returncode}"
    except (MasteringError, SoundbedError, OSError, RuntimeError, ValueError) as error:
        failure = str(error)
    for folder in (trials, Path(tempfile.gettempdir())):
        # Not every program says why it couldn't write.
        if failure and _free_mb(folder) < _NEEDED_MB_PER_TRACK:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
    return failure, time.monotonic() - started


def publish(score: Score, shelf: Shelf) -> dict[str, object]:
    """Put a finished trial into the library: audio, notes and entry; return the entry.

    Raises:
        BuildError: when the trial isn't there, or has other notes.
        SoundbedError: when the disk is full; the library is as it was.
    """
    made = shelf.made(score.slug)
    if made is None:
        raise BuildError(f"{score.slug} isn't finished in {shelf.trials}")
    if made.score_sha256 != fingerprint(score):
        raise BuildError(f"{score.slug}: the composer was edited meanwhile; build it again")
    if file_sha256(shelf.track(score.slug)) != made.audio_sha256:
        _copy(shelf.trial(score.slug), shelf.track(score.slug))
    if shelf.midi is not None:
        notes, path = midi_bytes(score), shelf.midi / f"{score.slug}.mid"
        if not path.is_file() or path.read_bytes() != notes:
            write_bytes(path, notes)
    entry = describe(made.master(score, shelf.track(score.slug)))
    known = {str(e["file"]): e for e in read_catalogue(shelf.catalogue)}
    if known.get(f"{score.slug}.opus") != entry:
        known[f"{score.slug}.opus"] = entry
        _write(known, shelf)
    return entry


def _write(known: dict[str, dict[str, object]], shelf: Shelf) -> None:
    order = [f"{b.slug}.opus" for b in BRIEFS]
    write_catalogue([known[name] for name in order if name in known], shelf.catalogue)


def _remove_strangers(shelf: Shelf) -> None:
    slugs = {brief.slug for brief in BRIEFS}
    known = {str(entry["file"]): entry for entry in read_catalogue(shelf.catalogue)}
    if {Path(name).stem for name in known} - slugs:
        _write(known, shelf)
    found = [*(shelf.library / "tracks").glob("*.opus")]
    found += shelf.midi.glob("*.mid") if shelf.midi else []
    for path in found:
        if path.stem not in slugs:
            print(f"{path.name} is no track any more and is removed")
            path.unlink()


def _copy(source: Path, target: Path) -> None:
    with replacing(target) as beside:
        shutil.copyfile(source, beside)


def _check_space(shelf: Shelf, n_tracks: int, n_jobs: int) -> None:
    shelf.trials.mkdir(parents=True, exist_ok=True)
    needed_mb = _NEEDED_MB_PER_JOB * min(n_jobs, n_tracks) + _NEEDED_MB_PER_TRACK * n_tracks
    for folder in (shelf.trials, Path(tempfile.gettempdir())):
        if (free_mb := _free_mb(folder)) < needed_mb:
            raise BuildError(
                f"{folder} has {free_mb:.0f} MB left and the build needs {needed_mb}: "
                "free some space, or set TMPDIR to another disk if it is the temporary one"
            )


def _free_mb(folder: Path) -> float:
    return shutil.disk_usage(folder).free / 1e6


def _said(error: OSError) -> str:
    where = error.filename or "the build's folders"
    return f"{where}: {error.strerror}. Free some space and run it again: it goes on from here"


@contextmanager
def _alone(trials: Path) -> Iterator[None]:
    """Keep two builds from writing the same trials; the system lets go when a build is killed."""
    trials.mkdir(parents=True, exist_ok=True)
    with (trials / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BuildError(f"another build is running in {trials}: wait for it") from error
        yield


def _be_a_worker() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    os.nice(5)
    # Now, while the files are what was just imported: somebody may be editing them.
    remember_code()
    # Without this, the workers of a build that is killed would wait for work for ever.
    threading.Thread(target=_end_with_the_build, daemon=True).start()


def _end_with_the_build() -> None:
    if (build_process := multiprocessing.parent_process()) is not None:
        build_process.join()
        os._exit(1)


if __name__ == "__main__":
    raise SystemExit(main())
